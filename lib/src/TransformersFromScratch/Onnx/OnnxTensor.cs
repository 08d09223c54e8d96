using System.Buffers.Binary;

namespace TransformersFromScratch;

/// <summary>A tensor that is stored in an ONNX file: a weight, or a constant.</summary>
/// <param name="Name">What nodes call it.</param>
/// <param name="Type">What it is made of.</param>
/// <param name="Shape">Its axes; none for a single number.</param>
/// <param name="Length">How many bytes its numbers take.</param>
/// <param name="Write">Writes these bytes, little-endian.</param>
internal sealed record OnnxTensor(string Name, OnnxType Type, long[] Shape, long Length, Action<Stream> Write)
{
    private const int FieldOfGraph = 5;

    /// <summary>A weight as it is, float32.</summary>
    public static OnnxTensor Of(string name, Tensor weight) =>
        new(name, OnnxType.Float, Axes(weight), 4L * weight.Length, file => LittleEndian.Write(file, weight.Span));

    /// <summary>A weight, each number rounded to float16.</summary>
    /// <exception cref="NotSupportedException">A number lies beyond float16's ±65,504.</exception>
    public static OnnxTensor OfHalves(string name, Tensor weight)
    {
        if (Array.Find(weight.Data, number => Half.IsInfinity((Half)number)) is var large and not 0)
        {
            throw new NotSupportedException(
                $"'{Excerpt.Of(name)}' holds {Shapes.Number(large)}, which float16 cannot; its largest number is " +
                $"{(float)Half.MaxValue:F0}. Write float32.");
        }

        return new(
            name, OnnxType.Half, Axes(weight), 2L * weight.Length,
            file => LittleEndian.WriteHalves(file, weight.Span));
    }

    /// <summary>Numbers that are no weights.</summary>
    public static OnnxTensor Of(string name, float[] numbers, params long[] shape) =>
        new(name, OnnxType.Float, shape, 4L * numbers.Length, file => LittleEndian.Write(file, numbers));

    /// <summary>Numbers that need more digits, such as the angles of positions.</summary>
    public static OnnxTensor Of(string name, double[] numbers, params long[] shape) =>
        new(name, OnnxType.Double, shape, 8L * numbers.Length, file => WriteWords(
            file, Array.ConvertAll(numbers, BitConverter.DoubleToInt64Bits)));

    /// <summary>Whole numbers: axes, places, ids.</summary>
    public static OnnxTensor Of(string name, long[] numbers, params long[] shape) =>
        new(name, OnnxType.Int64, shape, 8L * numbers.Length, file => WriteWords(file, numbers));

    /// <summary>All of the field of a graph but the bytes of <see cref="Write"/>, which follow.</summary>
    public ProtocolMessage Head()
    {
        var tensor = new ProtocolMessage();
        foreach (long axis in Shape)
        {
            tensor.Number(1, axis);
        }

        tensor.Number(2, (int)Type).Text(8, Name).Head(9, Length);
        var head = new ProtocolMessage().Head(FieldOfGraph, tensor.Length + Length);
        return head.Append(tensor);
    }

    private static long[] Axes(Tensor weight) => [.. weight.Shape.ToArray().Select(axis => (long)axis)];

    private static void WriteWords(Stream file, ReadOnlySpan<long> numbers)
    {
        Span<byte> bytes = new byte[8];
        foreach (long number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            file.Write(bytes);
        }
    }
}
