namespace TransformersFromScratch;

/// <summary>
/// How a small BERT learns to answer questions about stories, from nothing. Every story is drawn anew, so there is
/// nothing to drop out for.
/// </summary>
public sealed record StoryRecipe
{
    /// <summary>The one whose model the course ships: questions of one fact and of two.</summary>
    public static StoryRecipe Shipped { get; } = new() { Kind = new StoryKind(Facts: 0), Layers = 3, Steps = 12_000 };

    /// <summary>
    /// What chapter 13 compares: one fact, one fact with asides in the training, two facts, and the shipped one.
    /// </summary>
    public static IReadOnlyList<StoryRecipe> Compared { get; } =
    [
        new() { Steps = 4000 }, new() { Kind = new StoryKind(Asides: 1), Steps = 4000 },
        new() { Kind = new StoryKind(Facts: 2), Layers = 3, Steps = 12_000 }, Shipped,
    ];

    /// <summary>What kind of stories.</summary>
    public StoryKind Kind { get; init; } = new();

    /// <summary>d_model: 8 to 256, a multiple of <see cref="Heads"/>.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>h: 1 to 16.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff: 8 to 2048.</summary>
    public int DFeedForward { get; init; } = 128;

    /// <summary>N: 1 to 8.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>How many tokens question and story may have: 32 to 512.</summary>
    public int Positions { get; init; } = 128;

    /// <summary>
    /// The standard deviation of the weights at the start, above 0 and 1 at most. BERT's 0.02 is made for 768
    /// dimensions.
    /// </summary>
    public float Deviation { get; init; } = 0.1f;

    /// <summary>How many steps of training: 1 to 100,000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Stories a step: 1 to 512.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>
    /// Above 0, 0.1 at most; it rises over the first tenth of the steps, and a cosine brings it down to 0.
    /// </summary>
    public double PeakLearningRate { get; init; } = 2e-3;

    /// <summary>
    /// The model: its norms before the sub-layers, which lets so small a one learn faster than BERT's after them.
    /// </summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    public BertConfig Config(int vocabulary) => new()
    {
        Vocabulary = vocabulary,
        DModel = DModel,
        Heads = Heads,
        DFeedForward = DFeedForward,
        Layers = Layers,
        Positions = Positions,
        TokenTypes = 1 + Kind.Most + Kind.Asides, // 0 for the question, the others say how long ago a sentence was
        Dropout = 0,
        Norm = NormPlacement.Pre,
        Deviation = Deviation,
    };

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">
    /// It cannot; the message names the hyperparameter and what it may be.
    /// </exception>
    public void Check()
    {
        Kind.Check();
        Recipe.Within(nameof(DModel), DModel, 8, 256);
        Recipe.Within(nameof(Heads), Heads, 1, 16);
        Recipe.RequireHeads(DModel, Heads);
        Recipe.Within(nameof(DFeedForward), DFeedForward, 8, 2048);
        Recipe.Within(nameof(Layers), Layers, 1, 8);
        Recipe.Within(nameof(Positions), Positions, 32, 512);
        Recipe.RequireAbove0(nameof(Deviation), Deviation, 1);
        Recipe.Within(nameof(Steps), Steps, 1, 100_000);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
    }
}
