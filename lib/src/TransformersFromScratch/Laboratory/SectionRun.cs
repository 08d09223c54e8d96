using System.Globalization;

namespace TransformersFromScratch;

/// <summary>One way of sorting packages into sections, and how well it did.</summary>
/// <param name="Method">What learned: one of the names in <see cref="SectionLab"/>.</param>
/// <param name="Labels">From how many labelled texts.</param>
/// <param name="Seed">Of the choice of texts, and of all that is random in learning.</param>
/// <param name="Rate">The highest learning rate; 0 where there is none.</param>
/// <param name="Right">How many texts it sorted rightly.</param>
/// <param name="Tested">How many texts it sorted.</param>
/// <param name="Seconds">How long the learning took, on one core.</param>
public sealed record SectionRun(string Method, int Labels, int Seed, double Rate, int Right, int Tested, double Seconds)
{
    private const string Header = "method\tlabels\tseed\tpeak rate\tright\ttested\tseconds";

    /// <summary>The share of texts that it sorted rightly.</summary>
    public double Accuracy => (double)Right / Tested;

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<SectionRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Method}\t{run.Labels}\t{run.Seed}\t{run.Rate}\t{run.Right}\t{run.Tested}\t{run.Seconds:F0}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<SectionRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs of sorting packages", "lab bert-sections (or bert-rates)");

    private static SectionRun? Parse(string[] fields)
    {
        double[] numbers = [.. fields.Skip(1).Select(TabFile.Number)];
        return numbers.Length == 6 && numbers.All(number => number >= 0 && double.IsFinite(number))
            && new[] { 0, 1, 3, 4 }.All(i => double.IsInteger(numbers[i]) && numbers[i] <= int.MaxValue)
            && numbers[3] <= numbers[4] && numbers[4] > 0
                ? new SectionRun(
                    fields[0], (int)numbers[0], (int)numbers[1], numbers[2], (int)numbers[3], (int)numbers[4],
                    numbers[5])
                : null;
    }
}
