using System.Text.Json.Nodes;

namespace Notebooks;

/// <summary>The same thing in several mime types, the richest first; a front end shows the richest it can.</summary>
public sealed class MimeBundle
{
    private readonly List<(string Mime, JsonNode Value)> _data = [];

    public MimeBundle(params IEnumerable<(string Mime, string Text)> data) =>
        _data.AddRange(data.Select(
            item => (item.Mime, IsText(item.Mime) ? item.Text : JsonOr(item.Text))));

    private MimeBundle(JsonObject data, JsonObject metadata)
    {
        _data.AddRange(
            data.Select(item => (item.Key, IsText(item.Key) ? Json.Text(item.Value) : item.Value?.DeepClone() ?? "")));
        Metadata = (JsonObject)metadata.DeepClone();
    }

    public JsonObject Metadata { get; } = [];

    public IEnumerable<string> MimeTypes => _data.Select(item => item.Mime);

    /// <summary>The text of a mime type, or null.</summary>
    public string? this[string mime] =>
        _data.Where(item => item.Mime == mime)
            .Select(
                item => item.Value is JsonValue value && value.TryGetValue(out string? text)
                    ? text
                    : item.Value.ToJsonString()).FirstOrDefault();

    /// <summary>How long the text of a mime type is, in characters.</summary>
    internal int LengthOf(string mime) => this[mime]?.Length ?? 0;

    internal static MimeBundle FromJson(JsonObject output) =>
        new(output["data"] as JsonObject ?? [], output["metadata"] as JsonObject ?? []);

    /// <summary>As a message carries it: text in one piece.</summary>
    public JsonObject ToMessage() =>
        [.. _data.Select(item => KeyValuePair.Create(item.Mime, (JsonNode?)item.Value.DeepClone()))];

    /// <summary>As a file keeps it: text as a list of lines.</summary>
    internal JsonObject DataToJson() => [.. _data.Select(item => KeyValuePair.Create(
        item.Mime,
        (JsonNode?)(!IsText(item.Mime) ? item.Value.DeepClone() : IsBinary(item.Mime)
            ? Json.Text(item.Value)
            : Json.Lines(Json.Text(item.Value)))))];

    /// <summary>Base64 is one string: VS Code shows no picture whose text is a list of lines.</summary>
    private static bool IsBinary(string mime) =>
        mime.StartsWith("image/", StringComparison.Ordinal) && mime != "image/svg+xml";

    /// <summary>JSON as such, as the protocol and the file want it; what is none stays text.</summary>
    private static JsonNode JsonOr(string text)
    {
        try { return JsonNode.Parse(text) ?? text; }
        catch (System.Text.Json.JsonException) { return text; }
    }

    /// <summary>Whether a mime type's value is text, which a file keeps as lines; any other is JSON.</summary>
    internal static bool IsText(string mime) => !mime.EndsWith("json", StringComparison.Ordinal);
}
