using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>The few things about JSON that notebooks do their own way.</summary>
internal static class Json
{
    /// <summary>A member that is an object, made if it is not there.</summary>
    public static JsonObject ObjectOf(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject found) { return found; }

        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    /// <summary>Text as nbformat keeps it, a list of lines, or a plain string.</summary>
    public static string Text(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(line => line?.GetValue<string>())),
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => "",
    };

    /// <summary>The list of lines that nbformat keeps a text as, each with its newline.</summary>
    public static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int newline = text.IndexOf('\n', start);
            int end = newline < 0 ? text.Length : newline + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
