using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

// Sums over rows. A register runs along the row, and its floats are added at the end; then come the single floats that
// are left. So the order of the additions, and with it the last bits, depends on the register. It has 8 floats at most:
// one that has 16 is not used here, and a processor with AVX-512 says what one with AVX2 does.
internal static partial class Rows
{
    /// <summary>Σ_i of what f says of x_i.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static float Sum<F>(in F f, ReadOnlySpan<float> x) where F : struct, ITerm1
    {
        float sum = 0;
        int i = Registers.Hold8 ? Sum<F, Floats8>(f, x, ref sum, 0) : Sum<F, Floats4>(f, x, ref sum, 0);
        Sum<F, Float1>(f, x, ref sum, i);
        return sum;
    }

    /// <summary>Σ_i of what f says of x1_i and x2_i.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static float Sum<F>(in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2) where F : struct, ITerm2
    {
        x2 = x2[..x1.Length];
        float sum = 0;
        int i = Registers.Hold8 ? Sum<F, Floats8>(f, x1, x2, ref sum, 0) : Sum<F, Floats4>(f, x1, x2, ref sum, 0);
        Sum<F, Float1>(f, x1, x2, ref sum, i);
        return sum;
    }

    /// <summary>Two sums of what f says of x1_i, x2_i and x3_i.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Sums<F>(
        in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ReadOnlySpan<float> x3, out float sum1, out float sum2)
        where F : struct, ITerms3
    {
        x2 = x2[..x1.Length];
        x3 = x3[..x1.Length];
        float a = 0, b = 0;
        int i = Registers.Hold8
            ? Sums<F, Floats8>(f, x1, x2, x3, ref a, ref b, 0)
            : Sums<F, Floats4>(f, x1, x2, x3, ref a, ref b, 0);
        Sums<F, Float1>(f, x1, x2, x3, ref a, ref b, i);
        (sum1, sum2) = (a, b);
    }

    /// <summary>Σ_i x_i.</summary>
    public static float Total(ReadOnlySpan<float> row) => Sum(default(Plus), row);

    /// <summary>Σ_i a_i b_i.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Sum(default(PlusProduct), a, b);

    /// <summary>Whether a matrix, its rows each in one piece, holds neither NaN nor infinity.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static bool AreFinite(in View x) => Registers.Hold8 ? AreFinite<Floats8>(x) : AreFinite<Floats4>(x);

    /// <summary>The largest number of a row; -infinity of an empty one. A NaN may or may not be overlooked.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static float Max(ReadOnlySpan<float> row)
    {
        float max = float.NegativeInfinity;
        int i = Registers.Hold8 ? Max<Floats8>(row, ref max, 0) : Max<Floats4>(row, ref max, 0);
        Max<Float1>(row, ref max, i);
        return max;
    }

    /// <summary>The largest |x_i| of a row, 0 of an empty one; NaN or infinity if any number of it is.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static float LargestSize(ReadOnlySpan<float> row)
    {
        float largest = 0, nothing = 0;
        int i = Registers.Hold8
            ? LargestSize<Floats8>(row, ref largest, ref nothing, 0)
            : LargestSize<Floats4>(row, ref largest, ref nothing, 0);
        LargestSize<Float1>(row, ref largest, ref nothing, i);
        return largest + nothing;
    }

    // From an index on, as far as whole registers go; returns how far.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum<F, T>(F f, ReadOnlySpan<float> x, ref float total, int i)
        where F : struct, ITerm1 where T : struct, IFloats<T>
    {
        ref float px = ref MemoryMarshal.GetReference(x);
        T sum = total; // In a register that is 0: the single floats alone come upon a sum.
        for (; i <= x.Length - T.Count; i += T.Count)
        {
            sum = f.Add(sum, T.Load(ref px, i));
        }

        total = T.Sum(sum);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sum<F, T>(F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ref float total, int i)
        where F : struct, ITerm2 where T : struct, IFloats<T>
    {
        ref float p1 = ref MemoryMarshal.GetReference(x1), p2 = ref MemoryMarshal.GetReference(x2);
        T sum = total;
        for (; i <= x1.Length - T.Count; i += T.Count)
        {
            sum = f.Add(sum, T.Load(ref p1, i), T.Load(ref p2, i));
        }

        total = T.Sum(sum);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sums<F, T>(
        F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ReadOnlySpan<float> x3, ref float total1, ref float total2,
        int i) where F : struct, ITerms3 where T : struct, IFloats<T>
    {
        ref float p1 = ref MemoryMarshal.GetReference(x1), p2 = ref MemoryMarshal.GetReference(x2);
        ref float p3 = ref MemoryMarshal.GetReference(x3);
        T a = total1, b = total2;
        for (; i <= x1.Length - T.Count; i += T.Count)
        {
            f.Add(ref a, ref b, T.Load(ref p1, i), T.Load(ref p2, i), T.Load(ref p3, i));
        }

        (total1, total2) = (T.Sum(a), T.Sum(b));
        return i;
    }

    // x - x is 0 if x is finite, and NaN otherwise, as is any sum with it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreFinite<T>(in View x) where T : struct, IFloats<T>
    {
        T nothing = 0f;
        float rest = 0;
        for (int row = 0; row < x.Rows; row++)
        {
            Span<float> numbers = x[row];
            ref float start = ref MemoryMarshal.GetReference(numbers);
            int i = 0;
            for (; i <= numbers.Length - T.Count; i += T.Count)
            {
                T number = T.Load(ref start, i);
                nothing += number - number;
            }

            for (; i < numbers.Length; i++)
            {
                rest += numbers[i] - numbers[i];
            }
        }

        return T.Sum(nothing) + rest == 0;
    }

    // A maximum may overlook a NaN; x - x does not, as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LargestSize<T>(ReadOnlySpan<float> row, ref float largest, ref float nothing, int i)
        where T : struct, IFloats<T>
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        T best = largest, rest = nothing;
        for (; i <= row.Length - T.Count; i += T.Count)
        {
            T number = T.Load(ref x, i);
            best = T.Max(best, T.Abs(number));
            rest += number - number;
        }

        (largest, nothing) = (T.Largest(best), nothing + T.Sum(rest));
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Max<T>(ReadOnlySpan<float> row, ref float max, int i) where T : struct, IFloats<T>
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        T best = max;
        for (; i <= row.Length - T.Count; i += T.Count)
        {
            best = T.Max(best, T.Load(ref x, i));
        }

        max = T.Largest(best);
        return i;
    }
}
