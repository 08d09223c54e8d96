namespace TransformersFromScratch.Tests.Tensors;

/// <summary>
/// Each operation's and layer's forward pass against a plain formula in double precision, and its backward pass against
/// central differences of that formula.
/// </summary>
public class GradientTests
{
    /// <summary>Computes the same from the same inputs: on the tape, and in double precision.</summary>
    private sealed record Case(Tensor[] Inputs, Func<Tensor[], Tensor> OnTape, Func<double[][], double[]> InDouble);

    private static readonly bool[] s_padding =
        [false, true, false, false, true, true, false, false, false, false, true, false];

    private static readonly Dictionary<string, Func<Case>> s_cases = new()
    {
        ["relu"] = () => Function(Op.Relu, Doubles.Relu),
        ["gelu"] = () => Function(Op.Gelu, Doubles.Gelu),
        ["gelu_tanh"] = () => Function(Op.GeluTanh, Doubles.GeluTanh),
        ["silu"] = () => Function(Op.Silu, Doubles.Silu),
        ["add"] = () => new(Random([2, 3, 5], [2, 3, 5]), x => x[0] + x[1], x => Doubles.Add(x[0], x[1])),
        ["add_broadcast"] = () => new(Random([4, 3, 5], [3, 5]), x => x[0] + x[1], x => Doubles.Add(x[0], x[1])),
        ["add_itself"] = () => new(Random([3, 5]), x => x[0] + x[0], x => Doubles.Add(x[0], x[0])),
        ["multiply"] = () => new(
            Random([3, 11], [3, 11]), x => Op.Multiply(x[0], x[1]), x => Doubles.Multiply(x[0], x[1])),
        ["multiply_itself"] = () => new(
            Random([3, 11]), x => Op.Multiply(x[0], x[0]), x => Doubles.Multiply(x[0], x[0])),
        ["scale"] = () => new(Random([3, 11]), x => x[0] * -2.5f, x => Doubles.Map(x[0], value => -2.5 * value)),
        ["reshape"] = () => new(
            Random([3, 8]), x => Op.Multiply(x[0].Reshape(4, 6), x[0].Reshape(4, 6)),
            x => Doubles.Multiply(x[0], x[0])),
        ["sum"] = () => new(Random([3, 11]), x => Op.Sum(x[0]), x => [x[0].Sum()]),
        ["linear"] = () => new(
            Random([2, 3, 5], [7, 5], [7]), x => Op.Linear(x[0], x[1], x[2]), x => Doubles.Linear(x[0], x[1], x[2], 5)),
        ["linear_no_bias"] = () => new(
            Random([40, 33], [50, 33]), x => Op.Linear(x[0], x[1]), x => Doubles.Linear(x[0], x[1], null, 33)),
        ["linear_of_itself"] = () => new(
            Random([4, 4]), x => Op.Linear(x[0], x[0]), x => Doubles.Linear(x[0], x[0], null, 4)),
        ["embedding"] = () => new(
            Random([5, 6]), x => Op.Embedding(x[0], [4, 0, 4, 2], 2, 2), x => Doubles.Embedding(x[0], [4, 0, 4, 2], 6)),
        ["layer_norm"] = () => new(
            Random([5, 19], [19], [19]), x => Op.LayerNorm(x[0], x[1], x[2], 1e-3f),
            x => Doubles.LayerNorm(x[0], x[1], x[2], 1e-3f)),
        ["rms_norm"] = () => new(
            Random([5, 19], [19]), x => Op.RmsNorm(x[0], x[1], 1e-3f), x => Doubles.RmsNorm(x[0], x[1], 1e-3f)),
        ["softmax"] = () => new(Random([5, 19]), x => Op.Softmax(x[0]), x => Doubles.ByRow(x[0], 19, Doubles.Softmax)),
        ["rotate"] = () => new(
            Random([2, 3, 12]), x => Op.Rotate(x[0], 2, 5, 100), x => Doubles.Rotate(x[0], 3, 2, 6, 5, 100)),
        ["cross_entropy"] = () => Loss(0, -100),
        ["cross_entropy_smooth"] = () => Loss(0.1f, 3),
        ["attention"] = () => Mixing(queries: 5, causal: false, padding: null),
        ["attention_causal"] = () => Mixing(queries: 6, causal: true, padding: null),
        ["attention_causal_last_queries"] = () => Mixing(queries: 2, causal: true, padding: null),
        ["attention_padding"] = () => Mixing(queries: 5, causal: false, s_padding),
        ["attention_both"] = () => Mixing(queries: 6, causal: true, s_padding),
        ["attention_causal_in_blocks"] = () => new(
            Random([1, 70, 4], [1, 70, 4], [1, 70, 4]),
            x => Op.Attention(x[0], x[1], x[2], 2, causal: true).Output,
            x => Doubles.Attention(x[0], x[1], x[2], 1, 70, 70, 2, causal: true)),
        ["attention_of_itself"] = () => new(
            Random([1, 70, 4]), x => Op.Attention(x[0], x[0], x[0], 2, causal: true).Output,
            x => Doubles.Attention(x[0], x[0], x[0], 1, 70, 70, 2, causal: true)),
        ["attention_keys_are_values"] = () => new(
            Random([2, 3, 4], [2, 5, 4]), x => Op.Attention(x[0], x[1], x[1], 2).Output,
            x => Doubles.Attention(x[0], x[1], x[1], 2, 3, 5, 2)),
        ["layer_multi_head"] = () =>
        {
            var attention = new MultiHeadAttention(8, 2, new Random(1));
            return Layer(
                attention.Parameters("a"), [[2, 3, 8], [2, 5, 8]],
                x => attention.Forward(x[0], x[1], false, s_padding[..10]),
                (layers, x) => layers.MultiHead("a", x[0], x[1], false, s_padding[..10]));
        },
        ["layer_feed_forward"] = () =>
        {
            var layer = new FeedForward(8, 12, new Random(1), Activation.Gelu);
            return Layer(
                layer.Parameters("f"), [[2, 3, 8]], x => layer.Forward(x[0]),
                (layers, x) => layers.FeedForward("f", x[0], Doubles.Gelu));
        },
        ["layer_encoder_post"] = () => Encoder(NormPlacement.Post, Activation.Gelu, Doubles.Gelu, causal: false),
        ["layer_encoder_pre"] = () => Encoder(NormPlacement.Pre, Activation.GeluTanh, Doubles.GeluTanh, causal: true),
        ["layer_decoder_post"] = () => Decoder(NormPlacement.Post),
        ["layer_decoder_pre"] = () => Decoder(NormPlacement.Pre),
        ["layer_swiglu"] = () =>
        {
            var layer = new FeedForward(8, 12, new Random(1), Activation.SwiGlu, bias: false);
            return Layer(
                layer.Parameters("s"), [[2, 3, 8]], x => layer.Forward(x[0]), (layers, x) => layers.Gated("s", x[0]));
        },
        ["attention_grouped"] = () => Variant(heads: 4, groups: 2, causal: false),
        ["attention_multi_query"] = () => Variant(heads: 4, groups: 1, causal: true),
        ["attention_window"] = () => Variant(heads: 2, groups: 2, causal: true, window: 3),
        ["attention_window_of_one"] = () => Variant(heads: 2, groups: 2, causal: true, window: 1),
        ["attention_window_not_causal"] = () => Variant(heads: 2, groups: 2, causal: false, window: 3),
        ["attention_window_narrower_than_a_block"] = () => Variant(
            heads: 2, groups: 2, causal: true, window: 9, length: 70),
        ["attention_window_wider_than_a_block"] = () => Variant(
            heads: 2, groups: 2, causal: true, window: 40, length: 100),
        ["attention_biased"] = () => Variant(heads: 4, groups: 4, causal: true, biased: true),
        ["attention_biased_not_causal"] = () => Variant(heads: 3, groups: 3, causal: false, biased: true),
        ["attention_with_everything"] = () => Variant(
            heads: 4, groups: 2, causal: true, window: 4, biased: true, padding: s_padding),
        ["attention_with_everything_in_blocks"] = () => Variant(
            heads: 4, groups: 2, causal: true, window: 35, biased: true, length: 70),
        ["attention_with_everything_last_queries"] = () => Variant(
            heads: 4, groups: 1, causal: true, window: 3, biased: true, queries: 2),
        ["attention_grouped_keys_are_values"] = () => new(
            Random([2, 3, 8], [2, 5, 4]), x => Op.Attention(x[0], x[1], x[1], 4, keyValueHeads: 2).Output,
            x => Doubles.Attention(x[0], x[1], x[1], 2, 3, 5, 4, groups: 2)),
        ["layer_norm_root_mean_square"] = () =>
        {
            var norm = new LayerNorm(8, kind: NormKind.RootMeanSquare);
            return Layer(
                norm.Parameters("n"), [[2, 3, 8]], x => norm.Forward(x[0]), (layers, x) => layers.Norm("n", x[0]),
                new LayerOptions { Norm = NormKind.RootMeanSquare });
        },
        ["layer_norm_no_bias"] = () =>
        {
            var norm = new LayerNorm(8, bias: false);
            return Layer(
                norm.Parameters("n"), [[2, 3, 8]], x => norm.Forward(x[0]), (layers, x) => layers.Norm("n", x[0]));
        },
        ["layer_encoder_as_in_llama"] = () => Modern(new LayerOptions
        {
            KeyValueHeads = 1, Positions = PositionKind.Rotary, Norm = NormKind.RootMeanSquare, Bias = false,
        }),
        ["layer_encoder_biased_in_a_window"] = () => Modern(
            new LayerOptions { Positions = PositionKind.Alibi, Window = 3 }),
        ["model_gpt"] = GptModel,
        ["model_gpt_rotary"] = () => GptVariant(PositionKind.Rotary),
        ["model_gpt_alibi"] = () => GptVariant(PositionKind.Alibi),
        ["model_gpt_sinusoidal"] = () => GptVariant(PositionKind.Sinusoidal),
        ["model_gpt_without_positions"] = () => GptVariant(PositionKind.None),
        ["model_transformer"] = TransformerModel,
    };

