using static TransformersFromScratch.Hyperparameters;

namespace TransformersFromScratch;

/// <summary>Every hyperparameter of a <see cref="T5"/>; its sizes are those that two cores train in minutes.</summary>
public sealed record T5Config
{
    /// <summary>How many tokens there are, sentinels included; 32,128 in T5.</summary>
    public int Vocabulary { get; init; } = 4_000;

    /// <summary>d_model; 512 in the small T5.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>h; 8 in the small T5.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>The width of a head, which need not be d_model / h; 64 in T5.</summary>
    public int HeadWidth { get; init; } = 32;

    /// <summary>d_ff; 2,048 in the small T5.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>N of the encoder; 6 in the small T5.</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>N of the decoder; 6 in the small T5.</summary>
    public int DecoderLayers { get; init; } = 2;

    /// <summary>How many buckets of distances there are (<see cref="RelativeBias"/>); 32 in T5.</summary>
    public int Buckets { get; init; } = 32;

    /// <summary>From which distance on all share the last bucket; 128 in T5.</summary>
    public int Distance { get; init; } = 128;

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>ReLU as in T5; <see cref="Activation.GeGlu"/>, a gate, in T5 1.1.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Whether the output is the embedding, as in T5; T5 1.1 has a map of its own.</summary>
    public bool TiedOutput { get; init; } = true;

    /// <summary>
    /// Whether what goes into a tied output is divided by √d_model, as in T5: its embedding has numbers about as large
    /// as 1, so the scores would start too large.
    /// </summary>
    public bool ScaledOutput { get; init; } = true;

    /// <summary>ε of the norms; 1e-6 in T5.</summary>
    public float Epsilon { get; init; } = 1e-6f;

    /// <summary>The token that fills short sentences and is never attended to.</summary>
    public int PaddingId { get; init; }

    /// <summary>The token that every target begins with; the padding in T5, which is allowed.</summary>
    public int StartId { get; init; } = TransformersFromScratch.Vocabulary.Start;

    /// <summary>The token that ends a target.</summary>
    public int EndId { get; init; } = TransformersFromScratch.Vocabulary.End;

    /// <summary>How many numbers the model learns, counted by formula, without building it.</summary>
    /// <exception cref="ArgumentException">No model has such a configuration; see <see cref="Check"/>.</exception>
    public long ParameterCount()
    {
        Check();
        long d = DModel, vocabulary = Vocabulary; // A norm is a gain alone, so d numbers; no map has a bias.
        long attention = Attention(d, (long)Heads * HeadWidth, bias: false);
        long feedForward = FeedForward(d, DFeedForward, Activation, bias: false);
        long encoder = (EncoderLayers * (attention + feedForward + (2 * d))) + ((long)Buckets * Heads) + d;
        long decoder = (DecoderLayers * ((2 * attention) + feedForward + (3 * d))) + ((long)Buckets * Heads) + d;
        return (vocabulary * d * (TiedOutput ? 1 : 2)) + encoder + decoder;
    }

    /// <summary>Whether there can be a model of this configuration.</summary>
    /// <exception cref="ArgumentException">
    /// There cannot; the message names the hyperparameter, its value, and what it may be.
    /// </exception>
    public void Check()
    {
        RequireRange(nameof(Vocabulary), Vocabulary, 1, MostTokens);
        RequireRange(nameof(DModel), DModel, 1, Widest);
        RequireRange(nameof(Heads), Heads, 1, Widest);
        RequireRange(nameof(HeadWidth), HeadWidth, 1, Widest / Heads);
        RequireRange(nameof(DFeedForward), DFeedForward, 1, Widest);
        RequireRange(nameof(EncoderLayers), EncoderLayers, 0, MostLayers);
        RequireRange(nameof(DecoderLayers), DecoderLayers, 0, MostLayers);
        RequireRange(nameof(Buckets), Buckets, 4, Widest);
        Require(
            Buckets % 2 == 0,
            $"Buckets is {Buckets}; it has to be even, because the encoder has one half for each direction.");
        RequireRange(nameof(Distance), Distance, (Buckets / 2) + 1, int.MaxValue);
        RequireRange(nameof(PaddingId), PaddingId, -1, Vocabulary - 1);
        RequireRange(nameof(StartId), StartId, 0, Vocabulary - 1);
        RequireRange(nameof(EndId), EndId, 0, Vocabulary - 1);
        RequireDropout(Dropout);
        RequirePositive(nameof(Epsilon), Epsilon);
        RequireDefined(nameof(Activation), Activation);
    }
}
