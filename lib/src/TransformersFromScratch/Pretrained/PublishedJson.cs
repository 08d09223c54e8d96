using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// An object of a JSON file that somebody else wrote, read so that each message names the file, the entry, what it
/// holds and what it may hold.
/// </summary>
internal sealed class PublishedJson
{
    private const int MostBytes = 100_000_000; // The largest published tokenizers have some 30 MB.
    private const int Most = 1 << 24;          // No size in a configuration is larger.

    private readonly OrderedDictionary<string, JsonElement> _entries = new(StringComparer.Ordinal);

    private PublishedJson(string name, JsonElement entries)
    {
        Name = name;
        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            if (!_entries.TryAdd(NameOf(entry), entry.Value))
            {
                throw new InvalidDataException($"'{Name}' has {Excerpt.Of(NameOf(entry))} twice.");
            }
        }
    }

    /// <summary>The file, and the place in it; for messages.</summary>
    public string Name { get; }

    /// <summary>Reads a file whose JSON is an object.</summary>
    /// <exception cref="InvalidDataException">It is too large, or no JSON object.</exception>
    public static PublishedJson Read(string path)
    {
        string name = Excerpt.OfPath(path);
        if (new FileInfo(path).Length is var length and > MostBytes)
        {
            throw new InvalidDataException($"'{name}' has {length} bytes; {MostBytes} are the most that is read.");
        }

        return Parse(name, File.ReadAllBytes(path));
    }

    /// <summary>Reads a text whose JSON is an object.</summary>
    /// <param name="name">The file that it is of, for messages.</param>
    /// <param name="text">The text in UTF-8.</param>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static PublishedJson Parse(string name, byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new PublishedJson(name, document.RootElement.Clone())
                : throw new InvalidDataException($"'{name}' is no JSON object, but {Shown(document.RootElement)}.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"'{name}' is no JSON: {Excerpt.Of(e.Message, most: 300)} Download it again.", e);
        }
    }

    /// <summary>Reads a file if it is there.</summary>
    public static PublishedJson? ReadIfThere(string path) => File.Exists(path) ? Read(path) : null;

    /// <summary>Whether there is an entry that is not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An object within; null if it is missing.</summary>
    public PublishedJson? Object(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? new PublishedJson($"{Name}: {Excerpt.Of(name)}", value)
        : throw Wrong(name, value, "an object");

    /// <summary>The entries of this object in their order.</summary>
    public IEnumerable<(string Name, JsonElement Value)> Entries() =>
        _entries.Select(entry => (entry.Key, entry.Value));

    /// <summary>The elements of an array; none if it is missing.</summary>
    public IEnumerable<JsonElement> Array(string name) => Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(name, value, "an array");

    /// <summary>The objects of an array; none if it is missing.</summary>
    public IEnumerable<PublishedJson> Objects(string name) => Array(name).Select(
        value => value.ValueKind == JsonValueKind.Object
            ? new PublishedJson($"{Name}: {Excerpt.Of(name)}", value)
            : throw Wrong(name, value, "objects"));

    /// <summary>A whole number.</summary>
    /// <param name="name">The entry.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="missing">What it is where it is missing or null; without this, it has to be there.</param>
    public int Int(string name, int least = 1, int? missing = null) =>
        OptionalInt(name, least) ?? missing ?? throw Missing(name);

    /// <summary>A whole number; null if it is missing.</summary>
    public int? OptionalInt(string name, int least = 1) => Find(name) is { } value ? Int(name, value, least) : null;

    /// <summary>A whole number, or several of them in an array; none if it is missing.</summary>
    public int[] Ids(string name) => Find(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(one => Int(name, one, 0))]
        : [Int(name, value, 0)];

    /// <summary>A finite number.</summary>
    public double Number(string name, double? missing = null) => Find(name) is not { } value
        ? missing ?? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw Wrong(name, value, "a number");

    /// <summary>True or false.</summary>
    public bool Bool(string name, bool missing) => Find(name) is not { } value ? missing
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, value, "true or false");

    /// <summary>A text; null if it is missing.</summary>
    public string? Text(string name) => Find(name) is { } value ? TextOf(name, value) : null;

    /// <summary>A text that has to be there.</summary>
    public string RequiredText(string name) => Text(name) ?? throw Missing(name);

    /// <summary>The text of an element of this object or of an array in it.</summary>
    public string TextOf(string name, JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a text");
        }
        catch (InvalidOperationException e) // Half a surrogate pair.
        {
            throw new InvalidDataException($"'{Name}' has {Excerpt.Of(name)} of characters that are none.", e);
        }
    }

    /// <summary>A whole number of this object or of an array in it.</summary>
    public int Int(string name, JsonElement value, int least) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least
            && number <= Most ? number : throw Wrong(name, value, string.Create(
                CultureInfo.InvariantCulture, $"a whole number from {least} to {Most}"));

    /// <summary>An element as the file has it; bytes that are no UTF-8 are shown as \uFFFD.</summary>
    /// <param name="value">The element.</param>
    /// <param name="most">How many bytes of it are enough.</param>
    public static string AsWritten(JsonElement value, int most)
    {
        ReadOnlySpan<byte> bytes = JsonMarshal.GetRawUtf8Value(value);
        return Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, most)]);
    }

    /// <summary>Refuses what this library has no layer for.</summary>
    /// <param name="unless">What has to be so.</param>
    /// <param name="name">The entry.</param>
    /// <param name="why">What it asks for, and what is there instead: the rest of a sentence.</param>
    public void Refuse(bool unless, string name, string why)
    {
        if (!unless)
        {
            throw new InvalidDataException(
                $"'{Name}' has {Excerpt.Of(name)} = {(Find(name) is { } value ? Shown(value) : "nothing")}: {why}");
        }
    }

    /// <summary>What is wrong with an entry.</summary>
    public InvalidDataException Wrong(string name, JsonElement value, string wanted) =>
        new($"'{Name}' has {Excerpt.Of(name)} = {Shown(value)}, where {wanted} should be.");

    private InvalidDataException Missing(string name) => new($"'{Name}' lacks {Excerpt.Of(name)}.");

    private JsonElement? Find(string name) =>
        _entries.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string NameOf(JsonProperty entry)
    {
        try
        {
            return entry.Name;
        }
        catch (InvalidOperationException e) // Half a surrogate pair.
        {
            throw new InvalidDataException($"'{Name}' has a name of characters that are none.", e);
        }
    }

    private static string Shown(JsonElement value) => Excerpt.Of(AsWritten(value, most: 250), most: 60);
}
