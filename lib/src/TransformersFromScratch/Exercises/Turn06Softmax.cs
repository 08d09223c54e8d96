using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 6, the softmax walked back: what arrives, less its weighted mean, times the weight.</summary>
internal static class Turn06Softmax
{
    public static Question<(Matrix<float> Y, Matrix<float> DY), Matrix<float>> Question { get; } = new(() =>
        Samples.OfShapes((random, rows, columns) =>
            (Softmax.Rows(Samples.Matrix(random, rows, columns)), Samples.Matrix(random, rows, columns, 3)))
        .Where(x => x.Item1.ColumnCount > 1))
    {
        Right = x => Library(x.Y, x.DY),
        Say = x => $"Y and dY of {Shapes.Of(x.Y)}",
        Slips =
        [
            (x => x.DY, "The gradient that arrives goes on unchanged."),
            (x => x.Y.PointwiseMultiply(x.DY), "This is y dy alone. A score moves the denominator of everybody: take " +
                "away the weighted mean Σ y dy first."),
            (x => x.Y.PointwiseMultiply(1 - x.Y).PointwiseMultiply(x.DY), "You take the diagonal alone, y (1 - y): " +
                "each score moves the other weights of its row, too."),
            (x => Less(x, Means(x.DY)), "You take away the plain mean of dy. It is the mean weighted by y: Σ y dy."),
            (x => Less(x, x.Y.PointwiseMultiply(x.DY).RowSums() / x.Y.ColumnCount), "You divide the weighted mean by " +
                "the number of scores. The weights sum to 1 already."),
            (x => x.Y.PointwiseMultiply(x.DY) - Spread(x.Y.PointwiseMultiply(x.DY).RowSums(), x.Y.ColumnCount),
                "The weighted mean must be multiplied by y as well: y (dy - Σ y dy)."),
            (x => x.DY - Spread(x.Y.PointwiseMultiply(x.DY).RowSums(), x.Y.ColumnCount), "The factor y in front is " +
                "missing: a score moves its weight in proportion to it."),
            (x => -Library(x.Y, x.DY), "The sign is turned: y (dy - Σ y dy), not the other way round."),
            (x => Less(x, Vector<float>.Build.Dense(x.Y.RowCount, x.Y.PointwiseMultiply(x.DY).Enumerate().Sum())),
                "You sum over the whole matrix. Each row has a mean of its own."),
            (x => Library(Softmax.Rows(x.Y), x.DY), "Y has gone through the softmax already; you took it once more."),
            (x => x.Y.PointwiseMultiply(x.DY - Spread(x.DY.RowSums(), x.Y.ColumnCount)),
                "You take away the sum of dy. It is the sum of y dy."),
        ],
        Symptoms =
        [
            ((_, y) => y.RowSums().AbsoluteMaximum() > 1e-3, "A row of your dX does not sum to 0. It must: adding " +
                "the same to all scores of a row changes nothing, so no gradient may point that way."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static Matrix<float> Library(Matrix<float> y, Matrix<float> dY) =>
        Less((y, dY), y.PointwiseMultiply(dY).RowSums());

    private static Matrix<float> Less((Matrix<float> Y, Matrix<float> DY) x, Vector<float> mean) =>
        x.Y.PointwiseMultiply(x.DY - Spread(mean, x.Y.ColumnCount));

    private static Vector<float> Means(Matrix<float> m) => m.RowSums() / m.ColumnCount;

    private static Matrix<float> Spread(Vector<float> column, int columns) =>
        Matrix<float>.Build.Dense(column.Count, columns, (row, _) => column[row]);
}
