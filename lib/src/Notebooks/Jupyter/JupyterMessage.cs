using System.Globalization;
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
    IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject ParentHeader, JsonObject Metadata,
    JsonObject Content)
{
    public const string ProtocolVersion = "5.3";

    /// <summary>No cell is longer than this, in bytes of its whole message, and no header than the second.</summary>
    public const int MaxBytes = 32 * 1024 * 1024, MaxHeaderBytes = 64 * 1024;

    private static readonly byte[] s_delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly JsonSerializerOptions s_plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Type => Header["msg_type"]?.GetValue<string>() ?? "";

    /// <summary>Whether it asks for something: a request, or a message of a comm.</summary>
    public bool IsRequest =>
        Type.EndsWith("_request", StringComparison.Ordinal) || Type.StartsWith("comm_", StringComparison.Ordinal);

    /// <summary>The type of the answer to this message: a request's name with 'reply' at its end.</summary>
    public string ReplyType =>
        Type.EndsWith("_request", StringComparison.Ordinal) ? Type[..^"request".Length] + "reply" : Type;

    /// <summary>
    /// Null, or why the message must not be acted on. Its header could be read, so its sender can be told.
    /// </summary>
    public string? Unreadable { get; private init; }

    /// <summary>A string of the content, or the given one where it is absent or of another kind.</summary>
    public string Text(string name, string otherwise = "") =>
        Content[name] is JsonValue value && value.TryGetValue(out string? text) ? text : otherwise;

    private bool HasText(string name) => Content[name] is JsonValue value && value.TryGetValue(out string? _);

    /// <summary>A number of the content, or the given one.</summary>
    public int Number(string name, int otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue(out int number) ? number : otherwise;

    /// <summary>A flag of the content, or the given one.</summary>
    public bool Flag(string name, bool otherwise) =>
        Content[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : otherwise;

    /// <summary>An answer to this message, to be routed back to its sender.</summary>
    public JupyterMessage Reply(string type, JsonObject content) =>
        Child(type, content) with { Identities = Identities };

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
    /// Reads the frames of a message. Returns null, and why, for anything that is not a message with a good signature
    /// and a header: such a message must never be acted on. Where only the rest is damaged, <see cref="Unreadable"/>
    /// says why.
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
        if (!signer.Accepts(frames[delimiter + 1], json))
        {
            problem = "a wrong or repeated signature";
            return null;
        }

        IReadOnlyList<byte[]> sender = [.. frames.Take(delimiter)];
        if (ReadPart("header", json[0], MaxHeaderBytes, out problem) is not { } header) { return null; }

        if (header["msg_type"] is not JsonValue value || !value.TryGetValue(out string? type)
            || type.Length is 0 or > 100)
        {
            problem = "a header whose msg_type is not a short text";
            return null;
        }

        if (ReadPart("parent header", json[1], MaxHeaderBytes, out problem) is { } parent
            && ReadPart("metadata", json[2], MaxBytes, out problem) is { } metadata
            && ReadPart("content", json[3], MaxBytes, out problem) is { } content)
        {
            var message = new JupyterMessage(sender, header, parent, metadata, content);
            bool aboutCode = type is "execute_request" or "complete_request" or "inspect_request"
                or "is_complete_request";
            return aboutCode && !message.HasText("code")
                ? message with { Unreadable = "its content has no text named 'code'" }
                : message;
        }

        return new JupyterMessage(sender, header, [], [], []) { Unreadable = problem };
    }

    private static JsonObject? ReadPart(string name, byte[] json, int most, out string problem)
    {
        problem = json.Length <= most
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its {name} has {json.Length:N0} bytes, and this kernel reads at most {most:N0}");
        if (problem.Length > 0) { return null; }

        try
        {
            return ForeignJson.Read(json);
        }
        catch (InvalidDataException malformed)
        {
            problem = $"its {name} cannot be read: {malformed.Message}";
            return null;
        }
    }

    /// <summary>
    /// The frames to send: identities, delimiter, signature, header, parent header, metadata, content.
    /// </summary>
    public IReadOnlyList<byte[]> ToFrames(MessageSigner signer)
    {
        byte[][] json = [Bytes(Header), Bytes(ParentHeader), Bytes(Metadata), Bytes(Content)];
        return [.. Identities, s_delimiter, Encoding.ASCII.GetBytes(signer.Sign(json)), .. json];
    }

    private static string Session { get; } = Guid.NewGuid().ToString();

    private static byte[] Bytes(JsonObject part) => JsonSerializer.SerializeToUtf8Bytes(part, s_plain);
}
