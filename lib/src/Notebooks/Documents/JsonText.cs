using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Notebooks;

/// <summary>
/// A JSON text, read once, strictly and as a whole: what is wrong with any byte of it is known before anybody uses a
/// value. It remembers where each value stands, so that it can be written back as it was (<see cref="JsonRewriter"/>).
/// </summary>
internal sealed class JsonText
{
    /// <summary>How deep values may be nested.</summary>
    public const int Deepest = 200;

    private readonly int _mark; // how many bytes a byte order mark takes: 0 or 3

    /// <exception cref="JsonTextException">It is not JSON in UTF-8.</exception>
    public JsonText(byte[] bytes)
    {
        Bytes = bytes;
        RefuseOtherEncodings();
        _mark = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        if (bytes.AsSpan(_mark).Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new JsonTextException("its JSON breaks off or is malformed at line 1: the file is empty");
        }

        var reader = new Utf8JsonReader(bytes.AsSpan(_mark), new JsonReaderOptions { MaxDepth = Deepest + 2 });
        try
        {
            reader.Read();
            Root = Value(ref reader);
            reader.Read(); // complains of anything that follows
        }
        catch (JsonException problem)
        {
            throw new JsonTextException(
                $"its JSON breaks off or is malformed at line {problem.LineNumber + 1}, byte " +
                $"{problem.BytePositionInLine + 1}");
        }
    }

    public byte[] Bytes { get; }

    public JsonPlace Root { get; }

    /// <summary>The line of a byte, from 1.</summary>
    public int LineAt(int offset) => 1 + Bytes.AsSpan(0, offset).Count((byte)'\n');

    /// <summary>A value as it was written, on one line and not too long.</summary>
    public string Quote(JsonPlace place) =>
        Quoted.Of(Encoding.UTF8.GetString(Bytes, place.Start, Math.Min(place.End - place.Start, 200)), 40);

    private void RefuseOtherEncodings()
    {
        if (Bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, (byte)'{', ..] or [(byte)'{', 0, ..])
        {
            throw new JsonTextException("it is UTF-16; save it as UTF-8");
        }

        if (Utf8.IsValid(Bytes)) { return; }

        int offset = 0;
        while (Rune.DecodeFromUtf8(Bytes.AsSpan(offset), out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            offset += length;
        }

        throw new JsonTextException(
            $"it is not UTF-8 at line {LineAt(offset)} (byte {offset}, 0x{Bytes[offset]:X2}); save it as UTF-8");
    }

    private JsonPlace Value(ref Utf8JsonReader reader)
    {
        int start = Start(ref reader);
        if (reader.CurrentDepth > Deepest) { throw At($"it nests deeper than {Deepest}", start); }

        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: return Object(ref reader, start);
            case JsonTokenType.StartArray: return Array(ref reader, start);
        }

        JsonNode? node = reader.TokenType switch
        {
            JsonTokenType.String => JsonValue.Create(Text(ref reader)),
            JsonTokenType.Number => JsonValue.Create(JsonElement.ParseValue(ref reader)),
            JsonTokenType.True or JsonTokenType.False => JsonValue.Create(reader.GetBoolean()),
            _ => null,
        };
        return new JsonPlace(node, start, End(ref reader));
    }

    private JsonPlace Object(ref Utf8JsonReader reader, int start)
    {
        var node = new JsonObject();
        var members = new List<(string, JsonPlace)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int at = Start(ref reader);
            string name = Text(ref reader);
            reader.Read();
            JsonPlace value = Value(ref reader);
            if (!node.TryAdd(name, value.Node))
            {
                throw At($"the key '{Quoted.Of(name, 40)}' stands twice in one object", at);
            }

            members.Add((name, value));
        }

        return new JsonPlace(node, start, End(ref reader), members);
    }

    private JsonPlace Array(ref Utf8JsonReader reader, int start)
    {
        var node = new JsonArray();
        var items = new List<(string, JsonPlace)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonPlace value = Value(ref reader);
            node.Add(value.Node);
            items.Add(("", value));
        }

        return new JsonPlace(node, start, End(ref reader), items);
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try { return reader.GetString()!; }
        catch (InvalidOperationException)
        {
            throw At(
                @"a text holds half a character, an escape such as \ud83d without its other half", Start(ref reader));
        }
    }

    private int Start(ref Utf8JsonReader reader) => (int)reader.TokenStartIndex + _mark;

    private int End(ref Utf8JsonReader reader) => (int)reader.BytesConsumed + _mark;

    private JsonTextException At(string problem, int offset) => new($"{problem} (line {LineAt(offset)})");
}

/// <summary>What is wrong with a JSON text: half a sentence with its place.</summary>
internal sealed class JsonTextException(string problem) : Exception(problem);
