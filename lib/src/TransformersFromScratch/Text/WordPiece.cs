using Shared;

namespace TransformersFromScratch;

/// <summary>
/// WordPiece (Schuster and Nakajima 2012), the tokenizer of BERT: a word is cut into the longest pieces that the
/// vocabulary has, from left to right. A piece that goes on with a word is written with ## before it: playing → play,
/// ##ing.
/// </summary>
/// <remarks>
/// <para>The words are BERT's: small letters without accents, every mark on its own. So it loses what
/// <see cref="BytePairEncoding"/> keeps: capitals, accents, and where the spaces were.</para>
/// <para>A word with a part that no piece fits is one unknown token, [UNK], whole. May be used by many threads at
/// once.</para>
/// </remarks>
public sealed class WordPiece : ITokenizer
{
    /// <summary>What stands before a piece that goes on with a word.</summary>
    public const string Inside = "##";

    internal const int LongestWord = 100; // BERT's; a longer one is unknown.
    private static readonly string[] s_special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly Dictionary<string, int> _ids;
    // By letters alone: pieces that begin a word, and that go on with one.
    private readonly Dictionary<string, int> _first = [], _inside = [];
    private readonly int _longest; // letters of the longest piece

    private WordPiece(IReadOnlyList<string> vocabulary, Dictionary<string, int> ids, bool cased)
    {
        (Vocabulary, _ids, Cased) = (vocabulary, ids, cased);
        foreach (var (piece, id) in ids.Where(entry => !s_special.Contains(entry.Key)))
        {
            bool inside = piece.Length > Inside.Length && piece.StartsWith(Inside, StringComparison.Ordinal);
            string letters = inside ? piece[Inside.Length..] : piece;
            (inside ? _inside : _first)[letters] = id;
            _longest = Math.Max(_longest, letters.Length);
        }
    }

    /// <summary>The names of the five special tokens: [PAD], [UNK], [CLS], [SEP] and [MASK].</summary>
    public static IReadOnlyList<string> SpecialTokens => s_special;

    /// <summary>The pieces by id.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Whether capitals and accents stay; they go, unless a published vocabulary was made with them.</summary>
    public bool Cased { get; }

    /// <summary>How many pieces there are.</summary>
    public int Count => Vocabulary.Count;

    /// <summary>[PAD], which fills short sentences: 0 where <see cref="Train"/> made the vocabulary.</summary>
    public int Padding => _ids["[PAD]"];

    /// <summary>[UNK], a word that cannot be cut: 1.</summary>
    public int Unknown => _ids["[UNK]"];

    /// <summary>[CLS], which stands before every text, so that a class may be read from its place: 2.</summary>
    public int First => _ids["[CLS]"];

    /// <summary>[SEP], which ends every text: 3.</summary>
    public int Separator => _ids["[SEP]"];

    /// <summary>[MASK], a blank to be filled in: 4.</summary>
    public int Mask => _ids["[MASK]"];

    /// <summary>Whether an id is one of the five special tokens.</summary>
    public bool IsSpecial(int id) => id == Padding || id == Unknown || id == First || id == Separator || id == Mask;

    /// <summary>
    /// Learns a vocabulary: single letters first, then again and again the pair of neighbours that stands together
    /// most often, joined. <see cref="WordPieceTrainer"/> says how, and why it counts so.
    /// </summary>
    /// <param name="texts">What to learn from.</param>
    /// <param name="size">How many pieces at most, the special ones and the letters among them.</param>
    /// <param name="minimumCount">A letter, or a pair, that is rarer gets no piece.</param>
    /// <param name="cancellation">Ends the learning early, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The letters alone need more pieces than that.</exception>
    public static WordPiece Train(
        IEnumerable<string> texts, int size, int minimumCount = 2, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        var trainer = new WordPieceTrainer(texts.SelectMany(text => BertText.Split(text)), minimumCount, cancellation);
        int letters = s_special.Length + trainer.Letters.Count;
        return size >= letters ? Of([.. s_special, .. trainer.Letters, .. trainer.Learn(size - letters, cancellation)])
            : throw new ArgumentOutOfRangeException(
                nameof(size), size, $"The special tokens and the letters of these texts are {letters} pieces already.");
    }

    /// <summary>
    /// The tokenizer of a vocabulary, such as the lines of BERT's <c>vocab.txt</c>: the piece with id i is line i,
    /// from 0.
    /// </summary>
    /// <param name="vocabulary">The pieces.</param>
    /// <param name="cased">Whether capitals and accents stay, as in the models with capitals.</param>
    /// <exception cref="InvalidDataException">
    /// A special token is missing, or a piece is empty or there twice; the message says which.
    /// </exception>
    public static WordPiece Of(IEnumerable<string> vocabulary, bool cased = false)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        string[] pieces = [.. vocabulary];
        var ids = new Dictionary<string, int>(pieces.Length, StringComparer.Ordinal);
        for (int id = 0; id < pieces.Length; id++)
        {
            if (string.IsNullOrWhiteSpace(pieces[id]) || !ids.TryAdd(pieces[id], id))
            {
                throw new InvalidDataException(
                    $"Piece {id} of the vocabulary, '{Excerpt.Of(pieces[id] ?? "")}', is empty or has been " +
                    "there before.");
            }
        }

