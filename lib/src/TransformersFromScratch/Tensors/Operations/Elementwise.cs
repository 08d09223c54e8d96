using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>A function of one number, applied to every element of a tensor, and its derivative.</summary>
internal interface IFunction
{
    /// <summary>f(x).</summary>
    static abstract T Value<T>(T x) where T : struct, IFloats<T>;

    /// <summary>f'(x).</summary>
    static abstract T Slope<T>(T x) where T : struct, IFloats<T>;
}

/// <summary>Operations on every element of a tensor by itself.</summary>
internal static class Elementwise
{
    /// <summary>
    /// y_i = f(x_i); backward, <c>dL/dx_i = dL/dy_i · f'(x_i)</c>, because y_i depends on no other element. f' is
    /// computed anew from x, which is cheaper than to write it down and read it again.
    /// </summary>
    public static Tensor Apply<F>(string operation, Tensor x) where F : struct, IFunction
    {
        Tensor y = x.UnwrittenLike();
        Work.For(x.Length, 1, (first, end) => Rows.Map(default(Value<F>), x.Span[first..end], y.Span[first..end]));
        return y.Record(operation, [x], y =>
        {
            x.GradientToWrite(out bool add);
            Work.For(x.Length, 1, (first, end) => Rows.Map(
                default(Slope<F>), x.Span[first..end], y.GradientSpan[first..end], x.GradientSpan[first..end], add));
        });
    }

    /// <summary>
    /// Adds <paramref name="gradient"/>·factor to the gradient of <paramref name="x"/>, which has as many numbers.
    /// </summary>
    public static void Accumulate(Tensor gradient, Tensor x, float factor = 1)
    {
        x.GradientToWrite(out bool add);
        Work.For(x.Length, 1, (first, end) =>
            Rows.Scale(gradient.Span[first..end], factor, x.GradientSpan[first..end], add));
    }

    private readonly struct Value<F> : IFormula1 where F : struct, IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x) where T : struct, IFloats<T> => F.Value(x);
    }

    private readonly struct Slope<F> : IFormula2 where F : struct, IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x, T dy) where T : struct, IFloats<T> => F.Slope(x) * dy;
    }
}
