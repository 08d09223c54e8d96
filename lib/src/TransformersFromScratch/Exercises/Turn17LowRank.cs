using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 17, LoRA: α/r · (x A) B, where A and B are thin.</summary>
internal static class Turn17LowRank
{
    public static Question<(Matrix<float> X, Matrix<float> A, Matrix<float> B, float Alpha), Matrix<float>> Question
    { get; } = new(Inputs)
    {
        Right = x => By(x, x.Alpha / x.A.RowCount),
        Say = x => $"x of {Shapes.Of(x.X)}, A of {Shapes.Of(x.A)}, B of {Shapes.Of(x.B)} and α = {Values.Say(x.Alpha)}",
        Slips =
        [
            (x => By(x, x.Alpha), "You multiply by α. It is α / r, so that a wider pair does not write louder: r is " +
                "the number of rows of A."),
            (x => By(x, 1), "The factor α / r is missing."),
            (x => By(x, 1f / x.A.RowCount), "You divide by r, but leave α out."),
            (x => By(x, x.Alpha / x.A.ColumnCount), "You divide by the width of the input. r is the number of rows " +
                "of A."),
            (x => By(x, x.Alpha / MathF.Sqrt(x.A.RowCount)), "You divide by √r. The paper divides by r."),
            (x => Activated(x), "There is no ReLU between the two: they are one linear map of low rank, which can be " +
                "added to the weight afterwards."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.B.RowCount), "The answer must have the shape " +
                "of the layer's output: as many rows as x, and as many columns as B has rows."),
        ],
    };

    /// <summary>α/r · (x A) B, with a gradient.</summary>
    public static Tensor Library(Tensor x, Tensor a, Tensor b, float alpha) =>
        Op.Scale(Op.Linear(Op.Linear(x, a), b), alpha / a.Shape[0]);

    /// <summary>Calls code on tensors with matrices.</summary>
    public static Matrix<float> Call(
        Func<Tensor, Tensor, Tensor, float, Tensor> code,
        (Matrix<float> X, Matrix<float> A, Matrix<float> B, float Alpha) x)
    {
        Tensor y = code(Of(x.X), Of(x.A), Of(x.B), x.Alpha);
        return Matrix<float>.Build.DenseOfRowMajor(y.Length / y.Shape[^1], y.Shape[^1], y.Data);
    }

    private static Tensor Of(Matrix<float> matrix) =>
        new(matrix.ToRowMajorArray(), matrix.RowCount, matrix.ColumnCount);

    private static Matrix<float> By(
        (Matrix<float> X, Matrix<float> A, Matrix<float> B, float Alpha) x, float factor) =>
        x.X * x.A.Transpose() * x.B.Transpose() * factor;

    private static Matrix<float> Activated((Matrix<float> X, Matrix<float> A, Matrix<float> B, float Alpha) x) =>
        (x.X * x.A.Transpose()).PointwiseMaximum(0) * x.B.Transpose() * (x.Alpha / x.A.RowCount);

    private static IEnumerable<(Matrix<float>, Matrix<float>, Matrix<float>, float)> Inputs() =>
        Samples.Random(random =>
        {
            int rank = random.Next(2, 4), width = random.Next(5, 8), outputs = random.Next(4, 9);
            return (Samples.Matrix(random, random.Next(1, 5), width), Samples.Matrix(random, rank, width),
                Samples.Matrix(random, outputs, rank), (float)random.Next(3, 17));
        });
}
