namespace TransformersFromScratch;

/// <summary>
/// How a small BERT learns to answer questions about stories, from nothing. Every story is drawn anew, so there is
/// nothing to drop out for.
/// </summary>
/// <remarks>
/// What a reader can hide behind is a shortcut: "the place that was named last" is right half of the time, and a model
/// that sits there finds no way on. What leads past it: the first stories are lessons that leave no shortcut (a
/// curriculum: Bengio et al. 2009); attention learns numbers for distances instead of vectors for positions, so that
/// what it has found in two sentences holds at the end of eight; and the heads start with a task, some look at
/// distances, the others for a token's like (<see cref="StoryStart"/>).
/// </remarks>
public sealed record StoryRecipe
{
    /// <summary>The one whose model the course ships: questions of one fact.</summary>
    public static StoryRecipe Shipped { get; } = new();

    /// <summary>Questions of two facts: a layer more, lessons of their own, and more steps.</summary>
    public static StoryRecipe TwoFacts { get; } =
        new() { Kind = new StoryKind(Facts: 2), Layers = 3, Steps = 12_000 };

    /// <summary>
    /// The recipes that chapter 13 compares: both, the first one with a single thing taken away, and with two or all
    /// three of the things that lead past the shortcut taken away.
    /// </summary>
    public static IReadOnlyList<(string Name, StoryRecipe Recipe)> Variants { get; } =
    [
        ("one fact", Shipped),
        ("two facts", TwoFacts),
        ("no lessons", new() { Opening = 0 }),
        ("no head looks for its like", new() { Alike = 0 }),
        ("distances start small", new() { DistanceDeviation = 0.2f }),
        ("learned positions", new() { Buckets = 0 }),
        ("eight heads", new() { Heads = 8, Alike = 4 }),
        ("weights start small", new() { Deviation = 0.02f }),
        ("questions as they come", new() { Even = false }),
        ("twice the rate", new() { PeakLearningRate = 4e-3 }),
        ("distances alone", new() { Opening = 0, Alike = 0 }),
        ("none of the three", new() { Opening = 0, Alike = 0, Buckets = 0 }),
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
    public float Deviation { get; init; } = 0.2f;

    /// <summary>
    /// How many buckets the distances have (<see cref="BertConfig.Buckets"/>), or 0 for learned positions as in BERT.
    /// </summary>
    public int Buckets { get; init; } = 32;

    /// <summary>
    /// The standard deviation of these numbers at the start, in the heads that are not <see cref="Alike"/>; above 0 and
    /// 5 at most. A softmax turns a difference of 4
    /// into a ratio of 55 to 1, so with 2 a head prefers some distances clearly. With 0.2 it has to learn to, and at a
    /// rate of 0.002 a number needs 1,000 steps for a way of 2.
    /// </summary>
    public float DistanceDeviation { get; init; } = 2;

    /// <summary>
    /// How many of the heads, the last ones, start with the same map for queries and keys, so that a token looks for
    /// its like: 0 to <see cref="Heads"/>.
    /// </summary>
    public int Alike { get; init; } = 2;

    /// <summary>How many steps of training: 1 to 100,000.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>
    /// How many of the steps, the first ones, read lessons alone (<see cref="StoryKind.Lesson"/>): 0 to 100,000. In the
    /// first third of them a story has two sentences, then two to six. For two facts, as many steps follow that read
    /// lessons of two facts, of three to six sentences.
    /// </summary>
    public int Opening { get; init; } = 1200;

    /// <summary>
    /// Whether training asks all forms of question equally often (<see cref="StoryKind.Even"/>). The examination has
    /// its questions as they come.
    /// </summary>
    public bool Even { get; init; } = true;

    /// <summary>Stories a step: 1 to 512.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>
    /// Above 0, 0.1 at most; it rises over the first 100 steps (or a tenth of all), and a cosine brings it down to 0.
    /// </summary>
    public double PeakLearningRate { get; init; } = 2e-3;

    /// <summary>What kind of stories a step reads, counted from 1.</summary>
    public StoryKind KindAt(long step) =>
        step <= Opening ? new StoryKind(Least: 2, Most: step > Opening / 3 ? 6 : 2, Lesson: true)
        : step <= 2 * Opening && Kind.Facts != 1 ? new StoryKind(Facts: 2, Least: 3, Most: 6, Lesson: true)
        : Kind with { Even = Even };

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
        Recipe.RequireAbove0(nameof(DistanceDeviation), DistanceDeviation, 5);
        Recipe.Within(nameof(Alike), Alike, 0, Heads);
        Recipe.Within(nameof(Steps), Steps, 1, 100_000);
        Recipe.Within(nameof(Opening), Opening, 0, 100_000);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
    }
}
