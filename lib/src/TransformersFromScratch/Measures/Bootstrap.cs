using System.Globalization;

namespace TransformersFromScratch;

/// <summary>
/// A measured value and the interval in which it would probably fall on another test set of the same kind.
/// </summary>
/// <param name="Value">The measure on the sentences themselves.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Value, double Low, double High)
{
    /// <summary>To one decimal: <c>36.5 [34.9, 38.2]</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value:F1} [{Low:F1}, {High:F1}]");
}

/// <summary>
/// How far a figure may be trusted (Efron 1979; for BLEU, Koehn 2004): the test set is drawn anew from itself, with
/// replacement, many times over, and the interval holds the middle of what is measured then.
/// </summary>
public static class Bootstrap
{
    /// <summary>The percentile interval of a measure.</summary>
    /// <example>
    /// <code>
    /// Bootstrap.Interval(Bleu.Sentences(outputs, references), s => Bleu.Of(s).Score, new SeededRandom(1))
    /// </code>
    /// Whether one system beats another on the same sentences (Koehn's paired test): draw pairs, and measure the
    /// difference. It is significant if the interval lies on one side of 0.
    /// <code>
    /// Bootstrap.Interval([.. beam.Zip(greedy)], pairs => Bleu.Of(pairs.Select(p => p.First)).Score
    ///     - Bleu.Of(pairs.Select(p => p.Second)).Score, new SeededRandom(1))
    /// </code>
    /// </example>
    /// <typeparam name="T">What is known of one sentence.</typeparam>
    /// <param name="sentences">At least one.</param>
    /// <param name="measure">The figure of a test set. It is asked <paramref name="samples"/> + 1 times.</param>
    /// <param name="random">Where the draws come from: the same seed, the same interval.</param>
    /// <param name="samples">How many test sets to draw.</param>
    /// <param name="confidence">The share of them that the interval holds, between 0 and 1.</param>
    /// <exception cref="ArgumentException">There are no sentences, or the measure is not a number on them.</exception>
    public static ConfidenceInterval Interval<T>(
        IReadOnlyList<T> sentences, Func<IReadOnlyList<T>, double> measure, Random random, int samples = 1000,
        double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (sentences.Count == 0)
        {
            throw new ArgumentException("There are no sentences to draw from.", nameof(sentences));
        }

        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(confidence), confidence, "A confidence lies between 0 and 1, like 0.95.");
        }

        double[] values = new double[samples];
        var drawn = new T[sentences.Count];
        for (int sample = 0; sample < samples; sample++)
        {
            for (int i = 0; i < drawn.Length; i++)
            {
                drawn[i] = sentences[random.Next(sentences.Count)];
            }

            values[sample] = Measured(drawn);
        }

        Array.Sort(values);
        return new ConfidenceInterval(
            Measured(sentences), Quantile(values, (1 - confidence) / 2), Quantile(values, (1 + confidence) / 2));

        double Measured(IReadOnlyList<T> set) => measure(set) is var value && double.IsFinite(value)
            ? value
            : throw new ArgumentException(
                $"The measure of {set.Count} drawn sentences is {value}, which no interval can hold.", nameof(measure));
    }

    /// <summary>
    /// The value below which a share of the sorted values lies, in a straight line between neighbours.
    /// </summary>
    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
