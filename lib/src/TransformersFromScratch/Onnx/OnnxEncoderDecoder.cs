using static TransformersFromScratch.OnnxNames;

namespace TransformersFromScratch;

/// <summary>
/// A model that reads a source and writes a target, as three graphs: the encoder; the decoder, which begins a target
/// and remembers the source; and the decoder with what it remembers, which goes on.
/// </summary>
internal static class OnnxEncoderDecoder
{
    private const string SourceMask = "encoder_attention_mask";

    /// <summary>From the tokens of a source to <c>last_hidden_state</c>, [B, S, d_model].</summary>
    public static OnnxGraph Encoder(IEncoderDecoder model, OnnxOptions options)
    {
        var (layers, norm, width) = model switch
        {
            Transformer paper => (paper.Encoder, paper.EncoderNorm, paper.Config.DModel),
            Bart bart => (bart.Encoder, bart.EncoderNorm, bart.Config.DModel),
            T5 t5 => (t5.Encoder, t5.EncoderNorm, t5.Config.DModel),
            _ => throw NoModel(model),
        };
        var graph = new OnnxGraph("encoder", model.Parameters(), options.Half);
        OnnxValue ids = Tokens(graph), mask = graph.Input(AttentionMask, OnnxType.Int64, Batch, Length);
        var places = new OnnxPlaces(graph, ids, mask);
        OnnxValue x = Embed(graph, model, ids, places, source: true);
        var sight = new OnnxSight(
            places.Seen(causal: false), model is T5 { EncoderBias: var bias } ? places.Added(bias) : null);
        for (int i = 0; i < layers.Count; i++)
        {
            graph.Part = $"encoder.layers.{i}";
            EncoderLayer layer = layers[i];
            x = OnnxLayers.Layer(graph, layer, x, y => OnnxLayers.Attend(
                graph, layer.Attention, y, OnnxLayers.Remember(graph, layer.Attention, y), sight).Output);
        }

        graph.Part = "encoder.norm";
        x = norm is null ? x : OnnxLayers.Norm(graph, norm, x);
        graph.Output("last_hidden_state", x, Batch, Length, $"{width}");
        return graph;
    }

    /// <summary>
    /// From the tokens of a target to logits, [B, T, vocabulary], and what is to be remembered of each layer.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How.</param>
    /// <param name="goesOn">Whether it remembers what it has read; otherwise it reads the source.</param>
    public static OnnxGraph Decoder(IEncoderDecoder model, OnnxOptions options, bool goesOn)
    {
        if (model.Decoder.Count == 0)
        {
            throw new NotSupportedException(
                "The model's decoder has no layers: it reads no source, and there is nothing to remember. Export a " +
                "model with DecoderLayers = 1 or more.");
        }

        var graph = new OnnxGraph(goesOn ? "decoder_with_past" : "decoder", model.Parameters(), options.Half);
        OnnxValue ids = Tokens(graph), mask = graph.Input(SourceMask, OnnxType.Int64, Batch, SourceLength);
        int width = model.Decoder[0].SelfAttention.Width;
        OnnxValue? source = goesOn ? null : graph.Input(
            "encoder_hidden_states", OnnxType.Float, Batch, SourceLength, $"{width}");
        (OnnxMemory Target, OnnxMemory Source)[] past = !goesOn ? [] : [.. model.Decoder.Select((layer, i) => (
            Cached(graph, layer.SelfAttention, $"past_key_values.{i}.decoder", Past),
            Cached(graph, layer.CrossAttention, $"past_key_values.{i}.encoder", SourceLength)))];
        var places = new OnnxPlaces(graph, ids, mask: null, goesOn ? past[0].Target.Keys : null);
        OnnxValue y = Embed(graph, model, ids, places, source: false);
        var self = new OnnxSight(
            places.Seen(causal: true), model is T5 { DecoderBias: var bias } ? places.Added(bias) : null);
        var cross = new OnnxSight(OnnxPlaces.Padding(graph, mask));
        var maps = new List<OnnxValue>();
        for (int i = 0; i < model.Decoder.Count; i++)
        {
            graph.Part = $"decoder.layers.{i}";
            DecoderLayer layer = model.Decoder[i];
            OnnxMemory read = goesOn
                ? past[i].Source
                : OnnxLayers.Remember(graph, layer.CrossAttention, source!.Value);
            OnnxMemory written = default;
            y = OnnxLayers.Layer(graph, layer, y, x =>
            {
                written = OnnxLayers.Remember(graph, layer.SelfAttention, x);
                written = goesOn ? OnnxGpt.Append(graph, past[i].Target, written) : written;
                return OnnxLayers.Attend(graph, layer.SelfAttention, x, written, self).Output;
            }, x =>
            {
                var (output, weights) = OnnxLayers.Attend(graph, layer.CrossAttention, x, read, cross);
                maps.Add(weights);
                return output;
            });
            Present(graph, layer.SelfAttention, $"present.{i}.decoder", written, goesOn ? All : Length);
            if (!goesOn) { Present(graph, layer.CrossAttention, $"present.{i}.encoder", read, SourceLength); }
        }

        Write(graph, model, y);
        foreach (var (i, map) in options.CrossAttentions ? maps.Index() : [])
        {
            graph.Output(
                $"cross_attentions.{i}", map, Batch, $"{model.Decoder[i].CrossAttention.Heads}", Length, SourceLength);
        }

        return graph;
    }

