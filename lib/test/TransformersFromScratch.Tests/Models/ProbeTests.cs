namespace TransformersFromScratch.Tests.Models;

/// <summary>A look changes nothing, what is put in is gone on with, and what does not fit is refused.</summary>
public class ProbeTests
{
    private static readonly TokenBatch s_tokens = new([1, 5, 2, 7, 3, 0, 4, 6], 2, 4);

    private static Gpt Model(PositionKind positions = PositionKind.Learned) => new(new GptConfig
    {
        Vocabulary = 8, Context = 8, Layers = 3, DModel = 12, Heads = 3, Dropout = 0, Positions = positions,
    }, seed: 3);

    [Theory, InlineData(PositionKind.Learned), InlineData(PositionKind.Rotary), InlineData(PositionKind.Alibi)]
    public void Recording_changes_nothing(PositionKind positions)
    {
        Gpt model = Model(positions);
        var levels = new List<int>();
        var layers = new List<int>();
        float[] plain = model.Forward(s_tokens).Data, probed = model.Forward(s_tokens, probe: new Probe
        {
            Residual = (level, x) =>
            {
                levels.Add(level);
                Assert.Equal([2, 4, 12], x.Shape.ToArray());
                return x;
            },
            Heads = (layer, mixed) =>
            {
                layers.Add(layer);
                return mixed;
            },
        }).Data;
        Assert.Equal(plain, probed);
        Assert.Equal([0, 1, 2, 3], levels);
        Assert.Equal([0, 1, 2], layers);
    }

    [Fact]
    public void Its_own_activation_put_back_changes_nothing()
    {
        Gpt model = Model();
        var seen = new Dictionary<int, Tensor>();
        float[] plain = model.Forward(
            s_tokens, probe: new Probe { Residual = (level, x) => seen[level] = x.Detach() }).Data;
        for (int at = 0; at <= 3; at++)
        {
            int here = at;
            Assert.Equal(
                plain,
                model.Forward(
                    s_tokens, probe: new Probe { Residual = (level, x) => level == here ? seen[level] : x }).Data);
        }
    }

    [Fact]
    public void The_last_level_is_what_the_logits_are_read_from()
    {
        Gpt model = Model();
        Tensor? last = null;
        float[] logits = model.Forward(s_tokens, probe: new Probe { Residual = (_, x) => last = x }).Data;
        Assert.Equal(logits, model.Logits(last!).Data);
    }

    [Fact]
    public void Another_sentences_stream_at_one_level_gives_its_logits()
    {
        Gpt model = Model();
        var other = new TokenBatch([0, 1, 2, 3, 4, 5, 6, 7], 2, 4);
        var seen = new Dictionary<int, Tensor>();
        float[] theirs = model.Forward(
            other, probe: new Probe { Residual = (level, x) => seen[level] = x.Detach() }).Data;
        Assert.Equal(
            theirs,
            model.Forward(s_tokens, probe: new Probe { Residual = (level, x) => level == 1 ? seen[1] : x }).Data);
    }

    [Fact]
    public void A_head_of_zeros_is_an_output_map_without_its_rows()
    {
        Gpt probed = Model(), cut = Model();
        float[] weights = cut.Layers[1].Attention.Output.Weight.Data; // [out, in]: head 2 has the inputs 8 to 11
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = i % 12 / 4 == 2 ? 0 : weights[i];
        }

        float[] zeroed = probed.Forward(s_tokens, probe: new Probe
        {
            Heads = (layer, mixed) => layer != 1 ? mixed
                : new Tensor([.. mixed.Data.Select((x, i) => i % 12 / 4 == 2 ? 0 : x)], mixed.Shape.ToArray()),
        }).Data;
        Assert.All(cut.Forward(s_tokens).Data.Zip(zeroed), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.NotEqual(probed.Forward(s_tokens).Data, zeroed);
    }

    [Fact]
    public void Another_shape_is_refused()
    {
        string message = Assert.Throws<ArgumentException>(
            () => Model().Forward(s_tokens, probe: new Probe { Residual = (_, _) => new Tensor(1, 2) })).Message;
        Assert.Contains("[2, 4, 12]", message, StringComparison.Ordinal);
        Assert.Contains("[1, 2]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_an_encoder_as_well()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 9, DModel = 8, Heads = 2, DFeedForward = 16, EncoderLayers = 2,
                DecoderLayers = 1
            }, seed: 1);
        int[] source = [3, 4, 5], other = [6, 7, 8];
        var seen = new Dictionary<int, MathNet.Numerics.LinearAlgebra.Matrix<float>>();
        var memory = model.Encode(source, (level, x) => seen[level] = x).Memory;
        Assert.Equal(model.Encode(source).Memory, memory);
        Assert.Equal([0, 1, 2], seen.Keys.Order());
        Assert.Equal(memory, model.Encode(other, (level, x) => seen[level]).Memory);
    }
}
