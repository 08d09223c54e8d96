namespace TransformersFromScratch;

/// <summary>
/// Forbids a target to say the same n tokens in a row twice: "during beam search, we set p(y_t) = 0 when outputting y_t
/// would create a trigram that already exists in the previously decoded sequence" (Paulus et al. 2017, section 2.5).
/// </summary>
internal static class Repetition
{
    /// <summary>The tokens that would complete an n-gram that has been written already.</summary>
    /// <param name="written">The target so far, without its start token.</param>
    /// <param name="length">n; 0 forbids nothing, 1 every token that has been written.</param>
    /// <returns>Ids, perhaps some of them twice.</returns>
    public static int[] Forbidden(IReadOnlyList<int> written, int length)
    {
        if (length == 0 || written.Count < length)
        {
            return [];
        }

        int last = written.Count - length + 1; // Where the n - 1 tokens begin that the next one would complete.
        return [.. Enumerable.Range(0, last).Where(Matches).Select(start => written[start + length - 1])];

        bool Matches(int start)
        {
            for (int i = 0; i < length - 1; i++)
            {
                if (written[start + i] != written[last + i])
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Gives the forbidden tokens a score of -infinity; a copy, unless nothing is forbidden.</summary>
    public static ReadOnlySpan<float> Without(ReadOnlySpan<float> logits, int[] forbidden)
    {
        if (forbidden.Length == 0)
        {
            return logits;
        }

        float[] allowed = logits.ToArray();
        foreach (int token in forbidden)
        {
            allowed[token] = float.NegativeInfinity;
        }

        return allowed;
    }
}