    public static TheoryData<string> Names() => [.. s_cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Agrees_with_central_differences_in_double_precision(string name)
    {
        var (inputs, onTape, inDouble) = s_cases[name]();
        Tensor output = onTape(inputs);
        double[][] values = Array.ConvertAll(inputs, input => Array.ConvertAll(input.Data, number => (double)number));
        double[] expected = inDouble(values);
        Assert.Equal(expected.Length, output.Length);
        AssertSmall("forward", GradientCheck.Compare(expected, output.Data), 3e-6);

        // L = Σ out ⊙ R, so that each element of the output pulls differently.
        var random = new Random(99);
        float[] pull = [.. expected.Select(_ => (2 * random.NextSingle()) - 1)];
        Op.Sum(Op.Multiply(output, new Tensor(pull, output.Shape.ToArray()))).Backward();
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] differences = GradientCheck.CentralDifferences(
                _ => inDouble(values).Select((value, j) => value * pull[j]).Sum(), values[i]);
            Assert.NotNull(inputs[i].Gradient);
            AssertSmall($"gradient of input {i}", GradientCheck.Compare(differences, inputs[i].Gradient!.Data), 1e-5);
        }
    }

    private static void AssertSmall(string what, GradientCheckResult worst, double tolerance) =>
        Assert.True(worst.Error <= tolerance, $"{what}: {worst}");

    private static Tensor[] Random(params int[][] shapes)
    {
        var random = new Random(7);
        return Array.ConvertAll(shapes, shape =>
        {
            var tensor = new Tensor(shape) { RequiresGradient = true };
            foreach (ref float value in tensor.Data.AsSpan()) { value = (4 * random.NextSingle()) - 2; }
            return tensor;
        });
    }

    // 61 elements: whole vectors and a remainder, on processors of any width.
    private static Case Function(Func<Tensor, Tensor> onTape, Func<double, double> inDouble) =>
        new(Random([61]), x => onTape(x[0]), x => Doubles.Map(x[0], inDouble));

    private static Case Loss(float smoothing, int ignore)
    {
        int[] targets = [4, 3, 0, 18, 3];
        return new(
            Random([5, 19]), x => Op.CrossEntropy(x[0], targets, smoothing, ignore),
            x => [Doubles.CrossEntropy(x[0], targets, 19, smoothing, ignore)]);
    }

    private static Case Mixing(int queries, bool causal, bool[]? padding) => new(
        Random([2, queries, 12], [2, 6, 12], [2, 6, 9]),
        x => Op.Attention(x[0], x[1], x[2], 3, causal, padding).Output,
        x => Doubles.Attention(x[0], x[1], x[2], 2, queries, 6, 3, causal, padding));

    private static Case Variant(
        int heads, int groups, bool causal, int? window = null, bool biased = false, bool[]? padding = null,
        int length = 6, int? queries = null)
    {
        float[]? slopes = biased ? Alibi.Slopes(heads) : null;
        int sentences = length > 6 ? 1 : 2;
        return new(
            Random(
                [sentences, queries ?? length, 2 * heads], [sentences, length, 2 * groups],
                [sentences, length, 3 * groups]),
            x => Op.Attention(x[0], x[1], x[2], heads, causal, padding, groups, window, slopes).Output,
            x => Doubles.Attention(
                x[0], x[1], x[2], sentences, queries ?? length, length, heads, causal, padding, groups,
                window, slopes));
    }

    private static Case Modern(LayerOptions options)
    {
        var layer = new EncoderLayer(8, 2, 12, new Random(1), Activation.SwiGlu, NormPlacement.Pre, options: options);
        return Layer(
            layer.Parameters("e"), [[2, 6, 8]], x => layer.Forward(x[0], causal: true, s_padding),
            (layers, x) => layers.Encoder("e", x[0], true, s_padding, Doubles.Silu, NormPlacement.Pre), options);
    }

    private static Case Encoder(NormPlacement norm, Activation activation, Func<double, double> function, bool causal)
    {
        var layer = new EncoderLayer(8, 2, 12, new Random(1), activation, norm);
        return Layer(
            layer.Parameters("e"), [[2, 6, 8]], x => layer.Forward(x[0], causal, s_padding),
            (layers, x) => layers.Encoder("e", x[0], causal, s_padding, function, norm));
    }

    private static Case Decoder(NormPlacement norm)
    {
        var layer = new DecoderLayer(8, 2, 12, new Random(1), Activation.Gelu, norm);
        return Layer(
            layer.Parameters("d"), [[2, 5, 8], [2, 6, 8]], x => layer.Forward(x[0], x[1], null, s_padding),
            (layers, x) => layers.Decoder("d", x[0], x[1], s_padding, Doubles.Gelu, norm));
    }

    private static Case GptModel()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 7, Context = 6, Layers = 2, DModel = 8, Heads = 2, DFeedForward = 12 },
            seed: 1);
        int[] ids = [1, 6, 2, 2, 0, 5, 3, 3];
        return Layer(
            model.Parameters(), [], _ => model.Forward(new TokenBatch(ids, 2, 4)),
            (parameters, layers, _) =>
            {
                double[] positions = parameters["positions.weight"][..(4 * 8)];
                double[] x = Doubles.Add(Doubles.Embedding(parameters["tokens.weight"], ids, 8), positions);
                for (int i = 0; i < 2; i++)
                {
                    x = layers.Encoder($"layers.{i}", x, true, null, Doubles.GeluTanh, NormPlacement.Pre);
                }
                return Doubles.Linear(layers.Norm("norm", x), parameters["tokens.weight"], null, 8);
            });
    }

    private static Case GptVariant(PositionKind kind)
    {
        var options =
            new LayerOptions
            {
                KeyValueHeads = 1, Window = 3, Positions = kind, Norm = NormKind.RootMeanSquare,
                Bias = false
            };
        var model = new Gpt(
            new GptConfig
            {
                Vocabulary = 7, Context = 6, Layers = 2, DModel = 8, Heads = 2, DFeedForward = 12, Positions = kind,
                KeyValueHeads = 1, Window = 3,
                NormKind = options.Norm, Bias = false, Activation = Activation.SwiGlu, Norm = NormPlacement.Post,
            }, seed: 1);
        int[] ids = [1, 6, 2, 2, 0, 5, 3, 3];
        return Layer(
            model.Parameters(), [], _ => model.Forward(new TokenBatch(ids, 2, 4)),
            (parameters, layers, _) =>
            {
                double[] x = Doubles.Embedding(parameters["tokens.weight"], ids, 8);
                if (kind == PositionKind.Sinusoidal)
                {
                    double[] sines = Array.ConvertAll(
                        PositionalEncoding.SinusoidalTensor(4, 8).Data, value => (double)value);
                    x = Doubles.Add(Doubles.Map(x, value => value * Math.Sqrt(8)), sines);
                }

                for (int i = 0; i < 2; i++)
                {
                    x = layers.Encoder($"layers.{i}", x, true, null, Doubles.Silu, NormPlacement.Post);
                }
                return Doubles.Linear(x, parameters["tokens.weight"], null, 8);
            }, options);
    }

    private static Case TransformerModel()
    {
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = 7, DModel = 8, Heads = 2, DFeedForward = 12, EncoderLayers = 2, DecoderLayers = 1,
                Norm = NormPlacement.Pre, Activation = Activation.Gelu,
            }, seed: 1);
        int[] source = [1, 6, 2, 2, 5, 5, 3, 0], target = [1, 4, 3, 1, 2, 6];
        return Layer(
            model.Parameters(), [], _ => model.Forward(new TokenBatch(source, 2, 4), new TokenBatch(target, 2, 3)),
            (parameters, layers, _) =>
            {
                double[] table = parameters["embedding.weight"];
                bool[] padding = Array.ConvertAll(source, id => id == 0);
                double[] x = Embed(source, 4), y = Embed(target, 3);
                for (int i = 0; i < 2; i++)
                {
                    x = layers.Encoder($"encoder.layers.{i}", x, false, padding, Doubles.Gelu, NormPlacement.Pre);
                }
                y = layers.Decoder(
                    "decoder.layers.0", y, layers.Norm("encoder.norm", x), padding, Doubles.Gelu, NormPlacement.Pre);
                return Doubles.Linear(layers.Norm("decoder.norm", y), table, null, 8);

                double[] Embed(int[] ids, int length) => Doubles.Add(
                    Doubles.Map(Doubles.Embedding(table, ids, 8), value => value * Math.Sqrt(8)),
                    Array.ConvertAll(PositionalEncoding.SinusoidalTensor(length, 8).Data, value => (double)value));
            });
    }

    private static Case Layer(
        IEnumerable<Parameter> parameters, int[][] inputs, Func<Tensor[], Tensor> onTape,
        Func<Doubles.Layers, double[][], double[]> inDouble,
        LayerOptions? options = null) =>
        Layer(parameters, inputs, onTape, (_, layers, x) => inDouble(layers, x), options);

    /// <summary>
    /// Width 8, two heads, two sentences; inputs first, then the parameters, moved away from their zeros and ones.
    /// </summary>
    private static Case Layer(
        IEnumerable<Parameter> parameters, int[][] inputs, Func<Tensor[], Tensor> onTape,
        Func<Dictionary<string, double[]>, Doubles.Layers, double[][], double[]> inDouble, LayerOptions? options = null)
    {
        Parameter[] all = [.. parameters];
        var random = new Random(3);
        foreach (var (_, tensor) in all)
        {
            foreach (ref float value in tensor.Data.AsSpan()) { value += random.NextSingle() - 0.5f; }
        }

        return new([.. Random(inputs), .. all.Select(parameter => parameter.Value)], onTape, values =>
        {
            var byName = all.Select((parameter, i) => (parameter.Name, Value: values[inputs.Length + i]))
                .ToDictionary(p => p.Name, p => p.Value);
            return inDouble(byName, new Doubles.Layers(byName, 8, 2, 2, options), values);
        });
    }
}
