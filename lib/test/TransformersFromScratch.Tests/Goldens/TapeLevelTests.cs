namespace TransformersFromScratch.Tests.Goldens;

/// <summary>
/// The second level of the library against libtorch, forward and backward, one test a file. A further file of a known
/// kind is tested by being dropped into the folder; a kind that is not known is reported as skipped by name.
/// </summary>
public class TapeLevelTests
{
    private static readonly Dictionary<string, Action<GoldenCase>> s_kinds = new()
    {
        ["softmax"] = golden => Check(golden, "x", x => Op.Softmax(Hidden(golden, x))),
        ["layer_norm"] = NormLayer,
        ["rms_norm"] = RmsNormLayer,
        ["relu"] = golden => Check(golden, "x", Op.Relu),
        ["gelu_erf"] = golden => Check(golden, "x", Op.Gelu),
        ["gelu_tanh"] = golden => Check(golden, "x", Op.GeluTanh),
        ["linear"] = LinearMap,
        ["embedding"] = Rows,
        ["sdpa"] = ScaledDotProduct,
        ["mha"] = MultiHead,
        ["encoder_layer"] = Encoder,
        ["decoder_layer"] = Decoder,
        ["encoder_decoder"] = EncoderDecoder,
        ["positional_encoding"] = Sinusoids,
        ["cross_entropy"] = Loss,
        ["adam"] = golden => Optimise(golden, weightDecay: null),
        ["adamw"] = golden => Optimise(golden, golden.Float("weight_decay")),
        ["clip_grad_norm"] = Clip,
        ["rope_interleaved"] = Rotation,
        ["swiglu"] = Gated,
        ["gpt"] = GptTrained,
    };

    internal static IReadOnlyCollection<string> Kinds => s_kinds.Keys;

    [Theory, MemberData(nameof(MatrixLevelTests.Files), MemberType = typeof(MatrixLevelTests))]
    public void Matches_libtorch(string name)
    {
        GoldenCase golden = GoldenCase.Load(name);
        Assert.SkipUnless(
            s_kinds.ContainsKey(golden.Kind), $"The tape level has no kind '{golden.Kind}' (file {name}.json).");
        s_kinds[golden.Kind](golden);
        golden.AssertEveryTensorUsed();
    }

    private static void NormLayer(GoldenCase golden)
    {
        var norm = new LayerNorm(golden.Shape("weight")[0], golden.Float("eps"));
        MatrixLevelTests.LoadNorm(golden, norm, "");
        Check(golden, "x", norm.Forward);
        CheckNorm(golden, norm, "");
    }

    private static void RmsNormLayer(GoldenCase golden)
    {
        var norm = new LayerNorm(golden.Shape("weight")[0], golden.Float("eps"), NormKind.RootMeanSquare);
        golden.Load("weight", norm.Gain);
        Check(golden, "x", norm.Forward);
        golden.AssertGradient("weight", norm.Gain);
    }

    private static void LinearMap(GoldenCase golden)
    {
        int[] shape = golden.Shape("weight");
        var linear = new Linear(shape[1], shape[0], new Random(0), golden.Has("bias"));
        MatrixLevelTests.LoadLinear(golden, linear, "");
        Check(golden, "x", linear.Forward);
        CheckLinear(golden, linear, "");
    }

    private static void Rows(GoldenCase golden)
    {
        int[] shape = golden.Shape("weight"), ids = golden.Shape("ids");
        var embedding = new Embedding(shape[0], shape[1], new Random(0));
        golden.Load("weight", embedding.Weight);
        Backward(golden, embedding.Forward(new TokenBatch(golden.Ids("ids"), ids[0], ids[1])));
        golden.AssertGradient("weight", embedding.Weight);
    }

