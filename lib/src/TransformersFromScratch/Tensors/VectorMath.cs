using System.Numerics;
using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// Functions of 4, 8 or 16 numbers at once, as many as the processor's vectors hold, to within a rounding or two of float32.
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
    public static Vector<float> Exp(Vector<float> x)
    {
        // Adding 1.5·2²³ rounds to an integer and leaves it in the lowest bits of the sum.
        Vector<float> magic = new(12582912f);
        Vector<float> shifted = Vector.MultiplyAddEstimate(x, new(1.44269504f), magic); // x / ln 2
        Vector<float> n = shifted - magic;

        // ln 2 in two parts, the first with few enough bits that its product with n is exact.
        Vector<float> r = Vector.MultiplyAddEstimate(n, new(-0.693359375f), x);
        r = Vector.MultiplyAddEstimate(n, new(2.12194440e-4f), r);

        Vector<float> p = new(1.9875691500e-4f);
        p = Vector.MultiplyAddEstimate(p, r, new(1.3981999507e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new(8.3334519073e-3f));
        p = Vector.MultiplyAddEstimate(p, r, new(4.1665795894e-2f));
        p = Vector.MultiplyAddEstimate(p, r, new(1.6666665459e-1f));
        p = Vector.MultiplyAddEstimate(p, r, new(5.0000001201e-1f));
        p = Vector.MultiplyAddEstimate(p, r * r, r + Vector<float>.One);

        Vector<int> scaled = Vector.AsVectorInt32(p) + (Vector.AsVectorInt32(shifted) << 23);
        Vector<float> result = Vector.AsVectorSingle(scaled);
        result = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-87.3f)), Vector<float>.Zero, result);
        result = Vector.ConditionalSelect(Vector.GreaterThan(x, new Vector<float>(88.3f)), new Vector<float>(float.PositiveInfinity), result);
        return Vector.ConditionalSelect(Vector.Equals(x, x), result, x);
    }

    /// <summary>The logistic function σ(x) = 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>
    /// The standard normal distribution Φ(x) and its density φ(x) = e^(-x²/2) / √(2π), which share an exponential:
    /// <c>erfc(z) ≈ t (a₁ + t (a₂ + … + t a₅)) e^(-z²)</c> with t = 1 / (1 + 0.3275911 z) and z = |x| / √2
    /// (Abramowitz and Stegun 1964, equation 7.1.26, error below 1.5e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Distribution, Vector<float> Density) Normal(Vector<float> x)
    {
        Vector<float> exp = Exp(x * x * -0.5f);
        Vector<float> t = Vector<float>.One / Vector.MultiplyAddEstimate(Vector.Abs(x), new(0.3275911f * 0.70710678f), Vector<float>.One);
        Vector<float> p = new(1.061405429f);
        p = Vector.MultiplyAddEstimate(p, t, new(-1.453152027f));
        p = Vector.MultiplyAddEstimate(p, t, new(1.421413741f));
        p = Vector.MultiplyAddEstimate(p, t, new(-0.284496736f));
        p = Vector.MultiplyAddEstimate(p, t, new(0.254829592f));
        Vector<float> tail = p * t * exp * 0.5f; // Φ(-|x|)
        Vector<float> distribution = Vector.ConditionalSelect(
            Vector.GreaterThan(x, Vector<float>.Zero), Vector<float>.One - tail, tail);
        return (distribution, exp * 0.39894228f);
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
                best = Vector.MaxNative(best, new Vector<float>(row[i..]));
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

    /// <summary>Σ_i a_i b_i.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums = Vector.MultiplyAddEstimate(new Vector<float>(a[i..]), new Vector<float>(b[i..]), sums);
        }

        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
