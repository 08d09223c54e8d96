namespace TransformersFromScratch;

/// <summary>The loss of one batch.</summary>
/// <param name="Loss">A scalar, on the tape: the mean over the tokens.</param>
/// <param name="Tokens">
/// How many tokens it is the mean of. By them a batch is weighed where several make one step, and where losses are
/// averaged for a report: a mean of the means of batches would let a token of a small batch count for more than one of
/// a large batch.
/// </param>
public readonly record struct BatchLoss(Tensor Loss, int Tokens)
{
    /// <summary>
    /// The mean cross-entropy over the targets that count (<see cref="Op.CrossEntropy"/>), and how many these are; 0 of
    /// 0 if none does.
    /// </summary>
    /// <param name="logits">[…, C].</param>
    /// <param name="targets">One class a row, from 0 to C - 1, or <paramref name="ignore"/>.</param>
    /// <param name="labelSmoothing">ε; 0.1 in the paper.</param>
    /// <param name="ignore">The target of rows that do not count, usually the padding id.</param>
    /// <exception cref="ArgumentException">A target is outside the classes.</exception>
    public static BatchLoss CrossEntropy(
        Tensor logits, int[] targets, float labelSmoothing = 0, int ignore = Op.NoTarget)
    {
        ArgumentNullException.ThrowIfNull(targets);
        int tokens = targets.Count(target => target != ignore);
        return new BatchLoss(
            tokens > 0 ? Op.CrossEntropy(logits, targets, labelSmoothing, ignore) : new Tensor([0f]), tokens);
    }

    /// <summary>
    /// The mean loss of a token over several batches, as a validation wants it; each is asked for when the one before
    /// has been counted.
    /// </summary>
    /// <exception cref="ArgumentException">There is no token among them.</exception>
    public static double Mean(IEnumerable<BatchLoss> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        double sum = 0;
        long tokens = 0;
        foreach (BatchLoss batch in batches)
        {
            sum += batch.Tokens == 0 ? 0 : (double)batch.Loss.Scalar * batch.Tokens;
            tokens += batch.Tokens;
        }

        return tokens > 0 ? sum / tokens : throw new ArgumentException(
            "There is no token to average the loss of.", nameof(batches));
    }

    /// <summary>The mean loss of a token, from means and how many tokens each is of.</summary>
    internal static double Mean(IEnumerable<float> losses, IEnumerable<int> tokens)
    {
        double sum = 0;
        long all = 0;
        foreach (var (loss, count) in losses.Zip(tokens))
        {
            sum += (double)loss * count;
            all += count;
        }

        return sum / all;
    }
}
