using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Runs of the laboratory in a file: a line a run, its fields apart by tabs.</summary>
public static class LabFile
{
    private const string Header = "without\tseed\texact\tloss";

    /// <summary>Writes runs, the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<LabRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Create(
            CultureInfo.InvariantCulture, $"{run.Variant}\t{run.Seed}\t{run.Exact}\t{Curve(run)}")));

        static string Curve(LabRun run) =>
            string.Join(' ', run.Curve.Select(loss => loss.ToString("G5", CultureInfo.InvariantCulture)));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<LabRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab break-it");

    private static LabRun? Parse(string[] fields)
    {
        if (fields.Length != 4 || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out int seed)
            || !Number(fields[2], out double exact) || exact is not (>= 0 and <= 1))
        {
            return null;
        }

        var curve = new List<double>();
        foreach (string text in fields[3].Split(' '))
        {
            if (!Number(text, out double loss))
            {
                return null;
            }

            curve.Add(loss);
        }

        return new LabRun(fields[0], seed, exact, curve);
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
