using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 15. Each says what is right, or names the likely mistake.</summary>
public static class Exercise15
{
    private static readonly Question<(int Length, float Slope), Matrix<float>> s_alibi = new(() =>
        Samples.Random(random => (random.Next(1, 12), (float)Math.Pow(2, -random.Next(1, 9)))).Prepend((3, 0.5f)))
    {
        Right = x => Bias(x, (query, key) => key > query ? Hidden : -x.Slope * (query - key)),
        Say = x => $"{x.Length} tokens and a slope of {Values.Say(x.Slope)}",
        Slips =
        [
            (x => Matrix<float>.Build.Dense(x.Length, x.Length), "It is all zeros so far."),
            (x => Bias(x, (query, key) => -x.Slope * Math.Abs(query - key)), "The distances are right, but a query " +
                "still sees the future: where the key stands after the query, write -∞."),
            (x => Bias(x, (query, key) => key > query ? Hidden : x.Slope * (query - key)), "The sign is turned: what " +
                "is far away would get more weight. Take the slope times the distance away."),
            (x => Bias(x, (query, key) => key > query ? Hidden : 0), "The mask is right. The slope times the " +
                "distance is still to be taken away."),
            (x => Bias(x, (query, key) => key > query ? Hidden : -(query - key)), "The slope is missing."),
            (x => Bias(x, (query, key) => key > query ? Hidden : -x.Slope), "The distance is missing: a key two " +
                "places back loses twice the slope."),
            (x => Bias(x, (query, key) => key > query ? Hidden : -x.Slope * key), "You take the place of the key. " +
                "Take its distance from the query: query - key."),
            (x => Bias(x, (query, key) => key > query ? Hidden : -x.Slope * (query - key + 1)), "A token has the " +
                "distance 0 to itself, not 1. (A softmax does not see the difference, but the formula does.)"),
            (x => Bias(x, (query, key) => key > query ? 0 : -x.Slope * (query - key)), "The future gets 0, which is " +
                "the highest bias of all. Write -∞ there."),
            (x => Bias(x, (query, key) => query > key ? Hidden : -x.Slope * (key - query)), "Query and key have " +
                "changed places: rows are queries, columns are keys."),
        ],
        Symptoms =
            [((x, y) => (y.RowCount, y.ColumnCount) != (x.Length, x.Length), "A bias stands at every score: T×T.")],
    };

