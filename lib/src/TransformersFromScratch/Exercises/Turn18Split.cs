using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 18, tensor parallelism: W₁ by columns, W₂ by rows.</summary>
internal static class Turn18Split
{
    public static Question<(Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine),
        Matrix<float>> Question
    { get; } = new(Inputs)
    {
        Right = Library,
        Say = x => $"x of {Shapes.Of(x.X)}, W₁ of {Shapes.Of(x.W1)} and machine {x.Machine} of {x.Machines}",
        Slips =
            [
                (x => Relu(x.X * x.W1) * x.W2, "That is the whole network: each machine would do all the work, and " +
                    "the sum would be too large. Take this machine's columns of W₁ and its rows of W₂."),
                (x => Relu(x.X * x.W1) * x.W2 / x.Machines, "That is the whole network, divided by the number of " +
                    "machines. The sum is right, but each machine does all the work. Take its columns of W₁ alone."),
                (x => Relu(RowsFirst(x)) * x.W2, "You cut W₁ by rows. Then x W₁ is a sum over the machines, and " +
                    "the ReLU of a part of a sum is no part of its ReLU. Cut W₁ by columns."),
                (x => Columns(x, x.Machine) * Rows(x, x.Machine), "The ReLU between the two maps is missing."),
                (x => Relu(Columns(x, x.Machine) * Rows(x, x.Machine)), "The ReLU stands between the two maps, not " +
                    "after them: there it would act on a part of a sum."),
                (x => Relu(Columns(x, x.Machines - 1 - x.Machine)) * Rows(x, x.Machines - 1 - x.Machine), "You count " +
                    "the machines from the end."),
                (x => Relu(Columns(x, 0)) * Rows(x, 0), "Every machine takes the first part. Where this one's part " +
                    "begins depends on its number."),
                (x => Relu(Columns(x, x.Machine)) * Rows(x, 0), "The rows of W₂ must be those that belong to the " +
                    "columns of W₁: the same part."),
                (x => Relu(Columns(x, x.Machine)) * Rows(x, x.Machine) / x.Machines, "Do not divide: the parts are " +
                    "added up, and their sum is the whole."),
            ],
        Symptoms =
            [
                ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.W2.ColumnCount), "The share of a machine " +
                    "has the shape of the whole output, for it is a part of a sum: T×d."),
            ],
    };

    /// <summary>ReLU(x W₁[:, part]) W₂[part, :].</summary>
    public static Matrix<float> Library(
        (Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine) x) =>
        Relu(Columns(x, x.Machine)) * Rows(x, x.Machine);

    private static Matrix<float> Columns(
        (Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine) x, int machine) =>
        x.X * x.W1.SubMatrix(0, x.W1.RowCount, machine * Part(x), Part(x));

    private static Matrix<float> RowsFirst(
        (Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine) x)
    {
        int part = x.W1.RowCount / x.Machines, from = x.Machine * part;
        return x.X.SubMatrix(0, x.X.RowCount, from, part) * x.W1.SubMatrix(from, part, 0, x.W1.ColumnCount);
    }

    private static Matrix<float> Rows(
        (Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine) x, int machine) =>
        x.W2.SubMatrix(machine * Part(x), Part(x), 0, x.W2.ColumnCount);

    private static int Part(
        (Matrix<float> X, Matrix<float> W1, Matrix<float> W2, int Machines, int Machine) x) =>
        x.W1.ColumnCount / x.Machines;

    private static Matrix<float> Relu(Matrix<float> x) => x.PointwiseMaximum(0);

    private static IEnumerable<(Matrix<float>, Matrix<float>, Matrix<float>, int, int)> Inputs() =>
        Samples.Random(random =>
        {
            int machines = random.Next(2, 5), inner = machines * random.Next(1, 4), width = random.Next(1, 6);
            return (Samples.Matrix(random, random.Next(1, 5), width), Samples.Matrix(random, width, inner),
                Samples.Matrix(random, inner, width), machines, random.Next(machines));
        });
}
