using System.Text;

namespace TransformersFromScratch;

/// <summary>The text of tokens that come one by one, piece by piece and as early as can be.</summary>
internal static class TextStream
{
    /// <summary>
    /// The texts of tokens, none of them empty. Where a character's bytes are spread over several tokens, it comes with
    /// the last of them; bytes that are no character become U+FFFD.
    /// </summary>
    public static IEnumerable<string> Of(ITokenizer tokens, IEnumerable<int> ids) => tokens is BytePairEncoding pairs
        ? OfBytes(pairs, ids)
        : ids.Select(id => tokens.Decode([id]));

    private static IEnumerable<string> OfBytes(BytePairEncoding pairs, IEnumerable<int> ids)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder(); // It keeps the bytes of an unfinished character.
        foreach (int id in ids)
        {
            if (Read(pairs.BytesOf(id), last: false) is { Length: > 0 } piece)
            {
                yield return piece;
            }
        }

        if (Read([], last: true) is { Length: > 0 } rest)
        {
            yield return rest;
        }

        string Read(ReadOnlySpan<byte> bytes, bool last)
        {
            char[] text = new char[decoder.GetCharCount(bytes, last)];
            return new string(text, 0, decoder.GetChars(bytes, text, last));
        }
    }
}
