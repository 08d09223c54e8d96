namespace TransformersFromScratch.Benchmarks;

/// <summary>How fast a translator writes. The weights are random, which cost as much as trained ones, but the end is never likely: every target has its full length.</summary>
internal static class Decoding
{
    private const int TargetTokens = 24;

    public static void Print()
    {
        Console.WriteLine($"## Decoding: {TargetTokens} target tokens a sentence, seconds as median (best)");
        Console.WriteLine("| what | time | target tokens/s | times as fast |");
        Console.WriteLine("|---|---|---|---|");
        Transformer small = Model(vocabulary: 4000, width: 128);
        TokenBatch batch = Sentences(64, 24, 4000, seed: 1);
        Contestant cached = new("greedy, batch 64, d 128, with the cache", 0, () => Greedy.Decode(small, batch, Vocabulary.Start, end: -1, TargetTokens));
        Contestant anew = new("greedy, batch 64, d 128, everything computed anew", 0, () => Greedy.DecodeAnew(small, batch, Vocabulary.Start, end: -1, TargetTokens));
        Measure.Interleaved(11, 100, [anew, cached]);
        Row(anew, 64, anew);
        Row(cached, 64, anew);

        Transformer shipped = Model(vocabulary: 3759, width: 192);
        TokenBatch[] test = [.. Enumerable.Range(0, 600).Chunk(60).Select(chunk => Sentences(chunk.Length, 17, 3759, seed: chunk[0]))];
        Contestant Beam(int width) => new($"600 sentences of 17 tokens, d 192, beam {width}", 0, () =>
        {
            foreach (TokenBatch sentences in test)
                BeamSearch.Decode(shipped, sentences, TargetTokens, width);
        });
        Contestant one = Beam(1), four = Beam(4);
        Measure.Interleaved(3, 1, [one, four]);
        Row(one, 600, null);
        Row(four, 600, null);
        Console.WriteLine();
        PrintGpt();
    }

    /// <summary>A text from its first token to 256 with a cache and without, and the same 256 tokens read at once.</summary>
    private static void PrintGpt()
    {
        const int Length = 256;
        Console.WriteLine($"## GPT of 4 layers, d 128, 4 heads, 76 characters: {Length} tokens, seconds as median (best)");
        Console.WriteLine("| what | time | tokens/s | times as fast | cache |");
        Console.WriteLine("|---|---|---|---|---|");
        Gpt plain = Gpt(null), multiQuery = Gpt(1);
        int[] text = [.. Enumerable.Range(0, Length).Select(i => i % 76)];
        Contestant anew = new("one text, everything computed anew", 0, () => Generation.Stream(plain, [1], Length, cached: false).Last());
        Contestant cached = new("one text, with the cache", 0, () => Generation.Stream(plain, [1], Length).Last());
        Contestant shared = new("one text, with the cache, one head of keys and values", 0, () => Generation.Stream(multiQuery, [1], Length).Last());
        Contestant batch = new("16 texts, with the cache", 0, () => Generation.Batch(plain, [.. Enumerable.Repeat(new[] { 1 }, 16)], Length));
        Contestant prefill = new("prefill: one text read at once", 0, () => new GptCache(plain).Read(new TokenBatch(text, 1, Length)));
        Measure.Interleaved(5, 1, [anew, cached, shared, batch, prefill]);
        foreach (var (contestant, texts, model) in new[] { (anew, 1, null), (cached, 1, plain), (shared, 1, multiQuery), (batch, 16, plain), (prefill, 1, plain) })
        {
            var cache = new GptCache(model ?? plain);
            cache.Read(new TokenBatch([.. Enumerable.Repeat(text, texts).SelectMany(ids => ids)], texts, Length));
            Row(contestant, texts, contestant == batch || contestant == prefill ? null : anew, Length, model is null ? " – |" : $" {cache.Bytes / 1024} kB |");
        }

        Console.WriteLine();
    }

    private static Gpt Gpt(int? keyValueHeads) => new(
        new GptConfig { Vocabulary = 76, Context = 256, Layers = 4, DModel = 128, Heads = 4, Dropout = 0, KeyValueHeads = keyValueHeads }, seed: 1);

    private static void Row(Contestant contestant, int sentences, Contestant? beside, int tokens = TargetTokens, string more = "") => Console.WriteLine(
        $"| {contestant.Name} | {contestant.Median:F3} ({contestant.Best:F3}) s | {sentences * tokens / contestant.Median:F0} | " +
        $"{(beside is null ? "–" : $"{beside.Median / contestant.Median:F1} ({beside.Best / contestant.Best:F1})")} |{more}");

    private static Transformer Model(int vocabulary, int width)
    {
        var model = new Transformer(
            new TransformerConfig { Vocabulary = vocabulary, DModel = width, Heads = 4, DFeedForward = 512, EncoderLayers = 2, DecoderLayers = 2 }, seed: 1);
        model.Embedding.Weight.Data.AsSpan(Vocabulary.End * width, width).Clear(); // Its logit is 0, below that of thousands of others.
        return model;
    }

    private static TokenBatch Sentences(int count, int length, int vocabulary, int seed)
    {
        var random = new Random(seed);
        return new TokenBatch([.. Enumerable.Range(0, count * length).Select(_ => random.Next(4, vocabulary))], count, length);
    }
}
