using System.Security.Cryptography;
using System.Text;

namespace TransformersFromScratch;

/// <summary>Descriptions with their synopses: what a summariser learns from, and what it is chosen by.</summary>
/// <param name="Learned">What it learns from.</param>
/// <param name="Validation">What choices are made by: a rate, a beam. Nothing is learned from these.</param>
public sealed record SummaryPairs(IReadOnlyList<PackageSummary> Learned, IReadOnlyList<PackageSummary> Validation)
{
    /// <summary>The name of the token that stands for a hidden span.</summary>
    public const string Mask = "<mask>";

    private const int SentinelCount = 20;

    private const int Bytes = 256, Special = 3 + 1 + SentinelCount; // padding, start and end; the mask; the sentinels

    /// <summary>The id of <see cref="Mask"/>.</summary>
    public const int MaskId = 3;

    /// <summary>The ids of the sentinels, in the order in which they are used.</summary>
    public static IReadOnlyList<int> Sentinels { get; } = [.. Enumerable.Range(MaskId + 1, SentinelCount)];

    /// <summary>Keeps 500 pairs for validation (<see cref="PackageSummary.Split"/>).</summary>
    /// <exception cref="ArgumentException">There are no more than that.</exception>
    public static SummaryPairs Of(IReadOnlyList<PackageSummary> pairs)
    {
        var (learned, validation) = PackageSummary.Split(pairs);
        return new SummaryPairs(learned, validation);
    }

    /// <summary>The numbers, in base 16, that tell these pairs from others.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', Learned.Concat(Validation).Select(pair => $"{pair.Text}\t{pair.Summary}")))));

    /// <summary>Learns a tokenizer from what is learned from, with a mask and sentinels among its special
    /// tokens.</summary>
    /// <param name="vocabulary">How many tokens there are in all, 300 or more.</param>
    public BytePairEncoding Tokens(int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, Special + Bytes);
        return BytePairEncoding.Train(
            Learned.SelectMany(pair => new[] { " " + pair.Text, " " + pair.Summary }),
            vocabulary - Special - Bytes,
            [Mask, .. Sentinels.Select((_, i) => $"<x{i}>")]);
    }
}
