using TransformersFromScratch.Tests.Models;

namespace TransformersFromScratch.Tests.Onnx;

/// <summary>
/// Every model and every option that has a way into ONNX, run by ONNX Runtime on batches with padding.
/// </summary>
public class OnnxModelTests
{
    // Of one sentence, of several with padding after them, and of several with padding before them.
    private static IEnumerable<TokenBatch> Batches(int padding) =>
    [
        TokenBatch.Of(SmallModels.Sentences(1, 7), padding),
        TokenBatch.Of(SmallModels.Sentences(2, 1), padding),
        TokenBatch.Of(SmallModels.Sentences(3, 6, 2, 4), padding),
        TokenBatch.Of(SmallModels.Sentences(4, 3, 8, 5, 1), padding, left: true),
    ];

    private static bool[] Unread(TokenBatch tokens, int padding) =>
        System.Array.ConvertAll(tokens.Ids, id => id == padding);

    private static GptConfig SmallGpt => new()
    {
        Vocabulary = SmallModels.Vocabulary, DModel = 16, Heads = 4, Layers = 2, Context = 12, Dropout = 0,
        PaddingId = 0,
    };

    private static Gpt Build(string name) => SmallModels.Lively(new Gpt(name switch
    {
        "gpt2" => SmallGpt,
        "paper's positions" => SmallGpt with { Positions = PositionKind.Sinusoidal, Activation = Activation.Relu },
        "no positions" => SmallGpt with { Positions = PositionKind.None, Norm = NormPlacement.Post },
        "rotary" => SmallGpt with { Positions = PositionKind.Rotary, Bias = false },
        "llama" => SmallGpt with
        {
            Positions = PositionKind.Rotary,
            RotaryHalves = true,
            RotaryBase = 500,
            HeadWidth = 6,
            NormKind = NormKind.RootMeanSquare,
            Bias = false,
            Activation = Activation.SwiGlu,
            KeyValueHeads = 2,
            TiedOutput = false,
        },
        "alibi" => SmallGpt with { Positions = PositionKind.Alibi, Activation = Activation.Gelu, KeyValueHeads = 1 },
        "window" => SmallGpt with { Window = 3, Activation = Activation.Silu },
        _ => SmallGpt with { Activation = Activation.GeGlu },
    }, seed: 1), model => model.Parameters());

    public static TheoryData<string> Gpts =>
        ["gpt2", "paper's positions", "no positions", "rotary", "llama", "alibi", "window", "gate"];

    private static Dictionary<string, Array> NoPast(Gpt model, int sentences)
    {
        MultiHeadAttention attention = model.Layers[0].Attention;
        return model.Layers.SelectMany((_, i) => (string[])[$"past_key_values.{i}.key", $"past_key_values.{i}.value"])
            .ToDictionary(name => name, _ => Array.Of(
                System.Array.Empty<float>(), sentences, attention.KeyValueHeads, 0, attention.HeadWidth));
    }

    [Theory]
    [MemberData(nameof(Gpts))]
    public void A_GPT_has_the_same_logits(string name)
    {
        Gpt model = Build(name);
        using var run = new OnnxRun(OnnxFile.Of(model));
        using var quiet = Tape.NoGradient();
        foreach (TokenBatch tokens in Batches(padding: 0))
        {
            Dictionary<string, Array> inputs = NoPast(model, tokens.Sentences);
            inputs["input_ids"] = Array.Of(tokens);
            inputs["attention_mask"] = Array.MaskOf(tokens, padding: 0);
            OnnxRun.Close(model.Forward(tokens), run.Run(inputs)["logits"], Unread(tokens, padding: 0));
        }
    }

