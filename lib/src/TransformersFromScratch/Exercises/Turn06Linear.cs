using MathNet.Numerics.LinearAlgebra;
using Given = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> X, MathNet.Numerics.LinearAlgebra.Matrix<float> W,
    MathNet.Numerics.LinearAlgebra.Matrix<float> DY);
using Slopes = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> DX, MathNet.Numerics.LinearAlgebra.Matrix<float> DW);

namespace TransformersFromScratch;

/// <summary>Chapter 6, Y = X W walked back: two products, two transposes.</summary>
internal static class Turn06Linear
{
    public static Question<Given, Slopes> Question { get; } = new(LinearInputs)
    {
        Right = Library,
        Say = x => $"X {Shapes.Of(x.X)}, W {Shapes.Of(x.W)} and dY {Shapes.Of(x.DY)}",
        Slips =
        [
            (x => (x.DY * x.W, Library(x).DW), "dX = dY W fits only where W is square. Sum over the outputs: dX = " +
                "dY Wᵀ."),
            (x => (Library(x).DX, x.X * x.DY), "dW = X dY fits only where there are as many rows as columns. Sum " +
                "over the rows: dW = Xᵀ dY."),
            (x => (Library(x).DX, x.DY.TransposeThisAndMultiply(x.X)), "Your dW is the transpose of what it should " +
                "be: dYᵀ X is m×n, and W is n×m."),
            (x => (Library(x).DX.Transpose(), Library(x).DW), "Your dX is transposed. A gradient has the shape of " +
                "what it belongs to: dX has the shape of X."),
            (x => (Library(x).DX, Library(x).DW / x.X.RowCount), "You divide dW by the number of rows. A mean over " +
                "the rows belongs to the loss, if it has one; here slopes add."),
            (x => (Library(x).DX, x.X.Clone()), "Your dW is X. Multiply it with the gradient that arrives: Xᵀ dY."),
            (x => (x.W.Transpose(), Library(x).DW), "Your dX is Wᵀ alone. Multiply with the gradient that arrives: " +
                "dY Wᵀ."),
            (x => (-Library(x).DX, -Library(x).DW), "Both have the wrong sign. The gradient points uphill; it is the " +
                "optimiser that goes down."),
            (x => (Library(x).DX, x.X.Map(_ => 1f).TransposeThisAndMultiply(x.DY)), "In your dW every x counts as 1: " +
                "that would be the gradient of a bias, in every row. Multiply by X."),
        ],
        Symptoms =
        [
            ((x, y) => Shape(y.DX) != Shape(x.X), "dX must have the shape of X."),
            ((x, y) => Shape(y.DW) != Shape(x.W), "dW must have the shape of W."),
        ],
    };

    /// <summary>The rule as it is.</summary>
    public static Slopes Library(Given x) => (x.DY * x.W.Transpose(), x.X.TransposeThisAndMultiply(x.DY));

    private static (int, int) Shape(Matrix<float> m) => (m.RowCount, m.ColumnCount);

    private static IEnumerable<Given> LinearInputs() => Samples.OfShapes((random, rows, columns) =>
    {
        int outputs = rows == columns ? columns : random.Next(1, 7);
        return (Samples.Matrix(random, rows, columns), Samples.Matrix(random, columns, outputs),
            Samples.Matrix(random, rows, outputs));
    });
}
