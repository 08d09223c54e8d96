using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 15's "Your turn": the rotation of queries and keys, the root-mean-square norm, and which head of keys and
/// values a head of queries reads. Each returns the version to use: the reader's once it is right, the library's until
/// then. None of them throws.
/// </summary>
public static class Turn15
{
    internal static Question<Matrix<float>, Matrix<float>> ForRotation { get; } = new(RotationInputs)
    {
        Right = x => Rotary.Rows(x),
        Slips =
        [
            (x => x, "The rows come back unchanged."),
            (x => Turned(x, (t, pair, d) => -Angle(t, pair, d)), "You turn the other way round. Row t turns by +t·ω: " +
                "the sine has a minus in the even column, and a plus in the odd one."),
            (x => Turned(x, (t, pair, d) => Angle(t + 1, pair, d)), "You count rows from 1. The first row stands at " +
                "position 0 and is not turned."),
            (x => Turned(x, (t, _, _) => t), "All pairs turn equally fast. Pair i has its own speed, 10000^(-2i/d). " +
                "(If you wrote that: 2 * i / d is a division of whole numbers, and gives 0. Make one of " +
                "them a double.)"),
            (x => Turned(x, (_, pair, d) => Angle(1, pair, d)), "The position is missing: every row turns by the " +
                "same angle. Row t turns by t·ω."),
            (x => Turned(x, (t, pair, d) => t * Math.Pow(10_000, -(double)pair / d)), "The exponent is too small by " +
                "a factor of 2. Pair i consists of the columns 2i and 2i+1, and its speed is 10000^(-2i/d)."),
            (x => Turned(x, (t, pair, d) => t * Math.Pow(10_000, 2.0 * pair / d)), "Your speeds grow. The exponent " +
                "is negative: 10000^(-2i/d), so later pairs turn more slowly."),
            (x => Halves(x), "You pair column i with column i + d/2. Some models do so; the paper's pairs, and ours, " +
                "are neighbours: 2i and 2i+1."),
            (x => Pairs(x, (even, odd, a) => (even * Math.Cos(a), odd * Math.Cos(a))), "The sines are missing: each " +
                "column of a pair gets something of the other."),
            (x => Pairs(
                x,
                (even, odd, a) =>
                    ((even * Math.Cos(a)) + (odd * Math.Sin(a)), (even * Math.Sin(a)) + (odd * Math.Cos(a)))),
                        "Both sines have a plus. Then nothing is turned: one of them needs a minus, that of the " +
                        "even column."),
            (x => Pairs(
                x, (even, odd, a) => (even * Math.Cos(a)) - (odd * Math.Sin(a)) is var y
                    ? (y, (y * Math.Sin(a)) + (odd * Math.Cos(a)))
                    : default), "The odd column is made of the even one that you have already turned. Keep both old " +
                        "numbers first."),
            (x => x + PositionalEncoding.Sinusoidal(x.RowCount, x.ColumnCount), "You add the encoding of chapter 2. " +
                "Nothing is added here: the pairs are turned."),
            (x => x.PointwiseMultiply(PositionalEncoding.Sinusoidal(x.RowCount, x.ColumnCount)), "You multiply " +
                "column by column with sines and cosines. A rotation mixes the two columns of a pair."),
            (x => Turned(x.Transpose(), Angle)
                .Transpose(), "You turn pairs of rows. A pair is two neighbouring columns of the same row."),
        ],
        Symptoms =
        [
            (Scores.HasNaN, "There is a NaN."),
            ((x, y) => y.RowCount == x.RowCount
                && x.EnumerateRows().Zip(y.EnumerateRows())
                    .Any(
                        pair => Math.Abs(pair.First.L2Norm() - pair.Second.L2Norm()) > 1e-3
                            * (1 + pair.First.L2Norm())),
                "A row has changed its length. A rotation keeps it: cos² + sin² = 1."),
            ((x, y) => y.RowCount == x.RowCount
                && !x.Row(0).Equals(y.Row(0)), "The first row has changed. It stands at position 0 and is not turned."),
        ],
    };

