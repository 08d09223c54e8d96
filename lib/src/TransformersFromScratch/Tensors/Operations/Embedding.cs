namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// Row t of the result is row ids_t of the table. It is the product of a one-hot matrix with the table, without the
    /// multiplications by 0; so by the rule for products <c>dE = onehotᵀ dy</c>: every row of dy is added to the row of
    /// dE that it was read from. A token that occurs twice adds twice, one that does not occur has gradient 0.
    /// </summary>
    /// <param name="table">E, [vocabulary, d].</param>
    /// <param name="ids">Which rows to read.</param>
    /// <param name="leadingShape">The axes of the ids, such as [B, T].</param>
    /// <returns>[…leadingShape, d].</returns>
    /// <exception cref="ArgumentException">An id outside the table, or ids that do not fill their shape.</exception>
    public static Tensor Embedding(Tensor table, int[] ids, params ReadOnlySpan<int> leadingShape)
    {
        if (table.Shape.Length != 2)
        {
            throw new ArgumentException(
                $"A table of embeddings is [vocabulary, d], not {table.ShapeText}.", nameof(table));
        }

        int vocabulary = table.Shape[0], width = table.Shape[1];
        int wrong = Array.FindIndex(ids, id => id < 0 || id >= vocabulary);
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"Token {wrong} has id {ids[wrong]}, but this table has rows 0 to {vocabulary - 1}. " +
                "Encode with the vocabulary the model was built for.", nameof(ids));
        }

        Tensor y = Tensor.Unwritten([.. leadingShape, width]);
        if (y.Length != ids.Length * width)
        {
            throw new ArgumentException(
                $"{ids.Length} ids do not fill the shape [{string.Join(", ", leadingShape.ToArray())}].",
                nameof(leadingShape));
        }

        for (int t = 0; t < ids.Length; t++)
        {
            if (table.Compacted is { } compact)
            {
                compact.CopyRow(ids[t], y.Span.Slice(t * width, width));
                continue;
            }

            table.Span.Slice(ids[t] * width, width).CopyTo(y.Span.Slice(t * width, width));
        }

        return y.Record("embedding", [table], y =>
        {
            Span<float> dTable = table.GradientToWrite(out bool add);
            if (!add)
            {
                dTable.Clear();
            }

            for (int t = 0; t < ids.Length; t++)
            {
                Rows.AddTo(dTable.Slice(ids[t] * width, width), y.GradientSpan.Slice(t * width, width));
            }
        });
    }
}
