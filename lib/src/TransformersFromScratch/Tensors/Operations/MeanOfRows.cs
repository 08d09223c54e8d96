namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// The mean of the rows of every sentence: <c>y_b = Σ_t x_bt / n_b</c> over the n_b rows that count. So each of
    /// them has the gradient <c>dx_bt = dy_b / n_b</c>, and the others have none.
    /// </summary>
    /// <param name="x">[B, T, d].</param>
    /// <param name="isPadding">B·T flags of rows that do not count, or null.</param>
    /// <returns>[B, d]; zeros for a sentence without a row that counts.</returns>
    /// <exception cref="ArgumentException">x has not three axes, or there is not one flag a row.</exception>
    public static Tensor MeanOfRows(Tensor x, bool[]? isPadding = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Length != 3 || (isPadding is not null && isPadding.Length != x.Shape[0] * x.Shape[1]))
        {
            throw new ArgumentException(
                $"The mean is taken of [B, T, d] with B·T flags, not of {x.ShapeText} with {isPadding?.Length}.",
                nameof(x));
        }

        int sentences = x.Shape[0], rows = x.Shape[1], width = x.Shape[2];
        int[][] counted = [.. Enumerable.Range(0, sentences).Select(b =>
            Enumerable.Range(b * rows, rows).Where(row => isPadding is null || !isPadding[row]).ToArray())];
        Tensor y = Tensor.Unwritten(sentences, width);
        y.Span.Clear();
        Each((row, b, share) =>
            Rows.AddTo(y.Span.Slice(b * width, width), x.Span.Slice(row * width, width), share));
        return y.Record("mean_of_rows", [x], y =>
        {
            x.GradientToWrite(out bool add);
            if (!add) { x.GradientSpan.Clear(); }

            Each((row, b, share) => Rows.AddTo(
                x.GradientSpan.Slice(row * width, width), y.GradientSpan.Slice(b * width, width), share));
        });

        void Each(Action<int, int, float> add)
        {
            for (int b = 0; b < sentences; b++)
            {
                foreach (int row in counted[b]) { add(row, b, 1f / counted[b].Length); }
            }
        }
    }
}
