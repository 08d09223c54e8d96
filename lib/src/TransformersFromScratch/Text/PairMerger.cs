namespace TransformersFromScratch;

/// <summary>
/// The merging of byte-pair encoding, wherever its merges come from: of all pairs of neighbours that may be joined, the
/// one whose merge was learned first is joined, again and again. May be used by many threads at once.
/// </summary>
/// <param name="ofByte">The 256 ids of the bytes.</param>
/// <param name="merges">
/// The pairs of ids that may be joined and the id of what they become, in the order in which they were learned.
/// </param>
internal sealed class PairMerger(int[] ofByte, IReadOnlyList<(int Left, int Right, int Made)> merges)
{
    private const int LongestCachedWord = 64, Gone = -1;
    private const long Never = long.MaxValue;

    private readonly Dictionary<long, int> _ranks = Ranks(merges); // The lower, the earlier learned.
    // By hash code; a newcomer takes the place, so it never grows.
    private readonly CachedWord?[] _cache = new CachedWord?[1 << 16];

    /// <summary>
    /// Words come again and again, so their ids are kept. An entry never changes, so that threads need no lock.
    /// </summary>
    private sealed record CachedWord(string Word, int[] Ids);

    /// <summary>The ids of a piece of text.</summary>
    public int[] Encode(ReadOnlySpan<char> piece)
    {
        if (piece.Length > LongestCachedWord)
        {
            return Merge(Wtf8.GetBytes(piece));
        }

        ref CachedWord? place = ref _cache[string.GetHashCode(piece) & (_cache.Length - 1)];
        CachedWord? cached = place;
        if (cached is null || !piece.SequenceEqual(cached.Word))
        {
            place = cached = new CachedWord(piece.ToString(), Merge(Wtf8.GetBytes(piece)));
        }

        return cached.Ids;
    }

    /// <summary>
    /// Joins what can be joined, the earliest learned merge first and from left to right. A queue of the possible
    /// merges and a list of neighbours make this n log n steps, so that a word of a million letters is no trap. With a
    /// random generator a merge may be passed over; the next one that is made brings back all that were.
    /// </summary>
    public int[] Merge(byte[] bytes, float dropout = 0, Random? random = null)
    {
        int[] ids = new int[bytes.Length], next = new int[bytes.Length], previous = new int[bytes.Length];
        // The left token's position, by what would be made of it.
        var queue = new PriorityQueue<int, long>(bytes.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            (ids[i], next[i], previous[i]) = (ofByte[bytes[i]], i + 1, i - 1);
        }

        for (int i = 0; i < ids.Length; i++)
        {
            Offer(i);
        }

        int count = ids.Length;
        var passedOver = new List<int>();
        while (queue.TryDequeue(out int left, out long priority))
        {
            if (ids[left] == Gone || Priority(left) != priority)
            {
                continue; // One of the two has been joined to another since.
            }

            if (random is not null && random.NextSingle() < dropout)
            {
                passedOver.Add(left);
                continue;
            }

            int right = next[left];
            (ids[left], ids[right]) = (merges[(int)(priority >> 32)].Made, Gone);
            next[left] = next[right];
            count--;
            Offer(left);
            if (next[left] < ids.Length)
            {
                previous[next[left]] = left;
            }

            if (previous[left] >= 0 && !passedOver.Contains(previous[left]))
            {
                Offer(previous[left]);
            }

            foreach (int passed in passedOver)
            {
                Offer(passed);
            }

            passedOver.Clear();
        }

        int[] remaining = new int[count];
        for (int i = 0, position = 0; i < count; i++, position = next[position])
        {
            remaining[i] = ids[position];
        }

        return remaining;

        void Offer(int left)
        {
            if (Priority(left) is not Never and long priority)
            {
                queue.Enqueue(left, priority);
            }
        }

        // The rank of the merge of a token and its right neighbour, above the position; so the lowest goes first.
        long Priority(int left) =>
            next[left] < ids.Length && _ranks.TryGetValue(Key(ids[left], ids[next[left]]), out int rank)
            ? Key(rank, left)
            : Never;
    }

    /// <summary>Of a pair that is there twice the later counts.</summary>
    private static Dictionary<long, int> Ranks(IReadOnlyList<(int Left, int Right, int Made)> merges)
    {
        var ranks = new Dictionary<long, int>(merges.Count);
        for (int rank = 0; rank < merges.Count; rank++)
        {
            ranks[Key(merges[rank].Left, merges[rank].Right)] = rank;
        }

        return ranks;
    }

    private static long Key(int high, int low) => (long)high << 32 | (uint)low;
}
