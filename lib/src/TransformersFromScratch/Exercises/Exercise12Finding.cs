namespace TransformersFromScratch;

/// <summary>Chapter 12, exercises 2 and 3: what the reader finds out about a model by an experiment.</summary>
internal static class Exercise12Finding
{
    public static Question<(double[][] Scores, int[] Came), double> Temperature { get; } = new(TemperatureInputs)
    {
        Right = x => Best(x, Cost),
        Tolerance = 0.04,
        Patience = TimeSpan.FromSeconds(10),
        Say = x => $"{x.Scores.Length} rows of {x.Scores[0].Length} scores",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (_ => 1, "It returns 1 always. Try many temperatures, and return the one at which the tokens that came " +
                "cost least."),
            (x => 1 / Best(x, Cost), "That is one over the temperature. The scores are divided by it, so that a high " +
                "one makes all alike."),
            (x => Best(x, (row, came, t) => -Cost(row, came, t)), "You look for the temperature at which the tokens " +
                "cost most. Look for the least."),
            (x => Best(x, (row, came, t) => -Share(row, came, t)),
                "You always get the lowest temperature that you try. The mean probability is largest there, and the " +
                "entropy smallest. What counts is the mean of -ln p of the tokens that came: it is the loss, and it " +
                "punishes a token that was thought impossible."),
        ],
        Symptoms = [((_, y) => !(y > 0), "A temperature is above 0.")],
    };

    public static Question<(string Text, string Sample), int> Copied { get; } = new(CopiedInputs)
    {
        Right = x => Longest(x.Text, x.Sample),
        Say = x => $"the sample '{Excerpt.Of(x.Sample)}' and the text '{Excerpt.Of(x.Text)}'",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => x.Text.Contains(x.Sample, StringComparison.Ordinal)
                ? x.Sample.Length
                : 0, "You ask for the whole sample. A part of it may stand in the text: try every beginning and " +
                    "every length."),
            (x => Enumerable.Range(0, x.Sample.Length + 1)
                .Last(n => x.Text.Contains(x.Sample[..n], StringComparison.Ordinal)),
                "You try beginnings of the sample only. A passage may begin at any place of it."),
            (x => x.Text.Zip(x.Sample).TakeWhile(pair => pair.First == pair.Second)
                .Count(), "You compare both from the beginning. A passage may stand anywhere in either."),
            (Subsequence, "You allow gaps. A passage is copied word for word, one character after the other."),
            (x => Longest(x.Text.ToUpperInvariant(), x.Sample.ToUpperInvariant()), "You do not tell small letters " +
                "from capitals. A copy is exact."),
            (x => x.Sample.Split(' ').Where(word => x.Text.Contains(word, StringComparison.Ordinal))
                .Select(word => word.Length).DefaultIfEmpty().Max(),
                "You look at single words. A passage runs over spaces."),
            (x => x.Sample.Count(character => x.Text.Contains(character)), "You count characters that stand in the " +
                "text somewhere. Look for passages."),
            (x => Longest(x.Text, x.Sample) - 1, "One too few."),
            (x => Longest(x.Text, x.Sample) + 1, "One too many: that is the shortest length at which " +
                "nothing is found."),
        ],
        Symptoms = [((x, y) => y > x.Sample.Length, "A passage of the sample is no longer than the sample.")],
    };

    /// <summary>The temperature of least cost, of 320 between 0.2 and 5, each 1 % above the one before.</summary>
    private static double Best((double[][] Scores, int[] Came) x, Func<double[], int, double, double> cost) =>
        Enumerable.Range(0, 320).Select(i => 0.2 * Math.Pow(25, i / 319.0))
            .MinBy(t => x.Scores.Zip(x.Came, (row, came) => cost(row, came, t)).Sum());

    private static double Cost(double[] row, int came, double t) =>
        Math.Log(row.Sum(score => Math.Exp((score - row[came]) / t)));

    private static double Share(double[] row, int came, double t) => Math.Exp(-Cost(row, came, t));

    /// <summary>
    /// Rows of scores, and tokens drawn with the probabilities that the scores have at a temperature that is not said.
    /// </summary>
    private static IEnumerable<(double[][], int[])> TemperatureInputs() => Samples.Random(
        random =>
        {
            double temperature = 0.4 * Math.Pow(7.5, random.NextDouble());
            double[][] rows = [.. Enumerable.Range(0, 80).Select(_ => Samples.Doubles(random, 5, 3 * temperature))];
            return (rows, rows.Select(row => Sampling.Draw(Sampling.Probabilities(
                [.. row.Select(score => (float)score)], new SamplingOptions { Temperature = temperature }), random))
                    .ToArray());
        },
        count: 60);

    /// <summary>As long as the passages get longer, each place of the sample is tried once.</summary>
    private static int Longest(string text, string sample)
    {
        int longest = 0;
        for (int start = 0; start + longest < sample.Length; start++)
        {
            while (start + longest < sample.Length
                && text.Contains(sample.Substring(start, longest + 1), StringComparison.Ordinal))
            {
                longest++;
            }
        }

        return longest;
    }

    private static int Subsequence((string Text, string Sample) x)
    {
        int[,] length = new int[x.Text.Length + 1, x.Sample.Length + 1];
        for (int i = 1; i <= x.Text.Length; i++)
        {
            for (int j = 1; j <= x.Sample.Length; j++)
            {
                length[i, j] = x.Text[i - 1] == x.Sample[j - 1]
                    ? length[i - 1, j - 1] + 1
                    : Math.Max(length[i - 1, j], length[i, j - 1]);
            }
        }

        return length[x.Text.Length, x.Sample.Length];
    }

    private static IEnumerable<(string, string)> CopiedInputs()
    {
        yield return ("Emma Woodhouse, handsome, clever, and rich", "he was clever, and rich too");
        yield return ("abc", "xyz");
        yield return ("She was happy.", "happy");
        foreach (var input in Samples.Random(
            random => (Letters(random, random.Next(1, 40)), Letters(random, random.Next(1, 14)))))
        {
            yield return input;
        }

        static string Letters(Random random, int count) =>
            string.Concat(Enumerable.Range(0, count).Select(_ => "aab Ac"[random.Next(6)]));
    }
}