    internal static Question<(Matrix<float> X, Vector<float> Gain), Matrix<float>> ForNorm { get; } = new(NormInputs)
    {
        Right = Library,
        Tolerance = 1e-4,
        Say = x => $"x {Values.Say(x.X)} and gain {Values.Say(x.Gain)}",
        Slips =
        [
            (x => x.X, "The rows come back unchanged."),
            (x => Each(x, row => Centred(row) / MathF.Sqrt(MeanSquare(Centred(row)) + Epsilon)), "You take the mean " +
                "away first: that is the layer norm. Here the mean stays where it is."),
            (x => Each(x, row => Centred(row) / MathF.Sqrt(MeanSquare(row) + Epsilon)), "You take the mean away " +
                "above the line. Here the mean stays where it is."),
            (x => Each(x, row => row / MathF.Sqrt(MeanSquare(Centred(row)) + Epsilon)), "You divide by the standard " +
                "deviation, which takes the mean away. Divide by the root of the mean of the squares of the " +
                "row as it is."),
            (x => Each(x, row => row / (MathF.Sqrt(MeanSquare(row)) + Epsilon)), "Is your ε outside the root? It " +
                "belongs inside. For a row of tiny numbers that makes a large difference."),
            (x => Each(x, row => row / MathF.Sqrt(MeanSquare(row))), "The ε is missing. A row of zeros then becomes " +
                "0/0, which is NaN."),
            (x => Each(x, row => row / MathF.Sqrt((MeanSquare(row) * row.Count) + Epsilon)), "You divide by the " +
                "length of the row, the root of the sum. Take the mean of the squares: the sum divided by d."),
            (x => Each(x, row => row / (MeanSquare(row) + Epsilon)), "The root is missing: you divide by the mean of " +
                "the squares itself."),
            (x => Each(x, row => row * MathF.Sqrt(MeanSquare(row) + Epsilon)), "You multiply by the root. " +
                "Divide by it."),
            (x => Each(x with { Gain = Ones(x) }, row => row / MathF.Sqrt(MeanSquare(row) + Epsilon)),
                "The gain is missing: at the end, each column is multiplied by its own gain."),
            (x => Each(x with { Gain = Ones(x) }, row => row / MathF.Sqrt(MeanSquare(row) + Epsilon)) is var y
                ? Matrix<float>.Build.Dense(y.RowCount, y.ColumnCount, (t, c) => y[t, c] + x.Gain[c])
                : y, "You add the gain. Multiply by it."),
            (x => Each(
                x with { X = x.X.Transpose(), Gain = Vector<float>.Build.Dense(x.X.RowCount, 1) },
                row => row / MathF.Sqrt(MeanSquare(row) + Epsilon)).Transpose() is var y
                ? Matrix<float>.Build.Dense(y.RowCount, y.ColumnCount, (t, c) => y[t, c] * x.Gain[c])
                : y, "You norm the columns. A row is a token, and each row is normed by itself."),
            (x => x.X.Enumerate().Average(v => v * v) is var mean
                ? Each(x, row => row / MathF.Sqrt(mean + Epsilon))
                : x.X, "You take one root for the whole matrix. Each row has its own."),
        ],
        Symptoms =
        [
            ((x, y) => Scores.HasNaN(
                x.X, y), "There is a NaN. A row of zeros must give zeros: ε stands inside the root."),
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.X.ColumnCount), "The result must have the " +
                "shape of x."),
        ],
    };

    internal static Question<(int Head, int Heads, int Shared), int> ForGroup { get; } = new(() =>
        from heads in Enumerable.Range(1, 12)
        from shared in Enumerable.Range(1, heads).Where(g => heads % g == 0)
        from head in Enumerable.Range(0, heads)
        select (head, heads, shared))
    {
        Right = x => x.Head * x.Shared / x.Heads,
        Say = x => $"head {x.Head} of {x.Heads}, with {x.Shared} of keys and values",
        Slips =
        [
            (x => x.Head, "You give each head its own. With 8 heads of queries and 2 of keys, heads 0 to 3 " +
                "read head 0."),
            (_ => 0, "All heads read head 0. That is multi-query attention, right only if there is a single head of " +
                "keys and values. (Did you write head / heads * g? That is a division of whole numbers, and gives 0: " +
                "multiply first.)"),
            (x => x.Head % x.Shared, "You deal the heads out like cards (%). Neighbours share here: with 4 and 2, " +
                "heads 0 and 1 read head 0, heads 2 and 3 read head 1."),
            (x => x.Head / x.Shared, "You divide by the number of heads of keys. Divide by how many heads of queries " +
                "share one: h / g."),
            (x => x.Heads / x.Shared, "That is the size of a group. Asked is the number of the group that this head " +
                "belongs to."),
            (x => x.Shared - 1 - (x.Head * x.Shared / x.Heads), "You count the groups backwards."),
        ],
        Symptoms =
            [((x, y) => y < 0 || y >= x.Shared, "There is no such head of keys and values: they are numbered from " +
                "0 to g - 1.")],
    };

    /// <summary>
    /// Your rotary positions: row t of a head's queries or keys turned by t times the speed of each pair (Su et al.
    /// 2021, equation 34).
    /// </summary>
    /// <param name="yours">T×d to T×d; d is even.</param>
    /// <returns>Yours if it is right, else <see cref="Rotary.Rows"/>.</returns>
    public static Func<Matrix<float>, Matrix<float>> Rotate(Func<Matrix<float>, Matrix<float>> yours) =>
        YourTurn.Take("15.Rotate", "The rotation", yours, x => Rotary.Rows(x), ForRotation, code => code);

    /// <summary>
    /// Your root-mean-square norm of each row (Zhang and Sennrich 2019, equation 4), with ε = 1e-5 inside the root.
    /// </summary>
    /// <param name="yours">T×d and a gain of d numbers to T×d.</param>
    /// <returns>Yours if it is right, else what <see cref="LayerNorm"/> of the kind
    /// <see cref="NormKind.RootMeanSquare"/> makes.</returns>
    public static Func<Matrix<float>, Vector<float>, Matrix<float>> Norm(
        Func<Matrix<float>, Vector<float>, Matrix<float>> yours) =>
        YourTurn.Take(
            "15.Norm", "The norm", yours, (x, gain) => Library((x, gain)), ForNorm, code => x => code(x.X, x.Gain));

    /// <summary>
    /// Your answer to which head of keys and values a head of queries reads (Ainslie et al. 2023, section 2.2).
    /// </summary>
    /// <param name="yours">The head from 0, how many heads of queries, how many of keys and values (which divides that)
    /// to a head from 0.</param>
    /// <returns>Yours if it is right, else ⌊i·g/h⌋.</returns>
    public static Func<int, int, int, int> Group(Func<int, int, int, int> yours) =>
        YourTurn.Take(
            "15.Group", "The grouping", yours, (head, heads, shared) => head * shared / heads, ForGroup,
            code => x => code(x.Head, x.Heads, x.Shared));

    private const float Epsilon = 1e-5f;

    private static IEnumerable<Matrix<float>> RotationInputs()
    {
        yield return Samples.Of(new[,] { { 1f, 0 }, { 1, 0 }, { 1, 0 } });
        yield return Samples.Of(new[,] { { 1f, 2, 3, 4 }, { 5, 6, 7, 8 } });
        foreach (Matrix<float> x in Samples.OfShapes((random, rows, pairs) => Samples.Matrix(random, rows, 2 * pairs)))
        {
            yield return x;
        }
    }

    private static IEnumerable<(Matrix<float>, Vector<float>)> NormInputs()
    {
        yield return (Samples.Of(new[,] { { 3f, 4 }, { 1, 1 } }), Vector<float>.Build.DenseOfArray([1, 1]));
        foreach (var x in Samples.OfShapes(
            (random, rows, columns) => (Samples.Matrix(random, rows, columns), Samples.Vector(random, columns))))
        {
            yield return x;
        }

        yield return (Samples.Of(new[,] { { 0f, 0, 0 }, { 1e-3f, -2e-3f, 3e-3f } }), Vector<float>.Build.DenseOfArray(
            [1, 2, 3]));
    }

    private static Matrix<float> Library((Matrix<float> X, Vector<float> Gain) x)
    {
        var norm = new LayerNorm(x.X.ColumnCount, Epsilon, NormKind.RootMeanSquare);
        x.Gain.ToArray().CopyTo(norm.Gain.Data, 0);
        return norm.Forward(x.X);
    }

    private static double Angle(int row, int pair, int width) => row * Math.Pow(10_000, -2.0 * pair / width);

    private static Matrix<float> Turned(Matrix<float> x, Func<int, int, int, double> angle) => Pairs(
        x,
        (even, odd, a) => ((even * Math.Cos(a)) - (odd * Math.Sin(a)), (even * Math.Sin(a)) + (odd * Math.Cos(a))),
        angle);

    private static Matrix<float> Pairs(
        Matrix<float> x, Func<double, double, double, (double Even, double Odd)> turn,
        Func<int, int, int, double>? angle = null) =>
        x.MapIndexed((row, column, _) =>
        {
            int pair = column / 2;
            var (even, odd) = turn(
                x[row, 2 * pair], x[row, (2 * pair) + 1], (angle ?? Angle)(row, pair, x.ColumnCount));
            return (float)(column % 2 == 0 ? even : odd);
        }, Zeros.Include);

    private static Matrix<float> Halves(Matrix<float> x)
    {
        int half = x.ColumnCount / 2;
        return x.MapIndexed((row, column, value) =>
        {
            double a = Angle(row, column % half, x.ColumnCount);
            float other = x[row, (column + half) % x.ColumnCount];
            return (float)((value * Math.Cos(a)) + ((column < half ? -other : other) * Math.Sin(a)));
        }, Zeros.Include);
    }

    private static float MeanSquare(Vector<float> row) => row.DotProduct(row) / row.Count;

    private static Vector<float> Centred(Vector<float> row) => row - (row.Sum() / row.Count);

    private static Vector<float> Ones((Matrix<float> X, Vector<float> Gain) x) =>
        Vector<float>.Build.Dense(x.Gain.Count, 1);

    private static Matrix<float> Each(
        (Matrix<float> X, Vector<float> Gain) x, Func<Vector<float>, Vector<float>> norm) =>
        Scores.PerRow(row => norm(row).PointwiseMultiply(x.Gain))(x.X);
}
