using System.Buffers;
using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y = g ⊙ x̂ + b</c> with <c>x̂ = (x - μ) / σ</c>, μ the mean of a row and <c>σ = √(variance + ε)</c>
    /// (Ba, Kiros and Hinton 2016, equations 3 and 4).
    /// </summary>
    /// <remarks>
    /// Backward, for one row of width d. Gain and bias are easy: <c>dg = dy ⊙ x̂</c> and <c>db = dy</c>, summed over
    /// the rows; and
    /// <c>dx̂ = dy ⊙ g</c>. For x, note that x_j reaches x̂_i directly, through μ, and through σ:
    /// <code>
    /// ∂μ/∂x_j = 1/d       ∂σ/∂x_j = (x_j - μ) / (d σ) = x̂_j / d
    /// ∂x̂_i/∂x_j = (δ_ij - 1/d) / σ - (x_i - μ)/σ² · x̂_j/d = (δ_ij - 1/d - x̂_i x̂_j / d) / σ
    /// dx_j = Σ_i dx̂_i ∂x̂_i/∂x_j = (dx̂_j - mean(dx̂) - x̂_j · mean(dx̂ ⊙ x̂)) / σ
    /// </code>
    /// In words: take away from dx̂ what would only shift the row or stretch it, for the norm undoes both.
    /// </remarks>
    /// <param name="x">[…, d].</param>
    /// <param name="gain">g, [d].</param>
    /// <param name="bias">b, [d].</param>
    /// <param name="epsilon">ε, inside the root.</param>
    /// <returns>The shape of x.</returns>
    public static Tensor LayerNorm(Tensor x, Tensor gain, Tensor bias, float epsilon = 1e-5f)
    {
        int width = gain.Length, rows = x.Length / width;
        RequireNorm(x, gain);
        RequireNorm(x, bias);
        Tensor y = x.UnwrittenLike(), means = Tensor.Unwritten(rows), inverses = Tensor.Unwritten(rows);
        Work.ForEach(rows, width, row =>
        {
            ReadOnlySpan<float> xs = x.Row(row);
            float mean = Rows.Total(xs) / width;
            float inverse = 1 / MathF.Sqrt((Rows.Sum(new PlusSquaredDistance(mean), xs) / width) + epsilon);
            (means.Span[row], inverses.Span[row]) = (mean, inverse);
            Rows.Map(new Normalised(mean, inverse), xs, gain.Span, bias.Span, y.Row(row));
        });
        return y.Record("layer_norm", [x, gain, bias], y =>
            NormBackward(x, gain, bias, y, means, inverses));
    }

    /// <summary>Backward of both norms: the one without a bias has means of 0, and nothing shifts its rows.</summary>
    private static void NormBackward(Tensor x, Tensor gain, Tensor? bias, Tensor y, Tensor? means, Tensor inverses)
    {
        int width = gain.Length, rows = x.Length / width;
        bool add = false;
        if (x.NeedsGradient)
        {
            x.GradientToWrite(out add);
        }

        // One walk over x and dy serves all three gradients: dg and db are summed side by side.
        float[] sums = ArrayPool<float>.Shared.Rent(2 * width);
        Work.Sum(rows, 2 * width, sums.AsSpan(0, 2 * width), add: false, (first, end, partial) =>
        {
            Span<float> dGain = partial[..width], dBias = partial[width..];
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> xs = x.Row(row), dy = y.GradientRow(row);
                float mean = means?.Span[row] ?? 0, inverse = inverses.Span[row];
                if (x.NeedsGradient)
                {
                    Rows.Sums(
                        new PlusShiftAndStretch(mean, inverse), xs, dy, gain.Span, out float shift, out float stretch);
                    shift = means is null ? 0 : shift / width;
                    var slope = new NormSlope(mean, inverse, shift, stretch / width);
                    Rows.Map(slope, xs, dy, gain.Span, x.GradientRow(row), add);
                }

                Rows.Map(new PlusNormalised(mean, inverse), xs, dy, dGain, dGain);
                Rows.AddTo(dBias, dy);
            }
        });
        Give(gain, sums.AsSpan(0, width));
        if (bias is not null)
        {
            Give(bias, sums.AsSpan(width, width));
        }

        ArrayPool<float>.Shared.Return(sums);
    }

    private static void Give(Tensor parameter, ReadOnlySpan<float> gradient)
    {
        if (parameter.NeedsGradient)
        {
            Span<float> target = parameter.GradientToWrite(out bool add);
            Rows.Scale(gradient, 1, target, add);
        }
    }

    /// <summary>sum + (x - μ)².</summary>
    private readonly struct PlusSquaredDistance(float mean) : ITerm1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Add<T>(T sum, T x) where T : struct, IFloats<T> => T.AddProduct(sum, x - mean, x - mean);
    }

    /// <summary>x̂ g + b.</summary>
    private readonly struct Normalised(float mean, float inverse) : IFormula3
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x, T gain, T bias) where T : struct, IFloats<T> =>
            T.MultiplyAdd((x - mean) * inverse, gain, bias);
    }

    /// <summary>dg + dy x̂.</summary>
    private readonly struct PlusNormalised(float mean, float inverse) : IFormula3
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x, T dy, T dGain) where T : struct, IFloats<T> =>
            T.AddProduct(dGain, dy, (x - mean) * inverse);
    }

    /// <summary>Σ dx̂ and Σ dx̂ x̂ of a row, with dx̂ = dy g.</summary>
    private readonly struct PlusShiftAndStretch(float mean, float inverse) : ITerms3
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<T>(ref T shift, ref T stretch, T x, T dy, T gain) where T : struct, IFloats<T>
        {
            shift += dy * gain;
            stretch = T.AddProduct(stretch, dy * gain, (x - mean) * inverse);
        }
    }

    /// <summary>dx = (dx̂ - shift - x̂ · stretch) / σ, where shift and stretch are the two means.</summary>
    private readonly struct NormSlope(float mean, float inverse, float shift, float stretch) : IFormula3
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of<T>(T x, T dy, T gain) where T : struct, IFloats<T> =>
            ((dy * gain) - shift - ((x - mean) * inverse * stretch)) * inverse;
    }

    private static void RequireNorm(Tensor x, Tensor parameter)
    {
        if (x.Shape.Length == 0 || !parameter.Shape.SequenceEqual([x.Shape[^1]]))
        {
            throw new ArgumentException(
                $"A norm needs one gain and one bias for each column: x is {x.ShapeText}, so they are [d] with d its " +
                $"last axis, not {parameter.ShapeText}.",
                nameof(x));
        }
    }
}
