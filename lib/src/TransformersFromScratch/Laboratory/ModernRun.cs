using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One training of chapter 15: a row of data/modern.tsv.</summary>
/// <param name="Variant">The name of a <see cref="ModernVariant"/>.</param>
/// <param name="Seed">Of the weights and the windows.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="DFeedForward">d_ff, of each expert if there are some.</param>
/// <param name="Curve">The validation loss each <see cref="Modern.CurveSteps"/> steps, in nats per character.</param>
/// <param name="ByPlace">
/// The loss by place up to four times the trained length (<see cref="LossByPlace"/>), or up to it if the model cannot
/// read on.
/// </param>
public sealed record ModernRun(
    string Variant, int Seed, long Parameters, int DFeedForward, IReadOnlyList<double> Curve,
    IReadOnlyList<double> ByPlace)
{
    private const string Header = "variant\tseed\tparameters\td_ff\tcurve\tby place";

    /// <summary>The validation loss at the end.</summary>
    public double Loss => Curve[^1];

    /// <summary>Writes runs, a line each; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<ModernRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Variant}\t{run.Seed}\t{run.Parameters}\t{run.DFeedForward}\t" +
            $"{TabFile.Join(run.Curve)}\t{TabFile.Join(run.ByPlace)}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<ModernRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab modern");

    private static ModernRun? Parse(string[] fields) =>
        fields.Length == 6 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int seed) &&
        long.TryParse(fields[2], CultureInfo.InvariantCulture, out long parameters) &&
        int.TryParse(fields[3], CultureInfo.InvariantCulture, out int dFeedForward) &&
        TabFile.Numbers(fields[4]) is { Count: > 0 } curve && TabFile.Numbers(fields[5]) is { Count: > 0 } places
            ? new ModernRun(fields[0], seed, parameters, dFeedForward, curve, places)
            : null;
}
