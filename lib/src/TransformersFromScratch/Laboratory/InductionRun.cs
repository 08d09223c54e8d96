using System.Globalization;

namespace TransformersFromScratch;

/// <summary>What became of one training of a recipe, step by step.</summary>
/// <param name="Variant">Its name among <see cref="InductionRecipe.Variants"/>.</param>
/// <param name="Seed">Of the weights and the sequences.</param>
/// <param name="Point">The model at one step.</param>
public sealed record InductionRun(string Variant, int Seed, InductionPoint Point)
{
    private const string Header = "variant\tseed\tstep\tloss\tprefix\tprevious";

    /// <summary>Writes runs, a line a look with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<InductionRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(CultureInfo.InvariantCulture,
            $"{run.Variant}\t{run.Seed}\t{run.Point.Step}\t{run.Point.Loss:F4}\t" +
            $"{Text(run.Point.Prefix)}\t{Text(run.Point.Previous)}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a look at a run; the message says which.</exception>
    public static IReadOnlyList<InductionRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab induction");

    private static InductionRun? Parse(string[] fields) =>
        fields.Length == 6 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int seed) &&
        long.TryParse(fields[2], CultureInfo.InvariantCulture, out long step) && Numbers(fields[3]) is [var loss] &&
        Numbers(fields[4]) is { } prefix && Numbers(fields[5]) is { } previous && prefix.Count == previous.Count
            ? new InductionRun(fields[0], seed, new InductionPoint(step, loss, prefix, previous))
            : null;

    private static IReadOnlyList<double>? Numbers(string text) =>
        TabFile.Numbers(text) is { } numbers && numbers.All(double.IsFinite) ? numbers : null;

    private static string Text(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("F4", CultureInfo.InvariantCulture)));
}
