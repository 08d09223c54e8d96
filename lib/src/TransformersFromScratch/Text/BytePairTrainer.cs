namespace TransformersFromScratch;

/// <summary>
/// Learns the merges of <see cref="BytePairEncoding"/>. It keeps every different word once with its count, and for every pair of neighbouring
/// tokens how often it occurs and in which words, so that a merge touches only the words that have it.
/// </summary>
internal sealed class BytePairTrainer
{
    private readonly int _firstByte;
    private readonly List<Word> _words = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly HashSet<string> _spellings = []; // Of the tokens that merges made, each byte as one character.
    private readonly List<string> _merged = [];       // The same in the order of their ids.

    /// <summary>Counts the words of the texts and the pairs in them.</summary>
    public BytePairTrainer(IEnumerable<string> texts, int firstByte, CancellationToken cancellation)
    {
        _firstByte = firstByte;
        foreach (var (text, count) in CountWords(texts, cancellation))
        {
            _words.Add(new Word([.. Wtf8.GetBytes(text).Select(value => firstByte + value)], count));
            CountPairs(_words.Count - 1, count);
        }
    }

    /// <summary>The ids that one different word has so far, and how often it occurs.</summary>
    private sealed class Word(int[] ids, long count)
    {
        public int[] Ids = ids;
        public readonly long Count = count;
    }

    /// <summary>How often a pair occurs, and the words (by index) in which it occurs or once did.</summary>
    private sealed class Pair
    {
        public long Count;
        public readonly HashSet<int> Words = [];
    }

    /// <summary>The next merges, at most so many; fewer if no pair is left that occurs twice.</summary>
    public IReadOnlyList<(int Left, int Right)> Learn(int count, CancellationToken cancellation)
    {
        if (_words.Count == 0 && count > 0)
        {
            throw new ArgumentException("There is no text to learn merges from: every text is empty, or there are none.", "texts");
        }

        // The most frequent pair first, then the lowest ids. Counts only fall once a pair is queued (new pairs have the new token in them),
        // so an entry is an upper bound: one that is out of date goes back with its present count.
        var queue = new PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)>();
        Enqueue(_pairs.Keys);
        var merges = new List<(int Left, int Right)>();
        while (merges.Count < count && queue.TryDequeue(out var pair, out var priority))
        {
            cancellation.ThrowIfCancellationRequested();
            if (_pairs[pair].Count != -priority.NegativeCount)
            {
                Enqueue([pair]);
            }
            else if (Spelling(pair.Left) + Spelling(pair.Right) is var spelling && _spellings.Add(spelling))
            {
                _merged.Add(spelling);
                merges.Add(pair);
                Enqueue(Apply(pair, _firstByte + byte.MaxValue + merges.Count));
            }
        }

        return merges;

        void Enqueue(IEnumerable<(int Left, int Right)> pairs)
        {
            foreach (var pair in pairs)
            {
                if (_pairs[pair].Count >= 2)
                {
                    queue.Enqueue(pair, (-_pairs[pair].Count, pair.Left, pair.Right));
                }
            }
        }
    }

    private static Dictionary<string, long> CountWords(IEnumerable<string> texts, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var countsBySpan = counts.GetAlternateLookup<ReadOnlySpan<char>>(); // Looks a word up without making a string of it.
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

    /// <summary>Joins a pair into a new token in every word that has it, and returns the pairs that this made.</summary>
    private List<(int Left, int Right)> Apply((int Left, int Right) pair, int merged)
    {
        var made = new List<(int Left, int Right)>();
        foreach (int index in _pairs[pair].Words) // Nothing is added to these meanwhile: a joined word no longer has the pair.
        {
            Word word = _words[index];
            int[] joined = Join(word.Ids, pair, merged);
            if (joined.Length < word.Ids.Length) // Else an earlier merge has taken the pair from this word.
            {
                CountPairs(index, -word.Count);
                word.Ids = joined;
                made.AddRange(CountPairs(index, word.Count));
            }
        }

        _pairs.Remove(pair);
        return made;
    }

    /// <summary>Adds a number to the count of every pair in a word, and returns those that were new.</summary>
    private List<(int Left, int Right)> CountPairs(int index, long number)
    {
        var made = new List<(int Left, int Right)>();
        int[] ids = _words[index].Ids;
        for (int i = 0; i + 1 < ids.Length; i++)
        {
            if (!_pairs.TryGetValue((ids[i], ids[i + 1]), out Pair? pair))
            {
                _pairs.Add((ids[i], ids[i + 1]), pair = new Pair());
                made.Add((ids[i], ids[i + 1]));
            }

            pair.Count += number;
            pair.Words.Add(index);
        }

        return made;
    }

    private static int[] Join(int[] ids, (int Left, int Right) pair, int merged)
    {
        var joined = new List<int>(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            bool here = i + 1 < ids.Length && (ids[i], ids[i + 1]) == pair;
            joined.Add(here ? merged : ids[i]);
            i += here ? 1 : 0;
        }

        return [.. joined];
    }

    private string Spelling(int id) =>
        id - _firstByte <= byte.MaxValue ? ((char)(id - _firstByte)).ToString() : _merged[id - _firstByte - byte.MaxValue - 1];
}
