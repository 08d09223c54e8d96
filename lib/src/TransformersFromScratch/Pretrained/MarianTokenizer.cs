using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// The tokenizer of the OPUS translators: a <see cref="SentencePiece"/> for the source and one for the target, whose
/// pieces share one list of ids. A text may begin with the language to translate into, such as
/// <c>&gt;&gt;fra&lt;&lt;</c>.
/// </summary>
internal sealed class MarianTokenizer : PublishedTokenizer
{
    private readonly SentencePiece _source, _target;
    private readonly Dictionary<string, int> _ids;
    private readonly string?[] _names;
    private readonly int _unknown;

    /// <param name="source">Cuts what is read.</param>
    /// <param name="target">Joins what is written.</param>
    /// <param name="ids">The id of each piece.</param>
    /// <param name="special">The tokens that are no text.</param>
    /// <param name="end">The token after a text.</param>
    /// <param name="unknown">The token of a piece without an id.</param>
    public MarianTokenizer(
        SentencePiece source, SentencePiece target, Dictionary<string, int> ids, IEnumerable<AddedToken> special,
        int end, int unknown)
        : base(new AddedTokens(special), Frame.Ending(end, each: false))
    {
        (_source, _target, _ids, _unknown) = (source, target, ids, unknown);
        _names = new string?[ids.Values.Max() + 1];
        foreach (var (piece, id) in ids)
        {
            _names[id] = piece;
        }
    }

    public override int Count => _names.Length;

    private protected override IEnumerable<int> EncodePart(string text)
    {
        int code = text.StartsWith(">>", StringComparison.Ordinal)
            ? text.LastIndexOf("<<", StringComparison.Ordinal)
            : -1;
        if (code > 2)
        {
            yield return _ids.GetValueOrDefault(text[..(code + 2)], _unknown);
            text = text[(code + 2)..];
        }

        foreach (var (_, piece) in _source.Cut(text))
        {
            yield return _ids.GetValueOrDefault(piece, _unknown);
        }
    }

    private protected override string DecodeAll(int[] ids)
    {
        var text = new StringBuilder();
        for (int first = 0, i = 0; i <= ids.Length; i++)
        {
            if (i == ids.Length || IsSpecial(ids[i]))
            {
                text.Append(_target.Join(ids[first..i].Select(TokenText)));
                text.Append(i < ids.Length ? TokenText(ids[i]) + " " : "");
                first = i + 1;
            }
        }

        return text.ToString().Trim();
    }

    private protected override string NameOf(int id) => _names[id] ?? "";
}
