namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// <c>y = g ⊙ x̂</c> with <c>x̂ = x / r</c> and <c>r = √(mean(x²) + ε)</c> (Zhang and Sennrich 2019, equation 4): a
    /// layer norm that does not take the mean away. Deviates from the 2017 paper; used by T5 and Llama.
    /// </summary>
    /// <remarks>
    /// Backward: <c>dg = dy ⊙ x̂</c> summed over the rows, <c>dx̂ = dy ⊙ g</c>, and with <c>∂r/∂x_j = x_j / (d r) =
    /// x̂_j / d</c>
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
        Work.ForEach(rows, width, row =>
        {
            ReadOnlySpan<float> xs = x.Row(row);
            float inverse = inverses.Span[row] = 1 / MathF.Sqrt((Rows.Dot(xs, xs) / width) + epsilon);
            Rows.Map(new Normalised(0, inverse), xs, gain.Span, zeros, y.Row(row));
        });
        return y.Record("rms_norm", [x, gain], y => NormBackward(x, gain, null, y, null, inverses));
    }
}
