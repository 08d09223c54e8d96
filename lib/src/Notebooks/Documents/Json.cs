using System.Globalization;
using System.Text;
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

    /// <summary>
    /// .NET writes characters beyond the basic plane, such as emoji, as two \u escapes even when asked for plain text;
    /// Jupyter writes them as they are.
    /// </summary>
    public static string WithPlainCharacters(string json)
    {
        if (!json.Contains(@"\uD", StringComparison.OrdinalIgnoreCase)) { return json; }

        var plain = new StringBuilder(json.Length);
        for (int i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                plain.Append(json[i]);
            }
            else if (SurrogateAt(json, i, out char high) && char.IsHighSurrogate(high)
                && SurrogateAt(json, i + 6, out char low) && char.IsLowSurrogate(low))
            {
                plain.Append(high).Append(low);
                i += 11;
            }
            else
            {
                plain.Append(json[i]).Append(json[++i]); // an escaped backslash must not start another escape
            }
        }

        return plain.ToString();
    }

    private static bool SurrogateAt(string json, int index, out char value)
    {
        value = '\0';
        if (index + 6 > json.Length || json[index] != '\\' || json[index + 1] != 'u'
            || !ushort.TryParse(json.AsSpan(index + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort number))
        {
            return false;
        }

        value = (char)number;
        return true;
    }
}
