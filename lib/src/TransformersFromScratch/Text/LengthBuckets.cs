namespace TransformersFromScratch;

/// <summary>
/// Batches of sentence pairs of about the same length, so that little of a batch is padding: "sentence pairs were
/// batched together by approximate sequence length" (Vaswani et al. 2017, section 5.1). Every pair comes once per
/// epoch, with other pairs beside it each time.
/// </summary>
public sealed class LengthBuckets
{
    private readonly IReadOnlyList<(int[] Source, int[] Target)> _pairs;
    private readonly int _tokens, _seed;
    private int _epoch = -1;
    private List<(int First, int Count)> _batches = [];
    private int[] _order = [];

    /// <summary>Batches of a corpus.</summary>
    /// <param name="pairs">Sources and targets as ids, none empty, without start and end tokens.</param>
    /// <param name="tokens">
    /// How many places a batch has at most: its number of sentences, times the tokens of its longest source or target.
    /// So long sentences come in small batches.
    /// </param>
    /// <param name="seed">Of the shuffling. The same seed gives the same batches in every run.</param>
    /// <exception cref="ArgumentException">There is no pair, or one that is empty or longer than a batch may be; the
    /// message gives its number.</exception>
    public LengthBuckets(IReadOnlyList<(int[] Source, int[] Target)> pairs, int tokens, int seed)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tokens);
        if (pairs.Count == 0)
        {
            throw new ArgumentException("There are no sentence pairs to make batches of.", nameof(pairs));
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].Source.Length == 0 || pairs[i].Target.Length == 0)
            {
                throw new ArgumentException(
                    $"Sentence pair {i + 1} has an empty {(pairs[i].Source.Length == 0 ? "source" : "target")}. " +
                    "Leave such pairs out.", nameof(pairs));
            }

            if (Length(pairs[i]) > tokens)
            {
                throw new ArgumentException(
                    $"Sentence pair {i + 1} takes {Length(pairs[i])} places (source {pairs[i].Source.Length}, target " +
                    $"with its end {pairs[i].Target.Length + 1}), " +
                    $"but a batch may have {tokens} only. Allow more, or leave such pairs out.", nameof(pairs));
            }
        }

        (_pairs, _tokens, _seed) = (pairs, tokens, seed);
        Shuffle(0);
    }

    /// <summary>How many batches an epoch has; the same for every epoch.</summary>
    public int PerEpoch => _batches.Count;

    /// <summary>The share of all places, on both sides together, that are padding.</summary>
    public double PaddingShare
    {
        get
        {
            long real = _pairs.Sum(pair => (long)pair.Source.Length + pair.Target.Length + 1);
            long places = _batches.Sum(batch => Of(batch) is var numbers
                ? (long)numbers.Length
                    * (numbers.Max(i => _pairs[i].Source.Length) + numbers.Max(i => _pairs[i].Target.Length + 1)) : 0);
            return 1 - ((double)real / places);
        }
    }

    /// <summary>
    /// A batch by its number, which counts from 0 through all epochs. Ask in ascending order: then each epoch is
    /// shuffled once, when it begins. Any other order gives the same batches, more slowly.
    /// </summary>
    public TranslationBatch Batch(long number) => TranslationBatch.Of([.. Pairs(number).Select(i => _pairs[i])]);

    /// <summary>
    /// Which pairs are in that batch, as places in the list of pairs: for callers that encode them anew.
    /// </summary>
    public IReadOnlyList<int> Pairs(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        int epoch = (int)(number / PerEpoch);
        if (epoch != _epoch)
        {
            Shuffle(epoch);
        }

        return Of(_batches[(int)(number % PerEpoch)]);
    }

    /// <summary>
    /// How many places a pair takes. The decoder reads one token more than the target has, the start; it says one more,
    /// the end.
    /// </summary>
    private static int Length((int[] Source, int[] Target) pair) =>
        Math.Max(pair.Source.Length, pair.Target.Length + 1);

    private int[] Of((int First, int Count) batch) => _order[batch.First..(batch.First + batch.Count)];

    private void Shuffle(int epoch)
    {
        _epoch = epoch;
        var random = new SeededRandom(unchecked((_seed * 1_000_003) + epoch));
        int[] shuffled = [.. Enumerable.Range(0, _pairs.Count)];
        random.Shuffle(shuffled);
        // The sort is stable, so pairs of the same lengths stay in their shuffled order.
        _order =
            [.. shuffled.OrderBy(i => Length(_pairs[i])).ThenBy(i => _pairs[i].Target.Length)
                .ThenBy(i => _pairs[i].Source.Length)];
        var batches = new List<(int First, int Count)>();
        int first = 0;
        for (int i = 1; i <= _order.Length; i++)
        {
            if (i == _order.Length || (i - first + 1) * Length(_pairs[_order[i]]) > _tokens)
            {
                batches.Add((first, i - first));
                first = i;
            }
        }

        (int, int)[] mixed = [.. batches];
        random.Shuffle(mixed);
        _batches = [.. mixed];
    }
}
