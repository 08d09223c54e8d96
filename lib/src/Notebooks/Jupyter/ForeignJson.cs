using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Notebooks.Jupyter;

/// <summary>
/// JSON that another program wrote: a message, a connection file, a kernelspec. It is read once, strictly and as a
/// whole, so that whatever is wrong with it is found here, and no value taken from it later can throw.
/// </summary>
public static class ForeignJson
{
    private const int Deepest = 64;
    private static readonly JsonDocumentOptions s_strict =
        new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <summary>Reads an object; JSON's null is an empty one.</summary>
    /// <exception cref="InvalidDataException">It is none; the message is half a sentence that says why.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) { utf8 = utf8[Encoding.UTF8.Preamble.Length..]; }

        if (!Utf8.IsValid(utf8)) { throw new InvalidDataException("it is not UTF-8"); }

        try
        {
            RefuseHalfCharacters(utf8);
            return JsonNode.Parse(utf8, null, s_strict) switch
            {
                null => [],
                JsonObject read => read,
                var other => throw new InvalidDataException(
                    $"it is {(other is JsonArray ? "a list" : "a single value")} and not an object"),
            };
        }
        catch (JsonException malformed)
        {
            throw new InvalidDataException(Quoted.Of(malformed.Message.TrimEnd('.'), 200), malformed);
        }
    }

    /// <summary>Reads a file that can only be a small one.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object; the message is half a sentence that says
    /// why.</exception>
    /// <exception cref="IOException">It cannot be read; so is <see cref="UnauthorizedAccessException"/>.</exception>
    public static JsonObject ReadFile(string path)
    {
        const int most = 1024 * 1024;
        using FileStream file = File.OpenRead(path);
        byte[] bytes = new byte[most + 1];
        int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= most ? Read(bytes.AsSpan(0, length)) : throw new InvalidDataException(
            "it is longer than such a file can be");
    }

    /// <summary>
    /// An escape such as \ud83d without its other half is no character; .NET would complain of it only when it is used.
    /// </summary>
    private static void RefuseHalfCharacters(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Deepest });
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped) { continue; }

            try { reader.GetString(); }
            catch (InvalidOperationException half)
            {
                throw new InvalidDataException(
                    @"a text in it holds half a character, an escape such as \ud83d without its other half", half);
            }
        }
    }
}
