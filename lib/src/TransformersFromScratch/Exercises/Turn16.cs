using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 16's "Your turn": each checks what the reader wrote, says in one line what is right or which slip it is, and
/// returns the version to use: the reader's once it is right, the library's until then.
/// </summary>
public static class Turn16
{
    internal static Question<Matrix<float>, double> ForPrefixMatching { get; } = new(Maps)
    {
        Right = map => Mean(map, map.RowCount / 2, (t, half) => t - half + 1),
        Tolerance = 1e-5,
        Say = map => $"a map of {map.RowCount} tokens, {map.RowCount / 2} and the same {map.RowCount / 2} again",
        Slips =
        [
            (map => Mean(map, map.RowCount / 2, (t, half) => t - half), "You look at the token's own first " +
                "occurrence. The head that you search looks one place further, at what followed it."),
            (map => Mean(map, map.RowCount / 2, (t, half) => t - half - 1), "You look at the token before the first " +
                "occurrence. What followed stands after it: half - 1 places back, not half + 1."),
            (map => Mean(map, 1, (t, _) => t - 1), "You look at the token just before. That is the " +
                "previous-token score."),
            (map => Mean(map, map.RowCount / 2, (t, _) => t - 1), "You look at the token just before. That is the " +
                "previous-token score."),
            (map => Sum(map, map.RowCount / 2, (t, half) => t - half + 1), "That is the sum. Divide by the number of " +
                "queries, half of T, so that a score is a weight from 0 to 1."),
            (map => Sum(map, map.RowCount / 2, (t, half) => t - half + 1) / map.RowCount, "You divide by T. Only the " +
                "second half has queries that count: divide by half of T."),
            (map => Mean(map, map.RowCount / 2, (t, half) => t - half + 1, transposed: true), "Query and key have " +
                "changed places. A row of the map belongs to the token that looks."),
            (map => Enumerable.Range(0, map.RowCount / 2)
                .Average(t => (double)map[t, t + (map.RowCount / 2) - 1]), "Query and key have changed places. A row " +
                    "of the map belongs to the token that looks."),
            (map => Mean(map, map.RowCount / 2 + 1, (t, half) => t - half + 1), "You begin one query too late: the " +
                "first token of the second half has stood before, too."),
            (map => Enumerable.Range(map.RowCount / 2, map.RowCount / 2)
                .Average(t => (double)map.Row(t).Maximum()), "That is the largest weight, wherever it is. Asked is " +
                    "the weight at one place: after the first occurrence."),
        ],
        Symptoms = [((_, score) => score is < 0 or > 1.0001, "A mean of weights lies between 0 and 1.")],
    };

    internal static Question<(Matrix<float> Mixed, int Head, int Heads), Matrix<float>> ForMeanAblation { get; } =
        new(Mixtures)
        {
            Right = x => Ablated(x, column => column.Average()),
            Say = x => $"head {x.Head} of {x.Heads}, columns {Shapes.Of(x.Mixed)}",
            Slips =
        [
            (x => x.Mixed, "Nothing has changed yet."),
            (x => Ablated(x, _ => 0), "You write zeros. That is zero ablation. Here each column of the head gets its " +
                "own mean over the tokens."),
            (x => Ablated(x, _ => Block(x).Enumerate().Average()), "You write one mean for the whole head. Each " +
                "column has its own."),
            (x => x.Mixed.MapIndexed(
                (row, column, value) => Inside(x, column) ? Block(x).Row(row).Average() : value, Zeros.Include),
                    "You take the mean of each row, over the head's columns. It is the tokens that are averaged: the " +
                    "mean of each column."),
            (x => x.Mixed.MapIndexed(
                (_, column, value) => Inside(x, column) ? value : x.Mixed.Column(column).Average(), Zeros.Include),
                    "You keep this head and take the others away. It is the other way round."),
            (x => x.Mixed.MapIndexed(
                (_, column, _) => x.Mixed.Column(column).Average(), Zeros.Include), "You take all heads away. Only " +
                    "this head's columns change."),
            (x => x.Mixed.MapIndexed(
                (_, column, value) => column % x.Heads == x.Head ? x.Mixed.Column(column).Average() : value,
                Zeros.Include), "You take every h-th column. The columns of a head stand side by side: head·width to " +
                    "(head + 1)·width."),
            (x => x.Mixed.MapIndexed(
                (_, column, value) => column / x.Heads == x.Head ? x.Mixed.Column(column).Average() : value,
                Zeros.Include), "You divide the column by the number of heads. A head is as wide as all columns " +
                    "divided by the number of heads: divide by that width."),
        ],
            Symptoms =
            [((x, y) => (y.RowCount, y.ColumnCount) != (x.Mixed.RowCount, x.Mixed.ColumnCount), "The shape must stay " +
                "as it is: other heads' columns are untouched.")],
        };

