using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// Files of named tensors in the safetensors format (Hugging Face): 8 bytes with the header's length, a JSON header that says of
/// each tensor its type, shape and place, then the numbers, little-endian. Nothing in it can be executed, unlike Python's pickles.
/// </summary>
/// <remarks>
/// Reading believes nothing: every length is compared with the file's own before any memory is asked for.
/// </remarks>
public sealed class SafeTensors
{
    private const int MaxHeader = 100_000_000; // The format's own limit.

    private SafeTensors(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        (Tensors, Metadata) = (tensors, metadata);

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Texts that came with them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Writes a file, first beside its place and then, once it is whole and on the disk, into it: whoever is interrupted keeps the old file.
    /// </summary>
    /// <param name="path">Usually ending in .safetensors.</param>
    /// <param name="tensors">What to write, each name once.</param>
    /// <param name="metadata">Texts to go with them, or null.</param>
    /// <param name="half">
    /// Whether to write float16, which halves the file and keeps 11 binary digits of each number: enough to compute with, too few to go on training from.
    /// </param>
    /// <exception cref="ArgumentException">A name twice, or with <paramref name="half"/> a number beyond float16's ±65,504.</exception>
    public static void Save(string path, IEnumerable<Parameter> tensors, IReadOnlyDictionary<string, string>? metadata = null, bool half = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        Parameter[] all = [.. tensors];
        byte[] header = Header(all, metadata, half);
        string unfinished = path + ".unfinished";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
                foreach (Parameter tensor in all)
                {
                    if (half)
                    {
                        WriteHalves(file, tensor);
                    }
                    else
                    {
                        WriteNumbers(file, tensor.Value.Span);
                    }
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Reads a file whole. Numbers of types F32, F16 and BF16 become float32.</summary>
    /// <exception cref="InvalidDataException">The file is no safetensors file, is cut off, or contradicts itself; the message says where.</exception>
    public static SafeTensors Load(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[8];
        if (file.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8)
        {
            throw Damaged(path, $"it has {file.Length} bytes, too few even for the length of a header");
        }

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (headerLength > MaxHeader || headerLength > (ulong)(file.Length - 8))
        {
            throw Damaged(path, $"it announces a header of {headerLength} bytes, but has {file.Length - 8} bytes in all (and {MaxHeader} is the most allowed)");
        }

        byte[] header = new byte[headerLength];
        file.ReadExactly(header);
        var (entries, metadata) = ParseHeader(path, header, file.Length - 8 - (long)headerLength);
        var tensors = new Dictionary<string, Tensor>();
        foreach (Entry entry in entries)
        {
            file.Position = 8 + (long)headerLength + entry.Begin;
            tensors[entry.Name] = new Tensor(ReadNumbers(file, entry), entry.Shape);
        }

        return new SafeTensors(tensors, metadata);
    }

    /// <summary>Copies tensors into parameters of the same names and shapes. Either all are copied or none.</summary>
    /// <param name="parameters">Where to; tensors of other names are left alone.</param>
    /// <exception cref="InvalidDataException">A parameter is missing, or has another shape.</exception>
    public void CopyTo(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameter[] all = [.. parameters];
        foreach (var (name, parameter) in all)
        {
            if (!Tensors.TryGetValue(name, out Tensor? tensor))
            {
                throw new InvalidDataException(
                    $"The file has no tensor '{name}' (it has {Tensors.Count}, such as '{Tensors.Keys.FirstOrDefault()}'). " +
                    "Was it saved from a model of another kind or size?");
            }

            if (!tensor.Shape.SequenceEqual(parameter.Shape))
            {
                throw new InvalidDataException(
                    $"'{name}' is {tensor.ShapeText} in the file but {parameter.ShapeText} in the model. Build the model with the " +
                    "hyperparameters the file was saved with.");
            }
        }

        foreach (var (name, parameter) in all)
        {
            Tensors[name].Span.CopyTo(parameter.Span);
        }
    }

    private static byte[] Header(Parameter[] tensors, IReadOnlyDictionary<string, string>? metadata, bool half)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, text) in metadata)
                {
                    json.WriteString(key, text);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            var names = new HashSet<string> { "__metadata__" };
            foreach (var (name, tensor) in tensors)
            {
                if (!names.Add(name))
                {
                    throw new ArgumentException($"'{name}' cannot name a tensor: the name is taken.", nameof(tensors));
                }

                json.WriteStartObject(name);
                json.WriteString("dtype", half ? "F16" : "F32");
                json.WriteStartArray("shape");
                foreach (int axis in tensor.Shape)
                {
                    json.WriteNumberValue(axis);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += (half ? 2L : 4L) * tensor.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (bytes.Length % 8 != 0)
        {
            bytes.WriteByte((byte)' '); // So that the numbers are aligned.
        }

        return bytes.ToArray();
    }

    private static (List<Entry> Entries, Dictionary<string, string> Metadata) ParseHeader(string path, byte[] header, long dataLength)
    {
        var entries = new List<Entry>();
        var metadata = new Dictionary<string, string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (JsonProperty text in property.Value.EnumerateObject())
                    {
                        metadata[text.Name] = text.Value.GetString() ?? throw Damaged(path, $"its metadata '{text.Name}' is null, not a text");
                    }
                }
                else
                {
                    entries.Add(ParseEntry(path, property));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Damaged(path, $"its header is not the JSON it should be ({e.Message})", e);
        }

        // The tensors fill the data from the first byte to the last without gap or overlap.
        entries.Sort((x, y) => x.Begin.CompareTo(y.Begin));
        long end = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != end)
            {
                throw Damaged(path, $"'{entry.Name}' begins at byte {entry.Begin} of the data, not at {end}, where the tensor before it ends");
            }

            end = entry.Begin + entry.Bytes;
            if (end > dataLength)
            {
                throw Damaged(path, $"'{entry.Name}' ends at byte {end} of the data, but there are only {dataLength}");
            }
        }

        return end == dataLength ? (entries, metadata) : throw Damaged(path, $"its tensors fill {end} bytes, but {dataLength} follow the header");
    }

