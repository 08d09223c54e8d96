using System.Text;

namespace TransformersFromScratch;

/// <summary>BERT's tokenizer: <see cref="WordPiece"/> with what stands around a text.</summary>
internal sealed class PublishedWordPieces(WordPiece pieces) : PublishedTokenizer(
    new AddedTokens(WordPiece.SpecialTokens.Select(name => new AddedToken(IdOf(pieces, name), name))),
    Frame.Around(pieces.First, pieces.Separator, two: false))
{
    // What stands without a blank before it in a text that is put together again.
    private static readonly string[] s_joined = [".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"];

    public override int Count => pieces.Count;

    private protected override IEnumerable<int> EncodePart(string text) => pieces.Encode(text);

    private protected override string DecodeAll(int[] ids)
    {
        var text = new StringBuilder();
        for (int i = 0; i < ids.Length; i++)
        {
            string piece = TokenText(ids[i]);
            bool inside = piece.StartsWith(WordPiece.Inside, StringComparison.Ordinal);
            text.Append(
                i == 0 || s_joined.Contains(piece) ? piece
                : inside ? piece[WordPiece.Inside.Length..]
                : ' ' + piece);
        }

        return text.ToString();
    }

    private protected override string NameOf(int id) => pieces.TokenText(id);

    private static int IdOf(WordPiece pieces, string name) => pieces.Encode(name)[0];
}
