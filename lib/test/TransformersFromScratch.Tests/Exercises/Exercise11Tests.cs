namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise11Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    /// <summary>As the solution of the chapter has it; the draws are others than those of the check.</summary>
    private static (double Low, double High) Interval(double[] scores, int draws, Random random, double confidence)
    {
        double Mean() => Enumerable.Range(0, scores.Length).Average(_ => scores[random.Next(scores.Length)]);
        _ = random.NextDouble();
        double[] means = [.. Enumerable.Range(0, draws).Select(_ => Mean()).Order()];
        int cut = (int)(draws * (1 - confidence) / 2);
        return (means[cut], means[^(cut + 1)]);
    }

    [Fact]
    public void The_interval_of_a_mean()
    {
        AssertSays("✓", Exercise11.CheckInterval((scores, draws, random) => Interval(scores, draws, random, 0.95)));
        AssertSays(
            "90 per cent", Exercise11.CheckInterval((scores, draws, random) => Interval(scores, draws, random, 0.9)));
        AssertSays("returns 0", Exercise11.CheckInterval((_, _, _) => default));
        AssertSays("too narrow", Exercise11.CheckInterval(
            (scores, draws, random) => Interval(scores, draws, random, 0.3)));
        AssertSays("too wide", Exercise11.CheckInterval((scores, _, _) => (scores.Min() - 9, scores.Max() + 9)));
        Slips.AreTold(Exercise11Interval.Question);
    }

    [Fact]
    public void The_alpha_at_which_the_winner_changes()
    {
        static double Alpha(double p, int n, double q, int m) => Math.Log(q / p) / Math.Log((5.0 + m) / (5 + n));
        AssertSays("✓", Exercise11.CheckAlpha(Alpha));
        AssertSays("the end twice", Exercise11.CheckAlpha((p, n, q, m) => Alpha(p, n + 1, q, m + 1)));
        AssertSays("NaN", Exercise11.CheckAlpha((p, _, q, _) => Math.Log(p) / Math.Log(q)));
        Slips.AreTold(Exercise11Alpha.Question);
        double alpha = Alpha(-1.44, 9, -5.31, 12);
        Assert.Equal(
            -1.44 / BeamSearch.LengthPenalty(9, alpha), -5.31 / BeamSearch.LengthPenalty(12, alpha), 1e-9);
    }

    [Fact]
    public void The_likeliest_of_all_targets()
    {
        AssertSays("✓", Exercise11.CheckBest(Likeliest));
        AssertSays("does not exist", Exercise11.CheckBest((_, _) => [99]));
        AssertSays("more tokens than it may", Exercise11.CheckBest((_, longest) => new int[longest + 1]));
        Slips.AreTold(Exercise11Best.Question);
    }

    /// <summary>All targets up to a length in a list, and the best of them.</summary>
    private static int[] Likeliest(double[][] next, int longest)
    {
        int end = next.Length - 1;
        List<int[]> targets = [[]];
        for (int from = 0, length = 1; length <= longest; length++)
        {
            int until = targets.Count;
            for (; from < until; from++)
            {
                int[] target = targets[from];
                targets.AddRange(Enumerable.Range(0, end).Select(token => (int[])[.. target, token]));
            }
        }

        double LogP(int[] target) => target.Append(end).Zip(target.Prepend(end), (to, last) => next[last][to]).Sum();
        return targets.MaxBy(LogP)!;
    }
}
