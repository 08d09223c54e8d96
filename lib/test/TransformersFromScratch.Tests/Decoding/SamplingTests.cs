using static TransformersFromScratch.Tests.Decoding.SmallModel;

namespace TransformersFromScratch.Tests.Decoding;

public class SamplingTests
{
    // Probabilities 0.5, 0.1, 0.25, 0.15, whatever is added to all logits.
    private static readonly float[] s_logits =
        [.. new[] { 0.5, 0.1, 0.25, 0.15 }.Select(p => (float)(Math.Log(p) + 3))];

    [Fact]
    public void At_temperature_one_the_probabilities_are_the_softmax() =>
        Near([0.5, 0.1, 0.25, 0.15], new SamplingOptions());

    /// <summary>p^(1/T) over its sum: squares for T = 1/2, roots for T = 2.</summary>
    [Fact]
    public void Temperature_by_hand()
    {
        Near([0.25 / 0.345, 0.01 / 0.345, 0.0625 / 0.345, 0.0225 / 0.345], new SamplingOptions { Temperature = 0.5 });
        double sum = Math.Sqrt(0.5) + Math.Sqrt(0.1) + 0.5 + Math.Sqrt(0.15);
        Near(
            [Math.Sqrt(0.5) / sum, Math.Sqrt(0.1) / sum, 0.5 / sum, Math.Sqrt(0.15) / sum],
            new SamplingOptions { Temperature = 2 });
    }

    [Theory]
    [InlineData(1, new[] { 1.0, 0, 0, 0 })]
    [InlineData(2, new[] { 0.5 / 0.75, 0, 0.25 / 0.75, 0 })]
    [InlineData(3, new[] { 0.5 / 0.9, 0, 0.25 / 0.9, 0.15 / 0.9 })]
    [InlineData(9, new[] { 0.5, 0.1, 0.25, 0.15 })]
    public void Top_k_by_hand(int k, double[] expected) => Near(expected, new SamplingOptions { TopK = k });

    [Theory]
    [InlineData(0.01, new[] { 1.0, 0, 0, 0 })] // One token is always in.
    [InlineData(0.49, new[] { 1.0, 0, 0, 0 })]
    [InlineData(0.51, new[] { 0.5 / 0.75, 0, 0.25 / 0.75, 0 })]
    [InlineData(0.76, new[] { 0.5 / 0.9, 0, 0.25 / 0.9, 0.15 / 0.9 })]
    [InlineData(0.91, new[] { 0.5, 0.1, 0.25, 0.15 })]
    [InlineData(1.00, new[] { 0.5, 0.1, 0.25, 0.15 })]
    public void Top_p_by_hand(double p, double[] expected) => Near(expected, new SamplingOptions { TopP = p });

    /// <summary>
    /// Of the three likeliest, 0.9 together, the first two have 0.75/0.9 = 0.83: p = 0.8 takes two where of all four it
    /// would take three.
    /// </summary>
    [Fact]
    public void Top_p_counts_what_top_k_has_left() =>
        Near([0.5 / 0.75, 0, 0.25 / 0.75, 0], new SamplingOptions { TopK = 3, TopP = 0.8 });

    [Theory]
    [InlineData(0, new[] { 0.5, 0.1, 0.25, 0.15 })]
    [InlineData(0.19, new[] { 0.5, 0.1, 0.25, 0.15 })] // 0.1 is 0.2 times the likeliest.
    [InlineData(0.21, new[] { 0.5 / 0.9, 0, 0.25 / 0.9, 0.15 / 0.9 })]
    [InlineData(0.31, new[] { 0.5 / 0.75, 0, 0.25 / 0.75, 0 })]
    [InlineData(0.51, new[] { 1.0, 0, 0, 0 })]
    [InlineData(1, new[] { 1.0, 0, 0, 0 })]
    public void Min_p_by_hand(double p, double[] expected) => Near(expected, new SamplingOptions { MinP = p });

    [Fact]
    public void Top_k_takes_the_largest_logits_and_of_equal_ones_the_lower_ids()
    {
        var random = new Random(8);
        float[] few = [float.NegativeInfinity, -2.5f, -1e-30f, -0f, 0f, 1e-30f, 3f, 1e30f];
        for (int trial = 0; trial < 200; trial++)
        {
            float[] logits = [.. Enumerable.Range(0, 20).Select(_ => few[random.Next(few.Length)]), 0f];
            int k = random.Next(1, 22);
            var options = new SamplingOptions { Temperature = double.PositiveInfinity, TopK = k };
            double[] top = Sampling.Probabilities(logits, options);
            int[] ids = [.. Enumerable.Range(0, logits.Length)];
            Assert.Equal(
                ids.OrderByDescending(i => logits[i]).Take(k).Where(i => !float.IsNegativeInfinity(logits[i])).Order(),
                ids.Where(i => top[i] > 0));
        }
    }

