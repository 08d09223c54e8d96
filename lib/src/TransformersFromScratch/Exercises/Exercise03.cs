using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 3. Each says what is right, or names the likely mistake.</summary>
public static class Exercise03
{
    private static readonly Question<Matrix<float>[], Matrix<float>> s_merge = new(() =>
        Samples.OfShapes((random, rows, columns) => Heads(random, random.Next(1, 6), rows, columns))
            .Prepend(Heads(new Random(3), 3, 4, 2)))
    {
        Right = heads => MultiHeadAttention.Merge(heads),
        Say = heads => $"{heads.Length} heads of {Shapes.Of(heads[0])}",
        Slips =
        [
            (heads => heads[0], "Only the first head comes back."),
            (heads => heads[^1], "Only the last head comes back."),
            (heads => heads.Aggregate((up, low) => up.Stack(low)), "The heads stand on top of each other: 12×2. They " +
                "belong side by side, T×(h·d_k): each word keeps its row."),
            (heads => heads.Aggregate((left, right) => left + right), "You add the heads up. That comes later, " +
                "through W^O; merging keeps them apart."),
            (heads => heads.Aggregate((left, right) => left + right) / heads.Length, "You average the heads. Merging " +
                "keeps them apart, side by side."),
            (heads => heads.Reverse()
                .Aggregate((left, right) => left.Append(right)), "The heads are in the wrong order: head 1 " +
                    "comes first."),
            (heads => Matrix<float>.Build.Dense(
                heads[0].RowCount, heads.Length * heads[0].ColumnCount,
                (row, column) => heads[column % heads.Length][row, column / heads.Length]),
                "The heads are interleaved, a column of each in turn. All columns of head 1 come first, then " +
                "all of head 2."),
            (heads => heads.Select(head => head.Transpose())
                .Aggregate((left, right) => left.Append(right)), "Each head is transposed. A word is a row, " +
                    "before and after."),
            (heads => heads.Take(2).Aggregate(
                (left, right) => left.Append(right)), "Only the first two heads are merged."),
        ],
    };

    private static readonly Question<(int D, int H), int> s_parameters = new(() =>
        from h in new[] { 8, 1, 3, 4, 6, 16 } from width in Enumerable.Range(1, 12) select (h * width, h))
    {
        Right = x => 4 * ((x.D * x.D) + x.D),
        Say = x => $"d = {x.D} and h = {x.H}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => 4 * x.D * x.D, "The weights are right; every one of the four maps also has a bias of d numbers."),
            (x => (4 * x.D * x.D) + x.D, "You counted one bias. Each of the four maps has one, of d numbers."),
            (x => 4 * ((x.D * x.D) + 1), "A bias is not one number: it is one for each of the d outputs."),
            (x => 3 * ((x.D * x.D) + x.D), NoOutput), (x => 3 * x.D * x.D, NoOutput),
            (x => (3 * ((x.D * x.D) + x.D)) + (x.D * x.D), "W^O has a bias too, in this library: all four " +
                "maps have one."),
            (x => 4 * x.H * ((x.D * x.D) + x.D), TooWide), (x => 4 * x.H * x.D * x.D, TooWide),
            (x => (3 * x.H * ((x.D * x.D) + x.D)) + (x.D * x.D) + x.D, TooWide),
            (x => 4 * ((x.D * (x.D / x.H)) + (x.D / x.H)), "That is one head. There are h of them, each d/h wide: " +
                "together one d×d matrix."),
            (x => (x.D * x.D) + x.D, "That is one map. There are four: query, key, value and output."),
        ],
    };

    private static readonly Question<(int Head, int QueryHeads, int KeyValueHeads), int> s_grouping = new(() =>
        from shape in new[] { (8, 2), (12, 4), (6, 6), (6, 1), (1, 1), (32, 8), (9, 3), (10, 5), (64, 8), (7, 7) }
        from head in Enumerable.Range(0, shape.Item1)
        select (head, shape.Item1, shape.Item2))
    {
        Right = x => x.Head / (x.QueryHeads / x.KeyValueHeads),
        Say = x => $"query head {x.Head} of {x.QueryHeads}, with {x.KeyValueHeads} key-value heads",
        Slips =
        [
            (_ => -1, "There are key-value heads 0 and 1 only, but every query head uses -1."),
            (_ => 0, "All share head 0. That is right for a single key-value head (multi-query attention), " +
                "not for more."),
            (x => x.Head, "Each query head has its own. That is plain multi-head attention, right only with as many " +
                "key-value heads as query heads."),
            (x => x.Head % x.KeyValueHeads, "Yours alternates (head % groups). Neighbours share: 0–3 use the first, " +
                "4–7 the second."),
            (x => x.Head / x.KeyValueHeads, "You divide by the number of key-value heads. Divide by how many query " +
                "heads share one: 8 / 2 = 4."),
            (x => x.Head % (x.QueryHeads / x.KeyValueHeads), "That is a head's place within its group. Asked is " +
                "which group it is in: divide instead of taking the remainder."),
            (x => x.KeyValueHeads - 1 - (x.Head / (x.QueryHeads / x.KeyValueHeads)), "The groups are in the " +
                "wrong order."),
            (x => (x.Head / (x.QueryHeads / x.KeyValueHeads)) + 1, "One too many: key-value heads are counted from 0."),
            (x => x.Head * (x.KeyValueHeads / x.QueryHeads), "KeyValueHeads / queryHeads divides whole numbers and " +
                "comes out as 0. Multiply first, or divide by queryHeads / keyValueHeads."),
            (x => x.Head < x.QueryHeads / x.KeyValueHeads ? 0 : 1, "Yours knows two groups only. There may be more."),
            (x => x.Head / 4, "The 4 is that of the example, 8 / 2. Compute it."),
        ],
        Symptoms =
        [
            ((x, y) => y < 0 || y >= x.KeyValueHeads, "Some query head uses a key-value head that does not exist. " +
                "They are counted from 0."),
            ((x, y) => x.QueryHeads == x.KeyValueHeads
                && y != x.Head, "With as many key-value heads as query heads, each has its own: that is plain " +
                    "multi-head attention."),
            ((x, y) => x.KeyValueHeads == 1
                && y != 0, "With a single key-value head all share it: multi-query attention."),
        ],
    };

    private const string NoOutput = "You counted query, key and value. W^O is a map of its own.";
    private const string TooWide = "You counted every head as wide as d. A head is d/h wide: h of them make one " +
        "d×d matrix.";

    /// <summary>Exercise 1: h matrices T×d_k side by side.</summary>
    public static string CheckMerge(Func<IReadOnlyList<Matrix<float>>, Matrix<float>> merge) =>
        Exercise.Run("03.1", s_merge, merge);

    /// <summary>Exercise 2: 4·(d² + d).</summary>
    public static string CheckParameters(Func<int, int, int> parameters) =>
        Exercise.Run("03.2", s_parameters, x => parameters(x.D, x.H));

    /// <summary>Exercise 3: neighbouring query heads share a key-value head.</summary>
    public static string CheckGrouping(Func<int, int, int, int> keyValueHead) =>
        Exercise.Run("03.3", s_grouping, x => keyValueHead(x.Head, x.QueryHeads, x.KeyValueHeads));

    private static Matrix<float>[] Heads(Random random, int count, int rows, int columns) =>
        [.. Enumerable.Range(0, count).Select(_ => Samples.Matrix(random, rows, columns))];
}
