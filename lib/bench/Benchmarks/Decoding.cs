namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// How fast a translator writes. The weights are random, which cost as much as trained ones, but the end is never
/// likely: every target has its full length.
/// </summary>
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
        Contestant cached = new(
            "greedy, batch 64, d 128, with the cache", 0,
            () => Greedy.Decode(small, batch, Vocabulary.Start, end: -1, TargetTokens));
        Contestant anew = new(
            "greedy, batch 64, d 128, everything computed anew", 0,
            () => Greedy.DecodeAnew(small, batch, Vocabulary.Start, end: -1, TargetTokens));
        Measure.Interleaved(11, 100, [anew, cached]);
        Row(anew, 64, anew);
        Row(cached, 64, anew);

        Transformer shipped = Model(vocabulary: 3759, width: 192);
        TokenBatch[] test =
            [.. Enumerable.Range(0, 600).Chunk(60).Select(chunk => Sentences(chunk.Length, 17, 3759, seed: chunk[0]))];
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
    }

    private static void Row(Contestant contestant, int sentences, Contestant? beside) => Console.WriteLine(
        $"| {contestant.Name} | {contestant.Median:F3} ({contestant.Best:F3}) s | " +
        $"{sentences * TargetTokens / contestant.Median:F0} | " +
        $"{(beside is null ? "–" : $"{beside.Median / contestant.Median:F1} ({beside.Best / contestant.Best:F1})")} |");

    private static Transformer Model(int vocabulary, int width)
    {
        var model = new Transformer(
            new TransformerConfig { Vocabulary = vocabulary, DModel = width, Heads = 4, DFeedForward = 512,
                EncoderLayers = 2, DecoderLayers = 2 }, seed: 1);
        // Its logit is 0, below that of thousands of others.
        model.Embedding.Weight.Data.AsSpan(Vocabulary.End * width, width).Clear();
        return model;
    }

    private static TokenBatch Sentences(int count, int length, int vocabulary, int seed)
    {
        var random = new Random(seed);
        return new TokenBatch(
            [.. Enumerable.Range(0, count * length).Select(_ => random.Next(4, vocabulary))], count, length);
    }
}
