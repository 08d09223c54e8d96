using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>What a chapter's metadata declare of its variants and faults.</summary>
internal static class TweakMetadata
{
    public const string Variants = "variants", Trains = "trains", Faults = "faults", Draws = "draws";

    /// <summary>The names in a cell's section that <c>check --fix</c> leaves alone.</summary>
    public static IReadOnlyList<string> Names { get; } = [Variants, Trains, Faults, Draws, InPage.Field];

    /// <summary>Whether the chapter trains for so long that its default settings are not run a second time.</summary>
    public static bool IsTraining(Cell settings) => Section(settings)?[Trains]?.ToJsonString() == "true";

    /// <summary>
    /// What bounds the settings that are drawn at random, so that a draw does not train for an hour: by the name of a
    /// setting, the largest value to draw, or the value itself where the setting states no range.
    /// </summary>
    /// <exception cref="CourseException">They are malformed.</exception>
    public static IReadOnlyDictionary<string, string> DrawsOf(Cell settings) => Section(settings)?[Draws] switch
    {
        null => new Dictionary<string, string>(),
        JsonObject bounds => bounds.ToDictionary(pair => pair.Key, pair => Text(bounds, pair.Key, $"'{Draws}'")),
        _ => throw new CourseException($"'{Draws}' in a cell's metadata is not an object of settings."),
    };

    /// <summary>The variants that a cell declares.</summary>
    /// <exception cref="CourseException">They are malformed; the message names the variant.</exception>
    public static IReadOnlyList<Variant> VariantsOf(Cell cell) =>
        Distinct(
            [.. Items(cell, Variants, "variant").Select(item => VariantOf(item.Item, item.Where))],
            one => one.Name, "variant");

    /// <summary>The faults that a cell declares.</summary>
    /// <exception cref="CourseException">They are malformed; the message names the fault.</exception>
    public static IReadOnlyList<Fault> FaultsOf(Cell cell) =>
        Distinct(
            [.. Items(cell, Faults, "fault").Select(item => FaultOf(item.Item, item.Where))], one => one.Name, "fault");

    private static JsonObject? Section(Cell cell) => cell.Metadata[OutputHash.Section] as JsonObject;

    private static IEnumerable<(JsonObject Item, string Where)> Items(Cell cell, string field, string what)
    {
        if (Section(cell)?[field] is not { } found) { yield break; }
        if (found is not JsonArray items) { throw new CourseException($"'{field}' in a cell's metadata is no list."); }

        for (int i = 0; i < items.Count; i++)
        {
            string where = (items[i] as JsonObject)?["name"] is JsonValue value && value.TryGetValue(out string? name)
                ? $"{what} '{Quoted.Of(name)}'"
                : $"{what} {i + 1}";
            yield return (items[i] as JsonObject
                ?? throw new CourseException($"{where} is not an object with a name."), where);
        }
    }

    private static Variant VariantOf(JsonObject item, string where)
    {
        Only(item, where, "name", "set", "never", "whole");
        if (item["set"] is not JsonObject { Count: > 0 } set)
        {
            throw new CourseException($"{where} has no 'set' with the settings that it changes.");
        }

        return new Variant(
            Text(item, "name", where), set.ToDictionary(pair => pair.Key, pair => Text(set, pair.Key, where)),
            item["never"] switch
            {
                null => [],
                JsonArray words =>
                    [.. words.Select(
                    word => word is JsonValue value && value.TryGetValue(out string? text)
                        ? text
                        : throw new CourseException($"{where}: 'never' is no list of words."))],
                _ => throw new CourseException($"{where}: 'never' is no list of words."),
            }, IsWhole(item, where));
    }

    private static bool IsWhole(JsonObject item, string where) => item["whole"]?.ToJsonString() switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new CourseException($"{where}: 'whole' is neither true nor false."),
    };

    private static Fault FaultOf(JsonObject item, string where)
    {
        Only(item, where, "name", "cell", "from", "to", "band", "until");
        return new Fault(
            Text(item, "name", where), Text(item, "cell", where), Text(item, "from", where), Text(item, "to", where),
            Text(item, "band", where),
            item["until"] is null ? null : Text(item, "until", where));
    }

    private static void Only(JsonObject item, string where, params string[] names)
    {
        if (item.Select(pair => pair.Key).Except(names).FirstOrDefault() is { } other)
        {
            throw new CourseException($"{where} has '{Quoted.Of(other)}', but it may have {string.Join(", ", names)}.");
        }
    }

    private static string Text(JsonObject item, string name, string where) =>
        item[name] is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : throw new CourseException($"{where} has no text '{Quoted.Of(name)}'.");

    private static IReadOnlyList<T> Distinct<T>(IReadOnlyList<T> items, Func<T, string> name, string what) =>
        items.GroupBy(name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new CourseException($"two {what}s are called '{Quoted.Of(twice.Key)}'.")
            : items;
}
