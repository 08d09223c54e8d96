using System.Text.Json;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>
/// What a chapter is like where its cells run in the page of a published site, many times as slowly as on a machine, as
/// the metadata of its settings' cell say: <c>"page": { "set": { "Steps": "50" } }</c>, or
/// <c>"page": { "not": "It opens a file that the site does not have." }</c>.
/// </summary>
/// <param name="Set">
/// Smaller settings, with which the whole chapter is done in a bearable time; none where it is so by itself.
/// </param>
/// <param name="WhyNot">Why the chapter cannot run in a page, in a sentence; null where it can.</param>
internal sealed record InPage(IReadOnlyDictionary<string, string> Set, string? WhyNot)
{
    /// <summary>The name of this in a cell's metadata.</summary>
    public const string Field = "page";

    private static readonly InPage s_asItIs = new(new Dictionary<string, string>(), null);

    /// <summary>What the cell of a chapter's settings says.</summary>
    /// <exception cref="CourseException">It is malformed.</exception>
    public static InPage Of(Cell settings) => (settings.Metadata[OutputHash.Section] as JsonObject)?[Field] switch
    {
        null => s_asItIs,
        JsonObject { Count: 1 } item when item["not"] is JsonValue why && why.TryGetValue(out string? sentence) =>
            new(s_asItIs.Set, sentence),
        JsonObject { Count: 1 } item when item["set"] is JsonObject { Count: > 0 } set && set.All(IsText) =>
            new(set.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>()), null),
        _ => throw new CourseException(
            $"'{Field}' in a cell's metadata has neither a 'set' of smaller settings, as C# texts, nor a 'not' with " +
            "a sentence that says why the chapter cannot run in a page."),
    };

    /// <summary>The smaller settings as a variant that the chapter is tested under; null if there are none.</summary>
    /// <exception cref="CourseException">They are malformed.</exception>
    public static Variant? VariantOf(Cell settings) => Of(settings) is { Set.Count: > 0 } page
        ? new Variant("smaller, for the page", page.Set, [], Whole: true) : null;

    /// <summary>
    /// The smaller settings as the page's script offers them (assets/live/page-times.js), as JSON: what changes in
    /// words, and the lines of the cell before and after. Null where there are none.
    /// </summary>
    /// <exception cref="CourseException">They are malformed, or no settings of the chapter.</exception>
    public static string? OfferOf(SettingsCell settings)
    {
        if (Of(settings.Cell) is not { Set: { Count: > 0 } set }) { return null; }

        string[] before = settings.Cell.Source.Split('\n'), after = settings.With(set).Split('\n');
        return before.Length == after.Length
            ? JsonSerializer.Serialize(new
            {
                words = settings.Settings.Where(setting => set.ContainsKey(setting.Name))
                    .Select(setting => $"{setting.Name} {setting.Default} → {set[setting.Name]}"),
                lines = before.Zip(after).Where(pair => pair.First != pair.Second)
                    .Select(pair => new[] { pair.First, Aligned(pair.First, pair.Second) }),
            })
            : throw new CourseException($"'{Field}' in a cell's metadata has a text of several lines.");
    }

    /// <summary>The line after, with its comment where the line before had it.</summary>
    private static string Aligned(string before, string after)
    {
        int column = before.LastIndexOf("//", StringComparison.Ordinal),
            now = after.LastIndexOf("//", StringComparison.Ordinal);
        return column > now && now > 0 ? after.Insert(now, new string(' ', column - now)) : after;
    }

    private static bool IsText(KeyValuePair<string, JsonNode?> pair) =>
        pair.Value is JsonValue value && value.TryGetValue(out string? _);
}
