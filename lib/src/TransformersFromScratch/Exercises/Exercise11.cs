namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 11. Each says what is right, or names the likely mistake.</summary>
public static class Exercise11
{
    /// <summary>
    /// Exercise 1: the bootstrap interval of a mean: how far it would move on other sentences of the same kind.
    /// </summary>
    /// <param name="interval">
    /// A number per sentence, how many sets to draw, and where the draws come from; gives the ends between which 95 of
    /// 100 means lie.
    /// </param>
    public static string CheckInterval(Func<double[], int, Random, (double Low, double High)> interval) => Exercise.Run(
        "11.1", Exercise11Interval.Question, x => interval(x.Scores, x.Draws, new SeededRandom(x.Seed)));

    /// <summary>Exercise 2: the α at which two hypotheses have the same score.</summary>
    /// <param name="alpha">
    /// Two log-probabilities and the lengths of their hypotheses, the end counted; gives α.
    /// </param>
    public static string CheckAlpha(Func<double, int, double, int, double> alpha) => Exercise.Run(
        "11.2", Exercise11Alpha.Question, x => alpha(x.Short, x.ShortLength, x.Long, x.LongLength));

    /// <summary>Exercise 3: the likeliest target of all, found by trying every one.</summary>
    /// <param name="best">
    /// <c>next[i][j]</c> is the log-probability of token j after token i; the last row is of the start, the last column
    /// of the end. And the most tokens that a target may have. Gives the tokens, without start and end.
    /// </param>
    public static string CheckBest(Func<double[][], int, int[]> best) => Exercise.Run(
        "11.3", Exercise11Best.Question, x => best(x.Next, x.Longest));
}
