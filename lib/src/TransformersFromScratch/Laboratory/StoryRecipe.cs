namespace TransformersFromScratch;

/// <summary>
/// How a small BERT learns to answer questions about stories, from nothing. Every story is drawn anew, so there is
/// nothing to drop out for.
/// </summary>
/// <remarks>
/// Two things brought it past the shortcut. The first stories are easy ones that leave none (a curriculum: Bengio et
/// al. 2009): in the others, "the place that was named last" is right half of the time, and hides the way to the rule.
/// And attention learns numbers for distances instead of vectors for positions, so that what it has found in two
/// sentences holds at the end of eight.
/// </remarks>
public sealed record StoryRecipe
{
    /// <summary>The one whose model the course ships.</summary>
    public static StoryRecipe Shipped { get; } = new();

    /// <summary>
    /// What chapter 13 compares: questions of one fact, the same without the walks at the beginning, the same with
    /// learned positions, and questions of two facts.
    /// </summary>
    public static IReadOnlyList<StoryRecipe> Compared { get; } =
    [
        Shipped, new() { Opening = 0 }, new() { Buckets = 0 },
        new() { Kind = new StoryKind(Facts: 2), Layers = 3, Steps = 8000 },
    ];

    /// <summary>What kind of stories.</summary>
    public StoryKind Kind { get; init; } = new();

    /// <summary>d_model: 8 to 256, a multiple of <see cref="Heads"/>.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>h: 1 to 16.</summary>
    public int Heads { get; init; } = 8;

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
    public float Deviation { get; init; } = 0.2f;

    /// <summary>
    /// How many buckets the distances have (<see cref="BertConfig.Buckets"/>), or 0 for learned positions as in BERT.
    /// </summary>
    public int Buckets { get; init; } = 32;

    /// <summary>How many steps of training: 1 to 100,000.</summary>
    public int Steps { get; init; } = 5000;

    /// <summary>
    /// How many of the steps, the first ones, read walks alone (<see cref="StoryKind.Walks"/>): 0 to 100,000. In the
    /// first half of them a story has two sentences, in the other two to six.
    /// </summary>
    public int Opening { get; init; } = 1500;

    /// <summary>Stories a step: 1 to 512.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>
    /// Above 0, 0.1 at most; it rises over the first 100 steps (or a tenth of all), and a cosine brings it down to 0.
    /// </summary>
    public double PeakLearningRate { get; init; } = 2e-3;

    /// <summary>What kind of stories a step reads, counted from 1.</summary>
    public StoryKind KindAt(long step) =>
        step > Opening ? Kind : new StoryKind(Least: 2, Most: step > Opening / 2 ? 6 : 2, Walks: true);

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
        Buckets = Buckets,
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
        Recipe.Require(
            Buckets == 0 || (Buckets is >= 4 and <= 64 && Buckets % 2 == 0), nameof(Buckets), Buckets,
            "0, or an even number from 4 to 64");
        Recipe.RequireAbove0(nameof(Deviation), Deviation, 1);
        Recipe.Within(nameof(Steps), Steps, 1, 100_000);
        Recipe.Within(nameof(Opening), Opening, 0, 100_000);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
    }
}
