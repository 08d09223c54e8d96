using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// A message as Jupyter Server sends it over a web socket (its documentation, "WebSocket protocols"): as one JSON
/// object, or, where both sides know it, as binary frames behind a table of offsets.
/// </summary>
public static class WebSocketFormat
{
    /// <summary>The name of the binary protocol, as a client offers it.</summary>
    public const string Binary = "v1.kernel.websocket.jupyter.org";

    private const int Parts = 5; // channel, header, parent header, metadata, content; then buffers
    private static readonly JsonSerializerOptions s_plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A message for a client.</summary>
    /// <param name="channel">Where the kernel sent it.</param>
    /// <param name="message">What it sent.</param>
    /// <param name="binary">Whether the client speaks <see cref="Binary"/>.</param>
    public static byte[] Write(Channel channel, JupyterMessage message, bool binary)
    {
        string name = channel.ToString().ToLowerInvariant();
        if (!binary)
        {
            return JsonSerializer.SerializeToUtf8Bytes(
                new JsonObject
                {
                    ["channel"] = name,
                    ["header"] = message.Header.DeepClone(),
                    ["msg_id"] = message.Header["msg_id"]?.DeepClone(),
                    ["msg_type"] = message.Type,
                    ["parent_header"] = message.ParentHeader.DeepClone(),
                    ["metadata"] = message.Metadata.DeepClone(),
                    ["content"] = message.Content.DeepClone(),
                    ["buffers"] = new JsonArray(),
                },
                s_plain);
        }

        byte[][] parts =
        [
            Encoding.UTF8.GetBytes(name),
            .. new[] { message.Header, message.ParentHeader, message.Metadata, message.Content }
                .Select(part => JsonSerializer.SerializeToUtf8Bytes(part, s_plain)),
        ];
        return WithOffsets(parts);
    }

    /// <summary>Reads a client's message.</summary>
    /// <exception cref="InvalidDataException">It is none; the message is half a sentence that says why.</exception>
    public static (Channel Channel, JupyterMessage Message) Read(ReadOnlySpan<byte> bytes, bool binary)
    {
        if (!binary)
        {
            JsonObject whole = ForeignJson.Read(bytes);
            return (ChannelOf(whole["channel"]?.ToString() ?? "shell"), MessageOf(
                Part(whole, "header"), Part(whole, "parent_header"), Part(whole, "metadata"), Part(whole, "content")));
        }

        int[] offsets = Offsets(bytes);
        var parts = new JsonObject[Parts - 1];
        for (int i = 1; i < Parts; i++) { parts[i - 1] = ForeignJson.Read(bytes[offsets[i]..offsets[i + 1]]); }

        return (ChannelOf(Encoding.UTF8.GetString(bytes[offsets[0]..offsets[1]])),
            MessageOf(parts[0], parts[1], parts[2], parts[3]));
    }

    /// <summary>The number of offsets, each offset, the parts: all numbers 64 bits, the lowest byte first.</summary>
    private static byte[] WithOffsets(byte[][] parts)
    {
        int start = sizeof(ulong) * (parts.Length + 2), at = start;
        byte[] all = new byte[start + parts.Sum(part => part.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(all, (ulong)parts.Length + 1);
        for (int i = 0; i <= parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(all.AsSpan(sizeof(ulong) * (i + 1)), (ulong)at);
            if (i == parts.Length) { break; }

            parts[i].CopyTo(all, at);
            at += parts[i].Length;
        }

        return all;
    }

    private static int[] Offsets(ReadOnlySpan<byte> bytes)
    {
        ulong count = bytes.Length < sizeof(ulong) ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (count is < Parts + 1 or > 1000 || (ulong)bytes.Length < sizeof(ulong) * (count + 1))
        {
            throw new InvalidDataException("its table of offsets is none");
        }

        int[] offsets = new int[count];
        for (int i = 0; i < offsets.Length; i++)
        {
            ulong at = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(sizeof(ulong) * (i + 1))..]);
            if (at > (ulong)bytes.Length || (i > 0 && (int)at < offsets[i - 1]))
            {
                throw new InvalidDataException("an offset in it leads out of the message");
            }

            offsets[i] = (int)at;
        }

        return offsets;
    }

    private static Channel ChannelOf(string name) => name switch
    {
        "shell" => Channel.Shell,
        "control" => Channel.Control,
        "stdin" => Channel.Stdin,
        _ => throw new InvalidDataException($"there is no channel '{Quoted.Of(name, 40)}' that a client sends on"),
    };

    private static JsonObject Part(JsonObject whole, string name) => whole[name] switch
    {
        null => [],
        JsonObject part => (JsonObject)part.DeepClone(),
        _ => throw new InvalidDataException($"its {name} is no object"),
    };

    private static JupyterMessage MessageOf(
        JsonObject header, JsonObject parent, JsonObject metadata, JsonObject content) =>
        IsText(header["msg_type"]) && IsText(header["msg_id"])
            ? new JupyterMessage([], header, parent, metadata, content)
            : throw new InvalidDataException("its header has no msg_type or no msg_id that is a text");

    private static bool IsText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) && text.Length is > 0 and <= 200;
}
