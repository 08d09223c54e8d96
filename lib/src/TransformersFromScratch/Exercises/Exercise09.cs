namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 9. Each says what is right, or names the likely mistake.</summary>
public static class Exercise09
{
    private static readonly Question<(int Comparisons, double Level), int> s_runs = new(() => Samples.Random(random =>
        (random.Next(1, 200), 0.001 + (random.NextDouble() * 0.2))).Prepend((1, 0.05)).Append((22, 0.05)))
    {
        Right = x => Fewest(n => x.Comparisons * Least(n) <= x.Level),
        Say = x => $"{Values.Say(x.Comparisons)} comparisons and a level of {Values.Say(x.Level)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Fewest(n => Least(n) <= x.Level), "You forgot the correction: the least p of all comparisons is " +
                "multiplied by their number."),
            (x => Fewest(n => x.Comparisons * Least(n) / 2 <= x.Level), "That is the chance of one side. The mirror " +
                "image counts too, so it is 2 over the number of labellings."),
            (x => 2 * Fewest(n => x.Comparisons * Least(n) <= x.Level), "That is how many runs there are of both " +
                "together. Asked is how many of each."),
            (x => Fewest(n => x.Comparisons * Least(n) <= x.Level) - 1, "One too few: with your number the corrected " +
                "p is still above the level."),
            (x => Fewest(n => x.Comparisons * Least(n) <= x.Level) + 1, "One more than needed."),
            (x => Fewest(n => x.Comparisons * Math.Pow(2, 1 - (2 * n)) <= x.Level), "You divide by all ways to give " +
                "labels, 2 to the power 2n. Only those with n of each label count."),
        ],
        Symptoms = [((_, n) => n < 1, "There is at least one run of each.")],
    };

    /// <summary>
    /// Exercise 1: how many runs of each variant it takes until a clean separation survives the correction for many
    /// comparisons.
    /// </summary>
    public static string CheckRuns(Func<int, double, int> runs) =>
        Exercise.Run("09.1", s_runs, x => runs(x.Comparisons, x.Level));

    /// <summary>
    /// Exercise 2: which places of a model's input each place of its output depends on, found out from outside.
    /// </summary>
    public static string CheckSees(Func<Func<int[], double[][]>, int, bool[,]> sees) =>
        Exercise.Run("09.2", Exercise09Sees.Question, model => sees(model.Run, model.Length));

    /// <summary>The least p that n against n can give: 2 n! n! / (2n)!.</summary>
    private static double Least(int n) => Enumerable.Range(1, n).Aggregate(2.0, (p, i) => p * i / (n + i));

    private static int Fewest(Predicate<int> areEnough) => Enumerable.Range(1, 60).First(n => areEnough(n));
}
