using Pair = (double Short, int ShortLength, double Long, int LongLength);

namespace TransformersFromScratch;

/// <summary>
/// Chapter 11, exercise 2: the α at which the winner changes, from the length penalty of Wu et al. 2016, equation 14.
/// </summary>
internal static class Exercise11Alpha
{
    public static Question<Pair, double> Question { get; } = new(Pairs)
    {
        Right = x => Of(x, length => 5.0 + length),
        Tolerance = 1e-6,
        Say = x => $"log P {Values.Say(x.Short)} with {x.ShortLength} tokens and log P {Values.Say(x.Long)} with " +
            $"{x.LongLength}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => -Of(x, length => 5.0 + length), "The sign is turned: one of the two fractions is upside down."),
            (x => 1 / Of(x, length => 5.0 + length), "Your fraction is upside down: the logarithm of the ratio of " +
                "the log-probabilities stands above the line."),
            (x => Of(x, length => length), "You compare the lengths themselves. The penalty adds 5 to each."),
            (x => Of(x, length => 6.0 + length), "You count the end twice: the lengths that you are given have " +
                "it already."),
            (x => x.Long / x.Short / ((5.0 + x.LongLength) / (5 + x.ShortLength)), "α is an exponent. To get it " +
                "down, take the logarithm of both ratios."),
            (x => Math.Log(x.Long / x.Short), "That is the logarithm of the first ratio. Divide it by that of " +
                "the ratio of the penalties."),
            (x => (x.Short - x.Long) / Math.Log((5.0 + x.LongLength) / (5 + x.ShortLength)), "You take the " +
                "difference of the log-probabilities. The scores are fractions: take the logarithm of their ratio."),
            (x => Math.Round(10 * Of(x, length => 5.0 + length)) / 10, "It is right to one decimal. Compute it, " +
                "instead of trying values."),
        ],
        Symptoms = [((_, y) => double.IsNaN(y), "It is NaN. A logarithm needs a positive number: the ratio of two " +
            "log-probabilities is positive, each of them is not.")],
    };

    private static double Of(Pair x, Func<int, double> size) =>
        Math.Log(x.Long / x.Short) / Math.Log(size(x.LongLength) / size(x.ShortLength));

    private static IEnumerable<Pair> Pairs()
    {
        yield return (-1.44, 9, -5.31, 12);
        yield return (-2, 5, -2.5, 10);
        foreach (Pair input in Samples.Random(random =>
        {
            int less = random.Next(2, 15);
            double one = -0.2 - (4 * random.NextDouble());
            return (one, less, one * (1.05 + random.NextDouble()), less + random.Next(1, 10));
        })) { yield return input; }
    }
}
