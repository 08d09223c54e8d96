using TorchPeer;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// Models of published sizes with random weights, which cost as much to read as trained ones: how many tokens a second
/// one sentence gets, with weights of 32, 16 and 8 bits, and what share that is of what the memory allows.
/// </summary>
internal static class RealSizes
{
    private const int Length = 32;

    private static readonly WeightFormat[] s_formats =
        [WeightFormat.Float32, WeightFormat.BFloat16, WeightFormat.Float16, WeightFormat.Int8];

    public static void Print(int rounds = 5)
    {
        Console.WriteLine(
            $"## Real sizes: one sentence, {Length} tokens with the cache; tokens per second as median (best)");
        PrintGpt(rounds);
        PrintEncoderDecoder("t5-small: 6+6 layers, d 512, 8 heads, 32,128 tokens", rounds, () => new T5(
            new T5Config
            {
                Vocabulary = 32_128, DModel = 512, Heads = 8, HeadWidth = 64, DFeedForward = 2048, EncoderLayers = 6,
                DecoderLayers = 6, Dropout = 0,
            },
            seed: 1));
        PrintEncoderDecoder("opus-mt: 6+6 layers, d 512, 8 heads, 59,514 tokens", rounds, () => new Transformer(
            new TransformerConfig { Vocabulary = 59_514, Dropout = 0, OutputBias = true }, seed: 1));
        PrintMiniLm(rounds);
    }

    private static void PrintGpt(int rounds)
    {
        var config = new GptConfig { Dropout = 0 };
        Gpt[] models = InEveryFormat(() => new Gpt(config, seed: 1), (model, format) => model.Compact(format));
        Contestant[] ours = [.. models.Select((model, i) => new Contestant($"{s_formats[i]}", 0, () => Write(model)))];

        // A token reads all but the positions, and the keys and values of those before it: half of all on average.
        double seen = 2.0 * config.Layers * config.DModel * (Length + 1) / 2 * sizeof(float);
        double[] bytes = [.. models.Select(model => Bytes(model.Parameters()) + seen)];
        var memory = new Memory(bytes[0]);
        Contestant? torch = Torch.WhyNot() is null ? TorchOf(models[0]) : null;
        Measure.Interleaved(
            rounds, 1, [memory.Reads, memory.ReadsApart, .. ours, .. torch is null ? (Contestant[])[] : [torch]]);
        Contestant fastest = memory.Reads.Median < memory.ReadsApart.Median ? memory.Reads : memory.ReadsApart;
        Console.WriteLine(
            $"Reading {bytes[0] / 1e6:F0} MB and adding up the numbers, on as many threads: one after another " +
            $"{Rate(memory.Reads, bytes[0])} GB/s, at eight places by turns {Rate(memory.ReadsApart, bytes[0])} GB/s.");
        Head($"GPT-2 small: 12 layers, d 768, 12 heads, 50,257 tokens, {models[0].ParameterCount / 1e6:F0} M");
        for (int i = 0; i < ours.Length; i++)
        {
            double limit = fastest.Median * bytes[i] / bytes[0], best = fastest.Best * bytes[i] / bytes[0];
            Row(ours[i], bytes[i], ours[0],
                $"{limit * Length / ours[i].Median:P0} ({best * Length / ours[i].Best:P0})");
        }

        if (torch is not null) { Row(torch, bytes[0], ours[0], "–"); }

        Console.WriteLine();

        static string Rate(Contestant reads, double bytes) =>
            $"{bytes / reads.Median / 1e9:F1} ({bytes / reads.Best / 1e9:F1})";
    }

    private static Contestant TorchOf(Gpt model)
    {
        Func<int[]> writer = Torch.Writer(model, texts: 1, Length);
        int same = Generation.Stream(model, [1], Length).Zip(writer())
            .TakeWhile(pair => pair.First == pair.Second).Count();
        return new Contestant($"TorchSharp with a cache (the first {same} tokens are the same)", 0, () => writer());
    }

    private static void Write(Gpt model)
    {
        foreach (int _ in Generation.Stream(model, [1], Length)) { }
    }

