using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>
/// What came after 2017, as options of the same layers: each by what it is said to do, and all of them together.
/// </summary>
public class VariantTests
{
    private const int Vocabulary = 13, Length = 9;

    private static readonly int[] s_ids = [3, 1, 4, 1, 5, 9, 2, 6, 5];

    /// <summary>Every combination that there is: 1,440.</summary>
    internal static IEnumerable<GptConfig> Combinations() =>
        from positions in Enum.GetValues<PositionKind>()
        from norm in Enum.GetValues<NormKind>()
        from placement in Enum.GetValues<NormPlacement>()
        from activation in new[] { Activation.Relu, Activation.GeluTanh, Activation.SwiGlu }
        from keyValueHeads in new int?[] { null, 2, 1 }
        from window in new int?[] { null, 1, 4, Length }
        from bias in new[] { true, false }
        select new GptConfig
        {
            Vocabulary = Vocabulary, Context = 40, Layers = 2, DModel = 16, Heads = 4, DFeedForward = 12, Dropout = 0,
            Positions = positions, NormKind = norm,
            Norm = placement, Activation = activation, KeyValueHeads = keyValueHeads, Window = window, Bias = bias,
        };

    /// <summary>
    /// A model whose biases and gains are no zeros and ones, and whose weights are large enough to tell one token from
    /// another.
    /// </summary>
    internal static Gpt Lively(GptConfig config)
    {
        var model = new Gpt(config, seed: 5);
        var random = new Random(7);
        foreach (float[] data in model.Parameters().Select(parameter => parameter.Value.Data))
        {
            foreach (ref float value in data.AsSpan()) { value += random.NextSingle() - 0.5f; }
        }

        return model;
    }

    private static float[] Logits(Gpt model, params int[] ids) =>
        model.Forward(new TokenBatch(ids, 1, ids.Length)).Data;

    /// <summary>Logits, and the gradients of all parameters.</summary>
    private static float[] Everything(Gpt model, int[] ids)
    {
        Tensor logits = model.Forward(new TokenBatch(ids, 1, ids.Length));
        float[] values = [.. logits.Data];
        Op.CrossEntropy(logits, [.. ids.Select(id => (id + 1) % Vocabulary)]).Backward();
        return [.. values, .. model.Parameters().SelectMany(parameter => parameter.Value.Gradient!.Data)];
    }

