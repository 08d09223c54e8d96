using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What attention gives back: the mixed values, and how they were mixed.</summary>
/// <param name="Output">T×d_v: for each query, its weighted mean of the values.</param>
/// <param name="Weights">T×S: row t says how query t shared its attention over the keys; it sums to 1.</param>
public sealed record AttentionResult(Matrix<float> Output, Matrix<float> Weights);

/// <summary>Attention: every query looks at every key and takes home a mixture of the values.</summary>
public static class Attention
{
    /// <summary>
    /// <c>Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V</c> (Vaswani et al. 2017, section 3.2.1, equation 1).
    /// </summary>
    /// <param name="queries">Q, T×d_k: what each token is looking for.</param>
    /// <param name="keys">K, S×d_k: what each token offers to be found by.</param>
    /// <param name="values">V, S×d_v: what each token hands over when it is found.</param>
    /// <param name="mask">T×S, or null: which keys a query may not look at. A query that may look at none has zeros in
    /// both results.</param>
    /// <param name="bias">
    /// T×S, or null: what is added to the scores before the softmax. Deviates from the 2017 paper; see
    /// <see cref="Alibi"/> and <see cref="RelativeBias"/>.
    /// </param>
    /// <param name="scaled">Whether to divide by √d_k, as in the paper; T5 does not.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, or a number is NaN or infinite, other than in a key, or its value, that the mask hides
    /// from all queries.
    /// </exception>
    public static AttentionResult ScaledDotProduct(
        Matrix<float> queries, Matrix<float> keys, Matrix<float> values, Mask? mask = null, Matrix<float>? bias = null,
        bool scaled = true)
    {
        RequireShapes(queries, keys, values);
        (keys, values) = (Seen(keys, mask), Seen(values, mask));
        Shapes.RequireFinite(queries, nameof(queries));
        Shapes.RequireFinite(keys, nameof(keys));
        Shapes.RequireFinite(values, nameof(values));

        // (Q Kᵀ)_ij is the dot product of query i with key j: all T·S of them in one product.
        Matrix<float> scores = queries.TransposeAndMultiply(keys) / (scaled ? MathF.Sqrt(queries.ColumnCount) : 1);
        scores = bias is null ? scores : scores + bias;
        Matrix<float> weights = Softmax.Rows(mask is null ? scores : mask.Apply(scores));
        return new AttentionResult(weights * values, weights);
    }

    /// <summary>
    /// With zeros for keys that nobody sees: whatever stands there, such as padding, has weight 0, but 0 · NaN would
    /// still be NaN.
    /// </summary>
    private static Matrix<float> Seen(Matrix<float> rows, Mask? mask)
    {
        if (mask is null || mask.Keys != rows.RowCount)
        {
            return rows; // Of a mask that does not fit, Mask.Apply says so.
        }

        int[] unseen =
            [.. Enumerable.Range(0, mask.Keys)
                .Where(key => Enumerable.Range(0, mask.Queries).All(query => mask.Hides(query, key)))];
        if (unseen.Length == 0)
        {
            return rows;
        }

        Matrix<float> seen = rows.Clone();
        seen.ClearRows(unseen);
        return seen;
    }

    private static void RequireShapes(Matrix<float> queries, Matrix<float> keys, Matrix<float> values)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (queries.ColumnCount != keys.ColumnCount)
        {
            throw new ArgumentException(
                "A query and a key need the same width d_k to have a dot product, but the queries are " +
                $"{Shapes.Of(queries)} " +
                $"and the keys {Shapes.Of(keys)}. Project both to the same d_k.", nameof(keys));
        }

        if (keys.RowCount != values.RowCount)
        {
            throw new ArgumentException(
                $"Every key needs its value, but the keys are {Shapes.Of(keys)} and the values {Shapes.Of(values)}. " +
                "Both come from the same S tokens.", nameof(values));
        }
    }
}
