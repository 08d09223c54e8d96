using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 17, the vector of a sentence: the mean of its tokens, of length 1.</summary>
internal static class Turn17Sentence
{
    public static Question<(Matrix<float> Rows, bool[] Padding), Vector<float>> Question { get; } = new(Inputs)
    {
        Right = Library,
        Say = x => $"{Values.Say(x.Rows)}, of which {x.Padding.Count(padding => padding)} rows are padding",
        Slips =
        [
            (x => Turn13Pool.Library(x), "That is the mean. Divide it by its length, so that a product of two is a " +
                "cosine."),
            (x => Unit(Sum([.. x.Rows.EnumerateRows()])), "You average the padding too. Leave out the rows where " +
                "padding[t] is true."),
            (x => Unit(x.Rows.Row(0)), "That is the first token, [CLS]. This model has learned by the mean of all " +
                "tokens that are no padding."),
            (x => Turn13Pool.Library(x) is var mean ? mean / (float)mean.L1Norm() : x.Rows.Row(0), "You divide by " +
                "the sum of the amounts. The length is the root of the sum of squares: L2Norm()."),
            (x => Turn13Pool.Library(x) is var mean ? mean / (float)(mean.L2Norm() * mean.L2Norm()) : x.Rows.Row(0),
                "You divide by the square of the length. Take the root."),
            (x => Sum([.. Kept(x).Select(Unit)]) / Kept(x).Length, "You give each token the length 1, and then " +
                "take the mean. First the mean, then the length."),
            (x => Turn13Pool.Library(x) is var mean ? mean / mean.Maximum() : x.Rows.Row(0), "You divide by the " +
                "largest number. Divide by the length, L2Norm()."),
        ],
        Symptoms = [((x, y) => y.Count != x.Rows.ColumnCount, "The answer must have one number a column.")],
    };

    /// <summary>The mean of the rows that are no padding, divided by its length.</summary>
    public static Vector<float> Library((Matrix<float> Rows, bool[] Padding) x) => Unit(Turn13Pool.Library(x));

    private static Vector<float> Unit(Vector<float> vector) => vector / (float)vector.L2Norm();

    private static Vector<float>[] Kept((Matrix<float> Rows, bool[] Padding) x) =>
        [.. x.Rows.EnumerateRows().Where((_, t) => !x.Padding[t])];

    private static Vector<float> Sum(Vector<float>[] rows) => rows.Aggregate((a, b) => a + b);

    private static IEnumerable<(Matrix<float>, bool[])> Inputs()
    {
        yield return (Samples.Of(new float[,] { { 1, 0 }, { 3, 2 }, { 9, 9 } }), [false, false, true]);
        foreach (var input in Samples.Random(random =>
        {
            int rows = random.Next(2, 7), padding = random.Next(rows);
            return (Samples.Matrix(random, rows, random.Next(2, 7)), Enumerable.Range(0, rows)
                .Select(t => t >= rows - padding).ToArray());
        })) { yield return input; }
    }
}
