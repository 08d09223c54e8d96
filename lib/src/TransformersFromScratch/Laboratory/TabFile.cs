using System.Globalization;
using Shared;

namespace TransformersFromScratch;

/// <summary>Files of runs: a header, then a line each with tabs between the fields.</summary>
internal static class TabFile
{
    /// <summary>Writes the whole file or nothing.</summary>
    public static void Save(string path, string header, IEnumerable<string> lines) =>
        WholeFile.Write(path, string.Concat(lines.Prepend(header).Select(line => line + "\n")));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What its first line has to be.</param>
    /// <param name="parse">From the fields of a line to what it says; null if that is nothing.</param>
    /// <param name="one">What a line holds, for messages: "run".</param>
    /// <param name="all">What the file holds, for messages: "runs".</param>
    /// <param name="command">What makes the file: "lab first-tasks".</param>
    /// <exception cref="InvalidDataException">It is not UTF-8, or the header or a line is not as it should be; the
    /// message says which.</exception>
    public static IReadOnlyList<T> Load<T>(
        string path, string header, Func<string[], T?> parse, string one, string all, string command) where T : class
    {
        string[] lines = [.. LineReader.OfFile(path).Select(line => line.Text)];
        return lines.Length > 0 && lines[0] == header
            ? [.. lines.Skip(1).Select((line, i) => parse(line.Split('\t')) ?? throw new InvalidDataException(
                $"{path}, line {i + 2}: '{Excerpt.Of(line)}' is not a {one}. Make the file again with: " +
                $"{CourseCommand.Line(command)}"))]
            : throw new InvalidDataException($"{path} does not begin with '{header}', so it holds no {all}.");
    }

    /// <summary>Numbers as one field, with blanks between them.</summary>
    public static string Join(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("G5", CultureInfo.InvariantCulture)));

    /// <summary>A curve as one field: "step:value", with blanks between.</summary>
    /// <param name="curve">Its points: where, and how high.</param>
    /// <param name="format">Of the values, such as F4.</param>
    public static string JoinCurve(IEnumerable<(long At, double Value)> curve, string format) => string.Join(
        ' ',
        curve.Select(
            point => FormattableString.Invariant($"{point.At}:") +
                point.Value.ToString(format, CultureInfo.InvariantCulture)));

    /// <summary>What <see cref="JoinCurve"/> wrote; null if a part is no point of a curve.</summary>
    public static IReadOnlyList<(long At, double Value)>? Curve(string field)
    {
        var curve = new List<(long At, double Value)>();
        foreach (string text in field.Split(' '))
        {
            if (text.Split(':') is not [var at, var value]
                || !long.TryParse(at, NumberStyles.Integer, CultureInfo.InvariantCulture, out long step)
                || !double.IsFinite(Number(value))) { return null; }

            curve.Add((step, Number(value)));
        }

        return curve;
    }

    /// <summary>A field as a number; NaN if it is none.</summary>
    public static double Number(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : double.NaN;

    /// <summary>What <see cref="Join"/> wrote; null if a part is no number.</summary>
    public static IReadOnlyList<double>? Numbers(string field)
    {
        var numbers = new List<double>();
        foreach (string text in field.Split(' '))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
