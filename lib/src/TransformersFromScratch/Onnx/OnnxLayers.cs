namespace TransformersFromScratch;

/// <summary>Keys and values of the tokens that are read, [B, g, S, d_k] each.</summary>
internal readonly record struct OnnxMemory(OnnxValue Keys, OnnxValue Values);

/// <summary>What bears on the scores of an attention.</summary>
/// <param name="Seen">Which keys a query sees, to be broadcast to [B, h, T, S]; null for all.</param>
/// <param name="Added">[h, T, S], added to the scores; null for nothing.</param>
/// <param name="Rotation">How queries and keys are turned; null for not at all.</param>
internal sealed record OnnxSight(OnnxValue? Seen, OnnxValue? Added = null, OnnxRotation? Rotation = null);

/// <summary>The layers of this course as nodes of a graph: one method a layer.</summary>
internal static class OnnxLayers
{
    /// <summary>y = x W + b. The weight is stored as it is, outputs × inputs, under its own name.</summary>
    public static OnnxValue Linear(OnnxGraph graph, Linear map, OnnxValue x) =>
        Linear(graph, map.Weight, map.Bias, x);

    /// <summary>The same of a weight that is no map's own, such as the embedding that is the output, too.</summary>
    public static OnnxValue Linear(OnnxGraph graph, Tensor weight, Tensor? bias, OnnxValue x)
    {
        OnnxValue y = graph.MatMul(x, graph.Transpose(graph.Weight(weight), 1, 0));
        return bias is null ? y : graph.Add(y, graph.Weight(bias));
    }

    /// <summary>The norm of every row.</summary>
    public static OnnxValue Norm(OnnxGraph graph, LayerNorm norm, OnnxValue x)
    {
        OnnxValue gain = graph.Weight(norm.Gain);
        if (norm.Kind == NormKind.Layer)
        {
            OnnxValue bias = norm.HasBias
                ? graph.Weight(norm.Bias)
                : graph.Store(OnnxTensor.Of($"{norm.Width} zeros", new float[norm.Width], norm.Width));
            return graph.LayerNormalization(x, gain, bias, norm.Epsilon);
        }

        OnnxValue square = graph.MeanOfLast(graph.Multiply(x, x));
        OnnxValue root = graph.Sqrt(graph.Add(square, graph.Number(norm.Epsilon)));
        return graph.Multiply(graph.Divide(x, root), gain);
    }

    /// <summary>What stands between the two maps of a feed-forward network; of a gate, what its gate goes
    /// through.</summary>
    public static OnnxValue Activate(OnnxGraph graph, Activation activation, OnnxValue x) => activation switch
    {
        Activation.Relu => graph.Relu(x),
        Activation.Silu or Activation.SwiGlu => graph.Multiply(x, graph.Sigmoid(x)),
        Activation.GeluTanh or Activation.GeGlu => GeluTanh(graph, x),
        _ => Gelu(graph, x),
    };

    /// <summary>The feed-forward network.</summary>
    public static OnnxValue Network(OnnxGraph graph, FeedForward network, OnnxValue x)
    {
        OnnxValue inner = Linear(graph, network.Inner, x);
        OnnxValue bent = network.Gate is null
            ? Activate(graph, network.Activation, inner)
            : graph.Multiply(Activate(graph, network.Activation, Linear(graph, network.Gate, x)), inner);
        return Linear(graph, network.Outer, bent);
    }

    /// <summary>The keys and values that an attention makes of rows.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="x">[B, S, d_model].</param>
    /// <param name="rotation">How keys are turned; null for not at all.</param>
    public static OnnxMemory Remember(
        OnnxGraph graph, MultiHeadAttention attention, OnnxValue x, OnnxRotation? rotation = null)
    {
        OnnxValue keys = Split(graph, Linear(graph, attention.Key, x), attention.KeyValueHeads, attention.HeadWidth);
        return new OnnxMemory(
            rotation?.Of(graph, keys) ?? keys,
            Split(graph, Linear(graph, attention.Value, x), attention.KeyValueHeads, attention.HeadWidth));
    }