    private static Entry ParseEntry(string path, JsonProperty property)
    {
        string type = property.Value.GetProperty("dtype").GetString()!;
        int size = type switch
        {
            "F32" => 4,
            "F16" or "BF16" => 2,
            _ => throw Damaged(path, $"'{property.Name}' is of type {type}; F32, F16 and BF16 can be read"),
        };
        long count = 1;
        var shape = new List<int>();
        foreach (JsonElement axis in property.Value.GetProperty("shape").EnumerateArray())
        {
            shape.Add(axis.GetInt32());
            if (shape[^1] < 1 || (count *= shape[^1]) > Array.MaxLength)
            {
                throw Damaged(path, $"'{property.Name}' has the shape [{string.Join(", ", shape)}, …], which no tensor can have");
            }
        }

        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2)
        {
            throw Damaged(path, $"'{property.Name}' needs two offsets, where it begins and where it ends");
        }

        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || end - begin != count * size)
        {
            throw Damaged(path, $"'{property.Name}' with {count} numbers of {size} bytes cannot lie at bytes {begin} to {end}");
        }

        return new Entry(property.Name, type, [.. shape], begin, count * size);
    }

    private static void WriteNumbers(Stream file, ReadOnlySpan<float> numbers)
    {
        if (BitConverter.IsLittleEndian)
        {
            file.Write(MemoryMarshal.AsBytes(numbers));
            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        foreach (float number in numbers)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
            file.Write(bytes);
        }
    }

    private static void WriteHalves(Stream file, Parameter tensor)
    {
        Span<byte> bytes = stackalloc byte[2];
        foreach (float number in tensor.Value.Span)
        {
            var rounded = (Half)number;
            if (Half.IsInfinity(rounded) && float.IsFinite(number))
            {
                throw new ArgumentException($"'{tensor.Name}' holds {number}, which float16 cannot; its largest number is {Half.MaxValue}. Save it as float32.");
            }

            BinaryPrimitives.WriteHalfLittleEndian(bytes, rounded);
            file.Write(bytes);
        }
    }

    private static float[] ReadNumbers(Stream file, Entry entry)
    {
        float[] numbers = new float[entry.Shape.Aggregate(1, (count, axis) => count * axis)];
        int size = (int)(entry.Bytes / numbers.Length);
        byte[] buffer = new byte[Math.Min(entry.Bytes, 1 << 20)];
        for (int done = 0; done < numbers.Length;)
        {
            int count = Math.Min(buffer.Length / size, numbers.Length - done);
            file.ReadExactly(buffer, 0, count * size);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> bytes = buffer.AsSpan(i * size);
                numbers[done + i] = entry.Type switch
                {
                    "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
                    "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
                    _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16), // BF16: F32's upper half.
                };
            }

            done += count;
        }

        return numbers;
    }

    private static InvalidDataException Damaged(string path, string what, Exception? cause = null) =>
        new($"'{path}' cannot be read as safetensors: {what}. Copy or download it again, or fall back on an older checkpoint.", cause);

    private sealed record Entry(string Name, string Type, int[] Shape, long Begin, long Bytes);
}
