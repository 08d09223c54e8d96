using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 4, the layer norm: tried on many shapes and some values of ε, some of them so large that one sees where it
/// stands.
/// </summary>
internal static class Turn04Norm
{
    public static Question<Words, Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => x.Rows(x.Right),
        Say = x => $"{Values.Say(x.X)} and ε = {Values.Say(x.Epsilon)}",
        Slips =
        [
            (x => x.X, "The words come back unchanged so far."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row) / (row.Count - 1)) + x.Epsilon)),
                "Your variance is the unbiased one, divided by d - 1. Layer norm divides by d."),
            (x => x.Rows(row => Centred(row) / (MathF.Sqrt(Variance(row)) + x.Epsilon)),
                "Is your epsilon inside the square root? It belongs to the variance, not to the standard deviation."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt(Variance(row))), "Your epsilon is not used. A constant " +
                "word would be divided by zero."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt(Variance(row) + 1e-5f)), "Your epsilon is a number of your " +
                "own. Use the one that is given."),
            (x => x.Rows(row => Centred(row) / (Variance(row) + x.Epsilon)), "You divide by the variance. Take its " +
                "square root first."),
            (x => x.Rows(row => row / MathF.Sqrt((row * row / row.Count) + x.Epsilon)),
                "The mean is never taken away: this is RMSNorm, a norm of its own, but not layer norm."),
            (x => x.Rows(row => row / MathF.Sqrt(Variance(row) + x.Epsilon)), "You divide by the right root, but the " +
                "mean is not taken away from x itself."),
            (x => x.Rows(Centred), "The mean is taken away, but nothing is divided yet."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row)) + x.Epsilon)),
                "Your variance is the sum of the squares. It is their mean: divide by d."),
            (x => Columns(x), "You normalise each column, over the words. A row is a word, and layer norm works on " +
                "one word at a time."),
            (x => Whole(x), "You take one mean and one variance of the whole matrix. Each row, a word, has its own."),
            (x => x.Rows(x.Right, gain: false, bias: false), "The norm is right. Gain and bias are still missing."),
            (x => x.Rows(x.Right, gain: false), "The gain is forgotten: multiply each column by its own g."),
            (x => x.Rows(x.Right, bias: false), "The bias is forgotten: add b to each column at the end."),
            (x => x.Rows(row => x.Right(row) + x.Bias, bias: false), "The bias is added before the gain multiplies. " +
                "Multiply first, then add."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.X.ColumnCount), "A norm keeps the shape of " +
                "what goes in."),
            ((_, y) => y.Enumerate()
                .Any(value => !float.IsFinite(value)), "There is a NaN or an infinity. What do you divide by, and " +
                    "can it be zero?"),
        ],
    };

    public static Matrix<float> Library(
        Matrix<float> x, Vector<float> gain, Vector<float> bias, float epsilon)
    {
        var norm = new LayerNorm(gain.Count, epsilon);
        gain.ToArray().CopyTo(norm.Gain.Data, 0);
        bias.ToArray().CopyTo(norm.Bias.Data, 0);
        return norm.Forward(x);
    }

    private static Matrix<float> Columns(Words x) =>
        Matrix<float>.Build.DenseOfColumnVectors(x.X.EnumerateColumnsIndexed().Select(indexed =>
            (x.Right(indexed.Item2) * x.Gain[indexed.Item1]) + x.Bias[indexed.Item1]));

    private static Matrix<float> Whole(Words x)
    {
        Vector<float> all = Vector<float>.Build.DenseOfEnumerable(x.X.Enumerate());
        float mean = all.Sum() / all.Count, root = MathF.Sqrt(Variance(all) + x.Epsilon);
        return x.Rows(row => (row - mean) / root);
    }

    private static Vector<float> Centred(Vector<float> row) => row - (row.Sum() / row.Count);

    private static float Variance(Vector<float> row) => Centred(row) * Centred(row) / row.Count;

    private static IEnumerable<Words> Inputs()
    {
        yield return new(
            Samples.Of(new[,] { { 1, 7, 7, 9 }, { -2, 0, 1, 3 }, { 4, -4, 2, 0.5f } }),
            Vector<float>.Build.DenseOfArray([1, 2, 0.5f, -1]),
            Vector<float>.Build.DenseOfArray([0, 1, -1, 0.25f]), 0.5f);
        foreach (Words words in Samples.OfShapes((random, rows, columns) => new Words(
            Samples.Matrix(random, rows, columns), Samples.Vector(random, columns), Samples.Vector(random, columns),
            random.Next(3) switch { 0 => 1e-5f, 1 => 0.1f, _ => 1 })))
        {
            yield return words;
        }

        // Words of equal numbers.
        yield return new(
            Samples.Matrix(new Random(1), 2, 3, 0) + 5, Samples.Vector(new Random(1), 3),
            Samples.Vector(new Random(2), 3), 1e-5f);
    }

    /// <summary>What a layer norm is given. An epsilon as large as 1 shows where it stands.</summary>
    internal sealed record Words(Matrix<float> X, Vector<float> Gain, Vector<float> Bias, float Epsilon) : IInput
    {
        public object Data => (X, Gain, Bias);

        public Vector<float> Right(Vector<float> row) => Centred(row) / MathF.Sqrt(Variance(row) + Epsilon);

        public Matrix<float> Rows(Func<Vector<float>, Vector<float>> normalise, bool gain = true, bool bias = true) =>
            Matrix<float>.Build.DenseOfRowVectors(X.EnumerateRows().Select(row =>
                (gain ? normalise(row).PointwiseMultiply(Gain) : normalise(row)) + (bias ? Bias : Bias * 0)));
    }
}