    [Fact]
    public void Min_p_measures_after_the_temperature()
    {
        Near([0.5 / 0.75, 0, 0.25 / 0.75, 0], new SamplingOptions { MinP = 0.31, TopK = 3 });
        // 0.0625 is 0.25 times 0.25.
        Near([0.25 / 0.3125, 0, 0.0625 / 0.3125, 0], new SamplingOptions { MinP = 0.24, Temperature = 0.5 });
        Near([1, 0, 0, 0], new SamplingOptions { MinP = 0.26, Temperature = 0.5 });
        // Equals stay together.
        Assert.Equal([0.5, 0.5], Sampling.Probabilities([1, 1], new SamplingOptions { MinP = 1 }));
    }

    /// <summary>
    /// 10,000 draws against what the definition gives, worked out here once more. χ² exceeds 32.9 once in 10,000 with 8
    /// degrees of freedom, and less often with fewer; the draws are the same in every run.
    /// </summary>
    [Theory]
    [InlineData("temperature")]
    [InlineData("top-k")]
    [InlineData("top-p")]
    [InlineData("min-p")]
    [InlineData("all of them")]
    public void Ten_thousand_draws_are_as_frequent_as_the_definition_says(string what)
    {
        double[] p = [0.30, 0.02, 0.22, 0.12, 0.08, 0.15, 0.06, 0.04, 0.01];
        var (options, weights) = what switch
        {
            "temperature" => (new SamplingOptions { Temperature = 1.5 }, p.Select(x => Math.Pow(x, 1 / 1.5))),
            "top-k" => (new SamplingOptions { TopK = 4 }, p.Select(x => x >= 0.12 ? x : 0)),
            // 0.30 + 0.22 + 0.15 = 0.67 is not enough.
            "top-p" => (new SamplingOptions { TopP = 0.7 }, p.Select(x => x >= 0.12 ? x : 0)),
            "min-p" => (new SamplingOptions { MinP = 0.25 }, p.Select(x => x >= 0.075 ? x : 0)),
            _ =>
                (new SamplingOptions { Temperature = 0.5, TopK = 6, TopP = 0.95, MinP = 0.1 }, p.Select(
                    x => x >= 0.12 ? x * x : 0)),
        };
        double[] expected = [.. weights.Select(weight => weight / weights.Sum())];
        float[] logits = [.. p.Select(x => (float)(Math.Log(x) - 2))];
        int[] counts = new int[p.Length];
        var random = new Random(6);
        double[] probabilities = Sampling.Probabilities(logits, options);
        for (int i = 0; i < 10_000; i++)
        {
            counts[Sampling.Draw(probabilities, random)]++;
        }

        int[] possible = [.. Enumerable.Range(0, p.Length).Where(i => expected[i] > 0)];
        Assert.Equal(10_000, possible.Sum(i => counts[i])); // Nothing else was drawn.
        double chiSquare = ChiSquare([.. possible.Select(i => counts[i])], [.. possible.Select(i => expected[i])]);
        Assert.True(chiSquare < 32.9, $"χ² = {chiSquare}");
        Assert.True(
            ChiSquare(counts, p) > 32.9,
            "The test could not tell these draws from those of the model's own distribution.");
    }

