using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// The operations of the tape: each computes its result, and records how a gradient goes back through it. A batch has
/// its rows on the leading axes; d, the width of a row, is the last axis. In the derivations L is the loss, and
/// dy = dL/dy is the gradient that arrives at the result.
/// </summary>
public static partial class Op
{
    /// <summary>
    /// max(0, x). Its slope is 1 where x &gt; 0 and 0 elsewhere; at the kink, where there is none, 0 is chosen.
    /// </summary>
    public static Tensor Relu(Tensor x) => Elementwise.Apply<ReluFunction>("relu", x);

    /// <summary>
    /// x Φ(x), where Φ is the standard normal distribution (Hendrycks and Gimpel 2016, section 2). With its density
    /// φ = Φ', the product rule gives the slope <c>Φ(x) + x φ(x)</c>.
    /// </summary>
    public static Tensor Gelu(Tensor x) => Elementwise.Apply<GeluFunction>("gelu", x);

    /// <summary>
    /// ½ x (1 + tanh u) with <c>u = √(2/π) (x + 0.044715 x³)</c> (Hendrycks and Gimpel 2016, section 2). Because
    /// ½ (1 + tanh u) = σ(2u) and σ' = σ (1 - σ), the slope is <c>σ + x σ (1 - σ) · 2u'</c> with
    /// <c>u' = √(2/π) (1 + 3 · 0.044715 x²)</c>.
    /// </summary>
    public static Tensor GeluTanh(Tensor x) => Elementwise.Apply<GeluTanhFunction>("gelu_tanh", x);

    /// <summary>x σ(x), also called swish (Ramachandran et al. 2017). Slope: <c>σ (1 + x (1 - σ))</c>.</summary>
    public static Tensor Silu(Tensor x) => Elementwise.Apply<SiluFunction>("silu", x);

    /// <summary>
    /// The hyperbolic tangent, <c>2σ(2x) - 1</c>, between -1 and 1. Slope: <c>1 - tanh² x = 4 σ (1 - σ)</c>.
    /// </summary>
    public static Tensor Tanh(Tensor x) => Elementwise.Apply<TanhFunction>("tanh", x);

    private readonly struct ReluFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(T x) where T : struct, IFloats<T> => T.IfLess(x, 0, 0, x); // Keeps a NaN.

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x) where T : struct, IFloats<T> => T.IfLess(0, x, 1, 0);
    }

    private readonly struct GeluFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(T x) where T : struct, IFloats<T> => x * VectorMath.Normal(x).Distribution;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x) where T : struct, IFloats<T>
        {
            var (distribution, density) = VectorMath.Normal(x);
            return T.MultiplyAdd(x, density, distribution);
        }
    }

    private readonly struct GeluTanhFunction : IFunction
    {
        private const float TwiceRoot = 2 * 0.79788456f; // 2 √(2/π)

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(T x) where T : struct, IFloats<T> =>
            x * VectorMath.Sigmoid(x * T.MultiplyAdd(x * x, TwiceRoot * 0.044715f, TwiceRoot));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x) where T : struct, IFloats<T>
        {
            T squared = x * x;
            T s = VectorMath.Sigmoid(x * T.MultiplyAdd(squared, TwiceRoot * 0.044715f, TwiceRoot));
            T twiceSlope = T.MultiplyAdd(squared, 3 * TwiceRoot * 0.044715f, TwiceRoot);
            return T.MultiplyAdd(x * s * (1 - s), twiceSlope, s);
        }
    }

    private readonly struct SiluFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(T x) where T : struct, IFloats<T> => x * VectorMath.Sigmoid(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x) where T : struct, IFloats<T>
        {
            T s = VectorMath.Sigmoid(x);
            return s * T.MultiplyAdd(x, 1 - s, 1);
        }
    }

    private readonly struct TanhFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Value<T>(T x) where T : struct, IFloats<T> =>
            T.MultiplyAdd(VectorMath.Sigmoid(x + x), 2, -1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Slope<T>(T x) where T : struct, IFloats<T>
        {
            T s = VectorMath.Sigmoid(x + x);
            return 4 * s * (1 - s);
        }
    }
}
