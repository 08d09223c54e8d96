namespace TransformersFromScratch;

/// <summary>How a next token is drawn.</summary>
public sealed record SamplingOptions
{
    /// <summary>Logits are divided by it: below 1 the likely become likelier, towards 0 greedy decoding; above 1 all become alike.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many of the likeliest tokens are drawn from (Fan et al. 2018, section 5.2); 0 means all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the fewest tokens that together have this probability are drawn from (Holtzman et al. 2020, section 3.1, "nucleus"); 1 means all.</summary>
    public double TopP { get; init; } = 1;
}

/// <summary>Writes by drawing each token at random, with the probability that the model gives it: another text each time.</summary>
public static class Sampling
{
    /// <summary>The probabilities to draw from.</summary>
    /// <param name="logits">One a token.</param>
    /// <param name="options">Temperature first, then top-k, then top-p of what is left.</param>
    /// <returns>One a token; they sum to 1. Tokens that are out have 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A temperature that is not positive, a negative k, or a p outside (0, 1].</exception>
    public static double[] Probabilities(ReadOnlySpan<float> logits, SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.Temperature > 0 && double.IsFinite(options.Temperature)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"A temperature is a number above 0, not {options.Temperature}. For one of 0, decode greedily.");
        }

        if (options.TopK < 0 || !(options.TopP is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"k = {options.TopK} has to be 0 (all tokens) or more, and p = {options.TopP} above 0 and at most 1 (all tokens).");
        }

        double normaliser = TopTokens.LogSumExp(logits); // Also makes sure that they are numbers.
        double[] probabilities = new double[logits.Length];
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, (logit - normaliser) / options.Temperature);
        }

        for (int i = 0; i < logits.Length; i++)
        {
            probabilities[i] = Math.Exp(((logits[i] - normaliser) / options.Temperature) - largest);
        }

        int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => probabilities[i])];
        int kept = options.TopK == 0 ? order.Length : Math.Min(options.TopK, order.Length);
        double sum = order.Take(kept).Sum(i => probabilities[i]), nucleus = 0;
        int inside = 0;
        while (inside < kept && (inside == 0 || nucleus < options.TopP * sum))
        {
            nucleus += probabilities[order[inside++]];
        }

        foreach (int outside in order.Skip(inside))
        {
            probabilities[outside] = 0;
        }

        return [.. probabilities.Select(probability => probability / nucleus)];
    }

    /// <summary>Draws an index, each as often as its probability says.</summary>
    public static int Draw(IReadOnlyList<double> probabilities, Random random)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(random);
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
        Transformer model, TokenBatch source, int longest, SamplingOptions options, Random random, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        double[] sums = new double[source.Sentences];
        var (written, ended) = Greedy.Write(
            new DecoderCache(model, source), Vocabulary.Start, Vocabulary.End, longest,
            (logits, sentence) =>
            {
                int drawn = Draw(Probabilities(logits, options), random);
                sums[sentence] += logits[drawn] - TopTokens.LogSumExp(logits);
                return drawn;
            },
            token);
        return [.. written.Select((tokens, b) => new Hypothesis(tokens, sums[b], sums[b], ended[b]))];
    }
}
