namespace TransformersFromScratch.Tests.Decoding;

public class DecoderCacheTests
{
    /// <summary>25 steps, past the first room of 16 places; sources of unlike lengths; beams that change places, sources that leave.</summary>
    [Theory]
    [InlineData(NormPlacement.Post, 1)]
    [InlineData(NormPlacement.Post, 3)]
    [InlineData(NormPlacement.Pre, 1)]
    [InlineData(NormPlacement.Pre, 3)]
    public void Cached_equals_uncached(NormPlacement norm, int beams)
    {
        Transformer model = Tiny.Model(seed: 3, norm: norm);
        int[][] sources = Tiny.Sentences(1, 11, 7, 2, 5, 4);
        var cache = new DecoderCache(model, Tiny.Batch(sources), beams);
        List<int>[] written = [.. Enumerable.Range(0, 4 * beams).Select(_ => new List<int> { Vocabulary.Start })];
        var random = new Random(8);
        using var quiet = Tape.NoGradient();
        for (int step = 0; step < 25; step++)
        {
            Tensor cached = cache.Step([.. written.Select(row => row[^1])]);
            Assert.Equal((step + 1, sources.Length), (cache.Length, cache.Sentences));

            TokenBatch repeated = Tiny.Batch([.. sources.SelectMany(source => Enumerable.Repeat(source, beams))]);
            float[] whole = model.Forward(repeated, Tiny.Batch([.. written.Select(row => row.ToArray())])).Data;
            float[][] anew = [.. whole.Chunk(11).Chunk(step + 1).Select(row => row[^1])];
            Assert.Equal([written.Length, 11], cached.Shape.ToArray());
            Assert.All(anew.SelectMany(row => row).Zip(cached.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));

            if (step is 4 or 15 or 16 or 20)
            {
                int[] rows = [.. Enumerable.Range(0, written.Length).Select(i => (i / beams * beams) + random.Next(beams))];
                cache.SelectRows(rows);
                written = [.. rows.Select(row => written[row].ToList())];
            }

            if (step is 8 or 18)
            {
                int[] kept = step == 8 ? [0, 1, 3] : [2, 1]; // The second time in another order.
                cache.SelectSentences(kept);
                written = [.. kept.SelectMany(b => written[(b * beams)..((b + 1) * beams)])];
                sources = [.. kept.Select(b => sources[b])];
            }

            foreach (List<int> row in written)
            {
                row.Add(random.Next(11));
            }
        }
    }

    [Fact]
    public void Cross_attention_is_that_of_the_decoder()
    {
        Transformer model = Tiny.Model(seed: 4);
        TokenBatch source = Tiny.Batch(Tiny.Sentences(2, 11, 5, 3));
        var cache = new DecoderCache(model, source);
        var maps = new List<Tensor>();
        int[] target = [Vocabulary.Start, 5, 7];
        foreach (int token in target)
        {
            maps.Clear();
            cache.Step([token, token], maps);
        }

        using var quiet = Tape.NoGradient();
        var whole = new List<Tensor>();
        model.Decode(Tiny.Batch(target, target), model.Encode(source), source, crossMaps: whole);
        Assert.Equal(2, maps.Count);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Equal([2, 2, 1, 5], maps[layer].Shape.ToArray());
            float[] last = [.. whole[layer].Data.Chunk(5).Chunk(3).SelectMany(head => head[^1])];
            Assert.All(last.Zip(maps[layer].Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            Assert.Equal([0f, 0f], maps[layer].Data[13..15]); // The second source has 3 tokens: nothing looks at its padding.
        }
    }

    [Fact]
    public void Wrong_numbers_and_foreign_rows_are_named()
    {
        var cache = new DecoderCache(Tiny.Model(seed: 1), Tiny.Batch(Tiny.Sentences(1, 11, 3, 3)), beams: 2);
        static void Says(string what, Action action) => Assert.Contains(what, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
        Says("2 sentences with 2 targets each take 4 tokens a step, not 3", () => cache.Step([1, 1, 1]));
        cache.Step([1, 1, 1, 1]);
        Says("There are 4 rows to choose, not 2", () => cache.SelectRows([0, 1]));
        Says("Row 1 belongs to source 0 and cannot go on where row 2", () => cache.SelectRows([0, 2, 2, 3]));
        Says("Row 3 belongs to source 1", () => cache.SelectRows([0, 1, 2, 4]));
        Says("Row 0 belongs to source 0", () => cache.SelectRows([-1, 1, 2, 3]));
        Says("at least one sentence of 0 to 1, not []", () => cache.SelectSentences([]));
        Says("not [0, 2]", () => cache.SelectSentences([0, 2]));
        Says("beams", () => new DecoderCache(Tiny.Model(seed: 1), Tiny.Batch([3]), beams: 0));
        Assert.Equal((1, 2), (cache.Length, cache.Sentences)); // Nothing of all that has changed it.
    }
}
