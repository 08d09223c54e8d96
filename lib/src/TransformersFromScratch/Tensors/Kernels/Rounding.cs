using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// Rows of float32 in fewer bits, and back. What that is, and what it costs, stands at <see cref="CompactWeight"/>. A
/// model of published size passes through here once, when it is read; hence loops of their own.
/// </summary>
internal static unsafe class Rounding
{
    private const int AtOnce = 256;       // Numbers that wait in the nearest cache.
    private const float Shift = 3 << 22;  // From here on a float has no digits behind the point: 1.5 · 2²³.

    /// <summary>q_i = round(x_i / scale), of two nearest the even one.</summary>
    /// <param name="x">Numbers of which none is larger than 127.5 · scale, or 191 · scale if that is tiny.</param>
    /// <param name="scale">Above 0.</param>
    /// <param name="steps">Whole numbers from -127 to 127.</param>
    [MethodImpl(Compiled.AtOnce)]
    public static void ToInt8(ReadOnlySpan<float> x, float scale, Span<sbyte> steps)
    {
        float* shifted = stackalloc float[AtOnce];
        var rounded = new ToSteps(scale);
        for (int first = 0; first < x.Length; first += AtOnce)
        {
            int count = Math.Min(AtOnce, x.Length - first);
            Rows.Map(rounded, x.Slice(first, count), new Span<float>(shifted, count));
            Span<sbyte> some = steps.Slice(first, count);
            for (int i = 0; i < some.Length; i++)
            {
                some[i] = (sbyte)BitConverter.SingleToInt32Bits(shifted[i]); // The lowest byte is the whole number.
            }
        }
    }

    /// <summary>Rounds each to the nearest float16; of two, to the even one.</summary>
    /// <remarks>What <c>(Half)x</c> says, in a third of the time: that has to think of NaN and infinity, too.</remarks>
    /// <param name="x">Numbers below 65,520, half a step above the largest float16.</param>
    /// <param name="halves">Their bits.</param>
    [MethodImpl(Compiled.AtOnce)]
    public static void ToFloat16(ReadOnlySpan<float> x, Span<ushort> halves)
    {
        const uint smallestNormal = 113 << 23, bias = 112 << 23; // 2⁻¹⁴; the exponents begin so much lower.
        halves = halves[..x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(x[i]), size = bits & 0x7FFFFFFF;
            // Below it, steps are 2⁻²⁴ long, as those of a float32 from 0.5 on: an addition rounds to them.
            uint half = size >= smallestNormal
                ? (size - bias + 0xFFF + ((size >> 13) & 1)) >> 13
                : BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(size) + 0.5f) - (126 << 23);
            halves[i] = (ushort)(half | ((bits >> 16) & 0x8000));
        }
    }

    /// <summary>The upper half of each, rounded to the nearest; of two, to the even one.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void ToBFloat16(ReadOnlySpan<float> x, Span<ushort> upper)
    {
        upper = upper[..x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(x[i]);
            upper[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>Float16 as float32, exactly; infinity and NaN stay what they are.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void OfFloat16(ReadOnlySpan<ushort> halves, Span<float> numbers)
    {
        bool finite = true;
        foreach (ushort half in halves) { finite &= (half & 0x7C00) != 0x7C00; }

        if (finite)
        {
            Widen<StoredFloat16>(halves, numbers);
            return;
        }

        for (int i = 0; i < halves.Length; i++) { numbers[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]); }
    }

    /// <summary>Upper halves of float32 as float32: the lower half is 0.</summary>
    public static void OfBFloat16(ReadOnlySpan<ushort> upper, Span<float> numbers) =>
        Widen<StoredBFloat16>(upper, numbers);

    private static void Widen<TStored>(ReadOnlySpan<ushort> stored, Span<float> numbers)
        where TStored : unmanaged, IStored<TStored>
    {
        numbers = numbers[..stored.Length];
        fixed (ushort* from = stored)
        fixed (float* to = numbers)
        {
            if (Registers.Hold8)
                Widen<Floats8, TStored>(numbers.Length, (TStored*)from, to);
            else
                Widen<Floats4, TStored>(numbers.Length, (TStored*)from, to);
        }
    }

    /// <summary>Numbers as they lie in a compact weight become floats, without its scales.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Widen<T, TStored>(int count, TStored* from, float* to)
        where T : struct, IFloats<T> where TStored : unmanaged, IStored<TStored>
    {
        int i = 0;
        for (; i <= count - T.Count; i += T.Count)
            T.Store(TStored.Load<T>(from + i), to + i);
        for (; i < count; i++)
            Float1.Store(TStored.Load<Float1>(from + i), to + i);
    }

    /// <summary>
    /// round(x / scale) + 1.5 · 2²³: the sum of a small number and so large a one has no place for digits behind the
    /// point, so it is rounded as every sum is, to the nearest, and of two to the even one.
    /// </summary>
    private readonly struct ToSteps(float scale) : IFormula1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x) where T : struct, IFloats<T>
        {
            // The scale of the smallest numbers is itself rounded; hence the bounds.
            T above = T.Max(x / scale, -127f);
            return (T)Shift - T.Max((T)0f - above, -127f);
        }
    }
}