    /// <summary>
    /// Heads of a golden are an axis of their own, [B,H,T,d]: to the library, B·H sentences of one head.
    /// </summary>
    private static void ScaledDotProduct(GoldenCase golden)
    {
        Tensor q = golden.Input("q"), k = golden.Input("k"), v = golden.Input("v");
        int heads = golden.Shape("q")[1], keys = golden.Shape("k")[2];
        bool causal = golden.Bool("causal") || golden.Text("mask")?.Contains("causal") == true;
        bool[]? padding = golden.Has("key_padding_mask")
            ? [.. golden.Flags("key_padding_mask").Chunk(keys).SelectMany(flags => Enumerable.Repeat(flags, heads))
                .SelectMany(flags => flags)]
            : null;
        var (output, weights) = Op.Attention(Sentences(q), Sentences(k), Sentences(v), heads: 1, causal, padding);
        golden.AssertEqual("weights", weights.Data);
        Backward(golden, output);
        golden.AssertGradient("q", q);
        golden.AssertGradient("k", k);
        golden.AssertGradient("v", v);
    }

    private static void MultiHead(GoldenCase golden)
    {
        string queryName = golden.Has("query") ? "query" : "x";
        Tensor x = golden.Input(queryName);
        Tensor memory = golden.Has("memory") ? golden.Input("memory") : x;
        var attention = new MultiHeadAttention(golden.Int("d_model"), golden.Int("heads"), new Random(0));
        MatrixLevelTests.LoadAttention(golden, attention, "");
        var maps = new List<Tensor>();
        Backward(
            golden, attention.Forward(x, memory, golden.Bool("causal"), Padding(golden, "key_padding_mask"), maps));
        golden.AssertEqual("weights", maps[0].Data);
        golden.AssertEqual("weights_avg", Mean(maps[0]));
        golden.AssertGradient(queryName, x);
        if (golden.Has("memory")) { golden.AssertGradient("memory", memory); }
        CheckAttention(golden, attention, "");
    }

    private static void Encoder(GoldenCase golden)
    {
        var layer = MatrixLevelTests.NewEncoderLayer(golden);
        MatrixLevelTests.LoadEncoderLayer(golden, layer, "");
        Check(golden, "x", x => layer.Forward(x, golden.Bool("causal"), Padding(golden, "key_padding_mask")));
        CheckEncoderLayer(golden, layer, "");
    }

    private static void Decoder(GoldenCase golden)
    {
        var layer = MatrixLevelTests.NewDecoderLayer(golden);
        MatrixLevelTests.LoadDecoderLayer(golden, layer, "");
        Tensor memory = golden.Input("memory");
        Check(golden, "tgt", target => layer.Forward(
            target, memory, Padding(golden, "key_padding_mask"), Padding(golden, "memory_key_padding_mask")));
        golden.AssertGradient("memory", memory);
        CheckDecoderLayer(golden, layer, "");
    }

    private static void EncoderDecoder(GoldenCase golden)
    {
        Transformer model = MatrixLevelTests.NewTransformer(golden);
        MatrixLevelTests.LoadTransformer(golden, model);
        TokenBatch source = golden.Tokens("src"), target = golden.Tokens("tgt_in");
        Tensor memory = model.Encode(source);
        Tensor logits = model.Embedding.Logits(model.Decode(target, memory, source));
        Tensor loss = Op.CrossEntropy(
            logits, golden.Ids("tgt_out"), golden.Float("label_smoothing"), ignore: golden.Int("pad_id"));
        loss.Backward();
        golden.AssertEqual("memory", memory.Data);
        golden.AssertEqual("logits", logits.Data);
        golden.AssertEqual("loss", loss.Data);
        golden.AssertGradient("shared_emb.weight", model.Embedding.Weight);
        for (int i = 0; i < model.Encoder.Count; i++) { CheckEncoderLayer(golden, model.Encoder[i], $"encoder.{i}."); }
        for (int i = 0; i < model.Decoder.Count; i++) { CheckDecoderLayer(golden, model.Decoder[i], $"decoder.{i}."); }
    }

    private static void Sinusoids(GoldenCase golden)
    {
        int length = golden.Int("length"), offset = (int)golden.Float("offset", 0), width = golden.Int("d_model");
        golden.AssertEqual(
            "pe", PositionalEncoding.SinusoidalTensor(offset + length, width).Data.AsSpan(offset * width));
    }

    private static void Loss(GoldenCase golden)
    {
        Tensor logits = golden.Input("logits");
        Tensor loss = Op.CrossEntropy(
            logits, golden.Ids("targets"), golden.Float("label_smoothing", 0), golden.Int("ignore_index"));
        loss.Backward();
        golden.AssertEqual("loss", loss.Data);
        golden.AssertGradient("logits", logits);
    }

