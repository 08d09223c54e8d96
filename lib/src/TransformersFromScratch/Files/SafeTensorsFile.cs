using System.Buffers.Binary;
using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>Writes the bytes of a safetensors file; <see cref="SafeTensorsMap"/> reads them.</summary>
internal static class SafeTensorsFile
{
    public static void Write(Stream file, Parameter[] tensors, IReadOnlyDictionary<string, string>? metadata, bool half)
    {
        byte[] header = Header(tensors, metadata, half);
        Span<byte> length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach (Parameter tensor in tensors)
        {
            if (half)
            {
                WriteHalves(file, tensor);
            }
            else
            {
                LittleEndian.Write(file, tensor.Value.Span);
            }
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
                    throw new ArgumentException(
                        $"'{Excerpt.Of(name)}' cannot name a tensor: the name is taken.", nameof(tensors));
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

    private static void WriteHalves(Stream file, Parameter tensor)
    {
        foreach (float number in tensor.Value.Span)
        {
            if (Half.IsInfinity((Half)number) && float.IsFinite(number))
            {
                throw new ArgumentException(
                    $"'{Excerpt.Of(tensor.Name)}' holds {Shapes.Number(number)}, which float16 cannot; its largest " +
                    $"number is {(float)Half.MaxValue:F0}. Save it as float32.");
            }
        }

        LittleEndian.WriteHalves(file, tensor.Value.Span);
    }
}
