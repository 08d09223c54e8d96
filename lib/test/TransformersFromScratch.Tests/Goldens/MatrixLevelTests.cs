using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Goldens;

/// <summary>
/// The first level of the library against libtorch, one test a file. A further file of a known kind is tested by being
/// dropped into the folder; a kind the first level does not have is reported as skipped by name.
/// </summary>
public class MatrixLevelTests
{
    private static readonly Dictionary<string, Action<GoldenCase>> s_kinds = new()
    {
        ["softmax"] = SoftmaxRows,
        ["layer_norm"] = LayerNormRows,
        ["relu"] = golden => Elementwise(golden, Activations.Relu),
        ["gelu_erf"] = golden => Elementwise(golden, Activations.Gelu),
        ["gelu_tanh"] = golden => Elementwise(golden, Activations.GeluTanh),
        ["linear"] = LinearMap,
        ["embedding"] = EmbeddingRows,
        ["sdpa"] = ScaledDotProduct,
        ["mha"] = MultiHead,
        ["encoder_layer"] = Encoder,
        ["decoder_layer"] = Decoder,
        ["encoder_decoder"] = EncoderDecoder,
        ["positional_encoding"] = Sinusoids,
        ["rms_norm"] = LayerNormRows,
        ["rope_interleaved"] = golden => golden.AssertEqual("out", golden.Matrices("x").Select(x =>
            Rotary.Rows(x, (int)golden.Float("offset", 0), golden.Double("base")))),
        ["swiglu"] = golden => golden.AssertEqual("out", golden.Matrices("x").Select(NewGated(golden).Forward)),
        ["gpt"] = golden => golden.AssertEqual(
            "logits", golden.Ids("ids").Chunk(golden.Shape("ids")[1]).Select(NewGpt(golden).Forward)),
    };