    private static void Close(float[] want, float[] got, float tolerance)
    {
        Assert.Equal(want.Length, got.Length);
        Assert.All(
            want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, tolerance * (1 + Math.Abs(pair.First))));
    }

    [Fact]
    public void Both_levels_give_the_same_numbers_in_every_combination()
    {
        foreach (GptConfig config in Combinations())
        {
            Gpt model = Lively(config);
            float[] want = model.Forward(s_ids).ToRowMajorArray(), got = Logits(model, s_ids);
            Assert.True(
                want.Zip(got).All(pair => Math.Abs(pair.First - pair.Second) < 2e-4f * (1 + Math.Abs(pair.First))),
                config.ToString());
        }
    }

    /// <summary>
    /// A changed token changes no bit of what comes before it, and something of its own row; with a window, nothing
    /// beyond what the window lets through.
    /// </summary>
    [Fact]
    public void No_token_sees_a_later_one_in_every_combination()
    {
        foreach (GptConfig config in Combinations())
        {
            Gpt model = Lively(config);
            float[] before = Logits(model, s_ids);
            foreach (int changed in new[] { 1, 4, 8 })
            {
                int[] other = [.. s_ids];
                other[changed] = (other[changed] + 7) % Vocabulary;
                float[] after = Logits(model, other);
                int sees = Math.Min(
                    Length, config.Window is { } window ? changed + (config.Layers * (window - 1)) + 1 : Length);
                for (int t = 0; t < Length; t++)
                {
                    bool same = before.AsSpan(t * Vocabulary, Vocabulary)
                        .SequenceEqual(after.AsSpan(t * Vocabulary, Vocabulary));
                    Assert.True(
                        same == (t < changed || t >= sees), $"Token {t} after a change of token {changed}: {config}");
                }
            }
        }
    }

    [Fact]
    public void As_many_groups_as_heads_are_multi_head_attention_bit_for_bit()
    {
        GptConfig config =
            new() { Vocabulary = Vocabulary, Context = 40, Layers = 2, DModel = 16, Heads = 4, Dropout = 0 };
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * i % Vocabulary)];
        Assert.Equal(Everything(Lively(config), ids), Everything(Lively(config with { KeyValueHeads = 4 }), ids));
    }

    /// <summary>
    /// Of multi-head attention whose heads of a group have equal keys and values, the outputs are the same, and a
    /// gradient is the sum over the group.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Grouped_queries_are_heads_with_equal_keys_and_values(int groups)
    {
        const int Width = 16, Heads = 4, HeadWidth = Width / Heads;
        var grouped = new MultiHeadAttention(Width, Heads, new Random(1), new LayerOptions { KeyValueHeads = groups });
        var plain = new MultiHeadAttention(Width, Heads, new Random(2));
        foreach (var (few, many) in new[] { (grouped.Key, plain.Key), (grouped.Value, plain.Value) })
        {
            Initialise.Normal(few.Bias!, 1, new Random(3));
            for (int head = 0; head < Heads; head++)
            {
                int group = head / (Heads / groups), size = HeadWidth * Width;
                few.Weight.Data.AsSpan(group * size, size).CopyTo(many.Weight.Data.AsSpan(head * size));
                few.Bias!.Data.AsSpan(group * HeadWidth, HeadWidth).CopyTo(many.Bias!.Data.AsSpan(head * HeadWidth));
            }
        }

        grouped.Query.Weight.Data.CopyTo(plain.Query.Weight.Data, 0);
        grouped.Output.Weight.Data.CopyTo(plain.Output.Weight.Data, 0);
        var x = new Tensor(2, 7, Width);
        Initialise.Normal(x, 1, new Random(4));
        Tensor got = grouped.Forward(x, causal: true), want = plain.Forward(x, causal: true);
        Close(want.Data, got.Data, 1e-5f);
        Op.Sum(Op.Multiply(got, x)).Backward();
        Op.Sum(Op.Multiply(want, x)).Backward();
        Close(SumOverGroups(plain.Key.Weight.Gradient!.Data), grouped.Key.Weight.Gradient!.Data, 2e-5f);
        Close(SumOverGroups(plain.Value.Weight.Gradient!.Data), grouped.Value.Weight.Gradient!.Data, 2e-5f);
        Close(plain.Query.Weight.Gradient!.Data, grouped.Query.Weight.Gradient!.Data, 2e-5f);

        float[] SumOverGroups(float[] gradient)
        {
            const int size = HeadWidth * Width;
            float[] sums = new float[groups * size];
            for (int i = 0; i < gradient.Length; i++)
            {
                sums[(i / size / (Heads / groups) * size) + (i % size)] += gradient[i];
            }

            return sums;
        }
    }

    [Theory]
    [InlineData(70)]
    [InlineData(1000)]
    public void A_window_as_long_as_the_text_is_none_bit_for_bit(int window)
    {
        GptConfig config =
            new() { Vocabulary = Vocabulary, Context = 70, Layers = 2, DModel = 16, Heads = 4, Dropout = 0 };
        int[] ids = [.. Enumerable.Range(0, 70).Select(i => i * i % Vocabulary)];
        Assert.Equal(Everything(Lively(config), ids), Everything(Lively(config with { Window = window }), ids));
        Assert.NotEqual(Everything(Lively(config), ids), Everything(Lively(config with { Window = 69 }), ids));
    }

    /// <summary>
    /// A workspace lends storage that is full of an earlier step's numbers: whatever no block of queries writes has to
    /// be cleared, and what the heads of a group share has to be begun by the first of them.
    /// </summary>
    [Fact]
    public void Gradients_are_the_same_in_storage_that_has_been_used_before()
    {
        Gpt model = Lively(new GptConfig
        {
            Vocabulary = Vocabulary, Context = 100, Layers = 2, DModel = 16, Heads = 4, Dropout = 0, KeyValueHeads = 2,
            Window = 20,
            Positions = PositionKind.Rotary, NormKind = NormKind.RootMeanSquare, Activation = Activation.SwiGlu,
        });
        int[] ids = [.. Enumerable.Range(0, 100).Select(i => i * i % Vocabulary)];
        float[] want = Everything(model, ids);
        var workspace = new Workspace();
        for (int step = 0; step < 3; step++)
        {
            foreach (Parameter parameter in model.Parameters()) { parameter.Value.ClearGradient(); }
            using (workspace.BeginStep())
            {
                Assert.Equal(want, Everything(model, ids));
            }
        }
    }

    [Fact]
    public void A_window_hides_what_lies_behind_it()
    {
        Mask mask = Mask.Window(4, 4, 2) | Mask.Causal(4);
        Assert.Equal([1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1], mask.ToMatrix().ToRowMajorArray());
        // The last query stands at the last key.
        Assert.Equal([0, 1, 1, 1, 0, 0, 1, 1], Mask.Window(2, 4, 2).ToMatrix().ToRowMajorArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Window(4, 4, 0));
    }

    [Fact]
    public void Slopes_and_biases_by_hand()
    {
        // Press et al., section 3.
        Assert.Equal([1 / 2f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 32f, 1 / 64f, 1 / 128f, 1 / 256f], Alibi.Slopes(8));
        Assert.Equal([1 / 256f], Alibi.Slopes(1));
        Assert.Equal([-0.5f, 0, -0.5f, -1, -0.5f, 0], Alibi.Bias(2, 3, 0.5f).ToRowMajorArray());
    }

    /// <summary>The product of a turned query and a turned key, at many places with the same distance.</summary>
    [Fact]
    public void Rotary_scores_depend_on_the_distance_alone()
    {
        var random = new Random(1);
        Matrix<float> q = Matrix<float>.Build.Dense(1, 32, (_, _) => random.NextSingle() - 0.5f);
        Matrix<float> k = Matrix<float>.Build.Dense(1, 32, (_, _) => random.NextSingle() - 0.5f);
        foreach (int distance in new[] { -3, 0, 1, 17, 100 })
        {
            float want = Score(0, distance);
            Assert.All(new[] { 1, 5, 64, 1000, 4000 }, place => Assert.Equal(want, Score(place, distance), 2e-4f));
        }

        Assert.NotEqual(Score(0, 1), Score(0, 2), 0.01f);
        Assert.Equal(q.L2Norm(), Rotary.Rows(q, 123).L2Norm(), 1e-6);
        Assert.Equal(q, Rotary.Rows(q));

        float Score(int place, int distance) =>
            Rotary.Rows(q, place + distance).TransposeAndMultiply(Rotary.Rows(k, place))[0, 0];
    }

    /// <summary>
    /// In a model, too: what stands before a text that a window hides moves its places and changes nothing.
    /// </summary>
    [Theory]
    [InlineData(PositionKind.Rotary, true)]
    [InlineData(PositionKind.Alibi, true)]
    [InlineData(PositionKind.None, true)]
    [InlineData(PositionKind.Sinusoidal, false)]
    [InlineData(PositionKind.Learned, false)]
    public void Relative_positions_do_not_change_when_a_text_moves(PositionKind positions, bool relative)
    {
        Gpt model = Lively(new GptConfig
        {
            Vocabulary = Vocabulary, Context = 40, Layers = 2, DModel = 16, Heads = 4, Dropout = 0,
            Positions = positions, Window = 3,
        });
        float[] want = Logits(model, [.. s_ids, .. s_ids])[(17 * Vocabulary)..],
            got = Logits(model, [1, 1, 1, .. s_ids, .. s_ids])[(20 * Vocabulary)..];
        Assert.Equal(
            relative, want.Zip(got).All(
                pair => Math.Abs(pair.First - pair.Second) < 1e-4f * (1 + Math.Abs(pair.First))));
    }
}
