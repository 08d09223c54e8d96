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
    /// <returns>T×d; every row keeps its length.</returns>
    /// <exception cref="ArgumentException">d is odd.</exception>
    public static Matrix<float> Rows(Matrix<float> x, int offset = 0, double frequencyBase = Base)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.ColumnCount % 2 != 0)
        {
            throw new ArgumentException(
                $"A rotation turns pairs of columns, but x is {Shapes.Of(x)}: the last column has no partner. " +
                "Give each head an even width.", nameof(x));
        }

        var y = Matrix<float>.Build.Dense(x.RowCount, x.ColumnCount);
        for (int even = 0; even < x.ColumnCount; even += 2)
        {
            double frequency = PositionalEncoding.Frequency(even, x.ColumnCount, frequencyBase);
            for (int row = 0; row < x.RowCount; row++)
            {
                var (sin, cos) = Math.SinCos((offset + row) * frequency);
                y.At(row, even, (x.At(row, even) * (float)cos) - (x.At(row, even + 1) * (float)sin));
                y.At(row, even + 1, (x.At(row, even) * (float)sin) + (x.At(row, even + 1) * (float)cos));
            }
        }

        return y;
    }
}