    public static TheoryData<string> Files() =>
        [.. Directory.EnumerateFiles(GoldenCase.Folder, "*.json")
            .Select(path => Path.GetFileName(path)[..^".json".Length])
            .Where(name => !name.EndsWith(".grads", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    /// <summary>The files of the first level: all but those of kinds that exist on the tape alone.</summary>
    public static TheoryData<string> MatrixFiles() => [.. Files().Select(row => row.Data)
        .Where(
            name => s_kinds.ContainsKey(GoldenCase.Load(name).Kind)
                || !TapeLevelTests.Kinds.Contains(GoldenCase.Load(name).Kind))];

    [Theory, MemberData(nameof(MatrixFiles))]
    public void Matches_libtorch(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        Assert.SkipUnless(
            s_kinds.ContainsKey(golden.Kind), $"The matrix level has no kind '{golden.Kind}' (file {name}.json).");
        s_kinds[golden.Kind](golden);
    }

    private static void SoftmaxRows(GoldenCase golden)
    {
        Matrix<float>[] x = golden.Matrices("x"), masked = golden.Has("masked") ? golden.Matrices("masked") : [];
        golden.AssertEqual("out", x.Select((scores, i) => Softmax.Rows(masked.Length == 0 ? scores
            : Mask.Where(scores.RowCount, scores.ColumnCount, (row, column) => masked[i][row, column] != 0)
                .Apply(scores))));
    }

    private static void LayerNormRows(GoldenCase golden)
    {
        NormKind kind = golden.Kind == "rms_norm" ? NormKind.RootMeanSquare : NormKind.Layer;
        var norm = new LayerNorm(golden.Shape("x")[^1], golden.Float("eps"), kind);
        LoadNorm(golden, norm, "");
        golden.AssertEqual("out", golden.Matrices("x").Select(norm.Forward));
    }

    private static void Elementwise(GoldenCase golden, Func<Matrix<float>, Matrix<float>> function) =>
        golden.AssertEqual("out", golden.Matrices("x").Select(function));

    private static void LinearMap(GoldenCase golden)
    {
        int[] shape = golden.Shape("weight");
        var linear = new Linear(shape[1], shape[0], new Random(0), golden.Has("bias"));
        LoadLinear(golden, linear, "");
        golden.AssertEqual("out", golden.Matrices("x").Select(linear.Forward));
    }

    private static void EmbeddingRows(GoldenCase golden)
    {
        int[] shape = golden.Shape("weight");
        var embedding = new Embedding(shape[0], shape[1], new Random(0));
        golden.Load("weight", embedding.Weight);
        golden.AssertEqual("out", golden.Ids("ids").Chunk(golden.Shape("ids")[^1]).Select(embedding.Forward));
    }

    private static void ScaledDotProduct(GoldenCase golden)
    {
        Matrix<float>[] q = golden.Matrices("q"), k = golden.Matrices("k"), v = golden.Matrices("v");
        int heads = golden.Shape("q")[1];
        bool causal = golden.Bool("causal") || golden.Text("mask")?.Contains("causal") == true;
        var results = q.Select((_, i) => Attention.ScaledDotProduct(
            q[i], k[i], v[i], MaskOf(golden, causal, "key_padding_mask", i / heads, q[i].RowCount, k[i].RowCount)))
                .ToList();
        golden.AssertEqual("weights", results.Select(result => result.Weights));
        golden.AssertEqual("out", results.Select(result => result.Output));
    }

    private static void MultiHead(GoldenCase golden)
    {
        Matrix<float>[] x = golden.Matrices(golden.Has("query") ? "query" : "x");
        Matrix<float>[] memory = golden.Has("memory") ? golden.Matrices("memory") : x;
        var attention = new MultiHeadAttention(golden.Int("d_model"), golden.Int("heads"), new Random(0));
        LoadAttention(golden, attention, "");
        var results = x.Select((_, i) => attention.Forward(x[i], memory[i], MaskOf(
            golden, golden.Bool("causal"), "key_padding_mask", i, x[i].RowCount, memory[i].RowCount))).ToList();
        golden.AssertEqual("weights", results.SelectMany(result => result.Weights));
        golden.AssertEqual("weights_avg", results.Select(result =>
            result.Weights.Aggregate((sum, head) => sum + head) / result.Weights.Count));
        golden.AssertEqual("out", results.Select(result => result.Output));
    }

    private static void Encoder(GoldenCase golden)
    {
        var layer = NewEncoderLayer(golden);
        LoadEncoderLayer(golden, layer, "");
        golden.AssertEqual("out", golden.Matrices("x").Select((x, i) => layer.Forward(
            x, MaskOf(golden, golden.Bool("causal"), "key_padding_mask", i, x.RowCount, x.RowCount)).Output));
    }

    private static void Decoder(GoldenCase golden)
    {
        var layer = NewDecoderLayer(golden);
        LoadDecoderLayer(golden, layer, "");
        Matrix<float>[] target = golden.Matrices("tgt"), memory = golden.Matrices("memory");
        golden.AssertEqual("out", target.Select((y, i) => layer.Forward(
            y, memory[i],
            MaskOf(golden, causal: true, "key_padding_mask", i, y.RowCount, y.RowCount),
            MaskOf(golden, causal: false, "memory_key_padding_mask", i, y.RowCount, memory[i].RowCount)).Output));
    }

    private static void EncoderDecoder(GoldenCase golden)
    {
        Transformer model = NewTransformer(golden);
        LoadTransformer(golden, model);
        int[][] sources = [.. golden.Ids("src").Chunk(golden.Shape("src")[1])];
        int[][] targets = [.. golden.Ids("tgt_in").Chunk(golden.Shape("tgt_in")[1])];
        var results = sources.Zip(targets, model.Forward).ToList();
        golden.AssertEqual("memory", results.Select(result => result.Encoder.Memory));
        golden.AssertEqual("logits", results.Select(result => result.Logits));
    }

    private static void Sinusoids(GoldenCase golden)
    {
        int length = golden.Int("length"), offset = (int)golden.Float("offset", 0);
        Matrix<float> encoding = PositionalEncoding.Sinusoidal(offset + length, golden.Int("d_model"));
        golden.AssertEqual("pe", [encoding.SubMatrix(offset, length, 0, encoding.ColumnCount)]);
    }

    private static Mask MaskOf(GoldenCase golden, bool causal, string padding, int sentence, int queries, int keys)
    {
        Mask mask = causal ? Mask.Causal(queries) : Mask.Where(queries, keys, (_, _) => false);
        return golden.Has(padding)
            ? mask | Mask.Padding(queries, golden.Flags(padding)[(sentence * keys)..((sentence + 1) * keys)])
            : mask;
    }

    internal static EncoderLayer NewEncoderLayer(GoldenCase golden) => new(
        golden.Int("d_model"), golden.Int("heads"), golden.Int("d_ff"), new Random(0), ActivationOf(golden),
        NormOf(golden));

    internal static DecoderLayer NewDecoderLayer(GoldenCase golden) => new(
        golden.Int("d_model"), golden.Int("heads"), golden.Int("d_ff"), new Random(0), ActivationOf(golden),
        NormOf(golden));

    internal static Transformer NewTransformer(GoldenCase golden) => new(
        new TransformerConfig
        {
            Vocabulary = golden.Int("vocab"),
            DModel = golden.Int("d_model"),
            Heads = golden.Int("heads"),
            DFeedForward = golden.Int("d_ff"),
            EncoderLayers = golden.Int("enc_layers"),
            DecoderLayers = golden.Int("dec_layers"),
            PaddingId = golden.Int("pad_id"),
            Dropout = 0,
        }, seed: 0);

    internal static FeedForward NewGated(GoldenCase golden)
    {
        var layer = new FeedForward(
            golden.Int("d_model"), golden.Int("hidden"), new Random(0), Activation.SwiGlu, bias: false);
        LoadLinear(golden, layer.Gate!, "w_gate.");
        LoadLinear(golden, layer.Inner, "w_up.");
        LoadLinear(golden, layer.Outer, "w_down.");
        return layer;
    }

    internal static Gpt NewGpt(GoldenCase golden)
    {
        var model = new Gpt(
            new GptConfig
            {
                Vocabulary = golden.Int("vocab"), Context = golden.Int("block_size"), Layers = golden.Int("layers"),
                DModel = golden.Int("d_model"),
                Heads = golden.Int("heads"), DFeedForward = golden.Int("d_ff"), Dropout = 0,
            }, seed: 0);
        golden.Load("tok_emb.weight", model.Tokens.Weight);
        golden.Load("pos_emb.weight", model.Positions!.Weight);
        LoadNorm(golden, model.Norm!, "ln_f.");
        for (int i = 0; i < model.Layers.Count; i++)
        {
            EncoderLayer layer = model.Layers[i];
            LoadNorm(golden, layer.AttentionNorm, $"blocks.{i}.ln1.");
            LoadAttention(golden, layer.Attention, $"blocks.{i}.attn.");
            LoadNorm(golden, layer.FeedForwardNorm, $"blocks.{i}.ln2.");
            LoadLinear(golden, layer.FeedForward.Inner, $"blocks.{i}.mlp.fc1.");
            LoadLinear(golden, layer.FeedForward.Outer, $"blocks.{i}.mlp.fc2.");
        }

        return model;
    }

    private static Activation ActivationOf(GoldenCase golden) => golden.Text("activation") switch
    {
        "relu" => Activation.Relu,
        "gelu" => Activation.Gelu,
        "gelu_tanh" => Activation.GeluTanh,
        var other => throw new InvalidDataException(
            $"The goldens name an activation '{other}' this test does not know."),
    };

    private static NormPlacement NormOf(GoldenCase golden) =>
        golden.Bool("norm_first") ? NormPlacement.Pre : NormPlacement.Post;

    internal static void LoadTransformer(GoldenCase golden, Transformer model)
    {
        golden.Load("shared_emb.weight", model.Embedding.Weight);
        for (int i = 0; i < model.Encoder.Count; i++) { LoadEncoderLayer(golden, model.Encoder[i], $"encoder.{i}."); }
        for (int i = 0; i < model.Decoder.Count; i++) { LoadDecoderLayer(golden, model.Decoder[i], $"decoder.{i}."); }
    }

    internal static void LoadEncoderLayer(GoldenCase golden, EncoderLayer layer, string prefix)
    {
        LoadAttention(golden, layer.Attention, prefix + "self_attn.");
        LoadNorm(golden, layer.AttentionNorm, prefix + "norm1.");
        LoadLinear(golden, layer.FeedForward.Inner, prefix + "linear1.");
        LoadLinear(golden, layer.FeedForward.Outer, prefix + "linear2.");
        LoadNorm(golden, layer.FeedForwardNorm, prefix + "norm2.");
    }

    internal static void LoadDecoderLayer(GoldenCase golden, DecoderLayer layer, string prefix)
    {
        LoadAttention(golden, layer.SelfAttention, prefix + "self_attn.");
        LoadNorm(golden, layer.SelfAttentionNorm, prefix + "norm1.");
        LoadAttention(golden, layer.CrossAttention, prefix + "multihead_attn.");
        LoadNorm(golden, layer.CrossAttentionNorm, prefix + "norm2.");
        LoadLinear(golden, layer.FeedForward.Inner, prefix + "linear1.");
        LoadLinear(golden, layer.FeedForward.Outer, prefix + "linear2.");
        LoadNorm(golden, layer.FeedForwardNorm, prefix + "norm3.");
    }

    /// <summary>libtorch stacks the projections q, k, v in one tensor; the library keeps three.</summary>
    internal static void LoadAttention(GoldenCase golden, MultiHeadAttention attention, string prefix)
    {
        float[] weight = golden.Data(prefix + "in_proj_weight"), bias = golden.Data(prefix + "in_proj_bias");
        Linear[] projections = [attention.Query, attention.Key, attention.Value];
        for (int i = 0; i < projections.Length; i++)
        {
            int weights = projections[i].Weight.Length, biases = projections[i].Bias!.Length;
            weight.AsSpan(i * weights, weights).CopyTo(projections[i].Weight.Data);
            bias.AsSpan(i * biases, biases).CopyTo(projections[i].Bias!.Data);
        }

        LoadLinear(golden, attention.Output, prefix + "out_proj.");
    }

    internal static void LoadLinear(GoldenCase golden, Linear linear, string prefix)
    {
        golden.Load(prefix + "weight", linear.Weight);
        if (linear.Bias is not null) { golden.Load(prefix + "bias", linear.Bias); }
    }

    internal static void LoadNorm(GoldenCase golden, LayerNorm norm, string prefix)
    {
        golden.Load(prefix + "weight", norm.Gain);
        if (norm.Kind == NormKind.Layer) { golden.Load(prefix + "bias", norm.Bias); }
    }
}
