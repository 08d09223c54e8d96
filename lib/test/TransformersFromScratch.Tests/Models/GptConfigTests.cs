using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Models;

/// <summary>What a configuration builds, what it is called in files, and what it refuses.</summary>
public class GptConfigTests
{
    private const int Vocabulary = 13, Length = 9;

    private static readonly int[] s_ids = [3, 1, 4, 1, 5, 9, 2, 6, 5];

    private static float[] Logits(Gpt model, int[] ids) => model.Forward(new TokenBatch(ids, 1, ids.Length)).Data;

    [Fact]
    public void Only_learned_positions_end()
    {
        int[] ids = [.. s_ids, .. s_ids];
        foreach (PositionKind positions in Enum.GetValues<PositionKind>())
        {
            var model = new Gpt(
                new GptConfig
                {
                    Vocabulary = Vocabulary, Context = Length, Layers = 1, DModel = 16, Heads = 4,
                    Positions = positions
                }, seed: 1);
            if (positions == PositionKind.Learned)
            {
                Assert.Contains(
                    "context of 9", Assert.Throws<ArgumentException>(() => Logits(model, ids)).Message,
                    StringComparison.Ordinal);
            }
            else
            {
                Assert.Null(model.Positions);
                Assert.All(Logits(model, ids), logit => Assert.True(float.IsFinite(logit)));
            }
        }
    }

    /// <summary>The embedding on the way in and the map on the way out are one tensor, counted once.</summary>
    [Fact]
    public void Weights_are_tied()
    {
        var model = new Gpt(
            new GptConfig
            {
                Vocabulary = Vocabulary, Context = Length, Layers = 1, DModel = 16, Heads = 4,
                Dropout = 0
            }, seed: 1);
        Assert.Single(model.Parameters(), parameter => parameter.Value.Shape[0] == Vocabulary);
        Op.CrossEntropy(model.Forward(new TokenBatch([3, 1, 3], 1, 3)), [4, 2, 4]).Backward();
        float[] gradient = model.Tokens.Weight.Gradient!.Data;
        Assert.Contains(gradient[(12 * 16)..], value => value != 0); // 12 was not read, but it had a score.
    }

    /// <summary>
    /// The names in files, and how many numbers: an option that is off leaves no trace, and one that is on the expected
    /// one.
    /// </summary>
    [Fact]
    public void Names_and_sizes_of_parameters()
    {
        GptConfig config = new() { Vocabulary = Vocabulary, Context = Length, Layers = 1, DModel = 16, Heads = 4 };
        string[] plain =
        [
            "tokens.weight", "positions.weight",
            .. new[] { "query", "key", "value", "output" }.SelectMany(
                map => new[] { $"layers.0.attention.{map}.weight", $"layers.0.attention.{map}.bias" }),
            "layers.0.attention_norm.gain", "layers.0.attention_norm.bias",
            "layers.0.feed_forward.inner.weight", "layers.0.feed_forward.inner.bias",
            "layers.0.feed_forward.outer.weight", "layers.0.feed_forward.outer.bias",
            "layers.0.feed_forward_norm.gain", "layers.0.feed_forward_norm.bias", "norm.gain", "norm.bias",
        ];
        Assert.Equal(plain, Names(config));
        Assert.Equal(
            plain.Where(name => !name.EndsWith("bias", StringComparison.Ordinal)), Names(config with { Bias = false }));
        Assert.Equal(
            plain.Where(name => !name.EndsWith("norm.bias", StringComparison.Ordinal)),
            Names(config with { NormKind = NormKind.RootMeanSquare }));
        Assert.Equal(
            plain.Where(name => name != "positions.weight"), Names(config with { Positions = PositionKind.Rotary }));
        Assert.Equal(plain[..^2], Names(config with { Norm = NormPlacement.Post }));
        Assert.Equal(
            ["layers.0.feed_forward.gate.weight"],
            Names(config with { Activation = Activation.SwiGlu, Bias = false }).Except(plain));
        Assert.Equal(
            [4, 16], new Gpt(config with { KeyValueHeads = 1 }, 1).Layers[0].Attention.Value.Weight.Shape.ToArray());

        // Two maps of 4·16, or three of ⅔ of it: as many weights, but for the rounding.
        Assert.Equal(42, (config with { Activation = Activation.SwiGlu }).DFeedForward);
        Assert.Equal(20, (config with { Activation = Activation.SwiGlu, DFeedForward = 20 }).DFeedForward);
        Assert.Equal(64, config.DFeedForward);

        static IEnumerable<string> Names(GptConfig config) =>
            new Gpt(config, seed: 1).Parameters().Select(parameter => parameter.Name);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Says(new GptConfig { DModel = 12, Heads = 4, Positions = PositionKind.Rotary }, "3 wide", "even");
        Says(new GptConfig { DModel = 16, Heads = 4, KeyValueHeads = 3 }, "4 heads", "3 heads");
        Says(new GptConfig { DModel = 16, Heads = 4, KeyValueHeads = 0 }, "0 heads");
        Says(new GptConfig { DModel = 16, Heads = 4, Window = 0 }, "window of 0");
        Says(new GptConfig { DModel = 16, Heads = 4, Layers = 0 }, "Layers is 0");
        Says(new GptConfig { DModel = 16, Heads = 4, Dropout = 1 }, "dropout of 1");
        Says(new GptConfig { DModel = 16, Heads = 4, Positions = (PositionKind)9 }, "Positions is 9", "Rotary");
        Says(new GptConfig { DModel = 16, Heads = 4, Activation = (Activation)9 }, "Activation is 9");
        Assert.Contains("build a FeedForward", Assert.Throws<ArgumentOutOfRangeException>(
            () => Activations.Apply(Activation.SwiGlu, new Tensor(2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "2×3", Assert.Throws<ArgumentException>(() => Rotary.Rows(Matrix<float>.Build.Dense(2, 3))).Message,
            StringComparison.Ordinal);
        Tensor q = new(1, 2, 8), k = new(1, 2, 4);
        Assert.Contains(
            "[1, 2, 4]", Assert.Throws<ArgumentException>(() => Op.Attention(q, k, k, 4)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "need 3·2 columns", Assert.Throws<ArgumentException>(
                () => Op.Attention(q, new(1, 2, 6), new(1, 2, 6), 4, keyValueHeads: 3)).Message,
                    StringComparison.Ordinal);
        Assert.Contains(
            "one slope a head", Assert.Throws<ArgumentException>(
                () => Op.Attention(q, k, k, 4, keyValueHeads: 2, slopes: [1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Op.Attention(q, k, k, 4, keyValueHeads: 2, window: 0));

        static void Says(GptConfig config, params string[] parts)
        {
            string message = Assert.ThrowsAny<ArgumentException>(
                () => new Gpt(config with { Vocabulary = 5, Context = 5 }, 1)).Message;
            Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }
}