    /// <summary>What enters the first layer.</summary>
    private static OnnxValue Embed(
        OnnxGraph graph, IEncoderDecoder model, OnnxValue ids, OnnxPlaces places, bool source)
    {
        graph.Part = "embedding";
        switch (model)
        {
            case Transformer { Config: var shape } transformer:
                OnnxValue sum = graph.Multiply(
                    graph.Gather(graph.Weight(transformer.Embedding.Weight), ids),
                    graph.Number(MathF.Sqrt(shape.DModel)));
                return graph.Add(sum, places.Sinusoids(shape.DModel, shape.SinesFirst));
            case Bart bart:
                OnnxValue x = graph.Gather(graph.Weight(bart.Embedding.Weight), ids);
                x = bart.Config.ScaledEmbedding
                    ? graph.Multiply(x, graph.Number(MathF.Sqrt(bart.Config.DModel)))
                    : x;
                Embedding positions = source ? bart.EncoderPositions : bart.DecoderPositions;
                x = graph.Add(x, graph.Gather(graph.Weight(positions.Weight), places.Positions()));
                return OnnxLayers.Norm(graph, source ? bart.EncoderEmbeddingNorm : bart.DecoderEmbeddingNorm, x);
            case T5 t5:
                return graph.Gather(graph.Weight(t5.Embedding.Weight), ids);
            default:
                throw NoModel(model);
        }
    }

    /// <summary>The last norm, and the scores over the vocabulary.</summary>
    private static void Write(OnnxGraph graph, IEncoderDecoder model, OnnxValue y)
    {
        graph.Part = "output";
        y = model.DecoderNorm is null ? y : OnnxLayers.Norm(graph, model.DecoderNorm, y);
        if (model is T5 { Config: { TiedOutput: true, ScaledOutput: true, DModel: var width } })
        {
            y = graph.Multiply(y, graph.Number(1 / MathF.Sqrt(width)));
        }

        var (weight, bias) = model switch
        {
            Transformer transformer => (transformer.Embedding.Weight, transformer.OutputBias),
            Bart bart => (bart.Embedding.Weight, bart.OutputBias),
            T5 t5 => (t5.Output?.Weight ?? t5.Embedding.Weight, null),
            _ => throw NoModel(model),
        };
        graph.Output(Logits, OnnxLayers.Linear(graph, weight, bias, y), Batch, Length, $"{weight.Shape[0]}");
    }

    private static NotSupportedException NoModel(IEncoderDecoder model) => new(
        $"A {model.GetType().Name} has no way into ONNX here; a Transformer, a Bart and a T5 have.");
}
