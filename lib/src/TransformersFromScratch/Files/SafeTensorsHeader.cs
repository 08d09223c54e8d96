using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// The JSON at the beginning of a safetensors file: what lies where. It is read token by token, so that a header costs
/// little more memory than its bytes.
/// </summary>
internal sealed class SafeTensorsHeader
{
    private const int MostTensors = 100_000; // Published models have some thousands.
    private const int MostAxes = 32;

    // How many bits a number of each type of the format has.
    private static readonly Dictionary<string, int> s_bits = new()
    {
        ["F32"] = 32, ["F16"] = 16, ["BF16"] = 16, ["F64"] = 64, ["C64"] = 64, ["I64"] = 64, ["U64"] = 64, ["I32"] = 32,
        ["U32"] = 32, ["I16"] = 16, ["U16"] = 16,
        ["I8"] = 8, ["U8"] = 8, ["BOOL"] = 8, ["F8_E4M3"] = 8, ["F8_E5M2"] = 8, ["F8_E8M0"] = 8, ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6, ["F4"] = 4,
    };

    private readonly HashSet<string> _names = [];

    /// <summary>
    /// The tensors in the order of their bytes, which they fill from the first to the last without gap or overlap.
    /// </summary>
    public List<SafeTensorsEntry> Entries { get; } = [];

    /// <summary>Texts that came with them.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>Reads a header.</summary>
    /// <param name="json">Its bytes.</param>
    /// <param name="dataLength">How many bytes follow.</param>
    /// <exception cref="InvalidDataException">It is not the JSON it should be, or contradicts itself; the message is
    /// half a sentence that says how.</exception>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafeTensorsHeader();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            header.ReadAll(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"its header is not the JSON it should be ({Excerpt.Of(e.Message, most: 300)})", e);
        }

        header.RequireWhole(dataLength);
        return header;
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("it does not begin with '{'");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!_names.Add(name))
            {
                throw new FormatException($"'{Excerpt.Of(name)}' is there twice");
            }

            if (Entries.Count == MostTensors)
            {
                throw new InvalidDataException($"its header names more than {MostTensors} tensors");
            }

            reader.Read();
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else
            {
                Entries.Add(ReadEntry(ref reader, name));
            }
        }

        while (reader.Read())
        {
            // Blanks may follow; anything else is an error of the reader's own.
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("its __metadata__ is no object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (Metadata.Count == MostTensors)
            {
                throw new InvalidDataException($"its metadata has more than {MostTensors} texts");
            }

            if (reader.TokenType != JsonTokenType.String || !Metadata.TryAdd(key, reader.GetString()!))
            {
                throw new FormatException($"its metadata '{Excerpt.Of(key)}' is no text, or is there twice");
            }
        }
    }

    private static SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException($"'{Excerpt.Of(name)}' is no object");
        }

        string? type = null;
        long[]? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, key);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, key);
                    break;
                default:
                    throw new FormatException(
                        $"'{Excerpt.Of(name)}' has a '{Excerpt.Of(key)}' that does not belong there");
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw new FormatException($"'{Excerpt.Of(name)}' lacks its dtype, shape or data_offsets");
        }

        if (offsets.Length != 2)
        {
            throw new InvalidDataException(
                $"'{Excerpt.Of(name)}' needs two offsets, where it begins and where it ends");
        }

        RequireSize(name, type, shape, offsets[0], offsets[1]);
        return new SafeTensorsEntry(name, type, shape, offsets[0], offsets[1]);
    }

    /// <summary>An array of whole numbers from 0 up.</summary>
    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException($"the {key} of '{Excerpt.Of(name)}' is no array");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0
                || numbers.Count == MostAxes)
            {
                throw new FormatException(
                    $"the {key} of '{Excerpt.Of(name)}' has to hold whole numbers from 0 up, {MostAxes} at most");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void RequireSize(string name, string type, long[] shape, long begin, long end)
    {
        // In 128 bits no product overflows before it has been compared.
        Int128 count = shape.Contains(0) ? 0 : 1;
        for (int axis = 0; axis < shape.Length && count > 0; axis++)
        {
            count *= shape[axis];
            if (count > long.MaxValue)
            {
                throw new InvalidDataException(
                    $"'{Excerpt.Of(name)}' has the shape [{Shown(shape)}], which no file can hold");
            }
        }

        int bits = s_bits.GetValueOrDefault(type); // 0 of a type that is younger than this code
        if (end < begin || (bits > 0 && ((count * bits) + 7) / 8 != end - begin))
        {
            string size = bits == 0 ? "" : $" of shape [{Shown(shape)}], {count} numbers of {bits} bits,";
            throw new InvalidDataException($"'{Excerpt.Of(name)}'{size} cannot lie at bytes {begin} to {end}");
        }
    }

    internal static string Shown(long[] shape) => Excerpt.Of(string.Join(", ", shape));

    private void RequireWhole(long dataLength)
    {
        // Those without numbers first: they end where they begin, and the next one may begin there too.
        Entries.Sort((x, y) => (x.Begin, x.End).CompareTo((y.Begin, y.End)));
        long end = 0;
        foreach (SafeTensorsEntry entry in Entries)
        {
            if (entry.Begin != end)
            {
                throw new InvalidDataException(
                    $"'{Excerpt.Of(entry.Name)}' begins at byte {entry.Begin} of the data, not at {end}, where the " +
                    "tensor before it ends");
            }

            end = entry.End;
            if (end > dataLength)
            {
                throw new InvalidDataException(
                    $"'{Excerpt.Of(entry.Name)}' ends at byte {end} of the data, but there are only {dataLength}");
            }
        }

        if (end != dataLength)
        {
            throw new InvalidDataException($"its tensors fill {end} bytes, but {dataLength} follow the header");
        }
    }
}

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its numbers, such as F32.</param>
/// <param name="Shape">The length of each axis; 0 is allowed.</param>
/// <param name="Begin">The first of its bytes, counted after the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafeTensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>Why it cannot become a <see cref="Tensor"/>; null if it can.</summary>
    public string? Unreadable =>
        Type is not ("F32" or "F16" or "BF16") ? $"it is of type {Excerpt.Of(Type)}; F32, F16 and BF16 can be read"
        : Begin == End ? $"its shape [{SafeTensorsHeader.Shown(Shape)}] holds no number"
        : Count > Array.MaxLength ? $"its shape [{SafeTensorsHeader.Shown(Shape)}] holds more numbers than an array can"
        : null;

    /// <summary>How many numbers it has, if its type is one that can be read.</summary>
    public long Count => (End - Begin) / (Type == "F32" ? 4 : 2);
}