    /// <summary>
    /// χ² with 7 degrees of freedom exceeds 24.32 once in a thousand; the draws are the same in every run.
    /// </summary>
    [Fact]
    public void Draws_are_as_frequent_as_the_softmax_says()
    {
        float[] logits = [0.3f, -1.2f, 2f, 0.9f, -0.4f, 1.1f, 0f, -2f];
        double[] p = Sampling.Probabilities(logits, new SamplingOptions());
        int[] counts = new int[8];
        var random = new Random(1);
        for (int i = 0; i < 40_000; i++)
        {
            counts[Sampling.Draw(p, random)]++;
        }

        Assert.True(ChiSquare(counts, p) < 24.32, $"χ² = {ChiSquare(counts, p)}");
        double[] other = Sampling.Probabilities(logits, new SamplingOptions { Temperature = 1.1 });
        Assert.True(ChiSquare(counts, other) > 24.32, "The test could not tell a temperature of 1 from one of 1.1.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.999999999)]
    public void A_token_that_is_out_is_never_drawn(double draw) =>
        Assert.Equal(1, Sampling.Draw([0, 0.9999999, 0], new Fixed(draw)));

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-30)]
    [InlineData(double.Epsilon)]
    public void Towards_temperature_zero_it_is_greedy_decoding(double temperature)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            Transformer model = Build(vocabulary: 6, seed: seed);
            TokenBatch source = Batch(Sources(model, seed, 5, 2, 7));
            var drawn = Sampling.Decode(
                model, source, 15, new SamplingOptions { Temperature = temperature }, new Random(seed));
            Assert.Equal(
                Greedy.Decode(model, source, Vocabulary.Start, Vocabulary.End, 15),
                drawn.Select(h => h.Tokens.ToArray()));
        }
    }

    [Fact]
    public void A_seed_repeats_its_targets_and_another_gives_others()
    {
        Transformer model = Build();
        TokenBatch source = Batch(Sources(model, 1, 5, 2, 7));
        string first = Text(3);
        Assert.Equal(first, Text(3));
        Assert.NotEqual(first, Text(4));

        string Text(int seed) =>
            string.Join(
                '|', Sampling.Decode(model, source, 15, new SamplingOptions(), new Random(seed))
                    .Select(h => string.Join(' ', h.Tokens)));
    }

    [Fact]
    public void Log_probabilities_are_the_models_own()
    {
        Transformer model = Build(vocabulary: 6);
        IReadOnlyList<int>[] sources = Sources(model, 1, 5, 2, 7, 3, 3, 4);
        var drawn = Sampling.Decode(
            model, Batch(sources), 12, new SamplingOptions { Temperature = 1.5, TopK = 4 }, new Random(2));
        Assert.Contains(drawn, h => h.Ended);
        for (int b = 0; b < sources.Length; b++)
        {
            Assert.Equal(
                LogProbability(model, sources[b], drawn[b].Tokens, drawn[b].Ended), drawn[b].LogProbability, 1e-4);
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("temperature", Refused(new() { Temperature = 0 }), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("temperature", Refused(new() { Temperature = double.NaN }), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("-1", Refused(new() { TopK = -1 }), StringComparison.Ordinal);
        Assert.DoesNotContain("temperature", Refused(new() { TopK = -1 }), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("1.5", Refused(new() { TopP = 1.5 }), StringComparison.Ordinal);
        Refused(new() { TopP = 0 });
        Assert.Contains("Min-p", Refused(new() { MinP = -0.1 }), StringComparison.Ordinal);
        Refused(new() { MinP = 1.1 });
        Refused(new() { MinP = double.NaN });
        Refused(new() { TopP = double.NaN });
        Assert.Throws<InvalidOperationException>(() => Sampling.Probabilities([1, float.NaN, 2], new()));
        Assert.Throws<InvalidOperationException>(() => Sampling.Probabilities([1, float.PositiveInfinity, 2], new()));
        Assert.Throws<OperationCanceledException>(() => Sampling.Decode(
            Build(), Batch([3, 4]), 5, new(), new Random(1), new CancellationToken(canceled: true)));

        static string Refused(SamplingOptions options) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Sampling.Probabilities(s_logits, options)).Message;
    }

    [Fact]
    public void At_an_infinite_temperature_all_that_is_possible_is_equally_likely()
    {
        float[] logits = [1, float.NegativeInfinity, -50, 2];
        SamplingOptions hot = new() { Temperature = double.PositiveInfinity };
        Assert.Equal([1 / 3.0, 0, 1 / 3.0, 1 / 3.0], Sampling.Probabilities(logits, hot));
        // The likeliest are those of the greatest logits still.
        Assert.Equal([0.5, 0, 0, 0.5], Sampling.Probabilities(logits, hot with { TopK = 2 }));
        Assert.Equal(
            [0.5, 0, 0, 0.5], Sampling.Probabilities(logits, hot with { Temperature = 1e300, TopP = 0.6 }),
            (want, got) => Math.Abs(want - got) < 1e-12);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], Sampling.Probabilities([3, 2, 1, 0], hot));
        Assert.Equal([0, 1, 0], Sampling.Probabilities([float.NegativeInfinity, -1e30f, float.NegativeInfinity], hot));
    }

    [Theory]
    [InlineData(double.Epsilon)]
    [InlineData(1)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_impossible_stays_so_at_any_temperature(double temperature)
    {
        float[] logits = [0, float.NegativeInfinity, float.MaxValue, float.MinValue, float.NegativeInfinity];
        foreach (SamplingOptions options in new SamplingOptions[] { new(), new() { TopK = 1 }, new() { TopK = 3 },
            new() { TopK = 99 }, new() { TopP = 1e-300 }, new() { TopP = 0.9 } })
        {
            double[] p = Sampling.Probabilities(logits, options with { Temperature = temperature });
            Assert.Equal(1, p.Sum(), 1e-12);
            Assert.All(p, probability => Assert.InRange(probability, 0, 1));
            Assert.Equal((0, 0), (p[1], p[4]));
            Assert.True(p[2] > 0);
        }
    }

    [Fact]
    public void Where_no_token_is_possible_none_is_drawn()
    {
        float[] none = [float.NegativeInfinity, float.NegativeInfinity];
        Assert.Contains(
            "Every logit is -infinity",
            Assert.Throws<InvalidOperationException>(() => Sampling.Probabilities(none, new())).Message,
            StringComparison.Ordinal);
        foreach (double[] wrong in new double[][] { [], [0, 0], [double.NaN, 1], [0.5, 0.2], [1.5, -0.5],
            [double.PositiveInfinity] })
        {
            Assert.Contains(
                "sum to", Assert.Throws<ArgumentException>(() => Sampling.Draw(wrong, new Random(1))).Message,
                StringComparison.Ordinal);
        }
    }

    private static void Near(double[] expected, SamplingOptions options) =>
        Assert.All(
            expected.Zip(Sampling.Probabilities(s_logits, options)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6));

    private static double ChiSquare(int[] counts, double[] p) =>
        counts.Zip(
            p, (count, probability) => Math.Pow(count - (counts.Sum() * probability), 2) / (counts.Sum() * probability))
                .Sum();

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
