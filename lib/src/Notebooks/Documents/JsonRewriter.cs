using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>
/// Writes JSON over the text it was read from: a value that is still the same keeps its bytes, and so does the space
/// around it. Only what is new is written afresh, as Jupyter would, in the manner of the text: its indent, its line
/// ends.
/// </summary>
internal sealed class JsonRewriter
{
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly byte[] _old;
    private readonly string _newLine = "\n", _indent = " ", _comma = ",", _colon = ": ";

    private JsonRewriter(JsonText? old)
    {
        _old = old?.Bytes ?? [];
        if (old?.Root.Children is not [var (_, first), ..] members) { return; }

        int quote = _old.AsSpan(0, first.Start).LastIndexOf((byte)'"');
        _colon = Between(quote + 1, first.Start);
        string before = Between(old.Root.Start + 1, NameStart(quote));
        int line = before.LastIndexOf('\n');
        if (line >= 0)
        {
            _newLine = before.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
            _indent = before[(line + 1)..];
        }
        else
        {
            // All on one line: what parts the members is all there is between them.
            (_newLine, _indent) = ("", "");
            if (members is [_, var (_, second), ..])
            {
                _comma = Between(first.End, NameStart(_old.AsSpan(0, second.Start).LastIndexOf((byte)'"')));
            }
        }
    }

    /// <summary>The text of a value.</summary>
    /// <param name="root">What is to be written.</param>
    /// <param name="old">What it was read from; null for a new one.</param>
    public static byte[] Write(JsonObject root, JsonText? old)
    {
        var writer = new JsonRewriter(old);
        if (old is null)
        {
            writer.Value(root, null, 0);
            writer.Add("\n");
        }
        else
        {
            writer.Copy(0, old.Root.Start);
            writer.Value(root, old.Root, 0);
            writer.Copy(old.Root.End, old.Bytes.Length);
        }

        return writer._out.WrittenSpan.ToArray();
    }

    private void Value(JsonNode? node, JsonPlace? old, int depth)
    {
        switch (node)
        {
            case JsonObject now when old is not null && old.HasNamesOf(now):
                Splice(old, i => now[old.Children![i].Name], depth);
                break;
            case JsonArray now when old?.Node is JsonArray && old.Children!.Count == now.Count:
                Splice(old, i => now[i], depth);
                break;
            case JsonObject now:
                Container('{', '}', now.Count, depth, i =>
                {
                    (string name, JsonNode? value) = now.GetAt(i);
                    Add(Literal(name) + _colon);
                    Value(value, old?[name], depth + 1);
                });
                break;
            case JsonArray now:
                Dictionary<object, JsonPlace> then = ItemsOf(old);
                Container(
                    '[', ']', now.Count, depth,
                    i => Value(now[i], now[i] is { } item ? then.GetValueOrDefault(item) : null, depth + 1));
                break;
            case var _ when old is { Children: null } && old.Holds(node): Copy(old.Start, old.End); break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                Add(
                Literal(value.GetValue<string>())); break;
            default: Add(node?.ToJsonString() ?? "null"); break;
        }
    }

    /// <summary>The old text with a new value in the place of each child.</summary>
    private void Splice(JsonPlace old, Func<int, JsonNode?> child, int depth)
    {
        int at = old.Start;
        for (int i = 0; i < old.Children!.Count; i++)
        {
            JsonPlace place = old.Children[i].Value;
            Copy(at, place.Start);
            Value(child(i), place, depth + 1);
            at = place.End;
        }

        Copy(at, old.End);
    }

    private void Container(char open, char close, int count, int depth, Action<int> child)
    {
        Add(open.ToString());
        for (int i = 0; i < count; i++)
        {
            if (i > 0) { Add(_comma); }

            NewLine(depth + 1);
            child(i);
        }

        if (count > 0) { NewLine(depth); }

        Add(close.ToString());
    }

    /// <summary>Of an array that has grown or shrunk: where each of its items stood, by the item itself.</summary>
    private static Dictionary<object, JsonPlace> ItemsOf(JsonPlace? array) =>
        array?.Node is not JsonArray ? [] : array.Children!
        .Select(child => child.Value).Where(place => place.Node is not null)
        .ToDictionary(object (place) => place.Node!, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);

    private void NewLine(int depth)
    {
        if (_newLine == "") { return; }

        Add(_newLine);
        for (int i = 0; i < depth; i++) { Add(_indent); }
    }

    private void Copy(int start, int end) => _out.Write(_old.AsSpan(start, end - start));

    private void Add(string text) => Encoding.UTF8.GetBytes(text, _out);

    private string Between(int start, int end) => Encoding.UTF8.GetString(_old, start, end - start);

    /// <summary>Where a name begins whose closing quote stands here: its own quotes are escaped.</summary>
    private int NameStart(int closingQuote)
    {
        int at = closingQuote - 1;
        while (_old[at] != '"' || _old[at - 1] == '\\') { at--; }

        return at;
    }

    /// <summary>A text as Python's json writes it with ensure_ascii=False: escaped only where it must be.</summary>
    private static string Literal(string text)
    {
        var literal = new StringBuilder("\"", text.Length + 2);
        foreach (Rune rune in text.EnumerateRunes()) // half a character, which UTF-8 cannot hold, becomes U+FFFD
        {
            _ = rune.Value switch
            {
                '"' => literal.Append("\\\""),
                '\\' => literal.Append(@"\\"),
                '\n' => literal.Append(@"\n"),
                '\r' => literal.Append(@"\r"),
                '\t' => literal.Append(@"\t"),
                '\b' => literal.Append(@"\b"),
                '\f' => literal.Append(@"\f"),
                < ' ' => literal.Append(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
                _ => literal.Append(rune.ToString()),
            };
        }

        return literal.Append('"').ToString();
    }
}
