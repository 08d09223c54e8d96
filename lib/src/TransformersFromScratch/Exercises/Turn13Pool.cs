using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 13, pooling: the mean of all tokens that are no padding.</summary>
internal static class Turn13Pool
{
    public static Question<(Matrix<float> Rows, bool[] Padding), Vector<float>> Question { get; } = new(PoolInputs)
    {
        Right = Library,
        Say = x => $"{Values.Say(x.Rows)}, of which {x.Padding.Count(padding => padding)} rows are padding",
        Slips =
        [
            (x => x.Rows.Row(0), "That is the first token. It is the other way to pool; here the mean of all " +
                "is asked for."),
            (x => Kept(x) is var rows
                ? rows[^1]
                : x.Rows.Row(0), "That is the last token that is no padding. Take the mean of all."),
            (x => Sum([.. x.Rows.EnumerateRows()]) / x.Rows.RowCount, "You average the padding too. Leave out the " +
                "rows where padding[t] is true, and divide by how many are left."),
            (x => Sum(Kept(x)) / x.Rows.RowCount, "You leave the padding out of the sum, but divide by all rows. " +
                "Divide by how many there are that are no padding."),
            (x => Sum(Kept(x)), "That is the sum. Divide it by how many rows are no padding, or long texts would get " +
                "long vectors."),
            (x => Sum([.. x.Rows.EnumerateRows().Where((_, t) => x.Padding[t])]) / Math.Max(1, x.Padding.Count(p => p)),
                "You average the padding alone: the condition is turned round."),
            (x => Kept(x).Aggregate(
                (a, b) => a.PointwiseMaximum(b)), "That is the largest number of each column. Take the mean."),
            (x => Sum(Kept(x)) / x.Rows.ColumnCount, "You divide by d, the width. Divide by the number of tokens."),
        ],
        Symptoms = [((x, y) => y.Count != x.Rows.ColumnCount, "The answer must have one number a column.")],
    };

    /// <summary>The mean of the rows that are no padding.</summary>
    public static Vector<float> Library((Matrix<float> Rows, bool[] Padding) x) => Sum(Kept(x)) / Kept(x).Length;

    private static Vector<float>[] Kept((Matrix<float> Rows, bool[] Padding) x) =>
        [.. x.Rows.EnumerateRows().Where((_, t) => !x.Padding[t])];

    private static Vector<float> Sum(Vector<float>[] rows) =>
        rows.Length == 0 ? Vector<float>.Build.Dense(1) : rows.Aggregate((a, b) => a + b);

    private static IEnumerable<(Matrix<float>, bool[])> PoolInputs()
    {
        yield return (Samples.Of(new float[,] { { 1, 0 }, { 3, 2 }, { 9, 9 } }), [false, false, true]);
        foreach (var input in Samples.OfShapes((random, rows, columns) =>
        {
            int padding = random.Next(rows);
            return (Samples.Matrix(random, rows, columns), Enumerable.Range(0, rows).Select(t => t >= rows - padding)
                .ToArray());
        })) { yield return input; }
    }
}
