using System.Globalization;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// "Is my run normal?": compares the numbers of a run with the bands that normal runs of the same chapter gave, which
/// data/expected.json records.
/// </summary>
public static class Expected
{
    /// <summary>Set to 1 where chapters are tested: a number outside its band is then an error.</summary>
    public const string StrictVariable = "TRANSFORMERS_COURSE_STRICT";

    /// <summary>A table of the numbers, their bands, and whether each lies inside.</summary>
    /// <param name="chapter">The chapter's name in data/expected.json, such as "01-attention".</param>
    /// <param name="numbers">Each with the name of its band.</param>
    /// <remarks>
    /// A time differs from run to run. A band whose name begins with "time" shows its number only when it lies outside, so that the
    /// outputs of two normal runs are the same; and it is never an error.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// Under <see cref="StrictVariable"/>: a number lies outside its band. Always: the chapter or a band is not recorded.
    /// </exception>
    public static Table Check(string chapter, params (string Name, double Value)[] numbers) =>
        Check(Path.Combine("..", "data", "expected.json"), chapter, numbers);

    internal static Table Check(string path, string chapter, (string Name, double Value)[] numbers)
    {
        var rows = numbers.Select(number => Judge(number, BandOf(path, chapter, number.Name))).ToList();

        // A time is for the reader to judge: a machine that has something else to do as well has nothing wrong with it.
        string[] outside = [.. rows.Where(row => !row.Inside && !IsTime(row.Cells[0])).Select(row => string.Join(" | ", row.Cells))];
        if (outside.Length > 0 && Environment.GetEnvironmentVariable(StrictVariable) == "1")
        {
            throw new InvalidOperationException(
                $"Chapter {chapter}: outside the expected band: {string.Join("; ", outside)}. " +
                "If the change is meant, record the new band in data/expected.json.");
        }

        return Table.Rows(["number", "your run", "a normal run", ""], rows.Select(row => row.Cells));
    }

    private static (bool Inside, string[] Cells) Judge((string Name, double Value) number, (double Low, double High) band)
    {
        bool inside = number.Value >= band.Low && number.Value <= band.High; // NaN is never inside
        bool hidden = inside && IsTime(number.Name);
        return (inside, [number.Name, hidden ? "(varies)" : Text(number.Value), $"{Text(band.Low)} to {Text(band.High)}", inside ? "✓ normal" : "✗ outside"]);
    }

    private static bool IsTime(string name) => name.StartsWith("time", StringComparison.Ordinal);

    private static (double Low, double High) BandOf(string path, string chapter, string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        if (document.RootElement.TryGetProperty(chapter, out JsonElement bands) && bands.TryGetProperty(name, out JsonElement band))
        {
            return (band[0].GetDouble(), band[1].GetDouble());
        }

        throw new InvalidOperationException(
            $"data/expected.json has no band '{name}' for chapter '{chapter}'. Add it as \"{name}\": [low, high].");
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
