namespace TransformersFromScratch.Tests.Published;

/// <summary>
/// Every folder against Hugging Face's models on the same weights: logits, loss, hidden states, attention.
/// </summary>
public class PublishedForwardTests
{
    public static TheoryData<string> Folders => PublishedFolder.With("reference.json");

    [Theory]
    [MemberData(nameof(Folders))]
    public void Logits_loss_hidden_states_and_attention_are_the_published_ones(string name)
    {
        var from = new PublishedFolder(name);
        Pretrained loaded = from.Load();
        Assert.Equal(from.Config.GetProperty("model_type").GetString(), loaded.Architecture);
        using var quiet = Tape.NoGradient();
        if (loaded.Gpt is { } gpt)
        {
            Assert.Equal(gpt.Config.ParameterCount(), gpt.ParameterCount);
            Compare(from, gpt);
        }
        else if (loaded.Classifier is { } classifier)
        {
            from.Close("logits", classifier.Forward(from.Tokens("input_ids"), types: Types(from)));
        }
        else if (loaded.Bert is { } bert)
        {
            Assert.True(loaded.HasMaskedHead);
            Assert.Equal(bert.Config.ParameterCount(), bert.ParameterCount);
            Compare(from, bert);
        }
        else
        {
            Compare(from, loaded.EncoderDecoder!);
        }
    }

    private static void Compare(PublishedFolder from, Gpt model)
    {
        TokenBatch tokens = from.Tokens("input_ids");
        bool[] padding = from.Padding();
        List<Tensor> maps = [], states = [];
        Tensor logits = model.Forward(tokens, maps: maps, probe: Collect(states));
        from.Close("logits", logits, padding);
        from.CloseAll("attentions", maps, padding);
        from.CloseAll("hidden_states", Normed(states, model.Norm), padding);
        if (from.Has("loss"))
        {
            // The labels of this loss are the inputs, padding included where it is a token like others.
            int[] labels = [.. tokens.Ids.Select((_, i) => i % tokens.Length == tokens.Length - 1 || padding[i + 1]
                ? Op.NoTarget
                : tokens.Ids[i + 1])];
            AssertLoss(from, logits, labels);
        }
    }

    private static void Compare(PublishedFolder from, Bert model)
    {
        TokenBatch tokens = from.Tokens("input_ids");
        bool[] padding = from.Padding();
        List<Tensor> maps = [], states = [];
        Tensor hidden = model.Encode(tokens, Types(from), maps: maps, probe: Collect(states));
        Tensor logits = model.MaskedLogits(hidden, [.. Enumerable.Range(0, tokens.Ids.Length)]);
        from.Close("logits", logits.Reshape(tokens.Sentences, tokens.Length, model.Config.Vocabulary), padding);
        from.CloseAll("attentions", maps, padding);
        from.CloseAll("hidden_states", states, padding);
    }

    private static void Compare(PublishedFolder from, IEncoderDecoder model)
    {
        TokenBatch source = from.Tokens("input_ids"), target = from.Targets(model.StartId, model.PaddingId);
        bool[] unread = from.Padding();
        int[] labels = from.Ids("labels");
        bool[] unwritten = [.. labels.Select(label => label == Op.NoTarget)];
        List<Tensor> read = [], written = [], copied = [], encoded = [], decoding = [];
        Tensor memory = model.Encode(source, maps: read, probe: Collect(encoded));
        Tensor decoded = model.Decode(
            target, memory, source, selfMaps: written, crossMaps: copied, probe: Collect(decoding));
        Tensor logits = model.Logits(decoded);
        from.Close("logits", logits, unwritten);
        from.Close("encoder_last_hidden_state", memory, unread);
        from.CloseAll("encoder_hidden_states", [.. encoded.SkipLast(1), memory], unread);
        from.CloseAll("decoder_hidden_states", Normed(decoding, model.DecoderNorm), unwritten);
        from.CloseAll("encoder_attentions", read, unread);
        from.CloseAll("decoder_attentions", written, unwritten);
        from.CloseAll("cross_attentions", copied, unwritten);
        AssertLoss(from, logits, labels);
    }

    private static void AssertLoss(PublishedFolder from, Tensor logits, int[] labels) => Assert.Equal(
        from.Reference.GetProperty("loss").GetSingle(),
        Op.CrossEntropy(logits.Reshape(labels.Length, logits.Shape[^1]), labels).Scalar, 1e-3);

    private static int[]? Types(PublishedFolder from) =>
        from.Has("token_type_ids") ? from.Ids("token_type_ids") : null;

    private static Probe Collect(List<Tensor> states) =>
        new() { Residual = (_, x) => { states.Add(x); return x; } };

    /// <summary>The last of the published states stands after the last norm, where there is one.</summary>
    private static IReadOnlyList<Tensor> Normed(List<Tensor> states, LayerNorm? norm) =>
        norm is null ? states : [.. states.SkipLast(1), norm.Forward(states[^1])];
}
