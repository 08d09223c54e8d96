using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>
/// What nbformat 4 says about the types of a notebook's parts, looked at once when it is read: whoever uses a cell need
/// not ask again whether its source is text. What may be left out may be missing; what is there must be of its type.
/// </summary>
internal sealed class NotebookShape(JsonText text)
{
    private const string Prose = "text or a list of texts", Whole = "a whole number from 0",
        WholeOrNull = Whole + ", or null", Members = "an object";

    /// <exception cref="JsonTextException">Something is not what it should be.</exception>
    public void Check()
    {
        JsonPlace root = text.Root;
        if (root.Node is not JsonObject) { throw new JsonTextException("it is not a JSON object"); }

        if (!IsWhole(root["nbformat"], out int version) || version != 4)
        {
            string found = root["nbformat"] is { } format ? text.Quote(format) : "missing";
            throw new JsonTextException($"its nbformat is not 4 but {found}; open it in Jupyter once to convert it");
        }

        Expect(root["nbformat_minor"], "its nbformat_minor", Whole, place => IsWhole(place, out _));
        Expect(root["metadata"], "its metadata", Members, IsObject);
        if (root["cells"] is not { } cells || cells.Node is not JsonArray)
        {
            throw new JsonTextException("it has no list of cells");
        }

        for (int i = 0; i < cells.Children!.Count; i++) { CheckCell(cells.Children[i].Value, $"cell {i + 1}"); }
    }

    private void CheckCell(JsonPlace cell, string name)
    {
        if (!IsObject(cell)) { throw At(cell, $"{name} is not an object"); }

        string? kind = TextOf(cell["cell_type"]);
        if (kind is not ("markdown" or "code" or "raw"))
        {
            throw At(cell, $"{name} has the unknown cell_type '{Quoted.Of(kind ?? "", 40)}'");
        }

        if (cell["source"] is not { Node: not null } source) { throw At(cell, $"{name} has no source"); }

        Expect(source, $"{name}'s source", Prose, IsProse);
        Expect(cell["id"], $"{name}'s id", "text", place => place.Node is null || TextOf(place) is not null);
        Expect(cell["metadata"], $"{name}'s metadata", Members, IsObject);
        Expect(cell["attachments"], $"{name}'s attachments", "an object of objects", IsObjectOf(IsObjectOf(IsProse)));
        if (kind != "code") { return; }

        Expect(cell["execution_count"], $"{name}'s execution_count", WholeOrNull, IsWholeOrNull);
        Expect(cell["outputs"], $"{name}'s outputs", "a list", place => place.Node is JsonArray);
        IReadOnlyList<(string, JsonPlace Value)> outputs = cell["outputs"]?.Children ?? [];
        for (int i = 0; i < outputs.Count; i++) { CheckOutput(outputs[i].Value, name, $"{name}'s outputs[{i}]"); }
    }

    private void CheckOutput(JsonPlace output, string cell, string name)
    {
        if (!IsObject(output)) { throw At(output, $"{cell} has an output that is not an object"); }

        Expect(output["output_type"], $"{name}.output_type", "text", place => TextOf(place) is not null);
        switch (TextOf(output["output_type"]))
        {
            case "stream":
                Expect(output["name"], $"{name}.name", "text", place => TextOf(place) is not null);
                Expect(output["text"], $"{name}.text", Prose, IsProse);
                break;
            case "display_data" or "execute_result":
                Expect(output["data"], $"{name}.data", Members, IsObject);
                foreach (var (mime, value) in output["data"]?.Children ?? [])
                {
                    Expect(
                        value, $"{name}.data['{Quoted.Of(mime, 40)}']", Prose,
                        place => !MimeBundle.IsText(mime) || IsProse(place));
                }

                Expect(output["metadata"], $"{name}.metadata", Members, IsObject);
                Expect(output["execution_count"], $"{name}.execution_count", WholeOrNull, IsWholeOrNull);
                break;
            case "error":
                Expect(output["ename"], $"{name}.ename", "text", place => TextOf(place) is not null);
                Expect(output["evalue"], $"{name}.evalue", "text", place => TextOf(place) is not null);
                Expect(
                    output["traceback"], $"{name}.traceback", "a list of texts",
                    // Notebooks of Polyglot have a null where there was no line.
                    place => place.Node is JsonArray
                        && place.Children!.All(line => line.Value.Node is null || TextOf(line.Value) is not null));
                break;
        }
    }

    private void Expect(JsonPlace? place, string name, string expected, Func<JsonPlace, bool> isRight)
    {
        if (place is not null && !isRight(place)) { throw At(place, $"{name} is {text.Quote(place)}, not {expected}"); }
    }

    private JsonTextException At(JsonPlace place, string problem) =>
        new($"{problem} (line {text.LineAt(place.Start)})");

    private static bool IsObject(JsonPlace place) => place.Node is JsonObject;

    private static Func<JsonPlace, bool> IsObjectOf(Func<JsonPlace, bool> member) =>
        place => IsObject(place) && place.Children!.All(child => member(child.Value));

    private static bool IsProse(JsonPlace place) =>
        TextOf(place) is not null
            || (place.Node is JsonArray && place.Children!.All(line => TextOf(line.Value) is not null));

    private static bool IsWholeOrNull(JsonPlace place) => place.Node is null || IsWhole(place, out _);

    private static bool IsWhole(JsonPlace? place, out int number)
    {
        number = 0;
        return place?.Node is JsonValue value && value.TryGetValue(out JsonElement element)
            && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt32(out number) && number >= 0;
    }

    private static string? TextOf(JsonPlace? place) =>
        place?.Node is JsonValue value && value.TryGetValue(out string? found) ? found : null;
}
