namespace TransformersFromScratch;

/// <summary>
/// Words cut into pieces, and how often which two pieces stand side by side in them. Every different word is kept
/// once with its
/// count, and for every pair the words that have it, so that joining a pair touches only those.
/// </summary>
/// <param name="minimumCount">A pair that is rarer is never joined.</param>
internal sealed class PairCounts(long minimumCount = 2)
{
    private readonly List<Word> _words = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];

    // The most frequent pair first, then the lowest ids. A count that rises is queued again, and one that falls leaves
    // an upper bound behind: an entry that is out of date goes back with the present count.
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <summary>Whether there is no word.</summary>
    public bool IsEmpty => _words.Count == 0;

    /// <summary>Adds a word that has not been there.</summary>
    /// <param name="ids">Its pieces.</param>
    /// <param name="count">How often it occurs.</param>
    public void Add(int[] ids, long count)
    {
        _words.Add(new Word(ids, count));
        CountPairs(_words.Count - 1, count);
    }

    /// <summary>Queues every pair, once all words are there.</summary>
    public void Start() => Enqueue(_pairs.Keys);

    /// <summary>
    /// The most frequent pair that has not been taken; false if none is left that is frequent enough. Of equal ones
    /// it is that with
    /// the lowest left id, then the lowest right id. Either it is joined next, or it never will be.
    /// </summary>
    public bool TryTake(out (int Left, int Right) pair)
    {
        while (_queue.TryDequeue(out pair, out var priority))
        {
            if (CountOf(pair) == -priority.NegativeCount)
            {
                return true;
            }

            Enqueue([pair]);
        }

        return false;
    }

    /// <summary>Joins a pair into one piece in every word that has it.</summary>
    /// <param name="pair">What <see cref="TryTake"/> gave.</param>
    /// <param name="merged">The id of the piece that it becomes.</param>
    public void Join((int Left, int Right) pair, int merged)
    {
        var touched = new HashSet<(int Left, int Right)>();
        // Nothing is added to these meanwhile: a joined word no longer has the pair.
        foreach (int index in _pairs[pair].Words)
        {
            Word word = _words[index];
            int[] joined = Joined(word.Ids, pair, merged);
            if (joined.Length < word.Ids.Length) // Else an earlier merge has taken the pair from this word.
            {
                CountPairs(index, -word.Count);
                word.Ids = joined;
                touched.UnionWith(
                    CountPairs(index, word.Count).Where(next => next.Left == merged || next.Right == merged));
            }
        }

        _pairs.Remove(pair);
        Enqueue(touched);
    }

    private long CountOf((int Left, int Right) pair) => _pairs.TryGetValue(pair, out Pair? counted) ? counted.Count : 0;

    private void Enqueue(IEnumerable<(int Left, int Right)> pairs)
    {
        foreach (var pair in pairs)
        {
            if (CountOf(pair) is var count && count >= minimumCount)
            {
                _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
            }
        }
    }

    /// <summary>Adds a number to the count of every pair in a word, and returns them.</summary>
    private List<(int Left, int Right)> CountPairs(int index, long number)
    {
        var counted = new List<(int Left, int Right)>();
        int[] ids = _words[index].Ids;
        for (int i = 0; i + 1 < ids.Length; i++)
        {
            if (!_pairs.TryGetValue((ids[i], ids[i + 1]), out Pair? pair))
            {
                _pairs.Add((ids[i], ids[i + 1]), pair = new Pair());
            }

            counted.Add((ids[i], ids[i + 1]));
            pair.Count += number;
            pair.Words.Add(index);
        }

        return counted;
    }

    private static int[] Joined(int[] ids, (int Left, int Right) pair, int merged)
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

    /// <summary>The pieces that one different word has so far, and how often it occurs.</summary>
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
}
