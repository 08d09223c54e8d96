namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 12. Each says what is right, or names the likely mistake.</summary>
public static class Exercise12
{
    private static readonly Question<(double[] LogProbabilities, string[] Tokens), double> s_bits = new(BitsInputs)
    {
        Right = x => Nats(x) / Math.Log(2) / Letters(x),
        Say = x => $"the tokens {string.Join("|", x.Tokens)} with the log-probabilities " +
            $"{Values.Say(x.LogProbabilities)}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => -Nats(x) / Math.Log(2) / Letters(
                x), "The sign is turned round: a log-probability is negative, what a token costs is positive."),
            (x => Nats(x) / Letters(x), "These are nats for a character. A bit is ln 2 nats: divide by Math.Log(2)."),
            (x => Nats(x) * Math.Log(2) / Letters(
                x), "You multiply by ln 2. A bit is 0.69 nats, so there are more bits than nats: divide."),
            (x => Nats(x) / Math.Log(2) / x.Tokens.Length, "These are bits for a token. Divide by the number of " +
                "characters, which is what two tokenizations have in common."),
            (x => Nats(x) / x.Tokens.Length, "That is the loss: nats for a token. Asked are bits for a character."),
            (x => Nats(x) / Math.Log(2), "These are all bits together. Divide by the number of characters."),
            (x => x.LogProbabilities.Zip(x.Tokens, (p, token) => -p / Math.Log(2) / token.Length).Average(),
                "You average over tokens what each costs for a character. A short token then weighs as much as a " +
                "long one: divide all bits by all characters."),
            (x => Math.Pow(2, Nats(x) / Math.Log(2) / Letters(x)), "That is a perplexity, of characters. Asked is " +
                "its logarithm to the base 2."),
            (x => Math.Exp(Nats(x) / x.Tokens.Length), "That is the perplexity. Asked are bits for a character."),
            (x => Nats(x) / Math.Log(2) / x.Tokens.Sum(token => token.Trim().Length), "You do not count the spaces. " +
                "They are characters of the text, and the model has to foretell them too."),
        ],
        Symptoms =
            [((_, y) => y < 0, "A cost is never negative: the logarithm of a probability is, so turn the sign round.")],
    };

    /// <summary>
    /// Exercise 1: how many bits a character costs, from the natural logarithms of the tokens' probabilities.
    /// </summary>
    public static string CheckBits(Func<double[], string[], double> bitsPerCharacter) =>
        Exercise.Run("12.1", s_bits, x => bitsPerCharacter(x.LogProbabilities, x.Tokens));

    /// <summary>Exercise 2: the temperature at which a model's scores fit what came, by the cross-entropy.</summary>
    /// <param name="best">A row of scores per place, and the token that came at each; gives τ, between 0.2 and
    /// 5.</param>
    public static string CheckTemperature(Func<double[][], int[], double> best) =>
        Exercise.Run("12.2", Exercise12Finding.Temperature, x => best(x.Scores, x.Came));

    /// <summary>Exercise 3: how long the longest passage of a sample is that stands in a text word for word.</summary>
    /// <param name="longest">The text and the sample; gives a number of characters.</param>
    public static string CheckCopied(Func<string, string, int> longest) =>
        Exercise.Run("12.3", Exercise12Finding.Copied, x => longest(x.Text, x.Sample));

    private static double Nats((double[] LogProbabilities, string[] Tokens) x) => -x.LogProbabilities.Sum();

    private static int Letters((double[] LogProbabilities, string[] Tokens) x) => x.Tokens.Sum(token => token.Length);

    private static IEnumerable<(double[], string[])> BitsInputs()
    {
        yield return ([Math.Log(0.5), Math.Log(0.25)], [" the", " cat"]);
        foreach (var input in Samples.Random(random =>
        {
            string[] tokens =
                [.. Enumerable.Range(0, random.Next(1, 9))
                    .Select(
                        _ => (random.Next(2) == 0 ? " " : "") +
                            new string((char)('a' + random.Next(26)), random.Next(1, 7)))];
            return (tokens.Select(_ => Math.Log(0.02 + (0.9 * random.NextDouble()))).ToArray(), tokens);
        })) { yield return input; }
    }
}
