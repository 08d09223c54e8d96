namespace TransformersFromScratch;

/// <summary>How a next token is drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>
    /// Logits are divided by it: below 1 the likely become likelier, towards 0 greedy decoding; above 1 all become
    /// alike, and at infinity all that are possible at all (of a logit above -infinity) are equally likely.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Only so many of the likeliest tokens are drawn from (Fan et al. 2018, section 5.2); 0 means all.
    /// </summary>
    public int TopK { get; init; }

    /// <summary>
    /// Only the fewest tokens that together have this probability are drawn from (Holtzman et al. 2020, section 3.1,
    /// "nucleus"); 1 means all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Only tokens that are at least so many times as likely as the likeliest are drawn from (Nguyen et al. 2024,
    /// "Turning Up the Heat: Min-p Sampling"): where the model is sure, few; where it is not, many. 0 means all.
    /// </summary>
    public double MinP { get; init; }
}

/// <summary>
/// Writes by drawing each token at random, with the probability that the model gives it: another text each time.
/// </summary>
public static class Sampling
{
    /// <summary>The probabilities to draw from.</summary>
    /// <param name="logits">One a token.</param>
    /// <param name="options">
    /// Temperature first, then top-k, then top-p of what is left, and of these what min-p lets pass.
    /// </param>
    /// <returns>One a token; they sum to 1. Tokens that are out have 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A temperature that is not positive, a negative k, a p outside (0, 1], or a min-p outside [0, 1].
    /// </exception>
    /// <exception cref="InvalidOperationException">A logit is NaN or +infinity, or all are -infinity.</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Temperature > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Temperature, "A temperature is above 0. For one of 0, decode greedily.");
        }

        if (options.TopK < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.TopK, "k tokens are drawn from: at least 1, or 0 for all.");
        }

        if (!(options.TopP is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.TopP,
                "p is a share of the probability: above 0 and at most 1, which means all.");
        }

        if (!(options.MinP is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.MinP,
                "Min-p is a share of the likeliest token's probability: 0, which means all, to 1.");
        }

        _ = TopTokens.LogSumExp(logits); // Makes sure that they are numbers.
        double[] probabilities = new double[logits.Length];
        float largest = Rows.Max(logits);
        for (int i = 0; i < logits.Length; i++)
        {
            // The largest becomes 0 before it is divided, so no temperature is too small; and what is impossible stays
            // so at any, an infinite one too.
            probabilities[i] = logits[i] == largest ? 1
                : float.IsNegativeInfinity(logits[i]) ? 0
                : Math.Exp(((double)logits[i] - largest) / options.Temperature);
        }

        double nucleus = options.TopK == 0 && options.TopP == 1
            ? TakeAll(probabilities, options.MinP)
            : TakeLikeliest(probabilities, Order(logits), options);
        return [.. probabilities.Select(probability => probability / nucleus)];
    }

    /// <summary>Keeps whatever min-p lets pass; the sum of it.</summary>
    private static double TakeAll(double[] probabilities, double minP)
    {
        double sum = 0;
        foreach (ref double probability in probabilities.AsSpan())
        {
            probability = probability >= minP ? probability : 0;
            sum += probability;
        }

        return sum;
    }

    /// <summary>Keeps the likeliest, as many as top-k, top-p and min-p let pass; the sum of them.</summary>
    private static double TakeLikeliest(double[] probabilities, int[] order, SamplingOptions options)
    {
        int kept = options.TopK == 0 ? order.Length : Math.Min(options.TopK, order.Length), inside = 0;
        double sum = order.Take(kept).Sum(i => probabilities[i]), nucleus = 0;
        while (inside < kept && (inside == 0 || nucleus < options.TopP * sum)
            && probabilities[order[inside]] >= options.MinP) // The likeliest has 1 here.
        {
            nucleus += probabilities[order[inside++]];
        }

        foreach (int outside in order.AsSpan(inside))
        {
            probabilities[outside] = 0;
        }

        return nucleus;
    }

    /// <summary>
    /// The ids from the largest logit to the smallest; of equal ones the lower comes first. They are not ordered by the
    /// probabilities, which a high temperature makes equal.
    /// </summary>
    private static int[] Order(ReadOnlySpan<float> logits)
    {
        // One number holds both: above, the bits of -logit, which rise with it if those of negative floats are turned
        // round; below, the id. Numbers are sorted much faster than things that have to be compared.
        long[] keys = new long[logits.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int bits = BitConverter.SingleToInt32Bits(0 - logits[i]); // 0 - 0 is 0; -0 would have other bits.
            keys[i] = ((long)(bits ^ (bits >> 31 & int.MaxValue)) << 32) | (uint)i;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)key);
    }

    /// <summary>Draws an index, each as often as its probability says.</summary>
    /// <exception cref="ArgumentException">They are not numbers of 0 or more that sum to 1.</exception>
    public static int Draw(IReadOnlyList<double> probabilities, Random random)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(random);
        double sum = probabilities.Sum();
        if (!(Math.Abs(sum - 1) < 1e-3) || probabilities.Any(probability => probability < 0))
        {
            throw new ArgumentException(
                $"Probabilities are 0 or more and sum to 1, but these {probabilities.Count} sum to " +
                $"{FigureText.Number(sum)}" +
                (probabilities.Any(probability => probability < 0) ? ", and some are negative." : ".") +
                    " Divide them by their sum.", nameof(probabilities));
        }

        double left = random.NextDouble();
        int last = 0;
        for (int i = 0; i < probabilities.Count; i++)
        {
            if (probabilities[i] > 0)
            {
                last = i;
                left -= probabilities[i];
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last; // Not the last index: rounding may leave a rest, which belongs to no token that is out.
    }

    /// <summary>Writes a target for each of a batch of sources.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="longest">How many tokens a target may have at most.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="random">Where the draws come from: the same seed, the same targets.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>B targets; their log-probabilities are the model's own, whatever was left out of the draw.</returns>
    public static IReadOnlyList<Hypothesis> Decode(
        IEncoderDecoder model, TokenBatch source, int longest, SamplingOptions options, Random random,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        double[] sums = new double[source.Sentences];
        var (written, ended) = Greedy.Write(
            new DecoderCache(model, source), model.StartId, model.EndId, longest,
            (logits, sentence, _) =>
            {
                int drawn = Draw(Probabilities(logits, options), random);
                sums[sentence] += logits[drawn] - TopTokens.LogSumExp(logits);
                return drawn;
            },
            token);
        return [.. written.Select((tokens, b) => new Hypothesis(tokens, sums[b], sums[b], ended[b]))];
    }
}