        return Array.Find(s_special, name => !ids.ContainsKey(name)) is { } missing
            ? throw new InvalidDataException($"The vocabulary of {pieces.Length} pieces has no {missing}.")
            : new WordPiece(pieces, ids, cased);
    }

    /// <summary>Writes the vocabulary as BERT's <c>vocab.txt</c>: a piece a line.</summary>
    public void Save(string path) => WholeFile.Write(path, Write());

    /// <summary>Reads a <c>vocab.txt</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no vocabulary; the message says why.</exception>
    public static WordPiece Load(string path, bool cased = false) =>
        Read(path, LineReader.OfFile(path).Select(line => line.Text), cased);

    /// <summary>The vocabulary as one text, which a model's file keeps beside its weights.</summary>
    internal string Write() => string.Concat(Vocabulary.Select(piece => piece + "\n"));

    /// <summary>From the lines of what <see cref="Write"/> gave.</summary>
    internal static WordPiece Read(string path, IEnumerable<string> lines, bool cased = false)
    {
        try
        {
            return Of(lines, cased);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Excerpt.OfPath(path)}: {e.Message}", e);
        }
    }

    /// <summary>The words of a text as BERT cuts them, before they are cut into pieces.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. BertText.Split(text)];
    }

    /// <summary>
    /// The ids of a text; [CLS] and [SEP] are added by <see cref="Sentence"/>. Where the name of a special token
    /// stands in the text, in brackets and capitals, it is that token: so a reader writes [MASK] for a blank.
    /// </summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3);
        while (text.Length > 0)
        {
            var (at, name) = FirstSpecial(text);
            foreach (string word in BertText.Split(text[..at], Cased))
            {
                AddPieces(word, ids);
            }

            if (name.Length > 0)
            {
                ids.Add(_ids[name]);
            }

            text = text[(at + name.Length)..];
        }

        return [.. ids];
    }

    /// <summary>[CLS], the text, [SEP]; of a text that is too long the end is left out.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">How many ids there may be in all, from 2 on.</param>
    public int[] Sentence(string text, int longest = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 2);
        return [First, .. Encode(text).Take(longest - 2), Separator];
    }

    /// <summary>
    /// Two texts in one row: [CLS], the first, [SEP], the second, [SEP]; the types are 0 for the first and 1 for the
    /// second.
    /// </summary>
    public (int[] Ids, int[] Types) Pair(string first, string second)
    {
        int[] left = Sentence(first), right = [.. Encode(second), Separator];
        return ([.. left, .. right], [.. left.Select(_ => 0), .. right.Select(_ => 1)]);
    }

    /// <summary>The pieces of a text, to be shown.</summary>
    public IReadOnlyList<string> Tokens(string text) => [.. Encode(text).Select(TokenText)];

    /// <summary>
    /// The text of ids: a space before every piece that begins a word, none before . , ! and ?. Special tokens have
    /// no text. It is not the text that was encoded: capitals and accents are gone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        string[] pieces =
            [.. ids.Select(id => (id, text: TokenText(id))).Where(piece => !IsSpecial(piece.id))
                .Select(piece => piece.text)];
        return string.Concat(pieces.Select((piece, i) =>
            i > 0 && IsInside(piece) ? piece[Inside.Length..] : i == 0 || piece is "." or "," or "!" or "?"
                ? piece
                : " " + piece));
    }

    /// <summary>A piece as it stands in the vocabulary.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string TokenText(int id) => (uint)id < (uint)Count
        ? Vocabulary[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    private static bool IsInside(string piece) =>
        piece.Length > Inside.Length && piece.StartsWith(Inside, StringComparison.Ordinal);

    /// <summary>Where the first special token is named, and which; the end of the text and "" if none is.</summary>
    private static (int At, string Name) FirstSpecial(string text)
    {
        var first = (At: text.Length, Name: "");
        if (!text.Contains('[', StringComparison.Ordinal))
        {
            return first;
        }

        foreach (string name in s_special)
        {
            if (text.IndexOf(name, StringComparison.Ordinal) is >= 0 and int at && at < first.At)
            {
                first = (at, name);
            }
        }

        return first;
    }

    /// <summary>
    /// The longest piece that fits comes first, then the longest that goes on with the rest, and so on.
    /// </summary>
    private void AddPieces(string word, List<int> ids)
    {
        int before = ids.Count;
        for (int start = 0; start < word.Length;)
        {
            var pieces = (start == 0 ? _first : _inside).GetAlternateLookup<ReadOnlySpan<char>>();
            int length = Math.Min(_longest, word.Length - start), id = 0;
            while (length > 0 && !pieces.TryGetValue(word.AsSpan(start, length), out id))
            {
                length--;
            }

            if (length == 0 || word.Length > LongestWord)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(Unknown);
                return;
            }

            ids.Add(id);
            start += length;
        }
    }
}
