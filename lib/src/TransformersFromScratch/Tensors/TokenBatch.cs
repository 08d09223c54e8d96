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
                $"{sentences} sentences of {length} tokens need {(long)sentences * length} ids (at least 1), not " +
                $"{ids.Length}.", nameof(ids));
        }

        (Ids, Sentences, Length) = (ids, sentences, length);
    }

    private int[]? _filledBefore;

    /// <summary>All ids, sentence after sentence.</summary>
    public int[] Ids { get; }

    /// <summary>B.</summary>
    public int Sentences { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>Sentences of any lengths, filled up to the longest at the end.</summary>
    /// <param name="sentences">At least one; none of them empty.</param>
    /// <param name="paddingId">What to fill up with.</param>
    /// <param name="left">Fills up before the sentences instead, so that all end at the same place.</param>
    public static TokenBatch Of(IReadOnlyList<IReadOnlyList<int>> sentences, int paddingId, bool left = false)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        if (sentences.Count == 0 || sentences.Any(sentence => sentence.Count == 0))
        {
            throw new ArgumentException(
                "A batch needs at least one sentence, and every sentence at least one token.", nameof(sentences));
        }

        int length = sentences.Max(sentence => sentence.Count);
        return new TokenBatch([.. sentences.SelectMany(Filled)], sentences.Count, length)
        {
            _filledBefore = left ? [.. sentences.Select(sentence => length - sentence.Count)] : null,
        };

        IEnumerable<int> Filled(IReadOnlyList<int> sentence)
        {
            IEnumerable<int> padding = Enumerable.Repeat(paddingId, length - sentence.Count);
            return left ? padding.Concat(sentence) : sentence.Concat(padding);
        }
    }

    /// <summary>B·T flags: which tokens are padding; null if none is, for then nothing has to be hidden.</summary>
    public bool[]? Padding(int paddingId) =>
        Array.IndexOf(Ids, paddingId) < 0 ? null : Array.ConvertAll(Ids, id => id == paddingId);

    /// <summary>
    /// How much padding stands before each sentence, so that its positions can be counted from its first token; null if
    /// there is none before any. What is nothing but padding has no sentence, and no padding before it.
    /// </summary>
    /// <param name="paddingId">The id of padding; null for a model without one, which only knows what <see cref="Of"/>
    /// has filled up.</param>
    internal int[]? Before(int? paddingId)
    {
        int[]? before = paddingId is { } id
            ? [.. Enumerable.Range(0, Sentences)
                .Select(b => Ids.AsSpan(b * Length, Length).IndexOfAnyExcept(id) is var first and > 0 ? first : 0)]
            : _filledBefore;
        return before is null || Array.TrueForAll(before, count => count == 0) ? null : before;
    }

    /// <summary>
    /// The place of every token in its sentence, from 0: B·T numbers. Padding before a sentence has the first token's.
    /// </summary>
    /// <param name="before">How much padding stands before each sentence (<see cref="Before"/>).</param>
    /// <param name="start">The place of the first column; above 0 where a sentence goes on.</param>
    internal int[] Places(int[] before, int start = 0) =>
        [.. Enumerable.Range(0, Ids.Length).Select(i => Math.Max(0, start + (i % Length) - before[i / Length]))];

    /// <summary>
    /// One row a place: T places that are the same for all sentences, or B·T of them if padding stands before some.
    /// </summary>
    /// <param name="before">How much padding stands before each sentence (<see cref="Before"/>), or null.</param>
    /// <param name="start">The place of the first column; above 0 where a sentence goes on.</param>
    internal (int[] Places, int[] Shape) RowsOfPlaces(int[]? before, int start = 0) => before is null
        ? ([.. Enumerable.Range(start, Length)], [Length])
        : (Places(before, start), [Sentences, Length]);

    /// <summary>B·T flags: which tokens are padding before a sentence; null if none is.</summary>
    internal bool[]? PaddingBefore(int? paddingId) =>
        Before(paddingId) is { } before
            ? [.. Enumerable.Range(0, Ids.Length).Select(i => i % Length < before[i / Length])]
            : null;
}