    private static readonly Question<(int Layers, int Tokens, int Shared, int HeadWidth, int Window), long> s_cache =
        new(() =>
        Samples.Random(
            random =>
                (random.Next(1, 49), random.Next(1, 9000), random.Next(1, 17), 8 * random.Next(1, 17), random.Next(
                    3) == 0 ? 10_000 : random.Next(1, 5000)))
            .Prepend((1, 10, 2, 4, 5)).Append((48, 100_000, 64, 128, 1_000_000)))
        {
            Right = x => Bytes(x),
            Say = x => $"{x.Layers} layers, {x.Tokens} tokens, {x.Shared} heads of keys and values of width " +
                $"{x.HeadWidth} and a window of {x.Window}",
            Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Bytes(x) / 2, "You count the keys alone. The values are kept as well: twice as much."),
            (x => Bytes(x) / 4, "That is how many numbers are kept. A float takes 4 bytes."),
            (x => Bytes(x) / 8, "You count the numbers of the keys. The values are kept as well, and a float " +
                "takes 4 bytes."),
            (x => Bytes(x) * 2, "That is twice as much. A float takes 4 bytes, a double 8."),
            (x => Bytes(x) / x.Layers, "Each layer keeps its own keys and values."),
            (x => Bytes(x with { Window = int.MaxValue }), "The window is ignored: what lies further back than the " +
                "window may be forgotten."),
            (x => Bytes(x with { Tokens = x.Window, Window = int.MaxValue }), "A text shorter than the window fills " +
                "only a part of it: take the smaller of both."),
            (x => Bytes(x with { Tokens = Math.Max(x.Tokens, x.Window), Window = int.MaxValue }), "You take the " +
                "larger of tokens and window. No more than the window is kept, and no more than there are tokens."),
            (x => unchecked((int)Bytes(x)), "An int overflows: it ends at 2,147,483,647, which is 2 GB. Compute in " +
                "long: begin with 2L."),
        ],
            Symptoms =
            [((_, y) => y < 0, "A size is never negative: an int has overflowed. Begin with 2L, so that all is " +
                "computed in long.")],
        };

    private static readonly Question<Matrix<float>, double> s_balance = new(() =>
        Samples.Random(random => Softmax.Rows(Samples.Matrix(random, random.Next(1, 20), random.Next(2, 6), 3)))
            .Prepend(Samples.Of(new[,] { { 0.9f, 0.1f }, { 0.8f, 0.2f }, { 0.6f, 0.4f }, { 0.3f, 0.7f } })))
    {
        Right = p => p.ColumnCount * Shares(p).DotProduct(Means(p)),
        Tolerance = 1e-4,
        Say = p => $"{Shapes.Of(p)} probabilities",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (p => Shares(p).DotProduct(
                Means(p)), "The factor E is missing: with it, perfect balance is 1 whatever the number of experts."),
            (p => p.ColumnCount * Means(p)
                .DotProduct(Means(p)), "You use the mean probabilities twice. f counts the tokens whose largest " +
                    "probability is that of the expert."),
            (p => p.ColumnCount * Shares(p)
                .DotProduct(Shares(p)), "You use the counted shares twice. P is the mean of the probabilities, and " +
                    "it is P that has a slope."),
            (p => p.ColumnCount * p.RowCount * Shares(p)
                .DotProduct(Means(p)), "f is a share: divide the count by the number of tokens."),
            (p => p.ColumnCount * (double)p.RowCount * p.RowCount * Shares(p)
                .DotProduct(Means(p)), "f and P are shares: divide both by the number of tokens."),
            (p => p.RowCount * Shares(p)
                .DotProduct(Means(p)), "You multiply by the number of tokens. The factor is the number of experts, E."),
            (_ => 1, "It returns 1 whatever goes in: the balance of a perfectly even router."),
        ],
        Symptoms =
            [((p, y) => y < 0 || y > p.ColumnCount + 1e-3, "The balance of E experts lies above 0 and is at most E.")],
    };

    private const float Hidden = float.NegativeInfinity;

    /// <summary>Exercise 1: ALiBi's bias and the causal mask in one matrix (Press et al. 2022, section 3).</summary>
    public static string CheckAlibi(Func<int, float, Matrix<float>> bias) =>
        Exercise.Run("15.1", s_alibi, x => bias(x.Length, x.Slope));

    /// <summary>
    /// Exercise 2: the bytes of a cache of float32 keys and values of one text, in a model with a sliding window.
    /// </summary>
    public static string CheckCache(Func<int, int, int, int, int, long> bytes) =>
        Exercise.Run("15.2", s_cache, x => bytes(x.Layers, x.Tokens, x.Shared, x.HeadWidth, x.Window));

    /// <summary>
    /// Exercise 3: <c>E Σ f_i P_i</c> of a router that sends each token to its most probable expert (Fedus et al. 2021,
    /// section 2.2).
    /// </summary>
    public static string CheckBalance(Func<Matrix<float>, double> balance) => Exercise.Run("15.3", s_balance, balance);

    private static Matrix<float> Bias((int Length, float Slope) x, Func<int, int, float> at) =>
        Matrix<float>.Build.Dense(x.Length, x.Length, at);

    private static long Bytes((int Layers, int Tokens, int Shared, int HeadWidth, int Window) x) =>
        2L * x.Layers * Math.Min(x.Tokens, x.Window) * x.Shared * x.HeadWidth * sizeof(float);

    private static Vector<float> Means(Matrix<float> p) => p.ColumnSums() / p.RowCount;

    private static Vector<float> Shares(Matrix<float> p) => Vector<float>.Build.Dense(
        p.ColumnCount, i => p.EnumerateRows().Count(row => row.MaximumIndex() == i) / (float)p.RowCount);
}
