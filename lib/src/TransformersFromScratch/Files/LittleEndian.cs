using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// Numbers as model files hold them: the lowest byte first. Most processors have them so in memory, too; then they are
/// copied as they lie.
/// </summary>
internal static class LittleEndian
{
    /// <summary>Writes numbers as float32.</summary>
    public static void Write(Stream file, ReadOnlySpan<float> numbers)
    {
        if (BitConverter.IsLittleEndian)
        {
            file.Write(MemoryMarshal.AsBytes(numbers));
            return;
        }

        Span<byte> bytes = new byte[4];
        foreach (float number in numbers)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
            file.Write(bytes);
        }
    }

    /// <summary>Writes numbers, each rounded to float16.</summary>
    public static void WriteHalves(Stream file, ReadOnlySpan<float> numbers)
    {
        byte[] bytes = new byte[2 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), (Half)numbers[i]);
        }

        file.Write(bytes);
    }

    /// <summary>Turns float32 numbers whose bytes were copied from a file into this processor's.</summary>
    public static void ToNative(Span<float> numbers)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<float, int>(numbers);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
