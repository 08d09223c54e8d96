using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// What one head can do, read from its weights alone (Elhage et al. 2021, "A Mathematical Framework for Transformer
/// Circuits", section "Attention Heads are Independent and Additive"). A head reads rows of width d_model and writes
/// rows of width d_model. Two d_model × d_model matrices of rank d_k say all: where it looks, and what it writes.
/// </summary>
public static class Circuits
{
    /// <summary>
    /// Where it looks: <c>W_Q W_Kᵀ / √d_k</c> of one head, d_model × d_model. The score of the query row x and the key
    /// row y is
    /// <c>x · QK · yᵀ</c>, if biases are left out.
    /// </summary>
    /// <param name="attention">The heads of a layer.</param>
    /// <param name="head">Which, from 0.</param>
    public static Matrix<float> QueryKey(MultiHeadAttention attention, int head)
    {
        ArgumentNullException.ThrowIfNull(attention);
        Matrix<float> query = Columns(attention.Query, head, attention.HeadWidth, attention.Heads);
        Matrix<float> key = Columns(
            attention.Key, attention.KeyValueHeadOf(head), attention.HeadWidth, attention.KeyValueHeads);
        return query * key.Transpose() / MathF.Sqrt(attention.HeadWidth);
    }

    /// <summary>
    /// What it writes: <c>W_V W_O</c> of one head, d_model × d_model. A key row y that gets the whole weight adds <c>y
    /// · OV</c> to the stream of the query, if biases are left out.
    /// </summary>
    /// <param name="attention">The heads of a layer.</param>
    /// <param name="head">Which, from 0.</param>
    public static Matrix<float> OutputValue(MultiHeadAttention attention, int head)
    {
        ArgumentNullException.ThrowIfNull(attention);
        int width = attention.HeadWidth;
        Matrix<float> value = Columns(attention.Value, attention.KeyValueHeadOf(head), width, attention.KeyValueHeads);
        return value * attention.Output.Weight.AsMatrix().SubMatrix(head * width, width, 0, attention.Width);
    }

    /// <summary>
    /// The share of tokens that a map between tokens sends to themselves: for how many rows the largest number stands
    /// on the diagonal. For an OV circuit this is a copying score: 1 for a head that says again what it looks at, 1/V
    /// for one that does not care.
    /// </summary>
    /// <param name="map">V×V: a row a token that is looked at, a column a token that may be said.</param>
    /// <exception cref="ArgumentException">The map is not square.</exception>
    public static double Copying(Matrix<float> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        RequireSquare(map);
        return Enumerable.Range(0, map.RowCount).Average(row => map.Row(row).MaximumIndex() == row ? 1.0 : 0);
    }

    /// <summary>
    /// How strongly a later head reads what an earlier one writes: <c>‖first · second‖ / (‖first‖ ‖second‖)</c> in
    /// Frobenius norms (Elhage et al. 2021, section "Analyzing a Two-Layer Model"). For K-composition, first is the
    /// earlier head's OV and second is the later head's QK transposed; for Q-composition, its QK; for V-composition,
    /// its OV.
    /// </summary>
    /// <param name="first">What the earlier head writes, d_model × d_model.</param>
    /// <param name="second">What the later head does with a row, d_model × d_model.</param>
    /// <returns>From 0 to 1. Two random matrices of rank d_k and width d have about 1/√d; the chapter draws some to
    /// compare.</returns>
    public static double Composition(Matrix<float> first, Matrix<float> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double norms = first.FrobeniusNorm() * second.FrobeniusNorm();
        return norms > 0 ? (first * second).FrobeniusNorm() / norms : throw new ArgumentException(
            "A matrix of zeros reads nothing and writes nothing, so there is no composition to measure.",
            nameof(first));
    }

    private static Matrix<float> Columns(Linear map, int head, int width, int heads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(head);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(head, heads);
        return map.Weight.AsMatrix().SubMatrix(0, map.Inputs, head * width, width);
    }

    private static void RequireSquare(Matrix<float> map)
    {
        if (map.RowCount != map.ColumnCount)
        {
            throw new ArgumentException(
                $"A map from tokens to the same tokens is square, but this one is {Shapes.Of(map)}.", nameof(map));
        }
    }
}
