using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// Functions of several numbers at once (<see cref="IFloats{T}"/>), to within a rounding or two of float32.
/// (.NET's own <c>Vector.Exp</c> computes in double precision inside, at less than half the speed.)
/// </summary>
internal static class VectorMath
{
    /// <summary>
    /// e^x. With n = round(x / ln 2) and r = x - n ln 2, <c>e^x = 2^n · e^r</c> and |r| ≤ ½ ln 2, where seven terms of a
    /// polynomial are enough (coefficients: Moshier, Cephes, expf). 2^n is added to the exponent's bits.
    /// </summary>
    /// <returns>Relative error below 2e-7; 0 below -87.3, infinity above 88.3, NaN of NaN.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : struct, IFloats<T>
    {
        // Adding 1.5·2²³ rounds to an integer and leaves it in the lowest bits of the sum.
        T magic = T.All(12582912f);
        T shifted = T.MultiplyAdd(x, T.All(1.44269504f), magic); // x / ln 2
        T n = shifted - magic;

        // ln 2 in two parts, the first with few enough bits that its product with n is exact.
        T r = T.MultiplyAdd(n, T.All(-0.693359375f), x);
        r = T.MultiplyAdd(n, T.All(2.12194440e-4f), r);

        T p = T.All(1.9875691500e-4f);
        p = T.MultiplyAdd(p, r, T.All(1.3981999507e-3f));
        p = T.MultiplyAdd(p, r, T.All(8.3334519073e-3f));
        p = T.MultiplyAdd(p, r, T.All(4.1665795894e-2f));
        p = T.MultiplyAdd(p, r, T.All(1.6666665459e-1f));
        p = T.MultiplyAdd(p, r, T.All(5.0000001201e-1f));
        p = T.MultiplyAdd(p, r * r, r + T.All(1));

        T result = T.Raise(p, shifted);
        result = T.IfLess(x, T.All(-87.3f), T.All(0), result);
        result = T.IfLess(T.All(88.3f), x, T.All(float.PositiveInfinity), result);
        return T.IfNaN(x, result);
    }

    /// <summary>The logistic function σ(x) = 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : struct, IFloats<T> => T.All(1) / (T.All(1) + Exp(T.All(0) - x));

    /// <summary>
    /// The standard normal distribution Φ(x) and its density φ(x) = e^(-x²/2) / √(2π), which share an exponential:
    /// <c>erfc(z) ≈ t (a₁ + t (a₂ + … + t a₅)) e^(-z²)</c> with t = 1 / (1 + 0.3275911 z) and z = |x| / √2
    /// (Abramowitz and Stegun 1964, equation 7.1.26, error below 1.5e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Distribution, T Density) Normal<T>(T x) where T : struct, IFloats<T>
    {
        T exp = Exp(x * x * T.All(-0.5f));
        T t = T.All(1) / T.MultiplyAdd(T.Abs(x), T.All(0.3275911f * 0.70710678f), T.All(1));
        T p = T.All(1.061405429f);
        p = T.MultiplyAdd(p, t, T.All(-1.453152027f));
        p = T.MultiplyAdd(p, t, T.All(1.421413741f));
        p = T.MultiplyAdd(p, t, T.All(-0.284496736f));
        p = T.MultiplyAdd(p, t, T.All(0.254829592f));
        T tail = p * t * exp * T.All(0.5f); // Φ(-|x|)
        return (T.IfLess(T.All(0), x, T.All(1) - tail, tail), exp * T.All(0.39894228f));
    }

    /// <summary>The numbers of a row from i on, a vector full of them: unchecked, for loops that have looked once how far they may go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> At(this ReadOnlySpan<float> row, int i)
    {
        Debug.Assert(i >= 0 && i <= row.Length - Vector<float>.Count, "The row ends before the vector does.");
        return Vector.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)i);
    }

    /// <summary>Writes a vector into a row from i on: unchecked, too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void To(this Vector<float> numbers, Span<float> row, int i)
    {
        Debug.Assert(i >= 0 && i <= row.Length - Vector<float>.Count, "The row ends before the vector does.");
        numbers.StoreUnsafe(ref MemoryMarshal.GetReference(row), (nuint)i);
    }

    /// <summary>The largest number of a row; -infinity of an empty one. A NaN may or may not be overlooked.</summary>
    public static float Max(ReadOnlySpan<float> row)
    {
        float max = float.NegativeInfinity;
        int i = 0;
        if (row.Length >= Vector<float>.Count)
        {
            Vector<float> best = new(row);
            for (i = Vector<float>.Count; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                best = Vector.MaxNative(best, row.At(i));
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                max = float.MaxNative(max, best[lane]);
            }
        }

        for (; i < row.Length; i++)
        {
            max = float.MaxNative(max, row[i]);
        }

        return max;
    }

    /// <summary>Whether none of the numbers is NaN or infinite: x - x is 0 then, and NaN otherwise, as is any sum with it.</summary>
    public static bool AreFinite(ReadOnlySpan<float> row)
    {
        Vector<float> zeros = Vector<float>.Zero;
        int i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            zeros += row.At(i) - row.At(i);
        }

        float zero = Vector.Sum(zeros);
        for (; i < row.Length; i++)
        {
            zero += row[i] - row[i];
        }

        return zero == 0;
    }

    /// <summary>Σ_i a_i b_i.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        b = b[..a.Length];
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums = Vector.MultiplyAddEstimate(a.At(i), b.At(i), sums);
        }

        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
