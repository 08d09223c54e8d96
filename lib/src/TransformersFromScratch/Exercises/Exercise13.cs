namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 13. Each says what is right, or names the likely mistake.</summary>
public static class Exercise13
{
    private static readonly Question<(double[] Numbers, double[] Pretrained, double[] Fresh), double> s_worth = new(
        WorthInputs)
    {
        Right = x => Worth(x),
        Tolerance = 0.01,
        Say = x => $"{Values.Say(x.Numbers)} labels, {Values.Say(x.Pretrained)} and {Values.Say(x.Fresh)} per cent",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => x.Numbers[0], "That is the number of labels of the pretrained model. How many does the other one " +
                "need to be as good?"),
            (x => Worth(x) / x.Numbers[0], "That is how many times as many labels. Return the number of " +
                "labels itself."),
            (x => Worth(x, linear: true), "You go along a straight line in the number of labels. Go along it in its " +
                "logarithm: the curve is drawn over ratios."),
            (x => x.Numbers[x.Fresh.TakeWhile(y => y < x.Pretrained[0]).Count()], "You return the next number of " +
                "labels that was tried. The curve crosses the height between two of them."),
            (x => x.Numbers[Math.Max(0, x.Fresh.TakeWhile(y => y < x.Pretrained[0]).Count() - 1)], "You return the " +
                "number of labels before the curve crosses the height. It crosses it between that one and the next."),
            (x => Worth(x with { Pretrained = [x.Pretrained[1]] }), "You take the second number of labels. Take the " +
                "height that the pretrained model reaches with the fewest, the first."),
            (x => Math.Log(Worth(x)), "That is the logarithm of the number of labels. Take the exponential " +
                "in the end."),
        ],
        Symptoms =
            [((x, y) => y < x.Numbers[0], "The other model needs more labels than the pretrained one, not fewer.")],
    };

    /// <summary>
    /// Exercise 1: how many labels a model from a random start needs to be as good as the pretrained one with the
    /// fewest.
    /// </summary>
    /// <param name="worth">
    /// Numbers of labels, ascending; the accuracies of the pretrained model there, and of the other one, ascending too.
    /// </param>
    public static string CheckWorth(Func<double[], double[], double[], double> worth) =>
        Exercise.Run("13.1", s_worth, x => worth(x.Numbers, x.Pretrained, x.Fresh));

    /// <summary>
    /// Exercise 2: how natural a sentence is to a model that fills blanks (Salazar et al. 2020, equation 1).
    /// </summary>
    /// <param name="score">
    /// The ids with [CLS] and [SEP]; the id of [MASK]; and who says the natural logarithm of a token's probability at a
    /// place, for ids of which some may be [MASK]. Gives the sum.
    /// </param>
    public static string CheckPseudo(Func<int[], int, Func<int[], int, int, double>, double> score) =>
        Exercise.Run("13.2", Exercise13Pseudo.Question, x => x.Run(score));

    /// <summary>Exercise 3: which section is taken for which other one most often, as a share of its texts.</summary>
    /// <param name="pair">A row a right class, a column a said one; gives the right class and the said one.</param>
    public static string CheckConfused(Func<int[,], (int Right, int Said)> pair) =>
        Exercise.Run("13.3", Exercise13Confused.Question, pair);

    private static double Worth((double[] Numbers, double[] Pretrained, double[] Fresh) x, bool linear = false)
    {
        double height = x.Pretrained[0];
        int above = Array.FindIndex(x.Fresh, y => y >= height);
        if (above < 1) { return above == 0 ? x.Numbers[0] : double.PositiveInfinity; }

        double share = (height - x.Fresh[above - 1]) / (x.Fresh[above] - x.Fresh[above - 1]);
        double low = x.Numbers[above - 1], high = x.Numbers[above];
        return linear ? low + (share * (high - low)) : low * Math.Pow(high / low, share);
    }

    private static IEnumerable<(double[], double[], double[])> WorthInputs()
    {
        yield return ([100, 400, 1600], [70, 75, 80], [50, 60, 80]);
        foreach (var input in Samples.Random(random =>
        {
            int count = random.Next(3, 7);
            double[] numbers = new double[count], pretrained = new double[count], fresh = new double[count];
            double n = random.Next(20, 100), f = random.Next(20, 50);
            for (int i = 0; i < count; i++)
            {
                (numbers[i], fresh[i]) = (Math.Round(n), Math.Round(f, 1));
                n *= 1.5 + (3 * random.NextDouble());
                f += 3 + (10 * random.NextDouble());
            }

            // The height lies between the first and the last of the other curve.
            double height = fresh[0] + (0.1 + (0.8 * random.NextDouble())) * (fresh[^1] - fresh[0]);
            for (int i = 0; i < count; i++) { pretrained[i] = Math.Round(height + (2.5 * i), 1); }

            return (numbers, pretrained, fresh);
        })) { yield return input; }
    }
}
