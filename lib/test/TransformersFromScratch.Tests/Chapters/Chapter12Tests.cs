namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 12 write, against what the library ships. The functions are those of the cells.</summary>
public class Chapter12Tests
{
    private static readonly Gpt s_model = new(new GptConfig { Vocabulary = 11, Context = 7, Layers = 2, DModel = 8, Heads = 2, Dropout = 0 }, seed: 1);

    // ---- the cells ----
    private static Tensor Block(EncoderLayer layer, Tensor x)
    {
        x += layer.Attention.Forward(layer.AttentionNorm.Forward(x), causal: true);
        return x + layer.FeedForward.Forward(layer.FeedForwardNorm.Forward(x));
    }

    private static Tensor Forward(Gpt gpt, TokenBatch tokens)
    {
        int[] places = [.. Enumerable.Range(0, tokens.Length)];
        Tensor x = gpt.Tokens.Forward(tokens)                                  // [B, T, d]
            + Op.Embedding(gpt.Positions!.Weight, places, places.Length);      // [T, d]
        foreach (var layer in gpt.Layers) { x = Block(layer, x); }             // [B, T, d]

        return gpt.Tokens.Logits(gpt.Norm!.Forward(x));                        // [B, T, V]
    }

    private static long Count(long vocabulary, long d, long layers, long context) =>
        (vocabulary * d) + (context * d) + (layers * ((12 * d * d) + (13 * d))) + (2 * d);

    private static double[] Shares(IEnumerable<double> weights)
    {
        double[] all = [.. weights];
        double sum = all.Sum();
        return [.. all.Select(x => x / sum)];
    }

    private static int[] Ranked(double[] of) => [.. Enumerable.Range(0, of.Length).OrderByDescending(i => of[i])];

    private static double[] Soften(double[] p, double tau) => Shares(p.Select(x => Math.Pow(x, 1 / tau)));

    private static double[] MinP(double[] p, double least) => Shares(p.Select(x => x < least * p.Max() ? 0 : x));

    private static double[] TopK(double[] p, int k)
    {
        var inside = Ranked(p).Take(k).ToHashSet();
        return Shares(p.Select((x, i) => inside.Contains(i) ? x : 0));
    }

    private static double Repeats(IReadOnlyList<int> text)
    {
        var seen = new HashSet<(int, int, int, int)>();
        int[] places = [.. Enumerable.Range(3, Math.Max(0, text.Count - 3))];
        return places.Count(t => !seen.Add((text[t - 3], text[t - 2], text[t - 1], text[t]))) / (double)Math.Max(1, places.Length);
    }

    // ---- against the library ----
    [Fact]
    public void The_cells_model_is_the_librarys()
    {
        var tokens = new TokenBatch([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1], 3, 4);
        Assert.Equal(s_model.Forward(tokens).Data, Forward(s_model, tokens).Data);
    }

    [Fact]
    public void The_parameters_are_as_many_as_the_formula_says()
    {
        Assert.Equal(s_model.ParameterCount, Count(11, 8, 2, 7));
        Assert.Equal(124_439_808, Count(50_257, 768, 12, 1024)); // the smallest GPT-2
    }

    [Theory]
    [InlineData(1, 0, 1, 0)]
    [InlineData(0.5, 0, 1, 0)]
    [InlineData(1, 3, 1, 0)]
    [InlineData(1, 0, 0.7, 0)]
    [InlineData(1, 0, 1, 0.3)]
    [InlineData(1.7, 8, 0.8, 0.2)]
    public void The_rules_of_drawing_are_the_librarys(double temperature, int k, double p, double least)
    {
        float[] logits = [0.3f, -1, 2, 1.5f, 0.8f, -2, 1.9f, 0, 0.1f, 1.1f];
        double[] chances = Sampling.Probabilities(logits, new SamplingOptions());
        double[] cut = TopK(Soften(chances, temperature), k == 0 ? 10 : k);
        double[] drawn = MinP(Turn12.TopP((_, _) => throw new NotImplementedException())(cut, p), least);
        double[] library = Sampling.Probabilities(logits, new SamplingOptions { Temperature = temperature, TopK = k, TopP = p, MinP = least });
        Assert.All(drawn.Zip(library), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Repeats_are_those_of_four_tokens()
    {
        Assert.Equal(0, Repeats([1, 2, 3, 4, 5, 6]));
        Assert.Equal(1 / 6.0, Repeats([1, 2, 3, 4, 5, 1, 2, 3, 4]), 1e-12); // 1 2 3 4 comes again, one of six
        Assert.Equal(0, Repeats([1, 2]));
    }
}
