namespace TransformersFromScratch;

/// <summary>
/// The tokenizer of a published model. It differs from the course's own ones: it knows which tokens the model wants
/// around a text, and a text in which such a token is written out has it.
/// </summary>
public abstract class PublishedTokenizer : ITokenizer
{
    private readonly AddedTokens _added;
    private readonly Frame _frame;

    private protected PublishedTokenizer(AddedTokens added, Frame frame) => (_added, _frame) = (added, frame);

    /// <inheritdoc/>
    public abstract int Count { get; }

    /// <summary>The ids of a text, without those around it.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. _added.Split(text).SelectMany(part => part.Id is { } id ? [id] : EncodePart(part.Text))];
    }

    /// <summary>A text as the model reads it: with <c>[CLS]</c> and <c>[SEP]</c>, say, or an end token.</summary>
    public int[] Sentence(string text) => [.. _frame.Around(Encode(text)).Select(token => token.Id)];

    /// <summary>
    /// Two texts as the model reads them in one row. The types are 0 for the first and what is around it; 1 for the
    /// second where the model tells them apart.
    /// </summary>
    public (int[] Ids, int[] Types) Pair(string first, string second)
    {
        (int Id, int Type)[] tokens = [.. _frame.Around(Encode(first), Encode(second))];
        return ([.. tokens.Select(token => token.Id)], [.. tokens.Select(token => token.Type)]);
    }

    /// <summary>
    /// The text of ids. Special tokens have none, and neither have ids from <see cref="Count"/> on: published models
    /// are often padded to a round number of rows, and may choose one of them.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative.</exception>
    public string Decode(IEnumerable<int> ids) => Decode(ids, special: false);

    /// <summary>The text of ids; those from <see cref="Count"/> on have none.</summary>
    /// <param name="ids">From 0 on.</param>
    /// <param name="special">Whether the names of special tokens stand in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative.</exception>
    public string Decode(IEnumerable<int> ids, bool special)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return DecodeAll([.. ids.Where(id => id < Count && (special || !IsSpecial(id)))]);
    }

    /// <summary>Whether a token is no text, but an end, a padding, a mask.</summary>
    public virtual bool IsSpecial(int id) => _added.IsSpecial(id);

    /// <inheritdoc/>
    public string TokenText(int id) => (uint)id < (uint)Count
        ? _added.NameOf(id) ?? NameOf(id)
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    /// <summary>The ids of a part in which no special token is written out.</summary>
    private protected abstract IEnumerable<int> EncodePart(string text);

    /// <summary>The text of ids.</summary>
    private protected abstract string DecodeAll(int[] ids);

    /// <summary>A token as it stands in the vocabulary; "" for an id without one.</summary>
    private protected abstract string NameOf(int id);
}
