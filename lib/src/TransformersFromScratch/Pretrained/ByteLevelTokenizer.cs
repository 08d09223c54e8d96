using System.Text;
using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// Byte-pair encoding as GPT-2, RoBERTa, BART and Llama 3 publish it: the merging of <see cref="BytePairEncoding"/>,
/// with the ids of a vocabulary of their own and their own rule for pieces.
/// </summary>
internal sealed class ByteLevelTokenizer : PublishedTokenizer
{
    private readonly string?[] _tokens; // By id; null where there is none.
    private readonly PairMerger _merger;
    private readonly Dictionary<string, int>? _whole;
    private readonly Regex? _rule;
    private readonly bool _prefixSpace, _blankBefore, _stripsBlank;

    /// <param name="parts">What the files say.</param>
    /// <param name="added">Tokens that are found by their names.</param>
    /// <param name="frame">What stands around a text.</param>
    /// <exception cref="InvalidDataException">A byte has no token, or a merge joins what is none.</exception>
    public ByteLevelTokenizer(ByteLevelParts parts, AddedTokens added, Frame frame) : base(added, frame)
    {
        (_rule, _prefixSpace) = (parts.Rule, parts.PrefixSpace);
        (_blankBefore, _stripsBlank) = (parts.BlankBefore, parts.StripsBlank);
        _tokens = new string?[Math.Max(parts.Vocabulary.Values.DefaultIfEmpty(-1).Max(), added.Last) + 1];
        foreach (var (token, id) in parts.Vocabulary)
        {
            _tokens[id] = token;
        }

        int[] ofByte = [.. Enumerable.Range(0, 256).Select(value => IdOf(BytePairFile.Spell([(byte)value])))];
        _merger = new PairMerger(
            ofByte,
            [.. parts.Merges.Select(merge => (IdOf(merge.Left), IdOf(merge.Right), IdOf(merge.Left + merge.Right)))]);
        _whole = parts.WholePiecesFirst ? parts.Vocabulary : null;

        int IdOf(string token) => parts.Vocabulary.TryGetValue(token, out int id) ? id : throw new InvalidDataException(
            $"The vocabulary of '{parts.Name}' has no token '{Excerpt.Of(token)}', which a byte or a merge needs.");
    }

    public override int Count => _tokens.Length;

    private protected override IEnumerable<int> EncodePart(string text)
    {
        text = _blankBefore || (_prefixSpace && !text.StartsWith(' ')) ? ' ' + text : text;
        try
        {
            // Half a surrogate pair is no text; it is read as U+FFFD.
            string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            var pieces = _rule is null ? Gpt2Pieces.Split(whole) : Gpt2Pieces.Split(whole, _rule);
            return [.. pieces.SelectMany(EncodePiece)];
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InvalidDataException(
                $"The tokenizer's rule for pieces, {Excerpt.Of(e.Pattern)}, takes more than a second for this text.",
                e);
        }
    }

    private int[] EncodePiece(string piece) =>
        _whole is not null && _whole.TryGetValue(BytePairFile.Spell(Encoding.UTF8.GetBytes(piece)), out int id)
            ? [id]
            : _merger.Encode(piece);

    private protected override string DecodeAll(int[] ids)
    {
        var bytes = new List<byte>();
        foreach (int id in ids)
        {
            string token = TokenText(id);
            bytes.AddRange(BytePairFile.BytesOf(token) ?? Encoding.UTF8.GetBytes(token));
        }

        string text = Encoding.UTF8.GetString([.. bytes]);
        return _stripsBlank && text.StartsWith(' ') ? text[1..] : text;
    }

    private protected override string NameOf(int id) => _tokens[id] ?? "";
}

/// <summary>What the files of a byte-level tokenizer say.</summary>
/// <param name="Name">The file, for messages.</param>
/// <param name="Vocabulary">The id of each token, which is spelled in GPT-2's alphabet.</param>
/// <param name="Merges">The pairs that are joined, the first ones first.</param>
internal sealed record ByteLevelParts(
    string Name, Dictionary<string, int> Vocabulary, IReadOnlyList<(string Left, string Right)> Merges)
{
    /// <summary>The rule for pieces; null for GPT-2's.</summary>
    public Regex? Rule { get; init; }

    /// <summary>Whether a blank is put before a text that has none.</summary>
    public bool PrefixSpace { get; init; }

    /// <summary>Whether a blank is put before every text, as this course's translators do.</summary>
    public bool BlankBefore { get; init; }

    /// <summary>Whether decoding takes one blank from the beginning.</summary>
    public bool StripsBlank { get; init; }

    /// <summary>Whether a piece that is a token is that token, though no merges lead to it (Llama 3).</summary>
    public bool WholePiecesFirst { get; init; }
}
