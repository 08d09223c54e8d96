using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// Byte-pair encoding (Sennrich, Haddow and Birch 2016): a vocabulary of pieces of words, learned by joining the two
/// neighbours that most often stand together, again and again. It starts from the 256 bytes (Radford et al. 2019), so
/// no text is unknown to it.
/// </summary>
/// <remarks>
/// <para>Ids: the special tokens (0, 1, 2 …), then the 256 bytes in order, then the merges in the order in which they
/// were learned.</para>
/// <para><c>Decode(Encode(text)) == text</c> for every string. May be used by many threads at once.</para>
/// </remarks>
public sealed class BytePairEncoding : ITokenizer
{
    /// <summary>The id that fills short sentences; the text of it is <c>&lt;pad&gt;</c>.</summary>
    public const int Padding = Vocabulary.Padding;

    /// <summary>The id every target begins with: <c>&lt;s&gt;</c>.</summary>
    public const int Start = Vocabulary.Start;

    /// <summary>The id every sentence ends with: <c>&lt;/s&gt;</c>.</summary>
    public const int End = Vocabulary.End;

    private const int Bytes = 256;

    private readonly byte[][] _bytes; // [id]; none for a special token
    private readonly PairMerger _merger;

    /// <summary>A tokenizer of merges that have been learned; each joins tokens that are older than itself.</summary>
    internal BytePairEncoding(IReadOnlyList<string> specialTokens, IReadOnlyList<(int Left, int Right)> merges)
    {
        (SpecialTokens, Merges) = (specialTokens, merges);
        _bytes = new byte[FirstMerge + merges.Count][];
        _bytes.AsSpan(0, FirstByte).Fill([]);
        for (int value = 0; value < Bytes; value++)
        {
            _bytes[FirstByte + value] = [(byte)value];
        }

        for (int i = 0; i < merges.Count; i++)
        {
            _bytes[FirstMerge + i] = [.. _bytes[merges[i].Left], .. _bytes[merges[i].Right]];
        }

        _merger = new PairMerger(
            [.. Enumerable.Range(FirstByte, Bytes)],
            [.. merges.Select((pair, i) => (pair.Left, pair.Right, FirstMerge + i))]);
    }

    /// <summary>How many tokens there are: special ones + 256 + merges.</summary>
    public int Count => _bytes.Length;

    /// <summary>
    /// The special tokens' names by id, <c>&lt;pad&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c> first. No text is
    /// ever encoded as one.
    /// </summary>
    public IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>
    /// The pairs of ids that were joined, in the order in which they were learned; merge i made the id
    /// <see cref="FirstMerge"/> + i.
    /// </summary>
    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    /// <summary>The id of the byte 0.</summary>
    public int FirstByte => SpecialTokens.Count;

    /// <summary>The id of the first merge.</summary>
    public int FirstMerge => FirstByte + Bytes;

    /// <summary>
    /// Learns merges (Sennrich et al. 2016, section 3.2, algorithm 1): counts every pair of neighbouring tokens inside
    /// the <see cref="Pieces"/> of the texts, joins the most frequent pair everywhere, and so on.
    /// </summary>
    /// <remarks>
    /// Of pairs with equal counts the one with the lowest left id is taken, then that with the lowest right id: the
    /// same texts always give the same merges, in whatever order they come. A pair that would spell a token which
    /// exists already is passed over, so that a token's bytes are its name. Learning ends early when no pair is left
    /// that occurs twice.
    /// </remarks>
    /// <param name="texts">What to learn from; each is cut on its own.</param>
    /// <param name="merges">How many merges to learn at most.</param>
    /// <param name="moreSpecialTokens">Names of further special tokens, which get the ids from 3 on.</param>
    /// <param name="cancellation">Ends the learning early, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">There is no text, or a special token's name is empty, has a space, or is
    /// there twice.</exception>
    public static BytePairEncoding Train(
        IEnumerable<string> texts, int merges, IEnumerable<string>? moreSpecialTokens = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        string[] special = ["<pad>", "<s>", "</s>", .. moreSpecialTokens ?? []];
        if (SpecialTokenFault(special) is { } fault)
        {
            throw new ArgumentException(fault, nameof(moreSpecialTokens));
        }

        var trainer = new BytePairTrainer(texts, firstByte: special.Length, cancellation);
        return new BytePairEncoding(special, trainer.Learn(merges, cancellation));
    }

