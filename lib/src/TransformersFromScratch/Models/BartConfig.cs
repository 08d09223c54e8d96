using static TransformersFromScratch.Hyperparameters;

namespace TransformersFromScratch;

/// <summary>
/// Every hyperparameter of a <see cref="Bart"/>; its sizes are those that two cores train in minutes.
/// </summary>
public sealed record BartConfig
{
    /// <summary>How many tokens there are, the mask included; 50,265 in BART.</summary>
    public int Vocabulary { get; init; } = 4_000;

    /// <summary>d_model; 768 in BART's base model.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>h; divides <see cref="DModel"/>. 12 in BART's base model.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff; 3,072 in BART's base model.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>h of the decoder where it is another; null for <see cref="Heads"/>, as in the paper.</summary>
    public int? DecoderHeads { get; init; }

    /// <summary>
    /// d_ff of the decoder where it is another; null for <see cref="DFeedForward"/>, as in the paper.
    /// </summary>
    public int? DecoderDFeedForward { get; init; }

    /// <summary>N of the encoder; 6 in BART's base model.</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>N of the decoder; 6 in BART's base model.</summary>
    public int DecoderLayers { get; init; } = 2;

    /// <summary>
    /// How many positions have a learned vector, so how long a source or a target may be; 1,024 in BART.
    /// </summary>
    public int Positions { get; init; } = 128;

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>
    /// Post as in BART. Before the sub-layers, each stack ends with one norm more (as in mBART, Liu et al. 2020,
    /// section 2.2), and a small model trains better.
    /// </summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <summary>GELU with the exact Φ, as in BART.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>
    /// Whether the embedding is multiplied by √d_model, as in the 2017 paper; not in BART, but in some of its kin
    /// (mBART).
    /// </summary>
    public bool ScaledEmbedding { get; init; }

    /// <summary>
    /// Whether each token has a number that is added to its score; BART's published files have one, of zeros.
    /// </summary>
    public bool OutputBias { get; init; }

    /// <summary>The standard deviation of the weights at the start; 0.02 in BART.</summary>
    public float Deviation { get; init; } = 0.02f;

    /// <summary>The token that fills short sentences and is never attended to.</summary>
    public int PaddingId { get; init; }

    /// <summary>The token that every target begins with; the end token in BART, which is allowed.</summary>
    public int StartId { get; init; } = TransformersFromScratch.Vocabulary.Start;

    /// <summary>The token that ends a target.</summary>
    public int EndId { get; init; } = TransformersFromScratch.Vocabulary.End;

    /// <summary>How many numbers the model learns, counted by formula, without building it.</summary>
    /// <exception cref="ArgumentException">No model has such a configuration; see <see cref="Check"/>.</exception>
    public long ParameterCount()
    {
        Check();
        long d = DModel, norm = 2 * d;
        long attention = Attention(d, d), feedForward = FeedForward(d, DFeedForward, Activation);
        long wide = FeedForward(d, DecoderDFeedForward ?? DFeedForward, Activation);
        long stacks = (EncoderLayers * (attention + feedForward + (2 * norm)))
            + (DecoderLayers * ((2 * attention) + wide + (3 * norm)));
        long norms = Norm == NormPlacement.Pre ? 4 : 2; // After each embedding, and at the end of each pre-norm stack.
        return ((Vocabulary + (2L * Positions)) * d) + stacks + (norms * norm) + (OutputBias ? Vocabulary : 0);
    }

    /// <summary>Whether there can be a model of this configuration.</summary>
    /// <exception cref="ArgumentException">
    /// There cannot; the message names the hyperparameter, its value, and what it may be.
    /// </exception>
    public void Check()
    {
        RequireRange(nameof(Vocabulary), Vocabulary, 1, MostTokens);
        RequireRange(nameof(DModel), DModel, 1, Widest);
        RequireHeads(Heads, DModel);
        RequireRange(nameof(DFeedForward), DFeedForward, 1, Widest);
        RequireHeads(DecoderHeads ?? Heads, DModel);
        RequireRange(nameof(DecoderDFeedForward), DecoderDFeedForward ?? DFeedForward, 1, Widest);
        RequireRange(nameof(EncoderLayers), EncoderLayers, 0, MostLayers);
        RequireRange(nameof(DecoderLayers), DecoderLayers, 0, MostLayers);
        RequireRange(nameof(Positions), Positions, 1, MostTokens);
        RequireRange(nameof(PaddingId), PaddingId, -1, Vocabulary - 1);
        RequireRange(nameof(StartId), StartId, 0, Vocabulary - 1);
        RequireRange(nameof(EndId), EndId, 0, Vocabulary - 1);
        RequireDropout(Dropout);
        RequirePositive(nameof(Deviation), Deviation);
        RequireDefined(nameof(Activation), Activation);
        RequireDefined(nameof(Norm), Norm);
    }
}