    /// <summary>softmax(Q Kᵀ / √d_k) V of every head, and W^O.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="x">[B, T, d_model], where queries come from.</param>
    /// <param name="memory">Keys and values.</param>
    /// <param name="sight">What bears on the scores.</param>
    /// <returns>[B, T, d_model], and the weights [B, h, T, S].</returns>
    public static (OnnxValue Output, OnnxValue Weights) Attend(
        OnnxGraph graph, MultiHeadAttention attention, OnnxValue x, OnnxMemory memory, OnnxSight sight)
    {
        int heads = attention.Heads, width = attention.HeadWidth;
        OnnxValue queries = Split(graph, Linear(graph, attention.Query, x), heads, width);
        queries = sight.Rotation?.Of(graph, queries) ?? queries;
        OnnxValue keys = Shared(graph, attention, memory.Keys), values = Shared(graph, attention, memory.Values);
        OnnxValue scores = graph.MatMul(queries, graph.Transpose(keys, 0, 1, 3, 2));
        if (attention.Options.Scaled) { scores = graph.Divide(scores, graph.Number(MathF.Sqrt(width))); }

        if (sight.Added is { } added) { scores = graph.Add(scores, added); }

        // The smallest float and not -∞: a row of padding that sees nothing would be 0/0.
        if (sight.Seen is { } seen) { scores = graph.Where(seen, scores, graph.Number(float.MinValue)); }

        OnnxValue weights = graph.Softmax(scores);
        OnnxValue mixed = graph.Transpose(graph.MatMul(weights, values), 0, 2, 1, 3);
        return (Linear(graph, attention.Output, graph.Reshape(mixed, 0, 0, heads * width)), weights);
    }

    /// <summary>A layer of an encoder, or of a decoder without one.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">[B, T, d_model].</param>
    /// <param name="attend">Its self-attention.</param>
    public static OnnxValue Layer(OnnxGraph graph, EncoderLayer layer, OnnxValue x, Func<OnnxValue, OnnxValue> attend)
    {
        if (layer.Mixture is not null)
        {
            throw new NotSupportedException(
                $"The model sends tokens to {layer.Mixture.Experts.Count} experts, and this export has no operation " +
                "that chooses among them. Export a model with Experts = 1.");
        }

        x = Residual(graph, layer.Norm, layer.AttentionNorm, x, attend);
        return Residual(
            graph, layer.Norm, layer.FeedForwardNorm, x, y => Network(graph, layer.FeedForward, y));
    }

    /// <summary>A layer of a decoder that reads a source.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="y">[B, T, d_model].</param>
    /// <param name="attendToTarget">Its self-attention.</param>
    /// <param name="attendToSource">Its cross-attention.</param>
    public static OnnxValue Layer(
        OnnxGraph graph, DecoderLayer layer, OnnxValue y, Func<OnnxValue, OnnxValue> attendToTarget,
        Func<OnnxValue, OnnxValue> attendToSource)
    {
        y = Residual(graph, layer.Norm, layer.SelfAttentionNorm, y, attendToTarget);
        y = Residual(graph, layer.Norm, layer.CrossAttentionNorm, y, attendToSource);
        return Residual(graph, layer.Norm, layer.FeedForwardNorm, y, x => Network(graph, layer.FeedForward, x));
    }

    /// <summary>The sublayer, the norm before or after it, and the way around it.</summary>
    private static OnnxValue Residual(
        OnnxGraph graph, NormPlacement placement, LayerNorm norm, OnnxValue x, Func<OnnxValue, OnnxValue> sublayer) =>
        placement == NormPlacement.Post
            ? Norm(graph, norm, graph.Add(x, sublayer(x)))
            : graph.Add(x, sublayer(Norm(graph, norm, x)));

    /// <summary>[B, T, h·d_k] → [B, h, T, d_k].</summary>
    private static OnnxValue Split(OnnxGraph graph, OnnxValue x, int heads, int width) =>
        graph.Transpose(graph.Reshape(x, 0, 0, heads, width), 0, 2, 1, 3);

    /// <summary>[B, g, S, d_k] → [B, h, S, d_k]: heads of queries share keys in groups of neighbours.</summary>
    private static OnnxValue Shared(OnnxGraph graph, MultiHeadAttention attention, OnnxValue x)
    {
        int heads = attention.Heads, groups = attention.KeyValueHeads;
        return heads == groups
            ? x
            : graph.Reshape(
                graph.Expand(graph.Unsqueeze(x, 2), 1, 1, heads / groups, 1, 1),
                0, heads, -1, attention.HeadWidth);
    }

    private static OnnxValue Gelu(OnnxGraph graph, OnnxValue x)
    {
        OnnxValue phi = graph.Add(graph.Erf(graph.Divide(x, graph.Number(MathF.Sqrt(2)))), graph.Number(1));
        return graph.Multiply(graph.Multiply(x, graph.Number(0.5f)), phi);
    }

    private static OnnxValue GeluTanh(OnnxGraph graph, OnnxValue x)
    {
        OnnxValue cube = graph.Multiply(graph.Multiply(graph.Multiply(x, x), x), graph.Number(0.044715f));
        OnnxValue inner = graph.Multiply(graph.Add(x, cube), graph.Number(MathF.Sqrt(2 / MathF.PI)));
        return graph.Multiply(
            graph.Multiply(x, graph.Number(0.5f)), graph.Add(graph.Tanh(inner), graph.Number(1)));
    }
}
