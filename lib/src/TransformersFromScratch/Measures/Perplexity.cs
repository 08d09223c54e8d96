namespace TransformersFromScratch;

/// <summary>
/// How many equally likely tokens a model's doubt is worth: <c>exp</c> of the mean cross-entropy. A model that knows
/// nothing has the size of its vocabulary. Perplexities compare only between models with the same tokens.
/// </summary>
public static class Perplexity
{
    /// <summary>The perplexity of a mean loss per token.</summary>
    /// <param name="meanLoss">In nats, without label smoothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative or not a number.</exception>
    public static double FromLoss(double meanLoss) => Math.Exp(Checked(meanLoss));

    /// <summary>
    /// How many bits a character costs on the average, if the model's probabilities were used to write the text down as
    /// briefly as possible (Shannon 1948): <c>loss / ln 2 · tokens / characters</c>. Unlike a perplexity, it compares
    /// between models with different tokens.
    /// </summary>
    /// <param name="meanLoss">Per token, in nats, without label smoothing.</param>
    /// <param name="tokens">How many tokens it is the mean of.</param>
    /// <param name="characters">How many characters these tokens stand for; for a model of characters, as many.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The loss is negative or not a number, or there is no token or no character.
    /// </exception>
    public static double BitsPerCharacter(double meanLoss, long tokens = 1, long characters = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(characters);
        return Checked(meanLoss) / Math.Log(2) * tokens / characters;
    }

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

    private static double Checked(double meanLoss) => meanLoss >= 0
        ? meanLoss
        : throw new ArgumentOutOfRangeException(nameof(meanLoss), meanLoss, "A cross-entropy is 0 or more.");
}
