using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Positions as rotations of queries and keys (Su et al. 2021, "RoFormer", section 3.2).</summary>
public static class Rotary
{
    /// <summary>10,000, as in the paper.</summary>
    public const double Base = 10_000;

    /// <summary>
    /// Turns the pair of columns (2i, 2i+1) in row p by the angle <c>a = (p + offset) · base^(-2i/d)</c>:
    /// <c>y_2i = x_2i cos a - x_2i+1 sin a</c> and <c>y_2i+1 = x_2i sin a + x_2i+1 cos a</c> (equation 34).
    /// </summary>
    /// <remarks>
    /// Write R(p) for the rotation of position p. Rotations add up, and the transpose of one is the rotation back, so
    /// the score of the query at p and the key at s is <c>R(p)q · R(s)k = q · R(p)ᵀ R(s) k = q · R(s - p) k</c>: only
    /// the distance is left.
    /// </remarks>
    /// <param name="x">T×d: the queries, or the keys, of one head. d is even.</param>
    /// <param name="offset">The position of the first row.</param>
    /// <param name="frequencyBase">The base of the angles.</param>
    /// <param name="halves">
    /// Whether the pairs are the columns (i, i + d/2) and not neighbours. It is the same rotation of columns in another
    /// order: whoever orders the columns of W^Q and W^K so gets the same scores.
    /// </param>
    /// <returns>T×d; every row keeps its length.</returns>
    /// <exception cref="ArgumentException">d is odd.</exception>
    public static Matrix<float> Rows(Matrix<float> x, int offset = 0, double frequencyBase = Base, bool halves = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.ColumnCount % 2 != 0)
        {
            throw new ArgumentException(
                $"A rotation turns pairs of columns, but x is {Shapes.Of(x)}: the last column has no partner. " +
                "Give each head an even width.", nameof(x));
        }

        var y = Matrix<float>.Build.Dense(x.RowCount, x.ColumnCount);
        for (int i = 0, pairs = x.ColumnCount / 2; i < pairs; i++)
        {
            var (first, second) = halves ? (i, i + pairs) : (2 * i, (2 * i) + 1);
            double frequency = PositionalEncoding.Frequency(2 * i, x.ColumnCount, frequencyBase);
            for (int row = 0; row < x.RowCount; row++)
            {
                var (sin, cos) = Math.SinCos((offset + row) * frequency);
                y.At(row, first, (x.At(row, first) * (float)cos) - (x.At(row, second) * (float)sin));
                y.At(row, second, (x.At(row, first) * (float)sin) + (x.At(row, second) * (float)cos));
            }
        }

        return y;
    }
}
