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
    /// <param name="end">The token that ends a sentence; -1 if none does, for then all have <paramref name="longest"/>
    /// tokens.</param>
    /// <param name="longest">How many tokens a target may have at most, start and end not counted.</param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>B targets, without the start and the end.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="InvalidOperationException">The model's logits are not all numbers.</exception>
    public static IReadOnlyList<int[]> Decode(
        IEncoderDecoder model, TokenBatch source, int start, int end, int longest, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        return Write(
            new DecoderCache(model, source), start, end, longest, (logits, _, _) => Best(logits), token).Targets;
    }

    /// <summary>The same with the model's own start and end token.</summary>
    /// <param name="model">The model; nothing is recorded for gradients.</param>
    /// <param name="source">B sources.</param>
    /// <param name="longest">How many tokens a target may have at most, start and end not counted.</param>
    /// <param name="noRepeat">
    /// n: no target has the same n tokens in a row twice (Paulus et al. 2017, section 2.5); 0 forbids nothing.
    /// </param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>B targets, without the start and the end.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="InvalidOperationException">The model's logits are not all numbers.</exception>
    public static IReadOnlyList<int[]> Decode(
        IEncoderDecoder model, TokenBatch source, int longest, int noRepeat = 0, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentOutOfRangeException.ThrowIfNegative(noRepeat);
        return Write(
            new DecoderCache(model, source), model.StartId, model.EndId, longest,
            (logits, _, written) => Best(Repetition.Without(logits, Repetition.Forbidden(written, noRepeat))),
            token).Targets;
    }

    /// <summary>
    /// The same without a <see cref="DecoderCache"/>: at every step all that has been written goes through the decoder
    /// once more. It is what the formulas say, and what the cache is measured against.
    /// </summary>
    public static IReadOnlyList<int[]> DecodeAnew(
        IEncoderDecoder model, TokenBatch source, int start, int end, int longest, CancellationToken token = default)
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
            var target = new TokenBatch(
                [.. written.SelectMany(sentence => sentence.Take(length))], source.Sentences, length);
            Tensor logits = model.Logits(model.Decode(target, memory, source));
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

    /// <summary>Writes with a cache, one target a source, by any way to choose the next token.</summary>
    /// <param name="cache">Fresh, with one beam.</param>
    /// <param name="start">The token every target begins with.</param>
    /// <param name="end">The token that ends a sentence.</param>
    /// <param name="longest">How many tokens a target may have at most.</param>
    /// <param name="choose">
    /// From logits over the vocabulary, the index of the source, and what has been written for it, to the next token.
    /// </param>
    /// <param name="token">Stops between two steps.</param>
    /// <returns>B targets without start and end, and whether each ended by itself.</returns>
    internal static (IReadOnlyList<int[]> Targets, bool[] Ended) Write(
        DecoderCache cache, int start, int end, int longest,
        Func<ReadOnlySpan<float>, int, IReadOnlyList<int>, int> choose, CancellationToken token)
    {
        List<int>[] written = [.. Enumerable.Range(0, cache.Sentences).Select(_ => new List<int>())];
        bool[] ended = new bool[written.Length];
        int[] going = [.. Enumerable.Range(0, written.Length)];
        for (int t = 0; t < longest; t++)
        {
            token.ThrowIfCancellationRequested();
            Tensor logits = cache.Step([.. going.Select(b => t == 0 ? start : written[b][^1])]);
            int vocabulary = logits.Shape[1];
            for (int row = 0; row < going.Length; row++)
            {
                int next = choose(logits.Span.Slice(row * vocabulary, vocabulary), going[row], written[going[row]]);
                ended[going[row]] = next == end;
                if (next != end)
                {
                    written[going[row]].Add(next);
                }
            }

            int[] left = [.. Enumerable.Range(0, going.Length).Where(row => !ended[going[row]])];
            if (left.Length == 0)
            {
                break;
            }

            if (left.Length < going.Length)
            {
                cache.SelectSentences(left);
                going = [.. left.Select(row => going[row])];
            }
        }

        return ([.. written.Select(ids => ids.ToArray())], ended);
    }

    /// <summary>The index of the largest; of equal ones, the first.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is a NaN, which is neither larger nor smaller than anything; or the largest is infinite, so there is no
    /// best, or several.
    /// </exception>
    internal static int Best(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                throw new InvalidOperationException(
                    $"The logit of token {i} is NaN: no token can be chosen. The model's weights have been damaged, " +
                    "or its training diverged.");
            }

            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        if (!float.IsFinite(scores[best]))
        {
            throw new InvalidOperationException(scores[best] > 0
                ? $"The logit of token {best} is +infinity: no token can be chosen. The model's weights have been " +
                    "damaged, or its training diverged."
                : "Every logit is -infinity: there is no token to choose. Look for a mask that forbids all of them.");
        }

        return best;
    }
}
