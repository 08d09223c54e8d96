using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One short training of chapter 15 at one learning rate: a row of data/modern-rates.tsv.</summary>
/// <param name="Variant">What was changed: a name of <see cref="Modern.RateVariants"/>.</param>
/// <param name="Rate">The peak of the learning rate.</param>
/// <param name="Seed">Of the weights and the windows.</param>
/// <param name="Loss">The validation loss at the end, in nats per character; NaN if the run broke down.</param>
public sealed record ModernRate(string Variant, double Rate, int Seed, double Loss)
{
    private const string Header = "variant\trate\tseed\tloss";

    /// <summary>Writes runs, a line each; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<ModernRate> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture, $"{run.Variant}\t{run.Rate}\t{run.Seed}\t{run.Loss:G6}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<ModernRate> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab modern-rates");

    private static ModernRate? Parse(string[] fields) =>
        fields.Length == 4 && TabFile.Numbers(fields[1]) is [> 0 and var rate] &&
        int.TryParse(fields[2], CultureInfo.InvariantCulture, out int seed) && TabFile.Numbers(fields[3]) is [var loss]
            ? new ModernRate(fields[0], rate, seed, loss)
            : null;
}
