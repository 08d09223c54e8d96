namespace TransformersFromScratch;

/// <summary>How one vector for a whole text is made of one vector a token.</summary>
public enum Pooling
{
    /// <summary>
    /// The vector of the first token, BERT's [CLS]: the model learns to gather there what the task needs (Devlin et al.
    /// 2018, section 3).
    /// </summary>
    First,

    /// <summary>The mean of the vectors of all tokens that are no padding.</summary>
    Mean,
}
