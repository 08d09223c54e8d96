namespace TransformersFromScratch;

/// <summary>
/// Chapter 11, exercise 3: the likeliest target of all, for models small enough that each target can be tried. It is
/// what a search is measured against (Stahlberg and Byrne 2019, section 3).
/// </summary>
internal static class Exercise11Best
{
    public static Question<(double[][] Next, int Longest), int[]> Question { get; } = new(Models)
    {
        Right = x => Likeliest(x),
        Patience = TimeSpan.FromSeconds(10),
        Say = x => $"a model of {x.Next.Length - 1} tokens and targets of {x.Longest} at most",
        Slips =
        [
            (_ => [], "It returns the empty target. If you have tried all: the sum has one term more, the logarithm " +
                "of the probability that the target ends there. Without it, nothing beats the empty one's 0."),
            (x => Greedy(x), "That is the greedy answer: the likeliest token each time. Try every target, and " +
                "compare their sums."),
            (x => Likeliest(x, perToken: true), "You divide by the length. Asked is the likeliest target, as it is."),
            (x => Likeliest(x, sign: -1), "That is the least likely target. Log-probabilities are negative: the " +
                "largest is the nearest to 0."),
            (x => Likeliest(x, start: 0), "You begin with row 0. The start has the last row of the table."),
            (x => Likeliest(x, shortest: 1), "You leave out the empty target. It ends at once, and it is a " +
                "target, too."),
            (x => Likeliest(x with { Longest = x.Longest - 1 }), "You stop one token too early."),
            (x => Likeliest(x with { Longest = x.Longest + 1 }), "You go one token too far."),
            (x => [.. Likeliest(x), x.Next.Length - 1], "The end ends the target and is no part of it."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length > x.Longest, "The target has more tokens than it may."),
            ((x, y) => y.Any(token => token < 0 || token >= x.Next.Length - 1), "There is a token that does not " +
                "exist, or the end. It is no part of the target."),
        ],
    };

    private static int[] Likeliest(
        (double[][] Next, int Longest) x, bool perToken = false, double sign = 1, int? start = null, int shortest = 0)
    {
        int tokens = x.Next.Length - 1;
        (double Score, int[] Target) best = (double.NegativeInfinity, []);
        Try([], 0, start ?? tokens);
        return best.Target;

        void Try(int[] target, double sum, int last)
        {
            double whole = sum + x.Next[last][tokens];
            double score = sign * (perToken ? whole / (target.Length + 1) : whole);
            if (target.Length >= shortest && score > best.Score) { best = (score, target); }

            for (int token = 0; token < tokens && target.Length < x.Longest; token++)
            {
                Try([.. target, token], sum + x.Next[last][token], token);
            }
        }
    }

    private static int[] Greedy((double[][] Next, int Longest) x)
    {
        int tokens = x.Next.Length - 1;
        List<int> target = [];
        while (target.Count < x.Longest)
        {
            double[] row = x.Next[target.Count == 0 ? tokens : target[^1]];
            int best = Array.IndexOf(row, row.Max());
            if (best == tokens) { break; }

            target.Add(best);
        }

        return [.. target];
    }

    /// <summary>The end is likely after one token, or at the start, so that targets of all lengths win.</summary>
    private static IEnumerable<(double[][], int)> Models()
    {
        double[][] toy = [[0.3, 0.3, 0.4], [0.05, 0.05, 0.9], [0.5, 0.4, 0.1]];
        yield return ([.. toy.Select(row => row.Select(p => Math.Log(p)).ToArray())], 3);
        foreach (var input in Samples.Random(random =>
        {
            int tokens = random.Next(2, 4), closes = random.Next(tokens + 1);
            double[][] rows = [.. Enumerable.Range(0, tokens + 1).Select(row => Row(random, tokens, row == closes))];
            return (rows, random.Next(2, 5));
        })) { yield return input; }
    }

    private static double[] Row(Random random, int tokens, bool closes)
    {
        double[] weights = [.. Enumerable.Range(0, tokens).Select(_ => Math.Exp(3 * random.NextDouble())),
            closes ? 40 : 0.5 * random.NextDouble()];
        return [.. weights.Select(weight => Math.Log(weight / weights.Sum()))];
    }
}
