using System.Text.Json.Nodes;
using Notebooks;

namespace Course;

/// <summary>
/// The metadata that every front end accepts: Polyglot claims the file by a kernelspec whose name starts with ".net-"
/// and crashes where a cell says no language; Jupyter colours by pygments_lexer. Polyglot renames the language when it
/// saves, which no other front end knows; <see cref="Normalise"/> undoes that.
/// </summary>
internal static class ChapterMetadata
{
    /// <summary>The tag of a code cell that trains for more than a minute, such as no test waits for twice.</summary>
    public const string LongTag = "long";

    /// <summary>The tag of a code cell that shows what the clock said: no two runs of it give the same.</summary>
    public const string TimedTag = "timed";

    private static readonly string[] s_tags = [LongTag, TimedTag];

    private const string Remedy = "Run: dotnet run --project lib/src/Course -- check --fix";

    private static readonly JsonNode s_notebook = JsonNode.Parse("""
        {
          "kernelspec": { "display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp" },
          "language_info": {
            "file_extension": ".cs", "mimetype": "text/x-csharp", "name": "C#", "pygments_lexer": "csharp"
          },
          "polyglot_notebook": {
            "kernelInfo": { "defaultKernelName": "csharp", "items": [ { "aliases": [], "name": "csharp" } ] }
          }
        }
        """)!;

    private static readonly JsonNode s_code = JsonNode.Parse("""
        { "dotnet_interactive": { "language": "csharp" }, "polyglot_notebook": { "kernelName": "csharp" } }
        """)!;

    private static readonly JsonNode s_prose = new JsonObject();

    /// <summary>Whether a cell has the tag <see cref="LongTag"/>.</summary>
    public static bool IsLong(Cell cell) => TagsOf(cell.Metadata).Contains(LongTag);

    /// <summary>Whether a cell has the tag <see cref="TimedTag"/>.</summary>
    public static bool IsTimed(Cell cell) => TagsOf(cell.Metadata).Contains(TimedTag);

    /// <summary>What is not as it should be in a notebook's JSON.</summary>
    public static IEnumerable<(string Where, string What, string Remedy)> Problems(JsonObject root)
    {
        if (root["nbformat"]?.ToJsonString() != "4" || root["nbformat_minor"]?.ToJsonString() != "5")
        {
            yield return ("", $"nbformat is {root["nbformat"]}.{root["nbformat_minor"]}, not 4.5", Remedy);
        }

        if (!JsonNode.DeepEquals(root["metadata"], s_notebook))
        {
            yield return ("", "the notebook's metadata is not what every front end accepts: " +
                $"{Difference(root["metadata"] as JsonObject, s_notebook)}", Remedy);
        }

        var ids = new HashSet<string>();
        foreach (var (cell, where) in Cells(root))
        {
            string id = IdOf(cell);
            if (!CellIds.IsId(id))
            {
                yield return (where, id == "" ? "the cell has no id" : $"'{Quoted.Of(id)}' is not a cell id", Remedy);
            }
            else if (!ids.Add(id)) { yield return (where, $"another cell has the same id '{id}'", Remedy); }

            JsonNode expected = Expected(cell);
            if (!JsonNode.DeepEquals(cell["metadata"], expected))
            {
                yield return (where, "the cell's metadata is not what every front end accepts: " +
                    $"{Difference(cell["metadata"] as JsonObject, expected)}", Remedy);
            }
        }
    }

    /// <summary>Puts right all that <see cref="Problems"/> finds; nothing else changes.</summary>
    public static void Normalise(JsonObject root)
    {
        root["nbformat"] = 4;
        root["nbformat_minor"] = 5;
        root["metadata"] = s_notebook.DeepClone();
        JsonObject[] cells = [.. Cells(root).Select(item => item.Cell)];
        CellIds.Complete(cells);
        foreach (JsonObject cell in cells) { cell["metadata"] = Expected(cell); }
    }

    /// <summary>
    /// A cell's metadata as it should be; the stamp of its outputs, its variants or faults, and the tag of a long or a
    /// timed cell, if there are, belong to it.
    /// </summary>
    private static JsonNode Expected(JsonObject cell)
    {
        JsonNode expected = (TypeOf(cell) == "code" ? s_code : s_prose).DeepClone();
        if (TypeOf(cell) != "code" || cell["metadata"] is not JsonObject metadata) { return expected; }

        if (metadata[OutputHash.Section] is JsonObject section)
        {
            JsonObject kept =
                [.. section.Where(
                    item => item.Key == OutputHash.Field
                        ? OutputHash.StampOf(metadata) is not null
                        : TweakMetadata.Names.Contains(item.Key))
                .Select(item => KeyValuePair.Create(item.Key, item.Value?.DeepClone()))];
            if (kept.Count > 0) { expected[OutputHash.Section] = kept; }
        }

        JsonNode[] tags = [.. TagsOf(metadata).Select(tag => JsonValue.Create(tag))];
        if (tags.Length > 0) { expected["tags"] = new JsonArray(tags); }

        return expected;
    }

    /// <summary>Those of our tags that a cell has.</summary>
    private static IEnumerable<string> TagsOf(JsonObject metadata) =>
        metadata["tags"] is JsonArray tags ? s_tags.Where(ours => tags.Any(tag => tag?.ToString() == ours)) : [];

    private static IEnumerable<(JsonObject Cell, string Where)> Cells(JsonObject root)
    {
        int all = 0, code = 0;
        foreach (JsonObject cell in (root["cells"] as JsonArray ?? []).OfType<JsonObject>())
        {
            all++;
            yield return (cell, TypeOf(cell) == "code" ? $"code cell {++code}" : $"cell {all}");
        }
    }

    private static string Difference(JsonObject? found, JsonNode expected)
    {
        if (found is null) { return "it has none"; }

        string[] names = [.. found.Select(item => item.Key).Union(expected.AsObject().Select(item => item.Key))
            .Where(name => !JsonNode.DeepEquals(found[name], expected[name]))];
        return string.Join(
            ", ", names.Take(5).Select(name => expected[name] is null ? $"{Quoted.Of(name, 40)} does not belong there"
            : found[name] is null ? $"{name} is missing" : $"{name} is {Quoted.Of(found[name]!.ToJsonString())}")) +
                (names.Length > 5 ? " …" : "");
    }

    private static string TypeOf(JsonObject cell) => cell["cell_type"]?.ToString() ?? "";

    private static string IdOf(JsonObject cell) => cell["id"]?.ToString() ?? "";
}
