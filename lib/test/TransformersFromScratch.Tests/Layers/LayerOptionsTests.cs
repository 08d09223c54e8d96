using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>What T5 needs of the layers, on both levels: 48 combinations.</summary>
public class LayerOptionsTests
{
    private const int Width = 10, Heads = 3, Length = 5, SourceLength = 4;

    private static IEnumerable<(LayerOptions Options, NormPlacement Norm, Activation Activation)> Combinations() =>
        from scaled in new[] { true, false }
        from t5 in new[] { true, false }
        from headWidth in new[] { 2, 7 }
        from placement in Enum.GetValues<NormPlacement>()
        from activation in new[] { Activation.Relu, Activation.GeGlu, Activation.SwiGlu }
        select (
            new LayerOptions
            {
                Scaled = scaled, HeadWidth = headWidth, Bias = !t5,
                Norm = t5 ? NormKind.RootMeanSquare : NormKind.Layer, Epsilon = t5 ? 0.3f : 1e-5f,
            },
            placement, activation);

    [Fact]
    public void Both_levels_of_an_encoder_layer_give_the_same_numbers()
    {
        var bias = new RelativeBias(Heads, bidirectional: true, 4, 5, 1, new Random(1));
        foreach (var (options, norm, activation) in Combinations())
        {
            var layer = new EncoderLayer(Width, Heads, 12, new Random(2), activation, norm, options: options);
            Tensor x = Numbers(1, Length);
            EncoderLayerResult want = layer.Forward(AsMatrix(x), Mask.Causal(Length), bias.Matrices(Length, Length));
            var maps = new List<Tensor>();
            Tensor got = layer.Forward(x, causal: true, maps: maps, bias: bias.Forward(Length, Length));
            Close(want.Output, got.Data);
            Close(want.Attention, maps[0].Data);
        }
    }

    [Fact]
    public void Both_levels_of_a_decoder_layer_give_the_same_numbers()
    {
        var bias = new RelativeBias(Heads, bidirectional: false, 4, 5, 1, new Random(1));
        foreach (var (options, norm, activation) in Combinations())
        {
            var layer = new DecoderLayer(Width, Heads, 12, new Random(2), activation, norm, options: options);
            Tensor y = Numbers(1, Length), memory = Numbers(2, SourceLength);
            DecoderLayerResult want = layer.Forward(
                AsMatrix(y), AsMatrix(memory), Mask.Causal(Length), bias: bias.Matrices(Length, Length));
            List<Tensor> self = [], cross = [];
            Tensor got = layer.Forward(y, memory, selfMaps: self, crossMaps: cross, bias: bias.Forward(Length, Length));
            Close(want.Output, got.Data);
            Close(want.SelfAttention, self[0].Data);
            Close(want.CrossAttention, cross[0].Data);
        }
    }

    /// <summary>Without the division by √d_k, keys that are shorter by √d_k give what is scaled.</summary>
    [Fact]
    public void Scaling_is_a_division_of_the_keys()
    {
        Tensor q = Numbers(1, Length, 6), k = Numbers(2, Length, 6), v = Numbers(3, Length, 6);
        Tensor want = Op.Attention(q, k, v, heads: 2, causal: true).Output;
        Tensor got = Op.Attention(q, k * (1 / MathF.Sqrt(3)), v, heads: 2, causal: true, scaled: false).Output;
        Assert.All(want.Data.Zip(got.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void A_decoder_layer_has_positions_in_its_self_attention_alone_and_no_experts()
    {
        var options = new LayerOptions { Window = 2, Positions = PositionKind.Alibi };
        var layer = new DecoderLayer(12, 2, 8, new Random(1), options: options);
        Assert.Equal(2, layer.SelfAttention.Window);
        Assert.Null(layer.CrossAttention.Window);
        Contains("not 2 experts", () => new DecoderLayer(12, 2, 8, new Random(1), options: new() { Experts = 2 }));
        Contains("width 0", () => new MultiHeadAttention(8, 2, new Random(1), new() { HeadWidth = 0 }));

        static void Contains(string part, Action wrong) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(wrong).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hyperbolic_tangent_is_the_processors_with_the_right_slope()
    {
        var x = new Tensor([-30, -3, -1, -0.1f, 0, 1e-3f, 0.5f, 2, 9, 100], 10) { RequiresGradient = true };
        Tensor y = Op.Tanh(x);
        Op.Sum(y).Backward();
        for (int i = 0; i < x.Length; i++)
        {
            double tanh = Math.Tanh(x.Data[i]);
            Assert.Equal(tanh, y.Data[i], 5e-7);
            Assert.Equal(1 - (tanh * tanh), x.Gradient!.Data[i], 1e-6);
        }
    }

    [Fact]
    public void The_gradient_of_a_mean_of_rows_is_shared_by_those_that_count()
    {
        Tensor x = Numbers(1, 3, 2).Reshape(1, 3, 2).Detach();
        x.RequiresGradient = true;
        bool[] padding = [false, true, false];
        Op.Sum(Op.Multiply(Op.MeanOfRows(x, padding), new Tensor([3, 5], 1, 2))).Backward();
        Assert.Equal([1.5f, 2.5f, 0, 0, 1.5f, 2.5f], x.Gradient!.Data);
        Assert.Throws<ArgumentException>(() => Op.MeanOfRows(x, new bool[2]));
        Assert.Throws<ArgumentException>(() => Op.MeanOfRows(new Tensor(2, 2)));
    }

    private static Tensor Numbers(int seed, int length, int width = Width)
    {
        var x = new Tensor(1, length, width);
        Initialise.Normal(x, 1, new Random(seed));
        return x;
    }

    private static Matrix<float> AsMatrix(Tensor x) =>
        Matrix<float>.Build.DenseOfRowMajor(x.Shape[1], x.Shape[2], x.Data);

    private static void Close(IReadOnlyList<Matrix<float>> want, float[] got) =>
        Close([.. want.SelectMany(matrix => matrix.ToRowMajorArray())], got);

    private static void Close(Matrix<float> want, float[] got) => Close(want.ToRowMajorArray(), got);

    private static void Close(float[] want, float[] got)
    {
        Assert.Equal(want.Length, got.Length);
        Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * (1 + Math.Abs(pair.First))));
    }
}
