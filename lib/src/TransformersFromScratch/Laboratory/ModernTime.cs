using System.Globalization;

namespace TransformersFromScratch;

/// <summary>How long a step of a variant takes: a row of data/modern-times.tsv.</summary>
/// <param name="Variant">The name of a <see cref="ModernVariant"/>.</param>
/// <param name="Milliseconds">The median over the rounds, on one core.</param>
/// <param name="Low">The quarter of the rounds that were fastest took this or less.</param>
/// <param name="High">The quarter that were slowest took this or more.</param>
public sealed record ModernTime(string Variant, double Milliseconds, double Low, double High)
{
    private const string Header = "variant\tmilliseconds\tlow\thigh";

    /// <summary>Writes times, a line each; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<ModernTime> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        TabFile.Save(path, Header, times.Select(time => string.Create(
            CultureInfo.InvariantCulture, $"{time.Variant}\t{time.Milliseconds:F3}\t{time.Low:F3}\t{time.High:F3}")));
    }

    /// <summary>Reads times.</summary>
    /// <exception cref="InvalidDataException">A line that is not a time; the message says which.</exception>
    public static IReadOnlyList<ModernTime> Load(string path) =>
        TabFile.Load(path, Header, Parse, "time", "times", "lab modern-times");

    private static ModernTime? Parse(string[] fields) =>
        fields.Length == 4 &&
        TabFile.Numbers(string.Join(' ', fields[1..])) is [> 0 and var median, > 0 and var low, > 0 and var high]
            ? new ModernTime(fields[0], median, low, high)
            : null;
}
