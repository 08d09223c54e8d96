using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>A file of a published folder that is to be written.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Bytes">What is in it, asked for when it is written.</param>
internal sealed record PublishedFile(string Name, Func<byte[]> Bytes)
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A file of JSON, an entry a line.</summary>
    public static PublishedFile Of(string name, JsonObject json) => new(name, () =>
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, s_options)) { json.WriteTo(writer); }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    });
}