    /// <summary>
    /// The tokenizer that learning would have given had it stopped after so many merges: a smaller vocabulary, longer
    /// sentences.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or larger than there are
    /// merges.</exception>
    public BytePairEncoding Take(int merges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(merges);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(merges, Merges.Count);
        return new BytePairEncoding(SpecialTokens, [.. Merges.Take(merges)]);
    }

    /// <summary>
    /// What is wrong with names for special tokens, or null: a file keeps them on one line with spaces between.
    /// </summary>
    internal static string? SpecialTokenFault(IReadOnlyList<string?> names)
    {
        foreach (string? name in names)
        {
            if (string.IsNullOrEmpty(name)
                || name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c)))
            {
                return $"'{name}' cannot name a special token: write at least one character and no white space, " +
                    "like <sep>.";
            }

            if (names.Count(other => other == name) > 1)
            {
                return $"The special token {name} is there twice (<pad>, <s> and </s> are always there).";
            }
        }

        return null;
    }

    /// <summary>The ids of a text: none for an empty one. Start and end tokens are the caller's to add.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3 + 4);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int length = Pieces.FirstLength(rest);
            ids.AddRange(_merger.Encode(rest[..length]));
            rest = rest[length..];
        }

        return [.. ids];
    }

    /// <summary>
    /// The ids of a text as one of many ways to cut it: BPE-dropout (Provilkov, Emelianenko and Voita 2020, section 3).
    /// A merge that could be made is passed over with some probability, and offered again after the next one that is
    /// made. So a model that learns from the text sees it in other pieces every time, learns what words are made of,
    /// and cannot learn by heart one row of ids. <see cref="Decode"/> gives back the same text.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="dropout">The probability that a merge is passed over, 0 to 1; 0.1 in the paper. 0 is
    /// <see cref="Encode(string)"/>, 1 gives bytes.</param>
    /// <param name="random">Where chance comes from.</param>
    public int[] Encode(string text, float dropout, Random random)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(random);
        if (dropout is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(dropout), dropout, "A probability is 0 to 1: 0.1 passes over every tenth merge.");
        }

        return [.. Pieces.Split(text).SelectMany(piece => _merger.Merge(Wtf8.GetBytes(piece), dropout, random))];
    }

    /// <summary>
    /// The text of ids. Special tokens have none and are left out. Bytes that are no text, which a model may well write
    /// but <see cref="Encode(string)"/> never does, become the replacement character U+FFFD.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var bytes = new List<byte>(); // Joined before they become text: a character may be spread over several tokens.
        foreach (int id in ids)
        {
            bytes.AddRange(BytesOf(id));
        }

        return Wtf8.GetString([.. bytes]);
    }

    /// <summary>The bytes a token stands for: none for a special token.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public ReadOnlySpan<byte> BytesOf(int id) => (uint)id < (uint)Count
        ? _bytes[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    /// <summary>
    /// A token to be shown: a space as ␣, and what is no whole character as hexadecimal bytes, like \xC3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string TokenText(int id)
    {
        ReadOnlySpan<byte> bytes = BytesOf(id);
        if (id < FirstByte)
        {
            return SpecialTokens[id];
        }

        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf8(bytes, out Rune rune, out int read) == System.Buffers.OperationStatus.Done;
            bool visible = whole && !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune);
            text.Append(
                rune.Value == ' ' ? "␣"
                : visible ? rune.ToString()
                : string.Concat(bytes[..read].ToArray().Select(value => $"\\x{value:X2}")));
            bytes = bytes[read..];
        }

        return text.ToString();
    }

    /// <summary>
    /// A token as GPT-2's <c>vocab.json</c> spells it, for other programs: <see cref="Save"/> says how. No two bytes or
    /// merges have the same.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Spelling(int id) =>
        BytesOf(id) is { IsEmpty: false } bytes ? BytePairFile.Spell(bytes) : SpecialTokens[id];

    /// <summary>
    /// Writes the tokenizer into one text file, first beside its place: whoever is interrupted keeps the old file.
    /// </summary>
    /// <remarks>
    /// The format is GPT-2's <c>merges.txt</c>, which other programs read too. Line 1 names the format, the number of
    /// merges, the special tokens and a checksum; every further line is one merge, its two tokens with a space between.
    /// A byte that is a visible Latin-1 character is written as that character; the others, in order, as the characters
    /// from U+0100 on, so that a space is Ġ.
    /// </remarks>
    public void Save(string path) => BytePairFile.Save(path, this);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FileNotFoundException">There is no such file; the message says where it was looked
    /// for.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another kind; the message says in which line
    /// and how.</exception>
    public static BytePairEncoding Load(string path) => BytePairFile.Load(path);
}
