namespace TransformersFromScratch;

/// <summary>What a norm does to a row; <see cref="NormPlacement"/> says where it stands.</summary>
public enum NormKind
{
    /// <summary>
    /// Mean 0 and variance 1, then a gain and a bias (Ba, Kiros and Hinton 2016), as in the 2017 paper.
    /// </summary>
    Layer,

    /// <summary>
    /// Root mean square 1, then a gain; the mean stays and there is no bias (Zhang and Sennrich 2019). Deviates from
    /// the 2017 paper; used by T5 and Llama.
    /// </summary>
    RootMeanSquare,
}
