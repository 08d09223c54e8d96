using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// One message of the Jupyter protocol 5.3: routing identities, a header, the header it answers, metadata and content
/// (jupyter_client documentation, "The wire protocol").
/// </summary>
public sealed record JupyterMessage(
    IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject ParentHeader, JsonObject Metadata, JsonObject Content)
{
    public const string ProtocolVersion = "5.3";

    private static readonly byte[] s_delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonDocumentOptions s_depth = new() { MaxDepth = 64 };
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Type => Header["msg_type"]?.GetValue<string>() ?? "";

    /// <summary>A string of the content, or the given one where it is absent or of another kind.</summary>
    public string Text(string name, string otherwise = "") =>
        Content[name] is JsonValue value && value.TryGetValue(out string? text) ? text : otherwise;

    /// <summary>A number of the content, or the given one.</summary>
    public int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue(out int number) ? number : otherwise;

    /// <summary>A flag of the content, or the given one.</summary>
    public bool Flag(string name, bool otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : otherwise;

    /// <summary>An answer to this message, to be routed back to its sender.</summary>
    public JupyterMessage Reply(string type, JsonObject content) => Child(type, content) with { Identities = Identities };

    /// <summary>A message caused by this one, for whoever listens.</summary>
    public JupyterMessage Child(string type, JsonObject content, JsonObject? metadata = null) => new(
        [],
        new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["session"] = Session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("o"),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        },
        (JsonObject)Header.DeepClone(), metadata ?? [], content);

    /// <summary>A message nobody asked for, such as the first "starting".</summary>
    public static JupyterMessage Unasked(string type, JsonObject content) =>
        new JupyterMessage([], [], [], [], []).Child(type, content);

    /// <summary>
    /// Reads the frames of a message. Returns null, and why, for anything that is not a well-formed message with a good
    /// signature: such a message must never be acted on.
    /// </summary>
    public static JupyterMessage? Parse(IReadOnlyList<byte[]> frames, MessageSigner signer, out string problem)
    {
        int delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(s_delimiter)) { delimiter++; }

        if (frames.Count - delimiter < 6)
        {
            problem = $"{frames.Count} frames without the delimiter, a signature and four JSON frames";
            return null;
        }

        byte[][] json = [.. frames.Skip(delimiter + 2).Take(4)];
        if (!signer.Accepts(Encoding.ASCII.GetString(frames[delimiter + 1]), json))
        {
            problem = "a wrong or repeated signature";
            return null;
        }

        try
        {
            JsonObject[] parts = [.. json.Select(frame => JsonNode.Parse(frame, null, s_depth)?.AsObject() ?? [])];
            problem = "";
            return new JupyterMessage([.. frames.Take(delimiter)], parts[0], parts[1], parts[2], parts[3]);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException)
        {
            problem = $"malformed JSON: {malformed.Message}";
            return null;
        }
    }

    /// <summary>The frames to send: identities, delimiter, signature, header, parent header, metadata, content.</summary>
    public IReadOnlyList<byte[]> ToFrames(MessageSigner signer)
    {
        byte[][] json = [Bytes(Header), Bytes(ParentHeader), Bytes(Metadata), Bytes(Content)];
        return [.. Identities, s_delimiter, Encoding.ASCII.GetBytes(signer.Sign(json)), .. json];
    }

    private static string Session { get; } = Guid.NewGuid().ToString();

    private static byte[] Bytes(JsonObject part) => JsonSerializer.SerializeToUtf8Bytes(part, s_plain);
}
