namespace TransformersFromScratch;

/// <summary>What an <see cref="AblatedTransformer"/> goes without.</summary>
public enum Without
{
    /// <summary>It is whole.</summary>
    Nothing,

    /// <summary>Scores are not divided by √d_k (Vaswani et al. 2017, section 3.2.1).</summary>
    Scaling,

    /// <summary>The decoder's self-attention sees what it has yet to say (section 3.2.3).</summary>
    CausalMask,

    /// <summary>Nothing is added to the embeddings (section 3.5).</summary>
    Positions,

    /// <summary>LayerNorm(Sublayer(x)) instead of LayerNorm(x + Sublayer(x)) (section 3.1).</summary>
    Residuals,

    /// <summary>x + Sublayer(x), and no more (section 3.1).</summary>
    LayerNorm,

    /// <summary>ε = 0 in every layer norm.</summary>
    Epsilon,

    /// <summary>No feed-forward network in any layer (section 3.3).</summary>
    FeedForward,
}
