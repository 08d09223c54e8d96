using System.Buffers;

namespace TransformersFromScratch;

/// <summary>The most likely next tokens of a row of logits.</summary>
internal static class TopTokens
{
    /// <summary>
    /// Finds the largest log-probabilities, in falling order; of equal ones the lower id comes first.
    /// </summary>
    /// <param name="logits">A row, as long as the vocabulary.</param>
    /// <param name="tokens">Room for the ids, at most as long as the vocabulary.</param>
    /// <param name="logProbabilities">Room for log softmax(logits) of these, in nats; -infinity for a token that is
    /// impossible.</param>
    /// <param name="forbidden">
    /// Ids that count as impossible. The log-probabilities of the others stay what the model says: nothing is shared
    /// out anew.
    /// </param>
    /// <exception cref="InvalidOperationException">A logit is NaN or +infinity, or all are -infinity.</exception>
    public static void Find(
        ReadOnlySpan<float> logits, Span<int> tokens, Span<double> logProbabilities, params int[] forbidden)
    {
        double normaliser = LogSumExp(logits);
        logits = Repetition.Without(logits, forbidden);
        int found = 0;
        float least = float.NegativeInfinity;
        for (int id = 0; id < logits.Length; id++)
        {
            float logit = logits[id];
            if (found == tokens.Length && logit <= least)
            {
                continue; // By far the most end here.
            }

            int place = found < tokens.Length ? found++ : found - 1;
            for (; place > 0 && logits[tokens[place - 1]] < logit; place--)
            {
                tokens[place] = tokens[place - 1];
            }

            tokens[place] = id;
            least = logits[tokens[found - 1]];
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            logProbabilities[i] = logits[tokens[i]] - normaliser;
        }
    }

    /// <summary>log Σ exp(logits): what a logit has to be lessened by to become a log-probability.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        float[] exponentials = ArrayPool<float>.Shared.Rent(logits.Length);
        float largest = Rows.Max(logits), sum = Op.ExpRow(logits, largest, 1, exponentials.AsSpan(0, logits.Length));
        ArrayPool<float>.Shared.Return(exponentials);
        return float.IsFinite(sum) && float.IsFinite(largest)
            ? largest + Math.Log(sum)
            : throw new InvalidOperationException(
            logits.ContainsAnyExcept(float.NegativeInfinity)
                ? "The model's logits contain NaN or infinity: no token can be chosen. Its weights have been " +
                    "damaged, or its training diverged."
                : "Every logit is -infinity: there is no token to choose. Look for a mask that forbids all of them.");
    }
}
