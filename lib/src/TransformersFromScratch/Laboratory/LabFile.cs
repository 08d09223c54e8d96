using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Runs of the laboratory in a file: a line a run, its fields apart by tabs.</summary>
public static class LabFile
{
    private const string Header = "without\tseed\texact\tloss\tentropy\tgradient";

    /// <summary>Writes runs, the whole file or nothing.</summary>
    public static void Save(string path, IEnumerable<LabRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        TabFile.Save(path, Header, runs.Select(run => string.Join('\t',
            run.Variant, run.Seed.ToString(CultureInfo.InvariantCulture),
            run.Exact.ToString(CultureInfo.InvariantCulture), Points(run.Curve, "G5"), Points(run.Entropy, "G4"),
            Points(run.Gradient, "G4"))));

        static string Points(IReadOnlyList<double> points, string format) =>
            string.Join(' ', points.Select(point => point.ToString(format, CultureInfo.InvariantCulture)));
    }

    /// <summary>Reads runs.</summary>
    /// <exception cref="InvalidDataException">A line that is not a run; the message says which.</exception>
    public static IReadOnlyList<LabRun> Load(string path) =>
        TabFile.Load(path, Header, Parse, "run", "runs", "lab break-it");

    private static LabRun? Parse(string[] fields)
    {
        return fields.Length == 6 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out int seed)
            && Number(fields[2], out double exact) && exact is >= 0 and <= 1
            && Points(fields[3]) is { Count: > 0 } curve && Points(fields[4]) is { } entropy
            && Points(fields[5]) is { } gradient
            && entropy.Count == gradient.Count && (entropy.Count == 0 || entropy.Count == curve.Count)
            ? new LabRun(fields[0], seed, exact, curve) { Entropy = entropy, Gradient = gradient }
            : null;
    }

    private static List<double>? Points(string field)
    {
        var points = new List<double>();
        foreach (string text in field.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Number(text, out double value)) { return null; }

            points.Add(value);
        }

        return points;
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
