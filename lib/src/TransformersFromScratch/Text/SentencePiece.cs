using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// SentencePiece's unigram model (Kudo 2018, "Subword Regularization", section 3.2; Kudo and Richardson 2018), the
/// tokenizer of T5 and of the OPUS translators. Every piece has a probability of its own; of all ways to cut a text the
/// one with the largest product is taken.
/// </summary>
/// <remarks>
/// <para>It differs from <see cref="BytePairEncoding"/>: nothing is joined step by step. The best way to cut the first
/// n characters is the best way to cut some fewer of them, and one piece more. So one walk from left to right finds it
/// (Viterbi 1967).</para>
/// <para>Blanks are characters like others, written ▁; one is put before the text, so that a word is the same piece at
/// its beginning and within. May be used by many threads at once.</para>
/// </remarks>
public sealed class SentencePiece : ITokenizer
{
    private const char Blank = '▁';
    private const float UnknownPenalty = 10; // An unknown character is so much less likely than the rarest piece.

    private readonly SentencePieceFile _file;
    private readonly Dictionary<string, (int Id, float Score)> _pieces = new(StringComparer.Ordinal);
    private readonly byte[][] _userDefined;
    private readonly float _unknownScore;
    private readonly int _longest;

    private SentencePiece(SentencePieceFile file)
    {
        _file = file;
        float[] scores =
            [.. file.Pieces.Where(piece => piece.Kind == PieceKind.Normal).Select(piece => piece.Score)];
        float most = scores.DefaultIfEmpty(0).Max();
        _unknownScore = scores.DefaultIfEmpty(0).Min() - UnknownPenalty;
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            ScoredPiece piece = file.Pieces[id];
            Unknown = piece.Kind == PieceKind.Unknown ? id : Unknown;
            if (piece.Kind is not (PieceKind.Normal or PieceKind.UserDefined))
            {
                continue;
            }

            // What the user has defined is always taken whole.
            float score = piece.Kind == PieceKind.Normal ? piece.Score
                : (Encoding.UTF8.GetByteCount(piece.Text) * most) - 0.1f;
            _pieces.Add(piece.Text, (id, score));
            _longest = Math.Max(_longest, piece.Text.Length);
        }

        _userDefined = [.. file.Pieces.Where(piece => piece.Kind == PieceKind.UserDefined)
            .Select(piece => Encoding.UTF8.GetBytes(piece.Text.Replace(Blank, ' ')))
            .OrderByDescending(bytes => bytes.Length)];
    }

    /// <summary>How many pieces there are.</summary>
    public int Count => _file.Pieces.Count;

    /// <summary>The id of what no piece has.</summary>
    public int Unknown { get; }

    /// <summary>Reads a model, such as T5's <c>spiece.model</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is no SentencePiece model, or not a unigram model; the message says why.
    /// </exception>
    public static SentencePiece Load(string path) => new(SentencePieceFile.Read(path));

    /// <summary>The ids of a text. Neighbouring characters that no piece has are one unknown token.</summary>
    public int[] Encode(string text) => [.. Cut(text).Select(piece => piece.Id)];

    /// <summary>The text of ids; control tokens and unknown ones have none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Join(ids.Where(id => KindOf(id) is not (PieceKind.Control or PieceKind.Unknown)).Select(TokenText));
    }

    /// <summary>A piece as it stands in the file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string TokenText(int id) => (uint)id < (uint)Count
        ? _file.Pieces[id].Text
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    /// <summary>The text of pieces: ▁ is a blank, but for those at the beginning.</summary>
    internal string Join(IEnumerable<string> pieces)
    {
        var text = new StringBuilder();
        foreach (string piece in pieces)
        {
            bool stripped = text.Length == 0 && piece.StartsWith(Blank)
                && (_file.DummyPrefix || _file.RemoveExtraBlanks);
            text.Append((stripped ? piece[1..] : piece).Replace(Blank, ' '));
        }

        return text.ToString();
    }

    /// <summary>The pieces of a text: each with its id, and with its characters, also where they are unknown.</summary>
    internal IReadOnlyList<(int Id, string Text)> Cut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string normal = Normalise(text);
        var pieces = new List<(int Id, string Text)>();
        (int Start, int Id)[] best = Viterbi(normal);
        for (int end = normal.Length; end > 0; end = best[end].Start)
        {
            var (start, id) = best[end];
            string piece = normal[start..end];
            if (id == Unknown && pieces.Count > 0 && pieces[^1].Id == Unknown)
            {
                pieces[^1] = (Unknown, piece + pieces[^1].Text);
            }
            else
            {
                pieces.Add((id, piece));
            }
        }

        pieces.Reverse();
        return pieces;
    }

    /// <summary>For each end of a piece in the best way to cut what is before it: where that piece starts.</summary>
    private (int Start, int Id)[] Viterbi(string text)
    {
        var best = new (int Start, int Id)[text.Length + 1];
        float[] scores = new float[text.Length + 1];
        Array.Fill(scores, float.NegativeInfinity, 1, text.Length);
        var pieces = _pieces.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, character; start < text.Length; start += character)
        {
            character = char.IsSurrogatePair(text, start) ? 2 : 1;
            bool known = false;
            for (int length = 1; length <= Math.Min(_longest, text.Length - start); length++)
            {
                if (pieces.TryGetValue(text.AsSpan(start, length), out var piece))
                {
                    Offer(start, start + length, piece.Id, piece.Score);
                    known |= length == character;
                }
            }

            if (!known)
            {
                Offer(start, start + character, Unknown, _unknownScore);
            }
        }

        return best;

        void Offer(int start, int end, int id, float score)
        {
            if (scores[start] + score > scores[end])
            {
                (scores[end], best[end]) = (scores[start] + score, (start, id));
            }
        }
    }

    /// <summary>The text in the characters of the pieces, with ▁ for blanks, one before it and none doubled.</summary>
    private string Normalise(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ReadOnlySpan<byte> rest = bytes, blank = " "u8;
        bool squeeze = _file.RemoveExtraBlanks, afterBlank = squeeze;
        var normal = new List<byte>(bytes.Length + 1);
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> part = First(rest, out int read);
            while (afterBlank && part.StartsWith(blank)) { part = part[1..]; }

            normal.AddRange(part);
            afterBlank = part.IsEmpty ? afterBlank : squeeze && part[^1] == blank[0];
            rest = rest[read..];
        }

        string plain = Encoding.UTF8.GetString([.. normal]);
        plain = squeeze ? plain.TrimEnd(' ') : plain;
        return plain.Length == 0 ? "" : ((_file.DummyPrefix ? " " : "") + plain).Replace(' ', Blank);
    }

    private ReadOnlySpan<byte> First(ReadOnlySpan<byte> text, out int read)
    {
        foreach (byte[] piece in _userDefined)
        {
            if (text.StartsWith(piece))
            {
                read = piece.Length;
                return text[..read];
            }
        }

        return _file.Characters.First(text, out read);
    }

    private PieceKind KindOf(int id) => (uint)id < (uint)Count ? _file.Pieces[id].Kind : PieceKind.Normal;
}
