namespace TransformersFromScratch;

/// <summary>
/// Learns the merges of <see cref="BytePairEncoding"/> from the counts of neighbouring tokens
/// (<see cref="PairCounts"/>).
/// </summary>
internal sealed class BytePairTrainer
{
    private readonly int _firstByte;
    private readonly PairCounts _counts = new();
    private readonly HashSet<string> _spellings = []; // Of the tokens that merges made, each byte as one character.
    private readonly List<string> _merged = [];       // The same in the order of their ids.

    /// <summary>Counts the words of the texts and the pairs in them.</summary>
    public BytePairTrainer(IEnumerable<string> texts, int firstByte, CancellationToken cancellation)
    {
        _firstByte = firstByte;
        foreach (var (text, count) in CountWords(texts, cancellation))
        {
            _counts.Add([.. Wtf8.GetBytes(text).Select(value => firstByte + value)], count);
        }
    }

    /// <summary>The next merges, at most so many; fewer if no pair is left that occurs twice.</summary>
    public IReadOnlyList<(int Left, int Right)> Learn(int count, CancellationToken cancellation)
    {
        if (_counts.IsEmpty && count > 0)
        {
            throw new ArgumentException(
                "There is no text to learn merges from: every text is empty, or there are none.", "texts");
        }

        _counts.Start();
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < count && _counts.TryTake(out var pair))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Spelling(pair.Left) + Spelling(pair.Right) is var spelling && _spellings.Add(spelling))
            {
                _merged.Add(spelling);
                merges.Add(pair);
                _counts.Join(pair, _firstByte + byte.MaxValue + merges.Count);
            }
        }

        return merges;
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        // Looks a word up without making a string of it.
        var countsBySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<char> rest = text ?? throw new ArgumentException("One of the texts is null.", nameof(texts));
            while (!rest.IsEmpty)
            {
                int length = Pieces.FirstLength(rest);
                countsBySpan.TryGetValue(rest[..length], out long count);
                countsBySpan[rest[..length]] = count + 1;
                rest = rest[length..];
            }
        }

        return counts;
    }

    private string Spelling(int id) =>
        id - _firstByte <= byte.MaxValue
            ? ((char)(id - _firstByte)).ToString()
            : _merged[id - _firstByte - byte.MaxValue - 1];
}
