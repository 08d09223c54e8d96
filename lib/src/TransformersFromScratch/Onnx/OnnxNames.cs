namespace TransformersFromScratch;

/// <summary>
/// What inputs, outputs and their axes are called. The names are those of Hugging Face's exporter (Optimum), so that
/// programs which run its files run these.
/// </summary>
internal static class OnnxNames
{
    public const string Ids = "input_ids", AttentionMask = "attention_mask", Types = "token_type_ids";

    public const string Logits = "logits";

    public const string Batch = "batch_size", Length = "sequence_length", Past = "past_sequence_length";

    /// <summary>The axis of all that a decoder has read: what a cache holds, and what is new.</summary>
    public const string All = "past_sequence_length + sequence_length";

    public const string SourceLength = "encoder_sequence_length";

    /// <summary>[B, T] tokens.</summary>
    public static OnnxValue Tokens(OnnxGraph graph, string length = Length) =>
        graph.Input(Ids, OnnxType.Int64, Batch, length);

    /// <summary>What a cache holds for one attention, as two inputs.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">The attention.</param>
    /// <param name="name">Such as <c>past_key_values.0</c>.</param>
    /// <param name="length">The name of the axis of tokens.</param>
    public static OnnxMemory Cached(OnnxGraph graph, MultiHeadAttention attention, string name, string length) => new(
        graph.Input($"{name}.key", OnnxType.Float, Axes(attention, length)),
        graph.Input($"{name}.value", OnnxType.Float, Axes(attention, length)));

    /// <summary>What a cache is to hold from now on, as two outputs.</summary>
    public static void Present(
        OnnxGraph graph, MultiHeadAttention attention, string name, OnnxMemory memory, string length)
    {
        graph.Output($"{name}.key", memory.Keys, Axes(attention, length));
        graph.Output($"{name}.value", memory.Values, Axes(attention, length));
    }

    private static string[] Axes(MultiHeadAttention attention, string length) =>
        [Batch, $"{attention.KeyValueHeads}", length, $"{attention.HeadWidth}"];
}
