namespace TransformersFromScratch;

/// <summary>Where the layer norm stands relative to the residual connection.</summary>
public enum NormPlacement
{
    /// <summary><c>LayerNorm(x + Sublayer(x))</c>, as in the paper (section 3.1).</summary>
    Post,

    /// <summary>
    /// <c>x + Sublayer(LayerNorm(x))</c>. Deviates from the 2017 paper: the residual path is left untouched from bottom
    /// to top, which trains deep stacks without warm-up (Xiong et al. 2020). A stack of such layers ends with one more
    /// norm.
    /// </summary>
    Pre,
}
