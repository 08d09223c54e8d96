using static TransformersFromScratch.Hyperparameters;

namespace TransformersFromScratch;

/// <summary>
/// Every hyperparameter of a <see cref="Bert"/>; its sizes are those that two cores train in minutes.
/// </summary>
public sealed record BertConfig
{
    /// <summary>How many tokens there are; 30,522 in BERT.</summary>
    public int Vocabulary { get; init; } = 4_000;

    /// <summary>d_model; 768 in BERT's base model.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>h; divides <see cref="DModel"/>. 12 in BERT's base model.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff; 3,072 in BERT's base model.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>N; 12 in BERT's base model.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>How many positions have a learned vector, so how long a text may be; 512 in BERT.</summary>
    public int Positions { get; init; } = 128;

    /// <summary>
    /// 0 as in BERT: a token has a learned vector for its position. From 4 on, an even number: attention learns a
    /// number a head and distance instead, and so many buckets hold the distances (<see cref="RelativeBias"/>, T5).
    /// </summary>
    public int Buckets { get; init; }

    /// <summary>How many kinds of text there are, such as a question and what it asks about; 2 in BERT.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>P_drop; used in training alone.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>Post as in BERT. Before the sub-layers, there is one more norm after the last layer.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <summary>GELU with the exact Φ, as in BERT.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;

    /// <summary>ε of the norms; 1e-12 in BERT.</summary>
    public float Epsilon { get; init; } = 1e-12f;

    /// <summary>The standard deviation of the weights at the start; 0.02 in BERT.</summary>
    public float Deviation { get; init; } = 0.02f;

    /// <summary>The token that fills short texts and is never attended to.</summary>
    public int PaddingId { get; init; }

    /// <summary>
    /// How many numbers the model learns, its head for masked words included, counted by formula, without building it.
    /// </summary>
    /// <exception cref="ArgumentException">No model has such a configuration; see <see cref="Check"/>.</exception>
    public long ParameterCount()
    {
        Check();
        long d = DModel, norm = 2 * d;
        long places = Buckets == 0 ? Positions * d : (long)Buckets * Heads;
        long embedding = ((Vocabulary + (long)TokenTypes) * d) + places + norm;
        long layer = Attention(d, d) + FeedForward(d, DFeedForward, Activation) + (2 * norm);
        long head = (d * d) + d + norm + Vocabulary; // The map before the tied embedding, its norm, and a bias a token.
        return embedding + (Layers * layer) + (Norm == NormPlacement.Pre ? norm : 0) + head;
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
        RequireRange(nameof(Layers), Layers, 0, MostLayers);
        RequireRange(nameof(Positions), Positions, 1, MostTokens);
        Require(
            Buckets == 0 || (Buckets >= 4 && Buckets % 2 == 0 && Positions > Buckets / 4),
            $"Buckets is {Buckets}; it has to be 0, or an even number from 4 on and below four times the positions.");
        RequireRange(nameof(TokenTypes), TokenTypes, 1, MostTokens);
        RequireRange(nameof(PaddingId), PaddingId, -1, Vocabulary - 1);
        RequireDropout(Dropout);
        RequirePositive(nameof(Epsilon), Epsilon);
        RequirePositive(nameof(Deviation), Deviation);
        RequireDefined(nameof(Activation), Activation);
        RequireDefined(nameof(Norm), Norm);
    }
}
