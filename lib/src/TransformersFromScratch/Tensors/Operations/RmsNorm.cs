using System.Buffers;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y = g ⊙ x̂</c> with <c>x̂ = x / r</c> and <c>r = √(mean(x²) + ε)</c> (Zhang and Sennrich 2019, equation 4): a layer
    /// norm that does not take the mean away. Deviates from the 2017 paper; used by T5 and Llama.
    /// </summary>
    /// <remarks>
    /// Backward: <c>dg = dy ⊙ x̂</c> summed over the rows, <c>dx̂ = dy ⊙ g</c>, and with <c>∂r/∂x_j = x_j / (d r) = x̂_j / d</c>
    /// <code>
    /// ∂x̂_i/∂x_j = δ_ij / r - x_i/r² · x̂_j/d = (δ_ij - x̂_i x̂_j / d) / r
    /// dx_j = (dx̂_j - x̂_j · mean(dx̂ ⊙ x̂)) / r
    /// </code>
    /// It is the layer norm's with a mean of 0, and so is its code.
    /// </remarks>
    /// <param name="x">[…, d].</param>
    /// <param name="gain">g, [d].</param>
    /// <param name="epsilon">ε, inside the root.</param>
    public static Tensor RmsNorm(Tensor x, Tensor gain, float epsilon = 1e-6f)
    {
        int width = gain.Length, rows = x.Length / width;
        RequireNorm(x, gain);
        Tensor y = x.UnwrittenLike(), inverses = Tensor.Unwritten(rows);
        float[] zeros = new float[width];
        Chunks.For(rows, width, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> xs = x.Span.Slice(row * width, width);
                float inverse = inverses.Span[row] = 1 / MathF.Sqrt((VectorMath.Dot(xs, xs) / width) + epsilon);
                Normalise(xs, 0, inverse, gain.Span, zeros, y.Span.Slice(row * width, width));
            }
        });
        return y.Record("rms_norm", [x, gain], y =>
        {
            bool add = false;
            if (x.NeedsGradient)
            {
                x.GradientToWrite(out add);
            }

            float[] sums = ArrayPool<float>.Shared.Rent(2 * width);
            Chunks.Sum(rows, 2 * width, sums.AsSpan(0, 2 * width), add: false, (first, end, partial) =>
            {
                for (int row = first; row < end; row++)
                {
                    ReadOnlySpan<float> xs = x.Span.Slice(row * width, width), dy = y.GradientSpan.Slice(row * width, width);
                    float inverse = inverses.Span[row];
                    var (_, stretch) = Backward(xs, 0, inverse, dy, gain.Span, partial[..width], partial[width..]);
                    if (x.NeedsGradient)
                    {
                        BackwardRow(xs, 0, inverse, dy, gain.Span, 0, stretch / width, x.GradientSpan.Slice(row * width, width), add);
                    }
                }
            });
            Give(gain, sums.AsSpan(0, width));
            ArrayPool<float>.Shared.Return(sums);
        });
    }
}
