namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// What a table says of every pair of a query and a key: <c>y_hts = table[bucket of s - t, h]</c>. Like an
    /// <see cref="Embedding"/> it copies, so on the way back every number is added to where it was read from. Used by
    /// <see cref="RelativeBias"/>.
    /// </summary>
    /// <remarks>
    /// The T + S - 1 distances of a head stand in a line, the lowest first: query t reads S of them, from the one to
    /// the first key on, and each query begins one place before the query above it.
    /// </remarks>
    /// <param name="table">[buckets, h].</param>
    /// <param name="buckets">
    /// The bucket of every distance s - t, from that of the first key and the last query on.
    /// </param>
    /// <param name="queries">T.</param>
    /// <returns>[h, T, S].</returns>
    internal static Tensor OfDistances(Tensor table, int[] buckets, int queries)
    {
        int heads = table.Shape[1], keys = buckets.Length - queries + 1;
        Tensor y = Tensor.Unwritten(heads, queries, keys);
        float[] line = new float[buckets.Length];
        for (int h = 0; h < heads; h++)
        {
            for (int i = 0; i < line.Length; i++) { line[i] = table.Span[(buckets[i] * heads) + h]; }

            for (int t = 0; t < queries; t++)
            {
                line.AsSpan(queries - 1 - t, keys).CopyTo(y.Span[(((h * queries) + t) * keys)..]);
            }
        }

        return y.Record("of_distances", [table], y =>
        {
            Span<float> dTable = table.GradientToWrite(out bool add);
            if (!add) { dTable.Clear(); }

            for (int h = 0; h < heads; h++)
            {
                Array.Clear(line);
                for (int t = 0; t < queries; t++)
                {
                    Rows.AddTo(
                        line.AsSpan(queries - 1 - t, keys), y.GradientSpan.Slice(((h * queries) + t) * keys, keys));
                }

                for (int i = 0; i < line.Length; i++) { dTable[(buckets[i] * heads) + h] += line[i]; }
            }
        });
    }
}
