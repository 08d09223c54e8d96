using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// Which elements a dropout keeps. The mask is not stored: m_i is a function of i and of a seed, computed again
/// wherever it is needed. The function is a hash of 32 bits by multiplications and shifts (constants: Wellons 2018,
/// "lowbias32").
/// </summary>
internal static class DropoutMask
{
    // So many at a time: they stay in the nearest cache until they are multiplied with.
    private const int Together = 256;

    /// <summary>y_i = x_i m_i, or y_i += x_i m_i.</summary>
    /// <param name="x">Some elements of a tensor.</param>
    /// <param name="y">The same of another.</param>
    /// <param name="first">The place of the first of them in its tensor.</param>
    /// <param name="seed">What the mask depends on.</param>
    /// <param name="probability">
    /// p, with which an element is dropped; the others are multiplied by 1 / (1 - p).
    /// </param>
    /// <param name="add">Whether to add to what is in y.</param>
    public static void Apply(
        ReadOnlySpan<float> x, Span<float> y, int first, uint seed, float probability, bool add)
    {
        Span<float> mask = stackalloc float[Together];
        for (int i = 0; i < x.Length; i += Together)
        {
            int count = Math.Min(Together, x.Length - i);
            Fill(mask, count, (uint)(first + i), seed, probability);
            Rows.Map(default(Product), x.Slice(i, count), mask[..count], y.Slice(i, count), add);
        }
    }

    /// <summary>Writes whole registers, up to the one with the last number.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void Fill(Span<float> mask, int count, uint first, uint seed, float probability)
    {
        ref float m = ref MemoryMarshal.GetReference(mask);
        Vector<uint> limit = new((uint)(probability * 4294967296.0)); // Below: dropped.
        Vector<float> factor = new(1 / (1 - probability));
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<uint> places = Vector<uint>.Indices + new Vector<uint>(first + (uint)i);
            Vector<uint> hash = Hash(Hash(places) ^ new Vector<uint>(seed));
            Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.LessThan(hash, limit)), Vector<float>.Zero, factor)
                .StoreUnsafe(ref m, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Hash(Vector<uint> x)
    {
        x = (x ^ (x >> 16)) * 0x7feb352d;
        x = (x ^ (x >> 15)) * 0x846ca68b;
        return x ^ (x >> 16);
    }
}
