namespace TransformersFromScratch;

/// <summary>Sequences to learn from, and what may be asked of them.</summary>
/// <param name="Tokens">B sequences of T tokens.</param>
/// <param name="Next">B·T ids: the token that follows, wherever it can be known; <see cref="Op.NoTarget"/>
/// elsewhere.</param>
public sealed record RepeatedTokens(TokenBatch Tokens, int[] Next);

/// <summary>
/// Random tokens that come again. What follows a token is a matter of its sequence alone, so nothing can be learned by
/// heart: the next token can be told only by who finds where this one stood before, and says what followed it there.
/// </summary>
public static class Repeats
{
    /// <summary>
    /// Each sequence has words of its own, made of tokens that all differ, and says them again and again in random
    /// order: with the words (7 3 9) and (5 1 4) it may be 7 3 9 5 1 4 5 1 4 7 3 9. The second token of a word can be
    /// known, and all after it, once the word has been said before. Which word comes next cannot.
    /// </summary>
    /// <param name="random">Where the tokens come from.</param>
    /// <param name="batch">B.</param>
    /// <param name="length">T.</param>
    /// <param name="vocabulary">How many tokens there are; at least <paramref name="words"/> ·
    /// <paramref name="wordLength"/>.</param>
    /// <param name="words">How many words a sequence has.</param>
    /// <param name="wordLength">How many tokens a word has.</param>
    public static RepeatedTokens DrawWords(
        Random random, int batch, int length, int vocabulary, int words, int wordLength)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wordLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words * wordLength, vocabulary);
        int[] ids = new int[batch * length], next = new int[ids.Length], tokens = [.. Enumerable.Range(0, vocabulary)];
        Array.Fill(next, Op.NoTarget);
        for (int b = 0; b < batch; b++)
        {
            random.Shuffle(tokens);
            bool[] said = new bool[words];
            for (int begin = 0; begin <= length; begin += wordLength) // the last word may be cut off
            {
                int word = random.Next(words);
                for (int place = 0; place < wordLength && begin + place <= length; place++)
                {
                    int t = (b * length) + begin + place;
                    if (begin + place < length) { ids[t] = tokens[(word * wordLength) + place]; }
                    if (said[word] && place > 0) { next[t - 1] = tokens[(word * wordLength) + place]; }
                }

                said[word] = true;
            }
        }

        return new RepeatedTokens(new TokenBatch(ids, batch, length), next);
    }

    /// <summary>
    /// Random tokens, and then the same tokens again: 7 3 9 5 | 7 3 9 5 (Olsson et al. 2022, section "Argument 4").
    /// Within a half all tokens differ, so that each stood before in one place only. In the second half the next token
    /// can be known.
    /// </summary>
    /// <param name="random">Where the tokens come from.</param>
    /// <param name="batch">B.</param>
    /// <param name="half">How many tokens a half has; at most <paramref name="vocabulary"/>.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    public static RepeatedTokens DrawHalves(Random random, int batch, int half, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(half);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(half, vocabulary);
        int length = 2 * half;
        int[] ids = new int[batch * length], next = new int[ids.Length];
        for (int b = 0; b < batch; b++)
        {
            int[] tokens = Shuffled(random, vocabulary);
            for (int t = 0; t < length; t++)
            {
                ids[(b * length) + t] = tokens[t % half];
                next[(b * length) + t] = t >= half && t + 1 < length ? tokens[t + 1 - half] : Op.NoTarget;
            }
        }

        return new RepeatedTokens(new TokenBatch(ids, batch, length), next);
    }

    private static int[] Shuffled(Random random, int count)
    {
        int[] tokens = [.. Enumerable.Range(0, count)];
        random.Shuffle(tokens);
        return tokens;
    }
}
