namespace TransformersFromScratch;

/// <summary>How a model knows where a token stands. Attention by itself sees a set of tokens, and no order.</summary>
public enum PositionKind
{
    /// <summary>
    /// Nothing says it. Under a causal mask a model can still learn something of it, because a token sees as many keys
    /// as stand before it (Haviv et al. 2022).
    /// </summary>
    None,

    /// <summary>
    /// Added to the embeddings: one learned vector per position (Radford et al. 2019). There is none beyond the last.
    /// </summary>
    Learned,

    /// <summary>
    /// Added to the embeddings: the sines of the 2017 paper (section 3.5), <see cref="PositionalEncoding.Sinusoidal"/>.
    /// </summary>
    Sinusoidal,

    /// <summary>
    /// Queries and keys are turned in every layer: <see cref="Rotary"/>. Deviates from the 2017 paper; used by Llama.
    /// </summary>
    Rotary,

    /// <summary>
    /// Scores are lowered by the distance in every layer: <see cref="Alibi"/>. Deviates from the 2017 paper; used by
    /// BLOOM.
    /// </summary>
    Alibi,
}