    private static void PrintEncoderDecoder(string name, int rounds, Func<IEncoderDecoder> build)
    {
        IEncoderDecoder[] models = InEveryFormat(build, (model, format) => model.Compact(format));
        TokenBatch source = Sentence(24);
        Contestant[] ours = [.. models.Select((model, i) => new Contestant($"{s_formats[i]}", 0, () =>
        {
            var cache = new DecoderCache(model, source);
            for (int t = 0; t < Length; t++) { cache.Step([t == 0 ? model.StartId : 10 + t]); }
        }))];
        Measure.Interleaved(rounds, 1, ours);
        Head($"{name}; a source of 24 tokens is read first");
        for (int i = 0; i < ours.Length; i++) { Row(ours[i], Bytes(models[i].Parameters()), ours[0], "–"); }

        Console.WriteLine();
    }

    private static void PrintMiniLm(int rounds)
    {
        Bert[] models = InEveryFormat(
            () => new Bert(
                new BertConfig
                {
                    Vocabulary = 30_522, DModel = 384, Heads = 12, DFeedForward = 1536, Layers = 6, Positions = 512,
                    Dropout = 0,
                },
                seed: 1),
            (model, format) => model.Compact(format));
        Console.WriteLine("| MiniLM: 6 layers, d 384, 12 heads; sentences per second | 1 of 16 tokens | 1 of 128 | " +
            "32 of 16 |");
        Console.WriteLine("|---|---|---|---|");
        (int Sentences, int Tokens)[] sizes = [(1, 16), (1, 128), (32, 16)];
        var workspace = new Workspace();
        Contestant[][] ours = [.. sizes.Select(size => models.Select((model, i) => new Contestant(
            $"{s_formats[i]}", 0, () => Embed(model, Sentence(size.Tokens, size.Sentences)))).ToArray())];
        Measure.Interleaved(rounds, 20, [.. ours.SelectMany(all => all)]);
        for (int i = 0; i < models.Length; i++)
        {
            Console.WriteLine($"| {s_formats[i]} | " + string.Join(" | ", sizes.Select((size, column) =>
                $"{size.Sentences / ours[column][i].Median:F0} ({size.Sentences / ours[column][i].Best:F0})")) + " |");
        }

        Console.WriteLine();

        void Embed(Bert model, TokenBatch tokens)
        {
            using var quiet = Tape.NoGradient();
            using var step = workspace.BeginStep();
            _ = model.Pool(model.Encode(tokens), tokens, Pooling.Mean).Data;
        }
    }

    private static void Head(string title)
    {
        Console.WriteLine($"| {title} | tokens/s | MB of weights | beside float32 | share of the memory's rate |");
        Console.WriteLine("|---|---|---|---|---|");
    }

    private static void Row(Contestant contestant, double bytes, Contestant beside, string share) =>
        Console.WriteLine(
            $"| {contestant.Name} | {Length / contestant.Median:F1} ({Length / contestant.Best:F1}) | " +
            $"{bytes / 1e6:F0} | {beside.Median / contestant.Median:F2} ({beside.Best / contestant.Best:F2}) | " +
            $"{share} |");

    /// <summary>One model for each format, all of the same weights.</summary>
    private static TModel[] InEveryFormat<TModel>(Func<TModel> build, Action<TModel, WeightFormat> compact)
    {
        var models = new TModel[s_formats.Length];
        Parallel.For(0, models.Length, i =>
        {
            models[i] = build();
            compact(models[i], s_formats[i]);
        });
        return models;
    }

    /// <summary>What a token reads: everything but the positions.</summary>
    private static double Bytes(IEnumerable<Parameter> parameters) => CompactModels.Bytes(
        parameters.Where(parameter => !parameter.Name.EndsWith("positions.weight", StringComparison.Ordinal)));

    private static TokenBatch Sentence(int length, int sentences = 1) =>
        new([.. Enumerable.Range(0, sentences * length).Select(i => 5 + (i % 1000))], sentences, length);
}
