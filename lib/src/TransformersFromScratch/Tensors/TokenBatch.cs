namespace TransformersFromScratch;

/// <summary>B sentences of T token ids each, row by row; shorter sentences are filled up with padding.</summary>
public sealed class TokenBatch
{
    /// <summary>A batch of sentences that have equal lengths already.</summary>
    /// <param name="ids">B·T ids.</param>
    /// <param name="sentences">B.</param>
    /// <param name="length">T.</param>
    /// <exception cref="ArgumentException">There are not B·T ids.</exception>
    public TokenBatch(int[] ids, int sentences, int length)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (sentences < 1 || length < 1 || ids.Length != (long)sentences * length)
        {
            throw new ArgumentException(
                $"{sentences} sentences of {length} tokens need {(long)sentences * length} ids (at least 1), not {ids.Length}.", nameof(ids));
        }

        (Ids, Sentences, Length) = (ids, sentences, length);
    }

    /// <summary>All ids, sentence after sentence.</summary>
    public int[] Ids { get; }

    /// <summary>B.</summary>
    public int Sentences { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>Sentences of any lengths, filled up at the end to the longest.</summary>
    /// <param name="sentences">At least one; none of them empty.</param>
    /// <param name="paddingId">What to fill up with.</param>
    public static TokenBatch Of(IReadOnlyList<IReadOnlyList<int>> sentences, int paddingId)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0 || sentences.Any(sentence => sentence.Count == 0))
        {
            throw new ArgumentException("A batch needs at least one sentence, and every sentence at least one token.", nameof(sentences));
        }

        int length = sentences.Max(sentence => sentence.Count);
        return new TokenBatch(
            [.. sentences.SelectMany(sentence => sentence.Concat(Enumerable.Repeat(paddingId, length - sentence.Count)))],
            sentences.Count, length);
    }

    /// <summary>B·T flags: which tokens are padding; null if none is, for then nothing has to be hidden.</summary>
    public bool[]? Padding(int paddingId) =>
        Array.IndexOf(Ids, paddingId) < 0 ? null : Array.ConvertAll(Ids, id => id == paddingId);
}
