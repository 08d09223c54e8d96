using System.Globalization;

namespace TransformersFromScratch;

/// <summary>What became of a <see cref="TaskRecipe"/>.</summary>
/// <param name="Recipe">Its name.</param>
/// <param name="Seed">Of the weights and the batches.</param>
/// <param name="Right">How many test sequences were answered without a mistake.</param>
/// <param name="Tested">Of how many.</param>
public sealed record TaskRun(string Recipe, int Seed, int Right, int Tested)
{
    private const string Header = "task\tseed\tright\ttested";

    /// <summary>Writes runs, a line each with tabs between the fields; the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<TaskRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture, $"{run.Recipe}\t{run.Seed}\t{run.Right}\t{run.Tested}")));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<TaskRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab first-tasks");

    private static TaskRun? Parse(string[] fields) =>
        fields.Length == 4 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int seed) &&
        int.TryParse(fields[2], CultureInfo.InvariantCulture, out int right)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out int tested) &&
        right >= 0 && right <= tested && tested >= 1
            ? new TaskRun(fields[0], seed, right, tested)
            : null;
}