    private static void Optimise(GoldenCase golden, float? weightDecay)
    {
        Parameter[] parameters = [.. golden.Names.Where(name => name.StartsWith('p')).Order()
            .Select(name => new Parameter(name, golden.Input(name)))];
        double rate = golden.Double("lr"), beta1 = golden.Double("beta1"), beta2 = golden.Double("beta2"),
            epsilon = golden.Double("eps");
        Optimizer optimizer = weightDecay is null
            ? new Adam(parameters, rate, beta1, beta2, epsilon)
            : new AdamW(parameters, rate, beta1, beta2, epsilon, golden.Double("weight_decay"), _ => true);
        for (int step = 1; step <= golden.Int("steps"); step++)
        {
            foreach (var (name, value) in parameters)
            {
                golden.Data($"g{step}.{name}").CopyTo(value.GradientToWrite(out _));
            }

            optimizer.Step();
            foreach (var (name, value) in parameters) { golden.AssertEqual($"step{step}.{name}", value.Data); }
        }
    }

    private static void Clip(GoldenCase golden)
    {
        Parameter[] parameters = [.. golden.Names.Where(name => name.StartsWith('g')).Order()
            .Select(name => new Parameter(name, new Tensor(golden.Shape(name))))];
        foreach (var (name, value) in parameters)
        {
            golden.Data(name).CopyTo(value.GradientToWrite(out _));
        }

        golden.AssertEqual("total_norm", [(float)Gradients.Clip(parameters, golden.Double("max_norm"))]);
        foreach (var (name, value) in parameters) { golden.AssertEqual("clipped" + name[1..], value.Gradient!.Data); }
    }

    private static void Rotation(GoldenCase golden) => Check(golden, "x", x =>
        Op.Rotate(Sentences(x), heads: 1, (int)golden.Float("offset", 0), golden.Double("base")));

    private static void Gated(GoldenCase golden)
    {
        FeedForward layer = MatrixLevelTests.NewGated(golden);
        (Linear Linear, string Prefix)[] maps =
            [(layer.Gate!, "w_gate."), (layer.Inner, "w_up."), (layer.Outer, "w_down.")];
        Check(golden, "x", layer.Forward);
        foreach (var (linear, prefix) in maps) { CheckLinear(golden, linear, prefix); }
    }

    private static void GptTrained(GoldenCase golden)
    {
        Gpt model = MatrixLevelTests.NewGpt(golden);
        TokenBatch ids = golden.Tokens("ids");
        var optimizer = new AdamW(
            model.Parameters(), golden.Double("adamw_lr"), golden.Double("adamw_beta1"), golden.Double("adamw_beta2"),
            golden.Double("adamw_eps"), golden.Double("adamw_weight_decay"), _ => true);
        var losses = new List<float>();
        for (int step = 0; step < golden.Shape("losses")[0]; step++)
        {
            Tensor logits = model.Forward(ids), loss = Op.CrossEntropy(logits, golden.Ids("targets"));
            losses.Add(loss.Scalar);
            optimizer.ZeroGradients();
            loss.Backward();
            if (step == 0)
            {
                golden.AssertEqual("logits", logits.Data);
                golden.AssertEqual("loss", loss.Data);
                golden.AssertGradient("tok_emb.weight", model.Tokens.Weight);
                golden.AssertGradient("pos_emb.weight", model.Positions!.Weight);
                CheckNorm(golden, model.Norm!, "ln_f.");
                ForEachPart(model, (layer, p) =>
                {
                    CheckNorm(golden, layer.AttentionNorm, p + "ln1.");
                    CheckAttention(golden, layer.Attention, p + "attn.");
                    CheckNorm(golden, layer.FeedForwardNorm, p + "ln2.");
                    CheckLinear(golden, layer.FeedForward.Inner, p + "mlp.fc1.");
                    CheckLinear(golden, layer.FeedForward.Outer, p + "mlp.fc2.");
                });
            }

            optimizer.Step();
        }

        golden.AssertEqual("losses", losses.ToArray());

        static void ForEachPart(Gpt model, Action<EncoderLayer, string> action)
        {
            for (int i = 0; i < model.Layers.Count; i++) { action(model.Layers[i], $"blocks.{i}."); }
        }
    }

