using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TransformersFromScratch;

/// <summary>
/// "Is my run normal?": compares the numbers of a run with the bands that normal runs of the same chapter gave, which
/// data/expected.json records together with the settings of those runs.
/// </summary>
public static class Expected
{
    /// <summary>Set to 1 where chapters are tested: a number outside its band is then an error.</summary>
    public const string StrictVariable = "TRANSFORMERS_COURSE_STRICT";

    /// <summary>What is said of a run with other settings, after their names.</summary>
    public const string NotJudged = "with other settings than the default ones, a run is not judged";

    /// <summary>What the name of a time begins with.</summary>
    public const string TimePrefix = "time";

    /// <summary>The name under which a chapter's default settings stand among its bands.</summary>
    public const string SettingsName = "settings";

    /// <summary>Letters stay as they are, and a number may be NaN.</summary>
    private static readonly JsonSerializerOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly string s_file = Path.Combine("..", "data", "expected.json");

    /// <summary>A table of the numbers, their bands, and whether each lies inside.</summary>
    /// <param name="chapter">The chapter's name in data/expected.json, such as "01-attention".</param>
    /// <param name="settings">
    /// The chapter's settings. The bands are those of the default ones, which data/expected.json records; with others
    /// the table shows both, says which settings differ, and judges nothing. (That a record equals <c>new
    /// Settings()</c> would say little: whoever tweaks a chapter changes the defaults themselves.)
    /// </param>
    /// <param name="numbers">Each with the name of its band.</param>
    /// <remarks>
    /// A time differs from run to run. A band whose name begins with "time" shows its number only when it lies outside,
    /// so that the outputs of two normal runs are the same; and it is never an error.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// Under <see cref="StrictVariable"/>: a number lies outside its band. Always: the chapter, its settings or a band
    /// are not recorded.
    /// </exception>
    public static Table Check(string chapter, object settings, params (string Name, double Value)[] numbers) =>
        CheckIn(s_file, chapter, settings, numbers);

    /// <summary>The same for a chapter without settings, or where they are the default ones.</summary>
    /// <inheritdoc cref="Check(string, object, ValueTuple{string, double}[])"/>
    public static Table Check(string chapter, params (string Name, double Value)[] numbers) =>
        CheckIn(s_file, chapter, null, numbers);

    /// <summary>
    /// What <see cref="Check(string, object, ValueTuple{string, double}[])"/> is given, as JSON, for the command that
    /// makes the bands.
    /// </summary>
    /// <param name="chapter">The chapter's name.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="numbers">Each with the name of its band.</param>
    public static string Numbers(string chapter, object settings, params (string Name, double Value)[] numbers) =>
        new JsonObject
        {
            ["chapter"] = chapter,
            [SettingsName] = Json(settings),
            ["numbers"] = new JsonObject(
            numbers.Select(
                number => KeyValuePair.Create(number.Name, JsonSerializer.SerializeToNode(number.Value, s_json)))),
        }.ToJsonString(s_json);

    internal static Table CheckIn(string path, string chapter, object? settings, (string Name, double Value)[] numbers)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        if (!document.RootElement.TryGetProperty(chapter, out JsonElement bands))
        {
            throw new InvalidOperationException(
                $"data/expected.json has no chapter '{chapter}'. Add it, with a band for each of its numbers.");
        }

        string[] changed = settings is null ? [] : Changed(bands, chapter, settings);
        var rows = numbers.Select(
            number => Judge(number, BandOf(bands, chapter, number.Name), isJudged: changed.Length == 0)).ToList();
        if (changed.Length > 0)
        {
            return Table.Rows(
                ["number", "your run", "a normal run, default settings"], rows.Select(row => row.Cells[..3]),
                $"{string.Join(", ", changed)}: {NotJudged}.");
        }

        // A time is for the reader to judge: a machine that has something else to do as well has nothing wrong with it.
        string[] outside =
            [.. rows.Where(row => !row.Inside && !IsTime(row.Cells[0])).Select(row => string.Join(" | ", row.Cells))];
        if (outside.Length > 0 && Environment.GetEnvironmentVariable(StrictVariable) == "1")
        {
            throw new InvalidOperationException(
                $"Chapter {chapter}: outside the expected band: {string.Join("; ", outside)}. " +
                "If the change is meant, record the new band in data/expected.json.");
        }

        return Table.Rows(["number", "your run", "a normal run", ""], rows.Select(row => row.Cells));
    }

    /// <summary>The settings that are not the recorded ones, each with both values: "Heads = 2 (default 4)".</summary>
    private static string[] Changed(JsonElement bands, string chapter, object settings)
    {
        JsonObject mine = Json(settings);
        if (!bands.TryGetProperty(SettingsName, out JsonElement recorded))
        {
            throw new InvalidOperationException(
                $"data/expected.json does not say which settings the bands of '{chapter}' are of. If they are these, " +
                $"add \"{SettingsName}\": {mine.ToJsonString(s_json)}");
        }

        JsonObject normal = JsonObject.Create(recorded)!;
        return [.. normal.Select(item => item.Key).Union(mine.Select(item => item.Key))
            .Where(name => !JsonNode.DeepEquals(mine[name], normal[name]))
            .Select(name => $"{name} = {Text(mine[name])} (default {Text(normal[name])})")];
    }

    /// <summary>The settings by name. Lists and records inside them are compared by what they hold.</summary>
    private static JsonObject Json(object settings) =>
        JsonSerializer.SerializeToNode(settings, settings.GetType(), s_json) as JsonObject
        ?? throw new ArgumentException(
            $"Expected.Check takes the settings themselves, not {settings}: Expected.Check(chapter, settings, …).",
            nameof(settings));

    private static (bool Inside, string[] Cells) Judge(
        (string Name, double Value) number, (double Low, double High) band, bool isJudged)
    {
        bool inside = number.Value >= band.Low && number.Value <= band.High; // NaN is never inside
        bool hidden = IsTime(number.Name) && (inside || !isJudged);
        return (inside,
            [number.Name, hidden ? "(varies)" : Text(number.Value), $"{Text(band.Low)} to {Text(band.High)}",
                inside ? "✓ normal" : "✗ outside"]);
    }

    private static bool IsTime(string name) => name.StartsWith(TimePrefix, StringComparison.Ordinal);

    private static (double Low, double High) BandOf(JsonElement bands, string chapter, string name) =>
        bands.TryGetProperty(name, out JsonElement band)
        ? (band[0].GetDouble(), band[1].GetDouble())
        : throw new InvalidOperationException(
            $"data/expected.json has no band '{name}' for chapter '{chapter}'. Add it as \"{name}\": [low, high].");

    private static string Text(JsonNode? value) => value?.ToJsonString(s_json) ?? "none";

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
