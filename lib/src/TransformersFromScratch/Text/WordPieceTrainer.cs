using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// Learns the pieces of <see cref="WordPiece"/>: single letters first, then again and again the pair of neighbours
/// inside a word
/// that stands together most often becomes a piece.
/// </summary>
/// <remarks>
/// Schuster and Nakajima (2012) join the pair that makes the training text most likely, which is the one of the highest
/// count(ab) / (count(a) · count(b)). Taken as it stands, that score loves the rare: two letters that occur three
/// times, and only
/// together, beat "th". The vocabulary fills with odd words, and common ones fall into letters. So the course counts,
/// as Hugging
/// Face's trainer does; what makes WordPiece is then how a word is cut, the longest piece first.
/// </remarks>
internal sealed class WordPieceTrainer
{
    private readonly PairCounts _counts;
    private readonly List<string> _pieces; // by id, the letters first
    private readonly Dictionary<string, int> _ids;

    /// <summary>Counts the letters of the words and the pairs of them.</summary>
    /// <param name="words">As <see cref="BertText"/> cuts them; each as often as it occurs.</param>
    /// <param name="minimumCount">A rarer letter gets no piece, and a word with it is not learned from.</param>
    /// <param name="cancellation">Stops the counting.</param>
    public WordPieceTrainer(IEnumerable<string> words, int minimumCount, CancellationToken cancellation)
    {
        _counts = new PairCounts(minimumCount);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string word in words)
        {
            cancellation.ThrowIfCancellationRequested();
            CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out _)++;
        }

        var letters = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (letter, count) in counts.SelectMany(
            entry => LettersOf(entry.Key).Select(letter => (letter, entry.Value))))
        {
            letters[letter] = letters.GetValueOrDefault(letter) + count;
        }

        Letters = [.. letters.Where(letter => letter.Value >= minimumCount).Select(letter => letter.Key)];
        _pieces = [.. Letters];
        _ids = _pieces.Select((piece, id) => (piece, id))
            .ToDictionary(pair => pair.piece, pair => pair.id, StringComparer.Ordinal);
        foreach (var (word, count) in counts)
        {
            string[] own = [.. LettersOf(word)];
            if (own.All(_ids.ContainsKey))
            {
                _counts.Add([.. own.Select(letter => _ids[letter])], count);
            }
        }
    }

    /// <summary>
    /// The letters that are frequent enough, in the order of their codes; each may be there with ## and without.
    /// </summary>
    public IReadOnlyList<string> Letters { get; }

    /// <summary>
    /// The next pieces in the order in which they were learned, at most so many; fewer if no pair is frequent enough.
    /// </summary>
    public IReadOnlyList<string> Learn(int count, CancellationToken cancellation)
    {
        _counts.Start();
        int most = _pieces.Count + count;
        while (_pieces.Count < most && _counts.TryTake(out var pair))
        {
            cancellation.ThrowIfCancellationRequested();
            string piece = _pieces[pair.Left] + _pieces[pair.Right][WordPiece.Inside.Length..];
            // Else it has been made of two others: ab and ##c spell what a and ##bc do.
            if (_ids.TryAdd(piece, _pieces.Count))
            {
                _pieces.Add(piece);
            }

            _counts.Join(pair, _ids[piece]);
        }

        return _pieces[Letters.Count..];
    }

    private static IEnumerable<string> LettersOf(string word) =>
        word.EnumerateRunes().Select((rune, i) => i == 0 ? rune.ToString() : WordPiece.Inside + rune.ToString());
}