    /// <summary>Forward from one input, then backward, both compared.</summary>
    private static void Check(GoldenCase golden, string input, Func<Tensor, Tensor> function)
    {
        Tensor x = golden.Input(input);
        Backward(golden, function(x));
        golden.AssertGradient(input, x);
    }

    /// <summary>Compares the output, then walks back from L = Σ out ⊙ R.</summary>
    private static void Backward(GoldenCase golden, Tensor output)
    {
        golden.AssertEqual("out", output.Data);
        Op.Sum(Op.Multiply(output, new Tensor(golden.Data("R"), output.Shape.ToArray()))).Backward();
    }

    /// <summary>Masked scores are -infinity, and their gradient ends here.</summary>
    private static Tensor Hidden(GoldenCase golden, Tensor x)
    {
        if (!golden.Has("masked")) { return x; }
        float[] masked = golden.Data("masked");
        return x + new Tensor([.. masked.Select(flag => flag != 0 ? float.NegativeInfinity : 0)], x.Shape.ToArray());
    }

    private static Tensor Sentences(Tensor x) => x.Reshape(x.Shape[0] * x.Shape[1], x.Shape[2], x.Shape[3]);

    private static bool[]? Padding(GoldenCase golden, string name) => golden.Has(name) ? golden.Flags(name) : null;

    private static float[] Mean(Tensor maps)
    {
        int sentences = maps.Shape[0], heads = maps.Shape[1], size = maps.Shape[2] * maps.Shape[3];
        float[] mean = new float[sentences * size];
        for (int i = 0; i < mean.Length; i++)
        {
            var (sentence, at) = Math.DivRem(i, size);
            mean[i] = Enumerable.Range(0, heads).Average(head => maps.Data[(((sentence * heads) + head) * size) + at]);
        }

        return mean;
    }

    private static void CheckEncoderLayer(GoldenCase golden, EncoderLayer layer, string prefix)
    {
        CheckAttention(golden, layer.Attention, prefix + "self_attn.");
        CheckNorm(golden, layer.AttentionNorm, prefix + "norm1.");
        CheckLinear(golden, layer.FeedForward.Inner, prefix + "linear1.");
        CheckLinear(golden, layer.FeedForward.Outer, prefix + "linear2.");
        CheckNorm(golden, layer.FeedForwardNorm, prefix + "norm2.");
    }

    private static void CheckDecoderLayer(GoldenCase golden, DecoderLayer layer, string prefix)
    {
        CheckAttention(golden, layer.SelfAttention, prefix + "self_attn.");
        CheckNorm(golden, layer.SelfAttentionNorm, prefix + "norm1.");
        CheckAttention(golden, layer.CrossAttention, prefix + "multihead_attn.");
        CheckNorm(golden, layer.CrossAttentionNorm, prefix + "norm2.");
        CheckLinear(golden, layer.FeedForward.Inner, prefix + "linear1.");
        CheckLinear(golden, layer.FeedForward.Outer, prefix + "linear2.");
        CheckNorm(golden, layer.FeedForwardNorm, prefix + "norm3.");
    }

    private static void CheckAttention(GoldenCase golden, MultiHeadAttention attention, string prefix)
    {
        Linear[] projections = [attention.Query, attention.Key, attention.Value];
        golden.AssertEqual(
            $"grad.{prefix}in_proj_weight", [.. projections.SelectMany(linear => linear.Weight.Gradient!.Data)]);
        golden.AssertEqual(
            $"grad.{prefix}in_proj_bias", [.. projections.SelectMany(linear => linear.Bias!.Gradient!.Data)]);
        CheckLinear(golden, attention.Output, prefix + "out_proj.");
    }

    private static void CheckLinear(GoldenCase golden, Linear linear, string prefix)
    {
        golden.AssertGradient(prefix + "weight", linear.Weight);
        if (linear.Bias is not null) { golden.AssertGradient(prefix + "bias", linear.Bias); }
    }

    private static void CheckNorm(GoldenCase golden, LayerNorm norm, string prefix)
    {
        golden.AssertGradient(prefix + "weight", norm.Gain);
        golden.AssertGradient(prefix + "bias", norm.Bias);
    }
}