    [Theory]
    [MemberData(nameof(Gpts))]
    public void A_GPT_that_goes_on_from_its_cache_has_the_logits_of_the_whole(string name)
    {
        Gpt model = Build(name);
        using var run = new OnnxRun(OnnxFile.Of(model));
        using var quiet = Tape.NoGradient();
        TokenBatch tokens = TokenBatch.Of(SmallModels.Sentences(5, 9, 8, 10), 0, left: true);
        Tensor whole = model.Forward(tokens);
        Dictionary<string, Array> inputs = NoPast(model, tokens.Sentences);
        int read = 0;
        foreach (int next in (int[])[4, 1, 3, 2]) // Several at once, and one alone.
        {
            inputs["input_ids"] = Array.Of(Columns(tokens, read, read + next));
            inputs["attention_mask"] = Array.MaskOf(Columns(tokens, 0, read + next), padding: 0);
            var outputs = run.Run(inputs);
            Tensor part = Rows(whole, read, read + next);
            OnnxRun.Close(part, outputs["logits"], Unread(Columns(tokens, read, read + next), padding: 0));
            OnnxWriter.Remember(outputs, inputs);
            read += next;
            Assert.Equal(read, outputs["present.1.value"].Shape[2]);
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("pre")]
    [InlineData("distances")]
    [InlineData("one type")]
    public void A_BERT_has_the_same_states_and_logits(string name)
    {
        BertConfig shape = SmallModels.SmallBert;
        Bert model = SmallModels.Lively(new Bert(name switch
        {
            "pre" => shape with { Norm = NormPlacement.Pre, Activation = Activation.GeluTanh },
            "distances" => shape with { Buckets = 8 },
            "one type" => shape with { TokenTypes = 1 },
            _ => shape,
        }, seed: 1), bert => bert.Parameters());
        using OnnxRun masked = new(OnnxFile.Of(model)), body = new(OnnxFile.Of(model, maskedHead: false));
        Assert.Equal(name != "one type", masked.Inputs.Contains("token_type_ids"));
        using var quiet = Tape.NoGradient();
        foreach (TokenBatch tokens in Batches(padding: 0))
        {
            var inputs = BertInputs(tokens, shape.TokenTypes == 1 || name == "one type", out int[]? types);
            Tensor hidden = model.Encode(tokens, types);
            Tensor logits = model.MaskedLogits(hidden, [.. Enumerable.Range(0, tokens.Ids.Length)])
                .Reshape(tokens.Sentences, tokens.Length, shape.Vocabulary);
            OnnxRun.Close(hidden, body.Run(inputs)["last_hidden_state"], Unread(tokens, padding: 0));
            OnnxRun.Close(logits, masked.Run(inputs)["logits"], Unread(tokens, padding: 0));
        }
    }

    [Theory]
    [InlineData(Pooling.First)]
    [InlineData(Pooling.Mean)]
    public void A_BERT_with_classes_has_the_same_scores(Pooling pooling)
    {
        BertClassifier model = SmallModels.Lively(
            new BertClassifier(new Bert(SmallModels.SmallBert, seed: 1), 3, pooling, seed: 2),
            bert => bert.Parameters());
        using var run = new OnnxRun(OnnxFile.Of(model));
        using var quiet = Tape.NoGradient();
        foreach (TokenBatch tokens in Batches(padding: 0))
        {
            var inputs = BertInputs(tokens, oneType: false, out int[]? types);
            OnnxRun.Close(model.Forward(tokens, types: types), run.Run(inputs)["logits"]);
        }
    }

    [Fact]
    public void A_BERT_that_answers_has_the_same_scores_and_never_chooses_padding()
    {
        BertReader model = SmallModels.Lively(
            new BertReader(new Bert(SmallModels.SmallBert, seed: 1), seed: 2), bert => bert.Parameters());
        using var run = new OnnxRun(OnnxFile.Of(model));
        using var quiet = Tape.NoGradient();
        foreach (TokenBatch tokens in Batches(padding: 0))
        {
            var outputs = run.Run(BertInputs(tokens, oneType: false, out int[]? types));
            var (starts, ends) = model.Forward(tokens, types);
            OnnxRun.Close(starts, outputs["start_logits"], Unread(tokens, padding: 0));
            OnnxRun.Close(ends, outputs["end_logits"], Unread(tokens, padding: 0));
            Assert.All(
                outputs["end_logits"].Numbers.Zip(Unread(tokens, padding: 0)),
                pair => Assert.Equal(pair.Second, pair.First < -9000));
        }
    }

    public static TheoryData<string> EncoderDecoders => [.. SmallModels.Names.Select(row => row.Data), "sines first"];

    [Theory]
    [MemberData(nameof(EncoderDecoders))]
    public void A_model_with_encoder_and_decoder_has_the_same_states_logits_and_maps(string name)
    {
        IEncoderDecoder model = name == "sines first"
            ? SmallModels.Lively(
                new Transformer(
                    new TransformerConfig
                    {
                        Vocabulary = SmallModels.Vocabulary, DModel = 15, Heads = 3, DFeedForward = 20,
                        DecoderHeads = 5, EncoderLayers = 1, DecoderLayers = 2, SinesFirst = true, OutputBias = true,
                    },
                    seed: 1),
                paper => paper.Parameters())
            : SmallModels.Build(name);
        OnnxFile[] files = [.. OnnxFile.Of(model, new OnnxOptions { CrossAttentions = true })];
        using OnnxRun encoder = new(files[0]), decoder = new(files[1]), further = new(files[2]);
        using var quiet = Tape.NoGradient();
        foreach (TokenBatch source in Batches(model.PaddingId))
        {
            Compare(model, encoder, decoder, further, source);
        }
    }

    private static void Compare(
        IEncoderDecoder model, OnnxRun encoder, OnnxRun decoder, OnnxRun further, TokenBatch source)
    {
        int[][] written = SmallModels.Sentences(source.Length, [.. Enumerable.Repeat(6, source.Sentences)]);
        TokenBatch target = TokenBatch.Of([.. written.Select(ids => (int[])[model.StartId, .. ids])], model.PaddingId);
        Tensor memory = model.Encode(source);
        List<Tensor> maps = [];
        Tensor logits = model.Logits(model.Decode(target, memory, source, crossMaps: maps));
        Array mask = Array.MaskOf(source, model.PaddingId);
        Array states = encoder.Run(("input_ids", Array.Of(source)), ("attention_mask", mask))["last_hidden_state"];
        OnnxRun.Close(memory, states, Unread(source, model.PaddingId));
        Dictionary<string, Array> inputs = new()
        {
            ["input_ids"] = Array.Of(target), ["encoder_attention_mask"] = mask, ["encoder_hidden_states"] = states,
        };
        var whole = decoder.Run(inputs);
        OnnxRun.Close(logits, whole["logits"]);
        foreach (var (i, map) in maps.Index()) { OnnxRun.Close(map, whole[$"cross_attentions.{i}"]); }

        inputs["input_ids"] = Array.Of(Columns(target, 0, 2)); // The same in parts, by what was remembered.
        OnnxWriter.Remember(decoder.Run(inputs), inputs);
        inputs.Remove("encoder_hidden_states");
        foreach (var (from, end) in ((int, int)[])[(2, 3), (3, 6), (6, 7)])
        {
            inputs["input_ids"] = Array.Of(Columns(target, from, end));
            var outputs = further.Run(inputs);
            OnnxRun.Close(Rows(logits, from, end), outputs["logits"]);
            OnnxWriter.Remember(outputs, inputs);
        }
    }

    private static Dictionary<string, Array> BertInputs(TokenBatch tokens, bool oneType, out int[]? types)
    {
        types = oneType ? null : [.. tokens.Ids.Select((_, i) => i % tokens.Length / 3 % 2)];
        return new()
        {
            ["input_ids"] = Array.Of(tokens),
            ["attention_mask"] = Array.MaskOf(tokens, padding: 0),
            ["token_type_ids"] = Array.Of(
                System.Array.ConvertAll(types ?? new int[tokens.Ids.Length], type => (long)type),
                tokens.Sentences, tokens.Length),
        };
    }

    /// <summary>Columns from to end - 1 of a batch.</summary>
    private static TokenBatch Columns(TokenBatch tokens, int from, int end) => new(
        [.. Enumerable.Range(0, tokens.Sentences).SelectMany(
            b => tokens.Ids[((b * tokens.Length) + from)..((b * tokens.Length) + end)])],
        tokens.Sentences, end - from);

    /// <summary>[B, T, d]: the rows from to end - 1 of each sentence.</summary>
    private static Tensor Rows(Tensor x, int from, int end)
    {
        int width = x.Shape[2], length = x.Shape[1];
        return new Tensor(
            [.. Enumerable.Range(0, x.Shape[0]).SelectMany(
                b => x.Data[(((b * length) + from) * width)..(((b * length) + end) * width)])],
            x.Shape[0], end - from, width);
    }
}
