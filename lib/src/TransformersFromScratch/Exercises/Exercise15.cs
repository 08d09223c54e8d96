using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 15. Each says what is right, or names the likely mistake.</summary>
public static class Exercise15
{
    private static readonly Question<(int Place, float Slope, double Share), int> s_sight = new(SightInputs)
    {
        Right = x => Sight(x),
        Say = x => $"a query at place {x.Place}, a slope of {Values.Say(x.Slope)} and a share of {Values.Say(x.Share)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => x.Place + 1, "You return all keys that the query sees. Stop as soon as the share is reached."),
            (x => Sight(x) - 1, "One key too few. The query's own key counts, and so does the one with which the " +
                "share is reached."),
            (x => Sight(x) + 1, "One key too many: with the one before, the share was reached already."),
            (x => Sight(x, weight: r => 1), "The slope is missing: all keys weigh the same."),
            (x => Sight(x, weight: r => Math.Exp(x.Slope * r)), "Far keys get more weight than near ones: begin " +
                "with the query's own key, and give the key r places back e to the power of -m·r."),
            (x => Sight(x, weight: r => Math.Pow(2, -x.Slope * r)), "You take powers of 2. The softmax takes " +
                "powers of e: Math.Exp."),
            (x => Sight(x, total: 1), "You compare with the share itself. The weights are not divided by their " +
                "sum yet, so compare with the share of their sum."),
            (x => (int)Math.Ceiling(-Math.Log(1 - x.Share) / x.Slope), "That would hold if the text had no " +
                "beginning. This query sees no more than its own place and those before it."),
        ],
        Symptoms =
        [
            ((_, y) => y < 1, "The query's own key counts, so at least one key is needed."),
            ((x, y) => y > x.Place + 1, "A query at place t sees the keys 0 to t, which are t + 1."),
        ],
    };

    private static readonly Question<
        (int Full, int Windowed, int Tokens, int Shared, int HeadWidth, int Window), long> s_cache = new(() =>
            Samples.Random(random => (
                random.Next(1, 25), random.Next(1, 49), random.Next(1, 9000), random.Next(1, 17),
                8 * random.Next(1, 17), random.Next(3) == 0 ? 10_000 : random.Next(1, 5000)))
            .Prepend((1, 2, 10, 2, 4, 5)).Append((8, 40, 1_000_000, 64, 128, 2_000_000)))
        {
            Right = x => Bytes(x),
            Say = x => $"{x.Full} layers that see all, {x.Windowed} with a window of {x.Window}, {x.Tokens} tokens, " +
                $"and {x.Shared} heads of keys and values of width {x.HeadWidth}",
            Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Bytes(x) / 2, "You count the keys alone. The values are kept as well: twice as much."),
            (x => Bytes(x) / 4, "That is how many numbers are kept. A float takes 4 bytes."),
            (x => Bytes(x) / 8, "You count the numbers of the keys. The values are kept as well, and a float " +
                "takes 4 bytes."),
            (x => Bytes(x) * 2, "That is twice as much. A float takes 4 bytes, a double 8."),
            (x => Bytes(x with { Full = x.Full + x.Windowed, Windowed = 0 }), "The window is ignored: what lies " +
                "further back than the window may be forgotten in those layers that have one."),
            (x => Bytes(x with { Full = 0, Windowed = x.Full + x.Windowed }), "You give every layer the window. " +
                "The others see all, so they keep all."),
            (x => Bytes(x with { Full = 0 }), "You count the layers with a window alone. The others keep keys and " +
                "values too, of every token."),
            (x => Bytes(x with { Windowed = 0 }), "You count the layers that see all alone. Those with a window " +
                "keep something, too."),
            (x => Bytes(x with { Full = x.Windowed, Windowed = x.Full }), "The two kinds of layers have changed " +
                "places."),
            (x => Bytes(x with { Full = 1, Windowed = 1 }), "Each layer keeps its own keys and values: multiply by " +
                "how many layers of its kind there are."),
            (x => Bytes(x, kept: x.Window), "A text shorter than the window fills only a part of it: take the " +
                "smaller of both."),
            (x => Bytes(x, kept: Math.Max(x.Tokens, x.Window)), "You take the larger of tokens and window. No more " +
                "than the window is kept, and no more than there are tokens."),
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

    /// <summary>
    /// Exercise 1: how many of the nearest keys have a share of the weight together, where all keys fit alike and only
    /// ALiBi's bias tells them apart (Press et al. 2022, section 3).
    /// </summary>
    /// <param name="sight">The place of the query, the head's slope and the share; gives a number of keys.</param>
    public static string CheckSight(Func<int, float, double, int> sight) =>
        Exercise.Run("15.1", s_sight, x => sight(x.Place, x.Slope, x.Share));

    /// <summary>
    /// Exercise 2: the bytes of a cache of float32 keys and values of one text, in a model of which some layers see all
    /// and the others have a sliding window.
    /// </summary>
    /// <param name="bytes">
    /// Layers that see all, layers with the window, tokens, heads of keys and values, their width, and the window.
    /// </param>
    public static string CheckCache(Func<int, int, int, int, int, int, long> bytes) => Exercise.Run(
        "15.2", s_cache, x => bytes(x.Full, x.Windowed, x.Tokens, x.Shared, x.HeadWidth, x.Window));

    /// <summary>
    /// Exercise 3: <c>E Σ f_i P_i</c> of a router that sends each token to its most probable expert (Fedus et al. 2021,
    /// section 2.2).
    /// </summary>
    public static string CheckBalance(Func<Matrix<float>, double> balance) => Exercise.Run("15.3", s_balance, balance);

    private static int Sight(
        (int Place, float Slope, double Share) x, Func<int, double>? weight = null, double? total = null)
    {
        weight ??= r => Math.Exp(-x.Slope * r);
        double[] weights = [.. Enumerable.Range(0, x.Place + 1).Select(weight)];
        double wanted = x.Share * (total ?? weights.Sum()), sum = 0;
        int keys = 0;
        while (keys < weights.Length && sum < wanted) { sum += weights[keys++]; }

        return keys;
    }

    /// <summary>Queries, slopes and shares; none at which rounding would decide.</summary>
    private static IEnumerable<(int, float, double)> SightInputs()
    {
        yield return (8, 0.25f, 0.5);
        foreach (var x in Samples.Random(random => (
            Place: random.Next(0, 200), Slope: MathF.Pow(2, -random.Next(1, 9)), Share: random.Next(5, 96) / 100.0)))
        {
            int least = Sight(x with { Share = x.Share - 1e-4 }), most = Sight(x with { Share = x.Share + 1e-4 });
            if (least == most) { yield return x; }
        }
    }

    private static long Bytes(
        (int Full, int Windowed, int Tokens, int Shared, int HeadWidth, int Window) x, long? kept = null) =>
        2L * ((x.Full * (long)x.Tokens) + (x.Windowed * (kept ?? Math.Min(x.Tokens, x.Window))))
            * x.Shared * x.HeadWidth * sizeof(float);

    private static Vector<float> Means(Matrix<float> p) => p.ColumnSums() / p.RowCount;

    private static Vector<float> Shares(Matrix<float> p) => Vector<float>.Build.Dense(
        p.ColumnCount, i => p.EnumerateRows().Count(row => row.MaximumIndex() == i) / (float)p.RowCount);
}
