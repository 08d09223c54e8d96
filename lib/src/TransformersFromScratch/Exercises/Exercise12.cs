namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 12. Each says what is right, or names the likely mistake.</summary>
public static class Exercise12
{
    private static readonly Question<(double[] LogProbabilities, string[] Tokens), double> s_bits = new(BitsInputs)
    {
        Right = x => Nats(x) / Math.Log(2) / Letters(x),
        Say = x => $"the tokens {string.Join("|", x.Tokens)} with the log-probabilities {Values.Say(x.LogProbabilities)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => -Nats(x) / Math.Log(2) / Letters(x), "The sign is turned round: a log-probability is negative, what a token costs is positive."),
            (x => Nats(x) / Letters(x), "These are nats for a character. A bit is ln 2 nats: divide by Math.Log(2)."),
            (x => Nats(x) * Math.Log(2) / Letters(x), "You multiply by ln 2. A bit is 0.69 nats, so there are more bits than nats: divide."),
            (x => Nats(x) / Math.Log(2) / x.Tokens.Length, "These are bits for a token. Divide by the number of characters, which is what two tokenizations have in common."),
            (x => Nats(x) / x.Tokens.Length, "That is the loss: nats for a token. Asked are bits for a character."),
            (x => Nats(x) / Math.Log(2), "These are all bits together. Divide by the number of characters."),
            (x => x.LogProbabilities.Zip(x.Tokens, (p, token) => -p / Math.Log(2) / token.Length).Average(),
                "You average over tokens what each costs for a character. A short token then weighs as much as a long one: divide all bits by all characters."),
            (x => Math.Pow(2, Nats(x) / Math.Log(2) / Letters(x)), "That is a perplexity, of characters. Asked is its logarithm to the base 2."),
            (x => Math.Exp(Nats(x) / x.Tokens.Length), "That is the perplexity. Asked are bits for a character."),
            (x => Nats(x) / Math.Log(2) / x.Tokens.Sum(token => token.Trim().Length), "You do not count the spaces. They are characters of the text, and the model has to foretell them too."),
        ],
        Symptoms = [((_, y) => y < 0, "A cost is never negative: the logarithm of a probability is, so turn the sign round.")],
    };

    private static readonly Question<(double[] Probabilities, double P), double[]> s_nucleus = new(NucleusInputs)
    {
        Right = x => Kept(x, NucleusSize(x)),
        Tolerance = 1e-6,
        Say = x => $"the probabilities {Values.Say(x.Probabilities)} and p = {Values.Say(x.P)}",
        Slips =
        [
            (x => x.Probabilities, "The probabilities come back unchanged."),
            (x => Kept(x, NucleusSize(x), divide: false), "The right tokens are left, but their probabilities do not sum to 1 any more. Divide them by their sum."),
            (x => Kept(x, Math.Max(1, NucleusSize(x) - 1)), Crossing),
            (x => Kept(x, NucleusSize(x) - 1), Crossing + " (And at least one token is always left.)"),
            (x => Kept(x, Math.Min(x.Probabilities.Length, NucleusSize(x) + 1)), "One token too many: stop as soon as those kept together have the probability p."),
            (x => Filtered(x, p => p >= x.P), "You keep tokens that have p by themselves. It is together that those kept must reach p."),
            (x => Filtered(x, p => p >= 1 - x.P), "You compare each token with 1 - p. It is a sum that must reach p: that of the likeliest tokens."),
            (x => Filtered(x, p => p >= x.P * x.Probabilities.Max()), "That is min-p: at least p times as likely as the likeliest. For top-p the likeliest tokens are added up until they have p."),
            (x => Kept(x, (int)Math.Ceiling(x.P * x.Probabilities.Length)), "You keep a share p of the tokens. Keep as many as together have a share p of the probability."),
            (InOrder, "You add up the tokens in the order of their ids. Sort them: the likeliest first."),
            (x => [.. x.Probabilities.OrderDescending().Take(NucleusSize(x)).Select(p => p / x.Probabilities.OrderDescending().Take(NucleusSize(x)).Sum())],
                "The right ones, but sorted, and shorter than before. Token i must keep the place i; what is out gets 0."),
            (x => Kept(x with { Probabilities = [.. x.Probabilities.Select(p => -p)] }, LeastSize(x)), "You begin with the least likely. Begin with the likeliest."),
        ],
        Symptoms =
        [
            ((x, y) => y.Length != x.Probabilities.Length, "There must be a probability for each token, in the order of the ids; what is out gets 0."),
            ((_, y) => Math.Abs(y.Sum() - 1) > 1e-6, "They do not sum to 1: divide what is left by its sum."),
        ],
    };

    private const string Crossing = "One token too few: the one with which the sum reaches p is in. Those kept must have p together, not less.";

    /// <summary>Exercise 1: how many bits a character costs, from the natural logarithms of the tokens' probabilities.</summary>
    public static string CheckBits(Func<double[], string[], double> bitsPerCharacter) =>
        Exercise.Run("12.1", s_bits, x => bitsPerCharacter(x.LogProbabilities, x.Tokens));

    /// <summary>Exercise 2: top-p (Holtzman et al. 2020, section 3.1): what is drawn from, divided so that it sums to 1.</summary>
    public static string CheckNucleus(Func<double[], double, double[]> nucleus) =>
        Exercise.Run("12.2", s_nucleus, x => nucleus(x.Probabilities, x.P));

    /// <summary>Exercise 3: the temperature at which a model's scores fit what came, by the cross-entropy.</summary>
    /// <param name="best">A row of scores per place, and the token that came at each; gives τ, between 0.2 and 5.</param>
    public static string CheckTemperature(Func<double[][], int[], double> best) =>
        Exercise.Run("12.3", Exercise12Finding.Temperature, x => best(x.Scores, x.Came));

    /// <summary>Exercise 4: how long the longest passage of a sample is that stands in a text word for word.</summary>
    /// <param name="longest">The text and the sample; gives a number of characters.</param>
    public static string CheckCopied(Func<string, string, int> longest) =>
        Exercise.Run("12.4", Exercise12Finding.Copied, x => longest(x.Text, x.Sample));

    private static double Nats((double[] LogProbabilities, string[] Tokens) x) => -x.LogProbabilities.Sum();

    private static int Letters((double[] LogProbabilities, string[] Tokens) x) => x.Tokens.Sum(token => token.Length);

    private static IEnumerable<(double[], string[])> BitsInputs()
    {
        yield return ([Math.Log(0.5), Math.Log(0.25)], [" the", " cat"]);
        foreach (var input in Samples.Random(random =>
        {
            string[] tokens = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => (random.Next(2) == 0 ? " " : "") + new string((char)('a' + random.Next(26)), random.Next(1, 7)))];
            return (tokens.Select(_ => Math.Log(0.02 + (0.9 * random.NextDouble()))).ToArray(), tokens);
        })) { yield return input; }
    }

    private static IEnumerable<(double[], double)> NucleusInputs()
    {
        yield return ([0.1, 0.5, 0.15, 0.25], 0.8);
        yield return ([0.2, 0.7, 0.1], 0.5);
        yield return ([0.25, 0.375, 0.375], 1);
        foreach (var input in Samples.Random(random =>
        {
            double[] weights = [.. Enumerable.Range(0, random.Next(2, 10)).Select(_ => Math.Exp(4 * random.NextDouble()))];
            return (weights.Select(w => w / weights.Sum()).ToArray(), 0.05 + (0.9 * random.NextDouble()));
        })) { yield return input; }
    }

    /// <summary>The fewest tokens whose probabilities reach p, the likeliest first.</summary>
    private static int NucleusSize((double[] Probabilities, double P) x) => Size([.. x.Probabilities.OrderDescending()], x.P);

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
        HashSet<int> inside = [.. Enumerable.Range(0, x.Probabilities.Length).OrderByDescending(i => x.Probabilities[i]).Take(count)];
        return Of(x, inside.Contains, divide);
    }

    private static double[] Filtered((double[] Probabilities, double P) x, Predicate<double> inside) => Of(x, i => inside(x.Probabilities[i]), true);

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
