using System.Buffers;
using System.Numerics;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y = g ⊙ x̂ + b</c> with <c>x̂ = (x - μ) / σ</c>, μ the mean of a row and <c>σ = √(variance + ε)</c>
    /// (Ba, Kiros and Hinton 2016, equations 3 and 4).
    /// </summary>
    /// <remarks>
    /// Backward, for one row of width d. Gain and bias are easy: <c>dg = dy ⊙ x̂</c> and <c>db = dy</c>, summed over the rows; and
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
        Chunks.For(rows, width, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> xs = x.Span.Slice(row * width, width);
                float mean = Total(xs) / width;
                float inverse = 1 / MathF.Sqrt((SquaredDistance(xs, mean) / width) + epsilon);
                (means.Span[row], inverses.Span[row]) = (mean, inverse);
                Normalise(xs, mean, inverse, gain.Span, bias.Span, y.Span.Slice(row * width, width));
            }
        });
        return y.Record("layer_norm", [x, gain, bias], y =>
        {
            bool add = false;
            if (x.NeedsGradient)
            {
                x.GradientToWrite(out add);
            }

            // One pass over x and dy serves all three gradients: dg and db are summed side by side.
            float[] sums = ArrayPool<float>.Shared.Rent(2 * width);
            Chunks.Sum(rows, 2 * width, sums.AsSpan(0, 2 * width), add: false, (first, end, partial) =>
            {
                Span<float> dGain = partial[..width], dBias = partial[width..];
                for (int row = first; row < end; row++)
                {
                    ReadOnlySpan<float> xs = x.Span.Slice(row * width, width), dy = y.GradientSpan.Slice(row * width, width);
                    float mean = means.Span[row], inverse = inverses.Span[row];
                    var (dMean, dStretch) = Backward(xs, mean, inverse, dy, gain.Span, dGain, dBias);
                    if (x.NeedsGradient)
                    {
                        BackwardRow(xs, mean, inverse, dy, gain.Span, dMean / width, dStretch / width, x.GradientSpan.Slice(row * width, width), add);
                    }
                }
            });
            Give(gain, sums.AsSpan(0, width));
            Give(bias, sums.AsSpan(width, width));
            ArrayPool<float>.Shared.Return(sums);
        });
    }

    private static void Give(Tensor parameter, ReadOnlySpan<float> gradient)
    {
        if (parameter.NeedsGradient)
        {
            Span<float> target = parameter.GradientToWrite(out bool add);
            Elementwise.Scale(gradient, 1, target, add);
        }
    }

    private static float Total(ReadOnlySpan<float> row)
    {
        Vector<float> sums = Vector<float>.Zero;
        int i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sums += row.At(i);
        }

        float sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            sum += row[i];
        }

        return sum;
    }

    private static float SquaredDistance(ReadOnlySpan<float> row, float mean)
    {
        Vector<float> sums = Vector<float>.Zero, means = new(mean);
        int i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> deviation = row.At(i) - means;
            sums = Vector.MultiplyAddEstimate(deviation, deviation, sums);
        }

        float sum = Vector.Sum(sums);
        for (; i < row.Length; i++)
        {
            sum += (row[i] - mean) * (row[i] - mean);
        }

        return sum;
    }

    private static void Normalise(
        ReadOnlySpan<float> x, float mean, float inverse, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias, Span<float> y)
    {
        gain = gain[..x.Length];
        bias = bias[..x.Length];
        y = y[..x.Length];
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> normalised = (x.At(i) - new Vector<float>(mean)) * inverse;
            Vector.MultiplyAddEstimate(normalised, gain.At(i), bias.At(i)).To(y, i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = float.MultiplyAddEstimate((x[i] - mean) * inverse, gain[i], bias[i]);
        }
    }

    /// <summary>Adds a row's share of dg and db; returns Σ dx̂ and Σ dx̂ ⊙ x̂ of the row.</summary>
    private static (float Shift, float Stretch) Backward(
        ReadOnlySpan<float> x, float mean, float inverse, ReadOnlySpan<float> dy, ReadOnlySpan<float> gain, Span<float> dGain, Span<float> dBias)
    {
        dy = dy[..x.Length];
        gain = gain[..x.Length];
        dGain = dGain[..x.Length];
        dBias = dBias[..x.Length];
        Vector<float> shifts = Vector<float>.Zero, stretches = Vector<float>.Zero, means = new(mean);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> normalised = (x.At(i) - means) * inverse;
            Vector<float> upstream = dy.At(i);
            Vector.MultiplyAddEstimate(upstream, normalised, dGain.At(i)).To(dGain, i);
            (dBias.At(i) + upstream).To(dBias, i);
            Vector<float> dNormalised = upstream * gain.At(i);
            shifts += dNormalised;
            stretches = Vector.MultiplyAddEstimate(dNormalised, normalised, stretches);
        }

        float shift = Vector.Sum(shifts), stretch = Vector.Sum(stretches);
        for (; i < x.Length; i++)
        {
            float normalised = (x[i] - mean) * inverse;
            dGain[i] += dy[i] * normalised;
            dBias[i] += dy[i];
            shift += dy[i] * gain[i];
            stretch += dy[i] * gain[i] * normalised;
        }

        return (shift, stretch);
    }

    /// <summary>dx = (dx̂ - shift - x̂ · stretch) / σ, where shift and stretch are the two means.</summary>
    private static void BackwardRow(
        ReadOnlySpan<float> x, float mean, float inverse, ReadOnlySpan<float> dy, ReadOnlySpan<float> gain,
        float shift, float stretch, Span<float> dx, bool add)
    {
        dy = dy[..x.Length];
        gain = gain[..x.Length];
        dx = dx[..x.Length];
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> normalised = (x.At(i) - new Vector<float>(mean)) * inverse;
            Vector<float> gradient = (dy.At(i) * gain.At(i)) - new Vector<float>(shift);
            gradient = (gradient - (normalised * stretch)) * inverse;
            (add ? gradient + dx.At(i) : gradient).To(dx, i);
        }

        for (; i < x.Length; i++)
        {
            float gradient = ((dy[i] * gain[i]) - shift - ((x[i] - mean) * inverse * stretch)) * inverse;
            dx[i] = add ? dx[i] + gradient : gradient;
        }
    }

    private static void RequireNorm(Tensor x, Tensor parameter)
    {
        if (x.Shape.Length == 0 || !parameter.Shape.SequenceEqual([x.Shape[^1]]))
        {
            throw new ArgumentException(
                $"A norm needs one gain and one bias for each column: x is {x.ShapeText}, so they are [d] with d its last axis, not {parameter.ShapeText}.",
                nameof(x));
        }
    }
}
