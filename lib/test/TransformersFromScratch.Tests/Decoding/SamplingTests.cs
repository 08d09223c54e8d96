namespace TransformersFromScratch.Tests.Decoding;

public class SamplingTests
{
    private static readonly float[] s_logits = [.. new[] { 0.1, 0.4, 0.2, 0.3 }.Select(p => (float)Math.Log(p))];

    private static void Is(double[] expected, SamplingOptions options)
    {
        double[] actual = Sampling.Probabilities(s_logits, options);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(expected.Length, actual.Length);
    }

    [Fact]
    public void Temperature_top_k_and_top_p_by_hand()
    {
        Is([0.1, 0.4, 0.2, 0.3], new());
        Is([1 / 30.0, 16 / 30.0, 4 / 30.0, 9 / 30.0], new() { Temperature = 0.5 }); // p² over their sum
        Is([0, 4 / 7.0, 0, 3 / 7.0], new() { TopK = 2 });
        Is([0.1, 0.4, 0.2, 0.3], new() { TopK = 9 });
        Is([0, 4 / 7.0, 0, 3 / 7.0], new() { TopP = 0.65 });       // 0.4 is too little, 0.4 + 0.3 enough
        Is([0, 4 / 9.0, 2 / 9.0, 3 / 9.0], new() { TopP = 0.75 });
        Is([0, 1, 0, 0], new() { TopP = 0.01 });                    // At least one is always left.
        Is([0, 1, 0, 0], new() { TopK = 2, TopP = 0.5 });           // Of the two that are left, the first has 4/7.
        Is([0, 1, 0, 0], new() { Temperature = 1e-6 });
    }

    [Fact]
    public void What_is_drawn_comes_as_often_as_softmax_says()
    {
        const int draws = 20_000;
        Transformer model = Tiny.Model(seed: 2, vocabulary: 6);
        int[] source = [3, 4, 5];
        TokenBatch sources = Tiny.Batch([.. Enumerable.Repeat(source, draws / 10)]);
        var random = new Random(1);
        int[] counts = new int[6];
        for (int i = 0; i < 10; i++)
        {
            foreach (Hypothesis drawn in Sampling.Decode(model, sources, 1, new(), random))
            {
                counts[drawn.Ended ? Vocabulary.End : drawn.Tokens[0]]++;
            }
        }

        using var quiet = Tape.NoGradient();
        double[] softmax = [.. model.Forward(Tiny.Batch(source), Tiny.Batch([Vocabulary.Start])).Data.Select(logit => Math.Exp(logit))];
        double chiSquare = counts.Select((count, id) => (Count: count, Expected: draws * softmax[id] / softmax.Sum()))
            .Sum(cell => (cell.Count - cell.Expected) * (cell.Count - cell.Expected) / cell.Expected);
        Assert.True(chiSquare < 20.5, $"χ² = {chiSquare:F1}; with 5 degrees of freedom it is above 20.5 once in a thousand times."); 
    }

    [Fact]
    public void A_draw_never_falls_on_what_is_out()
    {
        var random = new Random(3);
        Assert.All(Enumerable.Range(0, 1000).Select(_ => Sampling.Draw([0, 0.3, 0.7 - 1e-3, 0], random)), drawn => Assert.InRange(drawn, 1, 2));
    }

    [Fact]
    public void Towards_a_temperature_of_0_it_is_greedy()
    {
        Transformer model = Tiny.Model(seed: 5);
        TokenBatch source = Tiny.Batch(Tiny.Sentences(5, 11, 6, 2, 9, 4));
        Assert.Equal(
            Tiny.GreedyOf(model, source, 20),
            Sampling.Decode(model, source, 20, new() { Temperature = 1e-7 }, new Random(1)).Select(hypothesis => hypothesis.Tokens));
    }

    [Fact]
    public void The_same_seed_gives_the_same_and_scores_are_the_models_own()
    {
        Transformer model = Tiny.Model(seed: 6);
        int[][] sources = Tiny.Sentences(6, 11, 3, 5);
        string Drawn(int seed) => string.Join(" | ", Sampling.Decode(model, Tiny.Batch(sources), 12, new(), new Random(seed)).Select(h => string.Join(" ", h.Tokens)));
        Assert.Equal(Drawn(1), Drawn(1));
        Assert.True(Enumerable.Range(1, 5).Select(Drawn).Distinct().Count() > 1);

        using var quiet = Tape.NoGradient();
        var hypotheses = Sampling.Decode(model, Tiny.Batch(sources), 12, new() { Temperature = 2, TopK = 4 }, new Random(2));
        foreach (var (hypothesis, source) in hypotheses.Zip(sources))
        {
            float[][] logits = [.. model.Forward(Tiny.Batch(source), Tiny.Batch([Vocabulary.Start, .. hypothesis.Tokens])).Data.Chunk(11)];
            int[] said = [.. hypothesis.Tokens, .. hypothesis.Ended ? new[] { Vocabulary.End } : []];
            double expected = said.Select((id, t) => logits[t][id] - Math.Log(logits[t].Sum(logit => Math.Exp(logit)))).Sum();
            Assert.Equal(expected, hypothesis.LogProbability, 1e-4);
        }
    }

    [Fact]
    public void What_cannot_be_drawn_from_is_named()
    {
        SamplingOptions[] wrong =
        [
            new() { Temperature = 0 }, new() { Temperature = -1 }, new() { Temperature = double.NaN }, new() { Temperature = double.PositiveInfinity },
            new() { TopK = -1 }, new() { TopP = 0 }, new() { TopP = 1.5 }, new() { TopP = double.NaN },
        ];
        string[] says = ["emperature", "emperature", "emperature", "emperature", "k = -1", "p = 0", "p = 1.5", "p = NaN"];
        foreach (var (options, what) in wrong.Zip(says))
        {
            Assert.Contains(what, Assert.Throws<ArgumentOutOfRangeException>(() => Sampling.Probabilities(s_logits, options)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("NaN", Assert.Throws<InvalidOperationException>(() => Sampling.Probabilities([1, float.NaN], new())).Message, StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(() => Sampling.Decode(
            Tiny.Model(seed: 1), Tiny.Batch([3]), 5, new(), new Random(1), new CancellationToken(canceled: true)));
    }
}
