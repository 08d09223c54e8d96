using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// Functions of several numbers at once (<see cref="IFloats{T}"/>), to within a rounding or two of float32.
/// (.NET's own <c>Vector.Exp</c> computes in double precision inside, at less than half the speed.)
/// </summary>
internal static class VectorMath
{
    /// <summary>
    /// e^x. With n = round(x / ln 2) and r = x - n ln 2, <c>e^x = 2^n · e^r</c> and |r| ≤ ½ ln 2, where seven terms of
    /// a polynomial are enough (coefficients: Moshier, Cephes, expf). 2^n is added to the exponent's bits.
    /// </summary>
    /// <returns>Relative error below 2e-7; 0 below -87.3, infinity above 88.3, NaN of NaN.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x) where T : struct, IFloats<T>
    {
        // Adding 1.5·2²³ rounds to an integer and leaves it in the lowest bits of the sum.
        T magic = 12582912f;
        T shifted = T.MultiplyAdd(x, 1.44269504f, magic); // x / ln 2
        T n = shifted - magic;

        // ln 2 in two parts, the first with few enough bits that its product with n is exact.
        T r = T.MultiplyAdd(n, -0.693359375f, x);
        r = T.MultiplyAdd(n, 2.12194440e-4f, r);

        T p = 1.9875691500e-4f;
        p = T.MultiplyAdd(p, r, 1.3981999507e-3f);
        p = T.MultiplyAdd(p, r, 8.3334519073e-3f);
        p = T.MultiplyAdd(p, r, 4.1665795894e-2f);
        p = T.MultiplyAdd(p, r, 1.6666665459e-1f);
        p = T.MultiplyAdd(p, r, 5.0000001201e-1f);
        p = T.MultiplyAdd(p, r * r, r + 1);

        T result = T.Raise(p, shifted);
        result = T.IfLess(x, -87.3f, 0, result);
        result = T.IfLess(88.3f, x, float.PositiveInfinity, result);
        return T.IfNaN(x, result);
    }

    /// <summary>The logistic function σ(x) = 1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sigmoid<T>(T x) where T : struct, IFloats<T> => 1 / (1 + Exp(0 - x));

    /// <summary>
    /// The standard normal distribution Φ(x) and its density φ(x) = e^(-x²/2) / √(2π), which share an exponential:
    /// <c>erfc(z) ≈ t (a₁ + t (a₂ + … + t a₅)) e^(-z²)</c> with t = 1 / (1 + 0.3275911 z) and z = |x| / √2
    /// (Abramowitz and Stegun 1964, equation 7.1.26, error below 1.5e-7).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Distribution, T Density) Normal<T>(T x) where T : struct, IFloats<T>
    {
        T exp = Exp(x * x * -0.5f);
        T t = 1 / T.MultiplyAdd(T.Abs(x), 0.3275911f * 0.70710678f, 1);
        T p = 1.061405429f;
        p = T.MultiplyAdd(p, t, -1.453152027f);
        p = T.MultiplyAdd(p, t, 1.421413741f);
        p = T.MultiplyAdd(p, t, -0.284496736f);
        p = T.MultiplyAdd(p, t, 0.254829592f);
        T tail = p * t * exp * 0.5f; // Φ(-|x|)
        return (T.IfLess(0, x, 1 - tail, tail), exp * 0.39894228f);
    }
}
