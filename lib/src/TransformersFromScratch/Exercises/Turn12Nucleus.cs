namespace TransformersFromScratch;

/// <summary>
/// Chapter 12, top-p: the fewest tokens that have a probability of p together (Holtzman et al. 2020, section 3.1).
/// </summary>
internal static class Turn12Nucleus
{
    public static Question<(double[] Probabilities, double P), double[]> Question { get; } = new(NucleusInputs)
    {
        Right = x => Kept(x, NucleusSize(x)),
        Tolerance = 1e-6,
        Say = x => $"the probabilities {Values.Say(x.Probabilities)} and p = {Values.Say(x.P)}",
        Slips =
        [
            (x => x.Probabilities, "The probabilities come back unchanged."),
            (x => Kept(x, NucleusSize(x), divide: false), "The right tokens are left, but their probabilities do not " +
                "sum to 1 any more. Divide them by their sum."),
            (x => Kept(x, Math.Max(1, NucleusSize(x) - 1)), Crossing),
            (x => Kept(x, NucleusSize(x) - 1), Crossing + " (And at least one token is always left.)"),
            (x => Kept(x, Math.Min(x.Probabilities.Length, NucleusSize(x) + 1)), "One token too many: stop as soon " +
                "as those kept together have the probability p."),
            (x => Filtered(x, p => p >= x.P), "You keep tokens that have p by themselves. It is together that those " +
                "kept must reach p."),
            (x => Filtered(x, p => p >= 1 - x.P), "You compare each token with 1 - p. It is a sum that must reach p: " +
                "that of the likeliest tokens."),
            (x => Filtered(x, p => p >= x.P * x.Probabilities.Max()), "That is min-p: at least p times as likely as " +
                "the likeliest. For top-p the likeliest tokens are added up until they have p."),
            (x => Kept(x, (int)Math.Ceiling(x.P * x.Probabilities.Length)), "You keep a share p of the tokens. Keep " +
                "as many as together have a share p of the probability."),
            (InOrder, "You add up the tokens in the order of their ids. Sort them: the likeliest first."),
            (x =>
                [.. x.Probabilities.OrderDescending().Take(NucleusSize(x))
                    .Select(p => p / x.Probabilities.OrderDescending().Take(NucleusSize(x)).Sum())],
                "The right ones, but sorted, and shorter than before. Token i must keep the place i; what is " +
                "out gets 0."),
            (x => Kept(x with { Probabilities = [.. x.Probabilities.Select(p => -p)] }, LeastSize(x)),
                "You begin with the least likely. Begin with the likeliest."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Probabilities.Length, "There must be a probability for each token, in the order " +
                "of the ids; what is out gets 0."),
            ((_, y) => Math.Abs(y.Sum() - 1) > 1e-6, "They do not sum to 1: divide what is left by its sum."),
        ],
    };

    private const string Crossing = "One token too few: the one with which the sum reaches p is in. Those kept must " +
        "have p together, not less.";

    /// <summary>The rule as it is.</summary>
    public static double[] Library(double[] probabilities, double p) =>
        Kept((probabilities, p), NucleusSize((probabilities, p)));

    private static IEnumerable<(double[], double)> NucleusInputs()
    {
        yield return ([0.1, 0.5, 0.15, 0.25], 0.8);
        yield return ([0.2, 0.7, 0.1], 0.5);
        yield return ([0.25, 0.375, 0.375], 1);
        foreach (var input in Samples.Random(random =>
        {
            double[] weights =
                [.. Enumerable.Range(0, random.Next(2, 10)).Select(_ => Math.Exp(4 * random.NextDouble()))];
            return (weights.Select(w => w / weights.Sum()).ToArray(), 0.05 + (0.9 * random.NextDouble()));
        })) { yield return input; }
    }

    /// <summary>The fewest tokens whose probabilities reach p, the likeliest first.</summary>
    private static int NucleusSize((double[] Probabilities, double P) x) =>
        Size([.. x.Probabilities.OrderDescending()], x.P);

    private static int LeastSize((double[] Probabilities, double P) x) => Size([.. x.Probabilities.Order()], x.P);

    private static int Size(double[] ordered, double p)
    {
        double sum = 0;
        int size = 0;
        while (size < ordered.Length && sum < p - 1e-12) { sum += ordered[size++]; }

        return size;
    }

    private static double[] Kept((double[] Probabilities, double P) x, int count, bool divide = true)
    {
        HashSet<int> inside =
            [.. Enumerable.Range(0, x.Probabilities.Length).OrderByDescending(i => x.Probabilities[i]).Take(count)];
        return Of(x, inside.Contains, divide);
    }

    private static double[] Filtered((double[] Probabilities, double P) x, Predicate<double> inside) =>
        Of(x, i => inside(x.Probabilities[i]), true);

    private static double[] InOrder((double[] Probabilities, double P) x)
    {
        int size = Size(x.Probabilities, x.P);
        return Of(x, i => i < size, true);
    }

    private static double[] Of((double[] Probabilities, double P) x, Func<int, bool> inside, bool divide)
    {
        double sum = divide ? x.Probabilities.Where((_, i) => inside(i)).Sum() : 1;
        return [.. x.Probabilities.Select((p, i) => inside(i) ? p / sum : 0)];
    }
}
