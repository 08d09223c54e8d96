namespace TransformersFromScratch.Tests.Text;

public class LengthBucketsTests
{
    private const int Budget = 60;

    /// <summary>500 pairs, each with a first token of its own.</summary>
    private static List<(int[] Source, int[] Target)> Pairs()
    {
        var random = new Random(1);
        int[] Ids(int first) => [first, .. Enumerable.Repeat(4, random.Next(25))];
        return [.. Enumerable.Range(10, 500).Select(i => (Ids(i), Ids(i)))];
    }

    private static int[] Sources(TranslationBatch batch) =>
        [.. batch.Source.Ids.Chunk(batch.Source.Length).Select(row => row[0])];

    [Fact]
    public void Every_pair_comes_once_an_epoch_within_the_budget_in_another_order_each_time()
    {
        var buckets = new LengthBuckets(Pairs(), Budget, seed: 1);
        int[][] epochs =
            [.. Enumerable.Range(0, 3)
                .Select(epoch => Enumerable.Range(epoch * buckets.PerEpoch, buckets.PerEpoch).SelectMany(number =>
        {
            TranslationBatch batch = buckets.Batch(number);
            Assert.InRange(batch.Source.Ids.Length, 1, Budget);
            Assert.InRange(batch.Input.Ids.Length, 1, Budget);
            // Each with its own translation.
            Assert.Equal(Sources(batch), batch.Wanted.Chunk(batch.Input.Length).Select(row => row[0]));
            return Sources(batch);
        }).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(10, 500), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
    }

    [Fact]
    public void The_batch_of_a_number_is_the_same_in_every_run_whatever_was_asked_before()
    {
        LengthBuckets first = new(Pairs(), Budget, seed: 7), second = new(Pairs(), Budget, seed: 7),
            other = new(Pairs(), Budget, seed: 8);
        foreach (long number in new long[] { 0, 3, first.PerEpoch, (5L * first.PerEpoch) + 2, 1 })
        {
            Assert.Equal(first.Batch(number).Source.Ids, second.Batch(number).Source.Ids);
            Assert.Equal(Sources(first.Batch(number)), first.Pairs(number).Select(i => i + 10));
        }

        Assert.Equal(
            new LengthBuckets(Pairs(), Budget, seed: 7).Batch(first.PerEpoch + 1).Input.Ids,
            first.Batch(first.PerEpoch + 1).Input.Ids);
        Assert.NotEqual(
            Enumerable.Range(0, 5).SelectMany(n => Sources(first.Batch(n))),
            Enumerable.Range(0, 5).SelectMany(n => Sources(other.Batch(n))));
    }

    [Fact]
    public void The_share_of_padding_by_hand_and_less_than_without_sorting()
    {
        // One batch: sources of 1 and 3 tokens, targets with their ends of 2 and 4: 10 real places of 2·3 + 2·4.
        Assert.Equal(4 / 14.0, new LengthBuckets([([5], [5]), ([6, 6, 6], [6, 6, 6])], 8, seed: 1).PaddingShare, 1e-12);
        Assert.Equal(0, new LengthBuckets([([5], [5]), ([6, 6, 6], [6, 6, 6])], 4, seed: 1).PaddingShare);
    }

    [Fact]
    public void Pairs_that_fit_in_no_batch_are_named()
    {
        static string Says(params (int[] Source, int[] Target)[] pairs) =>
            Assert.Throws<ArgumentException>(() => new LengthBuckets(pairs, 3, seed: 1)).Message;
        Assert.Contains("no sentence pairs", Says(), StringComparison.Ordinal);
        Assert.Contains(
            "Sentence pair 2 takes 4 places (source 4, target with its end 2), but a batch may have 3",
            Says(([5], [5]), ([5, 5, 5, 5], [5])), StringComparison.Ordinal);
        Assert.Contains(
            "Sentence pair 1 takes 4 places (source 1, target with its end 4)", Says(([5], [5, 5, 5])),
            StringComparison.Ordinal);
        Assert.Contains("Sentence pair 2 has an empty source", Says(([5], [5]), ([], [5])), StringComparison.Ordinal);
        Assert.Contains("Sentence pair 1 has an empty target", Says(([5], [])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthBuckets([([5], [5])], 3, seed: 1).Batch(-1));
    }
}
