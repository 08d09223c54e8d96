using static TransformersFromScratch.Hyperparameters;

namespace TransformersFromScratch;

/// <summary>Every hyperparameter of a Transformer; change one with <c>config with { Heads = 4 }</c>.</summary>
public sealed record TransformerConfig
{
    /// <summary>
    /// How many tokens source and target share; the paper's byte-pair encoding has about 37,000 (section 5.1).
    /// </summary>
    public int Vocabulary { get; init; } = 37_000;

    /// <summary>d_model, the width of a token's vector.</summary>
    public int DModel { get; init; } = 512;

    /// <summary>h, the number of attention heads; divides <see cref="DModel"/>.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>d_ff, the inner width of the feed-forward network.</summary>
    public int DFeedForward { get; init; } = 2048;

    /// <summary>h of the decoder where it is another; null for <see cref="Heads"/>, as in the paper.</summary>
    public int? DecoderHeads { get; init; }

    /// <summary>
    /// d_ff of the decoder where it is another; null for <see cref="DFeedForward"/>, as in the paper.
    /// </summary>
    public int? DecoderDFeedForward { get; init; }

    /// <summary>N of the encoder.</summary>
    public int EncoderLayers { get; init; } = 6;

    /// <summary>N of the decoder.</summary>
    public int DecoderLayers { get; init; } = 6;

    /// <summary>P_drop (section 5.4); used in training alone.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>ReLU as in the paper.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Post as in the paper.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <summary>The token that fills short sentences and is never attended to.</summary>
    public int PaddingId { get; init; }

    /// <summary>The token that every target begins with; Marian has the padding here, which is allowed.</summary>
    public int StartId { get; init; } = TransformersFromScratch.Vocabulary.Start;

    /// <summary>The token that ends a target.</summary>
    public int EndId { get; init; } = TransformersFromScratch.Vocabulary.End;

    /// <summary>
    /// Whether all sines of a position stand before all its cosines, and not each beside its cosine as in the paper
    /// (<see cref="PositionalEncoding"/>). Marian has it so.
    /// </summary>
    public bool SinesFirst { get; init; }

    /// <summary>Whether each token has a number that is added to its score; not in the paper, but in Marian.</summary>
    public bool OutputBias { get; init; }

    /// <summary>
    /// How many numbers a model of this configuration learns, counted by formula, without building it.
    /// </summary>
    /// <exception cref="ArgumentException">No model has such a configuration; see <see cref="Check"/>.</exception>
    public long ParameterCount()
    {
        Check();
        long d = DModel, ff = DFeedForward;
        long attention = Attention(d, d);             // W^Q, W^K, W^V, W^O, each with a bias
        long feedForward = FeedForward(d, ff, Activation); // W₁, b₁, W₂, b₂, and the gate if there is one
        long norm = 2 * d;                            // gain and bias
        long encoderLayer = attention + feedForward + (2 * norm);
        long decoderLayer = (2 * attention) + FeedForward(d, DecoderDFeedForward ?? ff, Activation) + (3 * norm);
        long finalNorms = Norm == NormPlacement.Pre ? 2 * norm : 0;
        return (Vocabulary * d) + (EncoderLayers * encoderLayer) + (DecoderLayers * decoderLayer) + finalNorms
            + (OutputBias ? Vocabulary : 0);
    }

    /// <summary>
    /// Whether there can be a model of this configuration, which may come from a file that somebody else has made.
    /// </summary>
    /// <exception cref="ArgumentException">There cannot; the message names the hyperparameter, its value, and what it
    /// may be.</exception>
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
        RequireRange(nameof(PaddingId), PaddingId, -1, Vocabulary - 1);
        RequireRange(nameof(StartId), StartId, 0, Math.Max(Vocabulary - 1, TransformersFromScratch.Vocabulary.Start));
        RequireRange(nameof(EndId), EndId, 0, Math.Max(Vocabulary - 1, TransformersFromScratch.Vocabulary.End));
        RequireDropout(Dropout);
        RequireDefined(nameof(Activation), Activation);
        RequireDefined(nameof(Norm), Norm);
    }
}
