namespace TransformersFromScratch;

/// <summary>
/// How many equally likely tokens a model's doubt is worth: <c>exp</c> of the mean cross-entropy. A model that knows nothing has the size of
/// its vocabulary. Perplexities compare only between models with the same tokens.
/// </summary>
public static class Perplexity
{
    /// <summary>The perplexity of a mean loss per token.</summary>
    /// <param name="meanLoss">In nats, without label smoothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative or not a number.</exception>
    public static double FromLoss(double meanLoss) => meanLoss >= 0
        ? Math.Exp(meanLoss)
        : throw new ArgumentOutOfRangeException(nameof(meanLoss), meanLoss, "A cross-entropy is 0 or more.");

    /// <summary>The perplexity of the probabilities that a model gave to the tokens that came.</summary>
    /// <param name="logProbabilities">The natural logarithm of each, 0 or less.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static double FromLogProbabilities(IReadOnlyCollection<double> logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        return logProbabilities.Count > 0
            ? FromLoss(-logProbabilities.Average())
            : throw new ArgumentException("There are no tokens to be perplexed by.", nameof(logProbabilities));
    }
}