    /// <summary>
    /// Your prefix-matching score of one head (Olsson et al. 2022): from its T×T map of some tokens and the same tokens
    /// again.
    /// </summary>
    /// <param name="yours">T×T weights, T even, to the mean weight that a token of the second half gives to what
    /// followed it in the first.</param>
    /// <returns>Yours if it is right, else that of <see cref="HeadScores.PrefixMatching"/>.</returns>
    public static Func<Matrix<float>, double> PrefixMatching(Func<Matrix<float>, double> yours) =>
        YourTurn.Take(
            "16.PrefixMatching", "The prefix-matching score", yours, ForPrefixMatching.Right!, ForPrefixMatching,
            code => code);

    /// <summary>Your mean ablation of one head.</summary>
    /// <param name="yours">What the heads have mixed (T×(h·d_v)), a head, from 0, and h, to the same with each column
    /// of that head at its mean over the tokens.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Matrix<float>, int, int, Matrix<float>> MeanAblation(
        Func<Matrix<float>, int, int, Matrix<float>> yours) => YourTurn.Take(
        "16.MeanAblation", "Mean ablation", yours, (mixed, head, heads) => ForMeanAblation.Right!((mixed, head, heads)),
        ForMeanAblation,
        code => x => code(x.Mixed, x.Head, x.Heads));

    private static IEnumerable<Matrix<float>> Maps() => Samples.Random(random => random.Next(2, 9) is var half
        ? Softmax.Rows(Mask.Causal(2 * half).Apply(Samples.Matrix(random, 2 * half, 2 * half, 4)))
        : throw new InvalidOperationException());

    private static IEnumerable<(Matrix<float>, int, int)> Mixtures() => Samples.Random(random =>
    {
        int heads = random.Next(2, 5), width = random.Next(2, 5);
        return (Samples.Matrix(random, random.Next(2, 7), heads * width), random.Next(heads), heads);
    });

    private static double Sum(Matrix<float> map, int from, Func<int, int, int> key, bool transposed = false) =>
        Enumerable.Range(from, map.RowCount - from)
            .Sum(t => (double)(transposed ? map[key(t, map.RowCount / 2), t] : map[t, key(t, map.RowCount / 2)]));

    private static double Mean(Matrix<float> map, int from, Func<int, int, int> key, bool transposed = false) =>
        Sum(map, from, key, transposed) / (map.RowCount - from);

    private static bool Inside((Matrix<float> Mixed, int Head, int Heads) x, int column) =>
        column / (x.Mixed.ColumnCount / x.Heads) == x.Head;

    private static Matrix<float> Block((Matrix<float> Mixed, int Head, int Heads) x) =>
        x.Mixed.ColumnCount / x.Heads is var width
        ? x.Mixed.SubMatrix(0, x.Mixed.RowCount, x.Head * width, width) : x.Mixed;

    private static Matrix<float> Ablated(
        (Matrix<float> Mixed, int Head, int Heads) x, Func<Vector<float>, float> instead)
    {
        float[] numbers = [.. x.Mixed.EnumerateColumns().Select(instead)]; // one a column, not one a cell
        return x.Mixed.MapIndexed((_, column, value) => Inside(x, column) ? numbers[column] : value, Zeros.Include);
    }
}
