namespace TransformersFromScratch;

/// <summary>How a model is written as ONNX.</summary>
public sealed record OnnxOptions
{
    /// <summary>
    /// Whether weights are stored as float16, in half the space. What computes with them makes them float32 first: only
    /// their last digits are lost, and none of a model that was saved so.
    /// </summary>
    public bool Half { get; init; }

    /// <summary>
    /// Whether a decoder also gives its cross-attention: outputs <c>cross_attentions.0</c> … of [B, h, T, S].
    /// </summary>
    public bool CrossAttentions { get; init; }
}
