namespace TransformersFromScratch;

/// <summary>
/// T5's tokenizer: <see cref="SentencePiece"/>, an end after each text, and the sentinels <c>&lt;extra_id_0&gt;</c>,
/// <c>&lt;extra_id_1&gt;</c> …, whose ids count down from the top (Raffel et al. 2019, section 3.1.4).
/// </summary>
internal sealed class T5Tokenizer : PublishedTokenizer
{
    private readonly SentencePiece _pieces;
    private readonly int _sentinels;

    /// <param name="pieces">The pieces.</param>
    /// <param name="end">The token after each text.</param>
    /// <param name="sentinels">How many sentinels there are.</param>
    public T5Tokenizer(SentencePiece pieces, int end, int sentinels)
        : base(
            new AddedTokens(Enumerable.Range(0, sentinels).Select(
                i => new AddedToken(pieces.Count + sentinels - 1 - i, $"<extra_id_{i}>"))),
            Frame.Ending(end, each: true)) => (_pieces, _sentinels) = (pieces, sentinels);

    public override int Count => _pieces.Count + _sentinels;

    private protected override IEnumerable<int> EncodePart(string text) => _pieces.Encode(text);

    // SentencePiece itself has no text for control tokens and unknown ones, so none is shown in any case.
    private protected override string DecodeAll(int[] ids) => _pieces.Decode(ids.Where(id => id < _pieces.Count));

    private protected override string NameOf(int id) => _pieces.TokenText(id);
}
