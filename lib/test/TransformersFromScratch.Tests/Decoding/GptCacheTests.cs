using TransformersFromScratch.Tests.Layers;

namespace TransformersFromScratch.Tests.Decoding;

public class GptCacheTests
{
    private static readonly int[] s_ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4];

    private static Gpt Small(
        PositionKind positions = PositionKind.Learned, int? keyValueHeads = null, int? window = null,
        int? paddingId = null) =>
        VariantTests.Lively(new GptConfig
        {
            Vocabulary = 13, Context = 40, Layers = 2, DModel = 16, Heads = 4, DFeedForward = 12, Dropout = 0,
            Positions = positions,
            KeyValueHeads = keyValueHeads, Window = window, PaddingId = paddingId,
        });

    /// <summary>Row t of the whole model's logits.</summary>
    private static float[] Row(Gpt model, IReadOnlyList<int> ids)
    {
        float[] logits = model.Forward(new TokenBatch([.. ids], 1, ids.Count)).Data;
        return logits[^model.Config.Vocabulary..];
    }

    private static void Same(float[] want, ReadOnlySpan<float> got, string where)
    {
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(
                Math.Abs(want[i] - got[i]) <= 1e-4f * (1 + Math.Abs(want[i])),
                $"{where}: {want[i]} without the cache, {got[i]} with it.");
        }
    }

    [Fact]
    public void Every_step_gives_the_logits_of_the_whole_model_in_every_combination()
    {
        foreach (GptConfig config in VariantTests.Combinations().Where(config => config.Activation != Activation.Relu))
        {
            Gpt model = VariantTests.Lively(config);
            float[] whole = model.Forward(new TokenBatch(s_ids, 1, s_ids.Length)).Data;
            var cache = new GptCache(model);
            Same(Whole(4), cache.Read(new TokenBatch(s_ids[..5], 1, 5)).Span, $"prefill of {config}");
            for (int t = 5; t < s_ids.Length; t++)
            {
                Same(Whole(t), cache.Step(s_ids[t]).Span, $"token {t} of {config}");
            }

            float[] Whole(int t) => whole[(t * config.Vocabulary)..((t + 1) * config.Vocabulary)];
        }
    }

    /// <summary>The tensors in between are used again by the next step, but the logits belong to the caller.</summary>
    [Fact]
    public void Logits_stay_what_they_are_after_further_steps()
    {
        var cache = new GptCache(Small());
        Tensor first = cache.Step(3);
        float[] before = [.. first.Data];
        cache.Step(1);
        cache.Step(4);
        Assert.Equal(before, first.Data);
    }

    /// <summary>Once there is room for the keys and values, a step makes little that is not used again.</summary>
    [Fact]
    public void A_step_leaves_little_garbage()
    {
        var config = new GptConfig
        {
            Vocabulary = 50, Context = 100, Layers = 4, DModel = 64, Heads = 4, DFeedForward = 4096, Dropout = 0,
        };
        var cache = new GptCache(new Gpt(config, seed: 1));
        for (int t = 0; t < 70; t++)
        {
            cache.Step(7); // From 65 to 128 places there is room.
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 20; t++)
        {
            cache.Step(7);
        }

        // What the feed-forward networks alone write down is 4 · 2 · 4,096 numbers, 128 kB.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 1, 40_000);
    }

    /// <summary>In pieces of any size: what is read before and what comes with it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_text_may_be_read_in_pieces(int? window)
    {
        Gpt model = Small(PositionKind.Rotary, 2, window);
        var cache = new GptCache(model);
        int read = 0;
        foreach (int piece in new[] { 1, 4, 2, 12, 1, 3 })
        {
            Tensor logits = cache.Read(new TokenBatch(s_ids[read..(read + piece)], 1, piece));
            read += piece;
            Assert.Equal(read, cache.Length);
            Same(Row(model, s_ids[..read]), logits.Span, $"after {read} tokens");
        }
    }

    [Theory]
    [InlineData(PositionKind.Learned, null, null)]
    [InlineData(PositionKind.Learned, 5, 0)]
    [InlineData(PositionKind.Sinusoidal, null, null)]
    [InlineData(PositionKind.Rotary, 5, null)]
    [InlineData(PositionKind.Alibi, null, 0)]
    [InlineData(PositionKind.None, 3, null)]
    public void Sentences_of_a_batch_are_as_if_alone(PositionKind positions, int? window, int? paddingId)
    {
        Gpt model = Small(positions, 2, window, paddingId);
        List<int>[] texts = [[.. s_ids[..7]], [.. s_ids[7..8]], [.. s_ids[8..12]], [.. s_ids[12..19]]];
        var cache = new GptCache(model);
        Tensor logits = cache.Read(TokenBatch.Of(texts, 0, left: true));
        for (int t = 0; t < 12; t++)
        {
            for (int b = 0; b < texts.Length; b++)
            {
                Same(Row(model, texts[b]), logits.Span.Slice(b * 13, 13), $"sentence {b} at step {t}");
                texts[b].Add(1 + ((5 * b) + (3 * t)) % 12);
            }

            if (t == 5)
            {
                cache.SelectSentences(3, 1); // Others go, and these change places.
                texts = [texts[3], texts[1]];
            }

            logits = cache.Step([.. texts.Select(text => text[^1])]);
        }
    }

    [Fact]
    public void The_attention_of_a_step_is_the_last_row_of_the_whole_models()
    {
        Gpt model = Small(keyValueHeads: 2);
        List<Tensor> whole = [], step = [];
        model.Forward(new TokenBatch(s_ids[..6], 1, 6), maps: whole);
        var cache = new GptCache(model);
        cache.Read(new TokenBatch(s_ids[..5], 1, 5));
        cache.Read(new TokenBatch([s_ids[5]], 1, 1), step);
        for (int layer = 0; layer < 2; layer++)
        {
            Assert.Equal([1, 4, 1, 6], step[layer].Shape.ToArray());
            for (int head = 0; head < 4; head++)
            {
                Same(
                    whole[layer].Span.Slice((head * 36) + 30, 6).ToArray(), step[layer].Span.Slice(head * 6, 6),
                    $"layer {layer}, head {head}");
            }
        }
    }

    /// <summary>
    /// 2 · 2 layers · 2 sentences · 20 tokens · 16 numbers · 4 bytes, with a quarter of the heads a quarter of it.
    /// </summary>
    [Fact]
    public void Grouped_queries_shrink_the_cache_and_a_window_bounds_it()
    {
        Assert.Equal(2 * 2 * 2 * 20 * 16 * 4, Read(Small(), 20).Bytes);
        Assert.Equal(2 * 2 * 2 * 20 * 8 * 4, Read(Small(keyValueHeads: 2), 20).Bytes);
        Assert.Equal(2 * 2 * 2 * 20 * 4 * 4, Read(Small(keyValueHeads: 1), 20).Bytes);
        Assert.Equal(0, new GptCache(Small()).Bytes);

        // A window of 3 holds 3, and in truth never more than the room for twice as many, however the text comes.
        Gpt model = Small(PositionKind.Rotary, window: 3);
        foreach (int prefill in new[] { 1, 2, 20 })
        {
            GptCache cache = Read(model, prefill);
            for (int t = 0; t < 200; t++)
            {
                cache.Step(t % 13, (t + 1) % 13);
                Assert.InRange(cache.RoomBytes, cache.Bytes, 2 * (2 * 2 * 2 * 3 * 16 * 4));
            }

            Assert.Equal(2 * 2 * 2 * 3 * 16 * 4, cache.Bytes);
        }

        // Without one it grows, and the room with it, to at most about twice.
        GptCache growing = Read(Small(PositionKind.Rotary), 1);
        for (int t = 0; t < 200; t++)
        {
            growing.Step(t % 13, (t + 1) % 13);
            Assert.InRange(growing.RoomBytes, growing.Bytes, 2 * growing.Bytes);
        }

        static GptCache Read(Gpt model, int length)
        {
            var cache = new GptCache(model);
            cache.Read(new TokenBatch([.. Enumerable.Range(0, 2 * length).Select(i => i % 13)], 2, length));
            return cache;
        }
    }

    [Fact]
    public void Nothing_is_recorded_for_gradients()
    {
        Tensor logits = new GptCache(Small()).Step(3);
        Assert.False(logits.NeedsGradient);
        Assert.True(Tape.Recording);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var cache = new GptCache(Small(paddingId: 0));
        Says(() => cache.Read(TokenBatch.Of([[1, 2, 3], [4]], 0)), "Sentence 1 ends with padding", "left: true");
        cache.Read(TokenBatch.Of([[1, 2, 3], [4]], 0, left: true));
        Says(() => cache.Step(1), "2 sentences", "1 rows");
        Says(() => cache.Read(TokenBatch.Of([[1, 2, 3], [4]], 0, left: true)), "with padding");
        Says(() => cache.SelectSentences(), "at least one");
        Says(() => cache.SelectSentences(2), "0 to 1");
        Says(() => cache.Read(new TokenBatch([.. Enumerable.Repeat(1, 76)], 2, 38)), "41 tokens", "context of 40");
        Assert.Equal(3, cache.Length); // Nothing of it was read.
        cache.Read(new TokenBatch([.. Enumerable.Repeat(1, 74)], 2, 37));
        Says(() => cache.Step(1, 1), "context of 40");

        static void Says(Action action, params string[] parts)
        {
            string message = Assert.Throws<ArgumentException>(action).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }
}
