namespace TransformersFromScratch;

/// <summary>What was changed in the layers after 2017. As they stand here, the layers are those of the paper.</summary>
public sealed record LayerOptions
{
    /// <summary>
    /// How many heads of keys and values there are; null for one per head of queries. Heads of queries share one in
    /// groups of equal size (grouped-query attention, Ainslie et al. 2023); with 1 all of them share it (multi-query
    /// attention, Shazeer 2019).
    /// </summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>
    /// How many keys a query sees at most: its own place and those before it (Beltagy et al. 2020, section 3.1); null
    /// for all.
    /// </summary>
    public int? Window { get; init; }

    /// <summary>
    /// Of these, <see cref="PositionKind.Rotary"/> and <see cref="PositionKind.Alibi"/> act within a layer, the others
    /// before the first.
    /// </summary>
    public PositionKind Positions { get; init; }

    /// <summary>The base of the angles of <see cref="PositionKind.Rotary"/>; 10,000 in its paper.</summary>
    public double RotaryBase { get; init; } = Rotary.Base;

    /// <summary>
    /// Which columns of a head are turned together: neighbours, as in the paper, or column i of the first half with
    /// column i of the second, as in Llama's published weights.
    /// </summary>
    public bool RotaryHalves { get; init; }

    /// <summary>
    /// The width d_k = d_v of a head; null for d_model / h, as in the paper. T5 has heads that together are wider, or
    /// narrower, than d_model.
    /// </summary>
    public int? HeadWidth { get; init; }

    /// <summary>Whether the products of queries and keys are divided by √d_k, as in the paper; not in T5.</summary>
    public bool Scaled { get; init; } = true;

    /// <summary>Which norm.</summary>
    public NormKind Norm { get; init; }

    /// <summary>ε of the norms: PyTorch's default of 1e-5; 1e-12 in BERT, 1e-6 in T5.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Whether linear maps and norms add a bias. The root-mean-square norm never does.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// How many feed-forward networks there are, of which each token uses <see cref="ExpertsPerToken"/>; 1 as in the
    /// paper, with more a <see cref="MixtureOfExperts"/> (Fedus et al. 2021).
    /// </summary>
    public int Experts { get; init; } = 1;

    /// <summary>How many of the experts a token is sent to, at most <see cref="Experts"/>.</summary>
    public int ExpertsPerToken { get; init; } = 1;
}
