namespace TransformersFromScratch;

/// <summary>
/// The hyperparameters of a small BERT and of its training by masked words; change one with
/// <c>recipe with { Epochs = 5 }</c>. What is not said is BERT's own (Devlin et al. 2018, appendix A.2).
/// </summary>
public sealed record BertRecipe
{
    /// <summary>What data/bert.safetensors was trained with.</summary>
    public static BertRecipe Shipped { get; } = new();

    /// <summary>How many pieces its WordPiece has at most: 100 to 60,000. BERT's has 30,522.</summary>
    public int Pieces { get; init; } = 4000;

    /// <summary>N: 1 to 12. BERT's smaller one has 12.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>h: 1 to 16. BERT has 12.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_model: 8 to 768, a multiple of <see cref="Heads"/>. BERT has 768.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>d_ff: 8 to 3,072. BERT has 3,072.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>T: so many tokens of a text are read at most, [CLS] and [SEP] among them: 8 to 512.</summary>
    public int Length { get; init; } = 64;

    /// <summary>How many places a batch has at most: from <see cref="Length"/> to 100,000.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>How often every text is read, each time with other words hidden: 1 to 1,000.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>
    /// The highest learning rate, after the warm-up: above 0, 0.1 at most. BERT has 1e-4; a small model learns faster
    /// with more.
    /// </summary>
    public double PeakLearningRate { get; init; } = 1e-3;

    /// <summary>
    /// In which share of all steps the learning rate rises; then it falls in a straight line: 0 to 0.5.
    /// </summary>
    public double WarmUp { get; init; } = 0.05;

    /// <summary>λ of AdamW: 0 to 1. Matrices decay; gains and biases do not.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>P_drop: 0 to 0.9. BERT has 0.1.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// The standard deviation of the weights at the start: above 0, 1 at most. BERT's is 0.02; narrower models want
    /// more.
    /// </summary>
    public float Deviation { get; init; } = 0.02f;

    /// <summary>Which tokens are hidden, and how.</summary>
    public MaskingRule Masking { get; init; } = new();

    /// <summary>The model's hyperparameters.</summary>
    /// <param name="vocabulary">How many pieces there are.</param>
    public BertConfig Config(int vocabulary) => new()
    {
        Vocabulary = vocabulary,
        DModel = DModel,
        Heads = Heads,
        DFeedForward = DFeedForward,
        Layers = Layers,
        Positions = Length,
        Dropout = Dropout,
        Deviation = Deviation,
    };

    /// <summary>The learning rate of every step, counted from 1.</summary>
    /// <param name="steps">How many there are.</param>
    public Func<long, double> Schedule(long steps) =>
        TransformersFromScratch.Schedule.Linear(PeakLearningRate, (long)(WarmUp * steps), steps);

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">
    /// It cannot; the message names the hyperparameter and what it may be.
    /// </exception>
    public void Check()
    {
        Recipe.Within(nameof(Pieces), Pieces, 100, 60_000);
        Recipe.Within(nameof(Layers), Layers, 1, 12);
        Recipe.Within(nameof(Heads), Heads, 1, 16);
        Recipe.Within(nameof(DModel), DModel, 8, 768);
        Recipe.RequireHeads(DModel, Heads);
        Recipe.Within(nameof(DFeedForward), DFeedForward, 8, 3072);
        Recipe.Within(nameof(Length), Length, 8, 512);
        Recipe.Within(nameof(BatchTokens), BatchTokens, Length, 100_000);
        Recipe.Within(nameof(Epochs), Epochs, 1, 1000);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
        Recipe.Within(nameof(WarmUp), WarmUp, 0, 0.5);
        Recipe.Within(nameof(WeightDecay), WeightDecay, 0, 1);
        Recipe.RequireDropout(Dropout);
        Recipe.RequireAbove0(nameof(Deviation), Deviation, 1);
        Masking.Check();
    }
}
