using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 3. Each says what is right, or names the likely mistake.</summary>
public static class Exercise03
{
    private static readonly Question<(Matrix<float>[] W, int Heads, int[] Order), Matrix<float>[]> s_exchange = new(
        ExchangeInputs)
    {
        Right = x => Exchanged(x, x.Order, rows: true),
        Say = x => $"{x.Heads} heads, d = {x.W[0].RowCount}, in the order {string.Join(", ", x.Order)}",
        Slips =
        [
            (x => x.W, "The matrices come back unchanged."),
            (x => [.. Exchanged(x, x.Order, rows: true)[..3], x.W[3]], "W^O has stayed as it was. Its rows belong to " +
                "heads, so each head would now go through another head's rows, and the output changes."),
            (x => Exchanged(x, x.Order, rows: false), "You move columns of W^O. The heads meet its rows: head i is " +
                "multiplied by the rows i·d_k to (i+1)·d_k."),
            (x => Exchanged(x, Inverse(x.Order), rows: true), "You move head i to the place order[i]. Asked is that " +
                "the new head i is the old head order[i]."),
            (x => [Exchanged(x, x.Order, rows: true)[0], .. x.W[1..]], "Only the queries' matrix has moved. Keys, " +
                "values and W^O belong to the heads as well."),
            (x => [.. x.W[..3], Exchanged(x, x.Order, rows: true)[3]], "Only W^O has moved. Queries, keys and values " +
                "belong to the heads as well."),
            (x => [.. x.W.Select(w => MultiHeadAttention.Merge(
                    [.. x.Order.Select(i => Rows(w, i, x.Heads).Transpose())])
                .Transpose())], "You move rows of all four. Heads are cut from the columns of W^Q, W^K and W^V; only " +
                "in W^O they are rows."),
        ],
        Symptoms = [((_, y) => y.Length != 4 || y.Any(w => w is null), "There must be four matrices: W^Q, W^K, W^V, " +
            "W^O.")],
    };

