using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// A small BERT that learned by one rule of masking, and what it says of tokens that it is asked for.
/// </summary>
/// <param name="Rule">What stands at the places asked for, in per cent: hidden/replaced/left, such as 80/10/10.</param>
/// <param name="Seed">Of all that is random in learning.</param>
/// <param name="Hidden">
/// The loss at places where [MASK] stands, in nats: the same texts and places for every model.
/// </param>
/// <param name="Replaced">The loss at the same places, where another piece stands.</param>
/// <param name="Left">The loss at the same places, where the piece itself stands.</param>
/// <param name="Accuracy">
/// The share of test texts whose section it says, fine-tuned on <see cref="MaskingLab.Labels"/> labels.
/// </param>
public sealed record MaskingRun(string Rule, int Seed, double Hidden, double Replaced, double Left, double Accuracy)
{
    private const string Header = "rule\tseed\thidden\treplaced\tleft\taccuracy";

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<MaskingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Rule}\t{run.Seed}\t{run.Hidden:F4}\t{run.Replaced:F4}\t{run.Left:F4}\t{run.Accuracy:F4}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<MaskingRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs of masking", "lab bert-masks");

    private static MaskingRun? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Skip(1).Select(TabFile.Number)];
        return numbers.Length == 5 && double.IsInteger(numbers[0]) && numbers[4] <= 1
            && numbers.All(number => number >= 0 && double.IsFinite(number))
                ? new MaskingRun(fields[0], (int)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
                : null;
    }
}
