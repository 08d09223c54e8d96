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

    /// <summary>How many sentinels there are; a text with more hidden spans than these gets no more of them.</summary>
    public const int Sentinels = 20;

    private const int OneOf = 26, Bytes = 256, Special = 3 + 1 + Sentinels; // padding, start and end; the mask; the sentinels

    /// <summary>The id of <see cref="Mask"/>.</summary>
    public const int MaskId = 3;

    /// <summary>The id of the first sentinel; the others follow.</summary>
    public const int FirstSentinel = MaskId + 1;

    /// <summary>Keeps one of 26 pairs for validation: of 13,000, 500.</summary>
    public static SummaryPairs Of(IReadOnlyList<PackageSummary> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs.Count >= OneOf
            ? new SummaryPairs([.. pairs.Where((_, i) => i % OneOf != OneOf - 1)], [.. pairs.Where((_, i) => i % OneOf == OneOf - 1)])
            : throw new ArgumentException($"There are {pairs.Count} pairs; take {OneOf} or more, so that one can be kept for validation.", nameof(pairs));
    }

    /// <summary>The numbers, in base 16, that tell these pairs from others.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', Learned.Concat(Validation).Select(pair => $"{pair.Text}\t{pair.Summary}")))));

    /// <summary>Learns a tokenizer from what is learned from, with a mask and sentinels among its special tokens.</summary>
    /// <param name="vocabulary">How many tokens there are in all, 300 or more.</param>
    public BytePairEncoding Tokens(int vocabulary)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, Special + Bytes);
        return BytePairEncoding.Train(
            Learned.SelectMany(pair => new[] { " " + pair.Text, " " + pair.Summary }),
            vocabulary - Special - Bytes,
            [Mask, .. Enumerable.Range(0, Sentinels).Select(i => $"<x{i}>")]);
    }
}
