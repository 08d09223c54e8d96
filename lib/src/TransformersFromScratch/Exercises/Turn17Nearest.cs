using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 17, the search: the rows with the largest products.</summary>
internal static class Turn17Nearest
{
    public static Question<(Matrix<float> Rows, Vector<float> Vector, int Count), int[]> Question { get; } = new(Inputs)
    {
        Right = Library,
        Say = x => $"{Values.Say(x.Rows)}, the vector {Values.Say(x.Vector)} and {x.Count} wanted",
        Slips =
        [
            (x => Order(x, score => score), "You give the farthest first. Sort the products downwards."),
            (x => Order(x, score => -Math.Abs(score)), "You sort by the amount of the product. A sentence that " +
                "points the opposite way has the product -1, and is as far as can be."),
            (x => [.. Library(x).Order()], "The rows are right, but not in their order: the nearest comes first."),
            (x => [.. Library((x.Rows, x.Vector, x.Rows.RowCount))], "You return all rows. Take as many as are " +
                "wanted."),
            (x => [.. Library((x.Rows, x.Vector, x.Rows.RowCount)).Skip(1).Take(x.Count)], "You leave the nearest " +
                "out. The question is no row of the matrix, so no row has to be passed over."),
            (x => Library((x.Rows, x.Vector, 1)), "You return the nearest alone. Take as many as are wanted."),
            (x => [.. Library(x).Select(i => i + 1)], "You count rows from 1. Count from 0."),
            (x => [.. Enumerable.Range(0, x.Rows.RowCount).OrderByDescending(i => x.Rows.Row(i).Sum()).Take(x.Count)],
                "You sum each row, and leave the vector out. Multiply each row with it."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Count, "The answer must have as many numbers as are wanted."),
            ((x, y) => y.Distinct().Count() != y.Length, "A row comes twice."),
        ],
    };

    /// <summary>The numbers of the nearest rows, the nearest first.</summary>
    public static int[] Library((Matrix<float> Rows, Vector<float> Vector, int Count) x) => Order(x, score => -score);

    private static int[] Order((Matrix<float> Rows, Vector<float> Vector, int Count) x, Func<float, float> by)
    {
        Vector<float> scores = x.Rows * x.Vector;
        return [.. Enumerable.Range(0, scores.Count).OrderBy(i => by(scores[i])).Take(x.Count)];
    }

    private static IEnumerable<(Matrix<float>, Vector<float>, int)> Inputs()
    {
        yield return (Samples.Of(new float[,] { { 1, 0 }, { 0, 1 }, { 0.6f, 0.8f }, { 0, -1 } }),
            Vector<float>.Build.Dense([0.8f, 0.6f]), 2);
        foreach (var input in Samples.Random(random =>
        {
            int rows = random.Next(4, 12), width = random.Next(2, 6);
            Vector<float>[] all = [.. Enumerable.Range(0, rows + 1).Select(_ => Samples.Vector(random, width))
                .Select(row => row / (float)row.L2Norm())];
            return (Matrix<float>.Build.DenseOfRowVectors(all[1..]), all[0], random.Next(2, rows));
        })) { yield return input; }
    }
}
