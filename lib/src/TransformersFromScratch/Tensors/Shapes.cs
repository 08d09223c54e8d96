using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>The checks at the door of every layer: an error here names both shapes and what to try.</summary>
internal static class Shapes
{
    /// <summary>"3×64", the way the chapters write a shape.</summary>
    public static string Of(Matrix<float> matrix) => $"{matrix.RowCount}×{matrix.ColumnCount}";

    /// <summary>Requires a matrix of the width a layer was built for.</summary>
    public static void RequireWidth(Matrix<float> x, int width, string name, string layer)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.ColumnCount != width)
        {
            throw new ArgumentException(
                $"{layer} was built for rows of width {width}, but {name} is {Of(x)}. " +
                "A row is a token: if the columns are your tokens, transpose first.", name);
        }
    }

    /// <summary>
    /// Requires finite numbers. One NaN spreads over a whole sentence in a single attention, so it is stopped
    /// where it enters, with its place.
    /// </summary>
    public static void RequireFinite(Matrix<float> x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        for (int column = 0; column < x.ColumnCount; column++)
        {
            for (int row = 0; row < x.RowCount; row++)
            {
                float value = x.At(row, column);
                if (!float.IsFinite(value))
                {
                    throw new ArgumentException(
                        $"{name} holds {Number(value)} at row {row}, column {column} (counted from 0). " +
                        "Look for a division by zero or an overflow in what produced it.", name);
                }
            }
        }
    }

    /// <summary>NaN and the infinities by names that read the same in every culture and font.</summary>
    public static string Number(float value) =>
        float.IsNaN(value) ? "NaN" : float.IsPositiveInfinity(value) ? "+infinity"
        : float.IsNegativeInfinity(value) ? "-infinity"
        : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
