using static TransformersFromScratch.Tests.Decoding.SmallModel;

namespace TransformersFromScratch.Tests.Decoding;

public class DecoderCacheTests
{
    /// <summary>40 steps: the room of the cache grows at the 17th and at the 35th.</summary>
    [Theory]
    [InlineData(NormPlacement.Post, new[] { 5, 5, 5 })]
    [InlineData(NormPlacement.Pre, new[] { 5, 5, 5 })]
    [InlineData(NormPlacement.Post, new[] { 7, 1, 4 })]
    [InlineData(NormPlacement.Pre, new[] { 7, 1, 4 })]
    public void Every_step_gives_the_logits_of_the_whole_decoder(NormPlacement norm, int[] lengths)
    {
        Transformer model = Build(norm: norm);
        IReadOnlyList<int>[] sources = Sources(model, 2, lengths);
        int[][] targets = Targets(model, rows: 3, length: 40);
        var cache = new DecoderCache(model, Batch(sources));
        for (int t = 0; t < 40; t++)
        {
            Tensor logits = cache.Step(Column(targets, t));
            Compare(LastLogits(model, sources, Prefixes(targets, t + 1)), logits);
            Assert.Equal(t + 1, cache.Length);
        }
    }

    [Fact]
    public void The_cross_attention_of_a_step_is_the_last_row_of_the_whole_decoders()
    {
        Transformer model = Build();
        IReadOnlyList<int>[] sources = Sources(model, 2, 6, 3);
        int[][] targets = Targets(model, rows: 2, length: 5);
        var cache = new DecoderCache(model, Batch(sources));
        var maps = new List<Tensor>();
        for (int t = 0; t < 5; t++)
        {
            maps.Clear();
            cache.Step(Column(targets, t), maps);
        }

        var expected = new List<Tensor>();
        LastLogits(model, sources, Prefixes(targets, 5), expected);
        Assert.Equal(2, maps.Count);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Equal([2, 2, 1, 6], maps[layer].Shape); // [B, h, 1, S]
            for (int head = 0; head < 4; head++)
            {
                Near(expected[layer].Span.Slice((head * 30) + 24, 6).ToArray(), maps[layer].Span.Slice(head * 6, 6));
            }
        }
    }

    /// <summary>
    /// Two sources, three targets each; rows change places (two of them twins afterwards) before the room grows and
    /// after it.
    /// </summary>
    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void Rows_go_on_where_the_chosen_rows_stood(NormPlacement norm)
    {
        Transformer model = Build(norm: norm);
        IReadOnlyList<int>[] sources = Sources(model, 2, 6, 3);
        IReadOnlyList<int>[] repeated = [sources[0], sources[0], sources[0], sources[1], sources[1], sources[1]];
        int[][] fresh = Targets(model, rows: 6, length: 20), written = [.. fresh.Select(_ => Array.Empty<int>())];
        var cache = new DecoderCache(model, Batch(sources), beams: 3);
        for (int t = 0; t < 20; t++)
        {
            int[] next = Column(fresh, t);
            written = [.. written.Select((row, i) => (int[])[.. row, next[i]])];
            Compare(LastLogits(model, repeated, [.. written]), cache.Step(next));
            if (t % 3 == 2)
            {
                int[] rows = [2, 0, 2, 4, 3, 5];
                cache.SelectRows(rows);
                written = [.. rows.Select(row => written[row])];
            }
        }
    }

    [Fact]
    public void Sources_that_are_dropped_leave_the_others_as_they_were()
    {
        Transformer model = Build();
        // The longest goes: the padding of the others stays right.
        IReadOnlyList<int>[] sources = Sources(model, 2, 3, 8, 2, 5);
        int[][] targets = Targets(model, rows: 8, length: 9);
        var cache = new DecoderCache(model, Batch(sources), beams: 2);
        for (int t = 0; t < 4; t++)
        {
            cache.Step(Column(targets, t));
        }

        cache.SelectSentences([0, 2, 3]);
        Assert.Equal(3, cache.Sentences);
        targets = [.. targets[..2], .. targets[4..]];
        IReadOnlyList<int>[] left = [sources[0], sources[0], sources[2], sources[2], sources[3], sources[3]];
        for (int t = 4; t < 9; t++)
        {
            Compare(LastLogits(model, left, Prefixes(targets, t + 1)), cache.Step(Column(targets, t)));
        }
    }

    [Fact]
    public void Nothing_is_recorded_for_gradients()
    {
        Transformer model = Build();
        var cache = new DecoderCache(model, Batch([3, 4]));
        Assert.False(cache.Step([Vocabulary.Start]).NeedsGradient);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Transformer model = Build();
        var cache = new DecoderCache(model, Batch([3, 4], [5, 6]), beams: 2);
        Assert.Contains(
            "take 4 tokens a step, not 3", Assert.Throws<ArgumentException>(() => cache.Step([1, 1, 1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "4 rows", Assert.Throws<ArgumentException>(() => cache.SelectRows([0, 1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "another source", Assert.Throws<ArgumentException>(() => cache.SelectRows([0, 2, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => cache.SelectRows([0, -1, 2, 3]));
        Assert.Throws<ArgumentException>(() => cache.SelectSentences([]));
        Assert.Throws<ArgumentException>(() => cache.SelectSentences([2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecoderCache(model, Batch([3, 4]), beams: 0));
        Assert.Throws<ArgumentException>(() => Batch([3, 4], [])); // An empty source never gets as far as a decoder.
    }

    private static int[][] Targets(Transformer model, int rows, int length) =>
        [.. Sources(model, 7, [.. Enumerable.Repeat(length, rows)])
            .Select(target => (int[])[Vocabulary.Start, .. target.Skip(1)])];

    private static int[] Column(int[][] targets, int t) => [.. targets.Select(target => target[t])];

    private static IReadOnlyList<int>[] Prefixes(int[][] targets, int length) =>
        [.. targets.Select(target => target[..length])];

    private static void Compare(float[][] expected, Tensor logits)
    {
        Assert.Equal(expected.Length, logits.Shape[0]);
        for (int row = 0; row < expected.Length; row++)
        {
            Near(expected[row], logits.Span.Slice(row * logits.Shape[1], logits.Shape[1]));
        }
    }
}
