namespace TransformersFromScratch;

/// <summary>Writes by taking, at every step, the token the model finds most likely.</summary>
public static class Greedy
{
    /// <summary>
    /// Translates a batch of sources. The decoder starts from one token a sentence, and at every step the best next
    /// token is appended to what it has written, until all sentences have ended.
    /// </summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="start">The token every target begins with.</param>
    /// <param name="end">The token that ends a sentence; -1 if none does, for then all have <paramref name="longest"/> tokens.</param>
    /// <param name="longest">How many tokens a target may have at most, start and end not counted.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>B targets, without the start and the end.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<int[]> Decode(
        Transformer model, TokenBatch source, int start, int end, int longest, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        using var quiet = Tape.NoGradient();
        Tensor memory = model.Encode(source);
        int[][] written = [.. Enumerable.Range(0, source.Sentences).Select(_ => new int[longest + 1])];
        int[] lengths = new int[source.Sentences];
        Array.Fill(lengths, longest);
        foreach (int[] sentence in written)
        {
            sentence[0] = start;
        }

        for (int t = 0; t < longest && lengths.Any(length => length == longest); t++)
        {
            token.ThrowIfCancellationRequested();
            int length = t + 1;
            var target = new TokenBatch([.. written.SelectMany(sentence => sentence.Take(length))], source.Sentences, length);
            Tensor logits = model.Embedding.Logits(model.Decode(target, memory, source));
            for (int b = 0; b < source.Sentences; b++)
            {
                int best = Best(logits.Span.Slice(((b * length) + t) * logits.Shape[^1], logits.Shape[^1]));
                written[b][length] = best;
                if (best == end && lengths[b] == longest)
                {
                    lengths[b] = t;
                }
            }
        }

        return [.. written.Select((sentence, b) => sentence[1..(lengths[b] + 1)])];
    }

    /// <summary>The index of the largest; of equal ones, the first.</summary>
    internal static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return best;
    }
}