    private static readonly Question<(Matrix<float>[] W, Matrix<float> R), Matrix<float>[]> s_disguise = new(() =>
        Samples.Random(
            random => random.Next(1, 5) is var dK && dK + random.Next(0, 5) is var d
                ? (HeadOf(random, d, dK), Invertible(random, dK)) : default, 100)
            .Prepend((HeadOf(new Random(4), 3, 2), Invertible(new Random(5), 2))))
    {
        Right = x => Disguised(x, r => r.Inverse().Transpose(), r => r.Inverse()),
        Tolerance = 1e-3,
        Say = x => $"a head of {Shapes.Of(x.W[0])} and R of {Shapes.Of(x.R)}",
        Slips =
        [
            (x => x.W, "The matrices come back unchanged."),
            (x => Disguised(x, r => r, r => r.Inverse()), "W^K is multiplied by R. Then W^Q R Rᵀ W^Kᵀ is left, and R " +
                "Rᵀ is not the identity. W^K needs the inverse of R, transposed."),
            (x => Disguised(x, r => r.Inverse(), r => r.Inverse()), "W^K is multiplied by the inverse of R, not " +
                "transposed. In W^Q W^Kᵀ the matrix of the keys is transposed, and so is what you multiply it by."),
            (x => Disguised(x, r => r.Inverse().Transpose(), r => r), "W^O is multiplied by R. Then W^V R R W^O is " +
                "left. W^O needs the inverse of R, on its left."),
            (x => Disguised(x, r => r.Inverse().Transpose(), r => r.Transpose()), "The transpose of R takes the " +
                "place of its inverse for W^O. They are the same only for rotations."),
            (x => Disguised(x, r => r, r => r.Transpose()), "The transpose of R takes the place of its inverse. They " +
                "are the same only for rotations."),
            (x => [x.W[0] * x.R, x.W[1] * x.R.Inverse().Transpose(), x.W[2], x.W[3]], "The questions are disguised, " +
                "the values not yet: W^V R and R⁻¹ W^O."),
            (x => [x.W[0], x.W[1], x.W[2] * x.R, x.R.Inverse() * x.W[3]], "The values are disguised, the questions " +
                "not yet."),
        ],
        Symptoms =
        [
            ((_, y) => y.Length != 4 || y.Any(w => w is null), "There must be four matrices: W^Q, W^K, W^V, W^O."),
            ((x, y) => (y[0] * y[1].Transpose() - x.W[0] * x.W[1].Transpose()).Enumerate().Any(v => Math.Abs(v) > 0.01),
                "W^Q W^Kᵀ has changed: the head would look elsewhere."),
            ((x, y) => (y[2] * y[3] - x.W[2] * x.W[3]).Enumerate().Any(v => Math.Abs(v) > 0.01),
                "W^V W^O has changed: the head would write something else."),
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

    /// <summary>Exercise 1: 4·(d² + d).</summary>
    public static string CheckParameters(Func<int, int, int> parameters) =>
        Exercise.Run("03.1", s_parameters, x => parameters(x.D, x.H));

    /// <summary>Exercise 4: neighbouring query heads share a key-value head.</summary>
    public static string CheckGrouping(Func<int, int, int, int> keyValueHead) =>
        Exercise.Run("03.4", s_grouping, x => keyValueHead(x.Head, x.QueryHeads, x.KeyValueHeads));

    /// <summary>Exercise 2: the heads in another order, and the same output.</summary>
    /// <param name="exchange">
    /// W^Q, W^K, W^V, W^O (d×d each), h and an order, to four matrices in which head i is the old head order[i].
    /// </param>
    public static string CheckExchange(Func<Matrix<float>[], int, int[], Matrix<float>[]> exchange) =>
        Exercise.Run("03.2", s_exchange, x => exchange(x.W, x.Heads, x.Order));

    /// <summary>
    /// Exercise 3: other matrices for a head that does the same: W^Q R, W^K R⁻ᵀ, W^V R, R⁻¹ W^O.
    /// </summary>
    /// <param name="disguise">
    /// W^Q, W^K, W^V (d×d_k each) and W^O (d_k×d) of one head, and R (d_k×d_k, invertible), to four matrices.
    /// </param>
    public static string CheckDisguise(Func<Matrix<float>[], Matrix<float>, Matrix<float>[]> disguise) =>
        Exercise.Run("03.3", s_disguise, x => disguise(x.W, x.R));

    private static Matrix<float>[] Disguised(
        (Matrix<float>[] W, Matrix<float> R) x, Func<Matrix<float>, Matrix<float>> key,
        Func<Matrix<float>, Matrix<float>> output) =>
        [x.W[0] * x.R, x.W[1] * key(x.R), x.W[2] * x.R, output(x.R) * x.W[3]];

    private static Matrix<float>[] HeadOf(Random random, int d, int dK) =>
        [.. Enumerable.Range(0, 3).Select(_ => Samples.Matrix(random, d, dK)), Samples.Matrix(random, dK, d)];

    /// <summary>The diagonal outweighs the rest of its row, so that there is an inverse.</summary>
    private static Matrix<float> Invertible(Random random, int size) =>
        Samples.Matrix(random, size, size, 1) + (Matrix<float>.Build.DenseIdentity(size) * (size + 1));

    private static IEnumerable<(Matrix<float>[], int, int[])> ExchangeInputs()
    {
        static (Matrix<float>[], int, int[]) Of(Random random, int heads, int width)
        {
            int[] order = [.. Enumerable.Range(0, heads)];
            random.Shuffle(order);
            return ([.. Enumerable.Range(0, 4).Select(_ => Samples.Matrix(random, heads * width, heads * width))],
                heads, order);
        }

        return Samples.Random(random => Of(random, random.Next(1, 6), random.Next(1, 4)), 100)
            .Prepend((Of(new Random(1), 3, 2) is var (w, heads, _) ? w : [], 3, [1, 2, 0]));
    }

    private static Matrix<float>[] Exchanged((Matrix<float>[] W, int Heads, int[] Order) x, int[] order, bool rows)
    {
        Matrix<float> Columns(Matrix<float> w) =>
            MultiHeadAttention.Merge([.. order.Select(i => MultiHeadAttention.Split(w, x.Heads)[i])]);
        return [.. x.W[..3].Select(Columns), rows ? Columns(x.W[3].Transpose()).Transpose() : Columns(x.W[3])];
    }

    private static Matrix<float> Rows(Matrix<float> w, int head, int heads) =>
        w.SubMatrix(head * w.RowCount / heads, w.RowCount / heads, 0, w.ColumnCount);

    private static int[] Inverse(int[] order) =>
        [.. Enumerable.Range(0, order.Length).Select(place => Array.IndexOf(order, place))];
}
