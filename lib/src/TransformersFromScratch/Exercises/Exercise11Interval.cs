namespace TransformersFromScratch;

/// <summary>
/// Chapter 11, exercise 1: the bootstrap interval of a mean (Efron 1979; for BLEU, Koehn 2004). Draws are random, so
/// an interval counts as right within 1.2 per cent; with the draws asked for, chance moves it by a third of that.
/// </summary>
internal static class Exercise11Interval
{
    public static Question<Sample, (double Low, double High)> Question { get; } = new(SamplesOfScores)
    {
        Right = x => Of(x),
        Tolerance = 0.012,
        Patience = TimeSpan.FromSeconds(10),
        Say = x => $"{x.Scores.Length} scores from {Values.Say(x.Scores.Min())} to {Values.Say(x.Scores.Max())}",
        Slips =
        [
            (_ => default, "It returns 0 so far."),
            (x => (x.Scores.Average(), x.Scores.Average()), "Low and high are the mean itself. Did you draw each " +
                "sentence once? Draw with replacement: a sentence may come twice, another not at all."),
            (x => (x.Scores.Min(), x.Scores.Max()), "These are the ends of the sentences' own scores. Wanted is how " +
                "far their mean moves: draw sets of as many sentences as there are, and take the mean of each."),
            (x => Of(x, tail: 0), "You return the lowest and the highest of the means. Leave 2.5 per cent out at " +
                "each end."),
            (x => Of(x, tail: 0.05), "You leave 5 per cent out at each end, so that 90 per cent are left. For 95 " +
                "leave 2.5 out at each end."),
            (x => Of(x, tail: 0.25), "Half of the means are left. For 95 per cent leave 2.5 per cent out at " +
                "each end."),
            (x => Of(x, size: x.Scores.Length / 2), "Your sets have half of the sentences. A set has as many as " +
                "there are, so that its mean is as uncertain as the one that you have."),
            (x => Of(x) is var (low, high) ? (high, low) : default, "Low and high have changed places."),
        ],
        Symptoms =
        [
            ((_, y) => double.IsNaN(y.Low) || double.IsNaN(y.High), "There is a NaN: is a set empty?"),
            ((_, y) => y.Low > y.High, "Low is above high."),
            ((x, y) => y.High - y.Low > 1.5 * (Of(x).High - Of(x).Low), "The interval is too wide."),
            ((x, y) => y.High - y.Low < 0.6 * (Of(x).High - Of(x).Low), "The interval is too narrow."),
        ],
    };

    /// <summary>The interval as it is.</summary>
    private static (double Low, double High) Of(Sample x, double tail = 0.025, int? size = null)
    {
        var random = new SeededRandom(x.Seed);
        double[] means = new double[x.Draws];
        for (int draw = 0; draw < means.Length; draw++)
        {
            double sum = 0;
            int count = size ?? x.Scores.Length;
            for (int i = 0; i < count; i++) { sum += x.Scores[random.Next(x.Scores.Length)]; }

            means[draw] = sum / count;
        }

        Array.Sort(means);
        return Ends(means, tail);
    }

    private static (double Low, double High) Ends(double[] sorted, double tail) =>
        (sorted[(int)(tail * (sorted.Length - 1))], sorted[(int)Math.Ceiling((1 - tail) * (sorted.Length - 1))]);

    private static IEnumerable<Sample> SamplesOfScores() => Samples.Random(
        random => new Sample(
            [.. Samples.Doubles(random, random.Next(12, 25), 30).Select(x => x + 40)]),
        count: 60);

    /// <summary>Scores of sentences.</summary>
    internal sealed record Sample(double[] Scores) : IInput
    {
        public object Data => Scores;

        /// <summary>How many sets to draw of them.</summary>
        public int Draws => 4000;

        /// <summary>Of the draws.</summary>
        public int Seed => Scores.Length;
    }
}
