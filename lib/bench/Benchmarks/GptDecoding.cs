using TorchPeer;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// How fast a GPT writes a text from its first token to 256, always the likeliest token: with the cache, without, and
/// beside TorchSharp with the same weights and the same cache. For a model that no cache of the processor holds, also
/// beside the memory: every token needs every weight, so it cannot be written faster than the weights can be read.
/// </summary>
internal static class GptDecoding
{
    private const int Length = 256;
    private static readonly string? s_noTorch = Torch.WhyNot();

    /// <summary>A model of the size that chapter 12 trains.</summary>
    public static void PrintSmall()
    {
        Gpt plain = Gpt(layers: 4, width: 128, heads: 4, vocabulary: 76), shared = Gpt(4, 128, 4, 76, keyValueHeads: 1);
        int[] text = [.. Enumerable.Range(0, Length).Select(i => i % 76)];
        Contestant anew = new("anew", 0, () => Write(plain, 1, cached: false));
        Head("GPT of 4 layers, d 128, 4 heads, 76 characters");
        Print(Cached(plain, 1), rounds: 9, anew);
        Print(Cached(plain, 8), rounds: 5);
        Print(Cached(plain, 16), rounds: 5);
        Print(new("1 text, one head of keys and values", 1, () => Write(shared, 1), null), rounds: 9);
        Action prefill = () => new GptCache(plain).Read(new TokenBatch(text, 1, Length));
        Print(new("prefill: 1 text read at once", 1, prefill, null), rounds: 9);
        Console.WriteLine(
            $"The cache of a text: {CacheBytes(plain, text) / 1024} kB; with one head of keys and values " +
            $"{CacheBytes(shared, text) / 1024} kB.");
        Console.WriteLine();
    }

    /// <summary>A model of which a token needs more bytes than the processor's caches hold.</summary>
    public static void PrintLarge()
    {
        Gpt model = Gpt(layers: 6, width: 768, heads: 12, vocabulary: 8000);

        // A token reads every weight but the positions, and the keys and values of the tokens so far: on the average
        // half of all.
        double weights = model.ParameterCount - model.Positions!.Weight.Length;
        double bytes = sizeof(float) * (weights + (2.0 * 6 * 768 * (Length + 1) / 2));
        var memory = new Memory(bytes);
        Race one = Cached(model, 1);
        Head($"GPT of 6 layers, d 768, 12 heads, vocabulary 8,000: {bytes / 1e6:F0} MB a token");
        Print(one, rounds: 5, others: memory.Reads);
        Print(Cached(model, 8), rounds: 3);
        Console.WriteLine(
            $"Reading so many bytes and adding up the numbers, on as many threads: {Rate(memory.Reads, bytes)} GB/s. " +
            $"1 text: {Rate(one.Ours, Length * bytes)} GB/s, {memory.Reads.Median * Length / one.Ours.Median:P0} " +
            $"({memory.Reads.Best * Length / one.Ours.Best:P0}) of it.");
        Console.WriteLine();

        static string Rate(Contestant contestant, double bytes) =>
            $"{bytes / contestant.Median / 1e9:F1} ({bytes / contestant.Best / 1e9:F1})";
    }

    private static void Head(string title)
    {
        Console.WriteLine($"## {title}: {Length} tokens; tokens per second as median (best)");
        Console.WriteLine("| what | this library | TorchSharp | times as fast | beside computing anew |");
        Console.WriteLine("|---|---|---|---|---|");
    }

    /// <summary>A row of the table, whose contestants are timed in turns.</summary>
    private static void Print(Race race, int rounds, Contestant? anew = null, params Contestant[] others)
    {
        Contestant?[] beside = [race.Torch, anew];
        Measure.Interleaved(rounds, 1, [race.Ours, .. beside.OfType<Contestant>(), .. others]);
        Console.WriteLine(
            $"| {race.Name} | {race.Speed(race.Ours)} | {(race.Torch is { } torch ? race.Speed(torch) : "–")} | " +
            $"{Ratio(race.Torch, race.Ours)} | {Ratio(anew, race.Ours)} |");

        static string Ratio(Contestant? slow, Contestant fast) =>
            slow is null ? "–" : $"{slow.Median / fast.Median:F2} ({slow.Best / fast.Best:F2})";
    }

    /// <summary>Some texts at once, with the cache, beside TorchSharp, which has to write the same.</summary>
    private static Race Cached(Gpt model, int texts)
    {
        string name = $"{texts} text{(texts == 1 ? "" : "s")}, with the cache";
        if (s_noTorch is not null)
            return new(name, texts, () => Write(model, texts), null);

        Func<int[]> torch = Torch.Writer(model, texts, Length);
        int same = Write(model, texts).Zip(torch()).TakeWhile(pair => pair.First == pair.Second).Count();
        return new($"{name} (the first {same} tokens are the same)", texts, () => Write(model, texts), () => torch());
    }

    /// <summary>What follows token 1: the ids of the first text alone, because the others are equal.</summary>
    private static int[] Write(Gpt model, int texts, bool cached = true) => texts == 1
        ? [.. Generation.Stream(model, [1], Length, cached: cached)]
        : Generation.Batch(model, [.. Enumerable.Repeat(new[] { 1 }, texts)], Length)[0];

    private static long CacheBytes(Gpt model, int[] text)
    {
        var cache = new GptCache(model);
        cache.Read(new TokenBatch(text, 1, Length));
        return cache.Bytes;
    }

    private static Gpt Gpt(int layers, int width, int heads, int vocabulary, int? keyValueHeads = null) => new(
        new GptConfig
        {
            Vocabulary = vocabulary, Context = Length + 1, Layers = layers, DModel = width, Heads = heads,
            Dropout = 0, KeyValueHeads = keyValueHeads,
        },
        seed: 1);

    /// <summary>The same work done by this library and, if it is there, by TorchSharp.</summary>
    private sealed record Race(string Name, int Texts, Contestant Ours, Contestant? Torch)
    {
        public Race(string name, int texts, Action ours, Action? torch)
            : this(
                name, texts, new Contestant(name, 0, ours),
                torch is null ? null : new Contestant("TorchSharp", 0, torch))
        {
        }

        public string Speed(Contestant contestant) =>
            $"{Texts * Length / contestant.Median:F0} ({Texts * Length / contestant.Best:F0})";
    }
}
