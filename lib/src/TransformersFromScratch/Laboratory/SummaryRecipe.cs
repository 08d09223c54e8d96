namespace TransformersFromScratch;

/// <summary>What a summariser learns before it learns to summarise.</summary>
public enum Pretraining
{
    /// <summary>Nothing: it learns to summarise from the first step, for as many epochs as the others have in
    /// all.</summary>
    Nothing,

    /// <summary>To name the missing spans of a text (T5; Raffel et al. 2019, section 3.1.4).</summary>
    Spans,

    /// <summary>To write out a whole text of which spans are missing (BART; Lewis et al. 2019, section 2.2).</summary>
    Infilling,
}

/// <summary>Every hyperparameter of a summariser's training; change one with <c>recipe with { Epochs = 3
/// }</c>.</summary>
public sealed record SummaryRecipe
{
    /// <summary>What the checkpoint of data/ was trained with.</summary>
    public static SummaryRecipe Shipped { get; } = new();

    /// <summary>
    /// What the pretrainings are compared with: a quarter of the epochs, in the same proportion, so that three runs of
    /// each take about an hour on one core.
    /// </summary>
    public static SummaryRecipe Compared(Pretraining pretraining) =>
        new() { Pretraining = pretraining, PretrainingEpochs = 4, Epochs = 2 };

    /// <summary>What comes before the summaries.</summary>
    public Pretraining Pretraining { get; init; } = Pretraining.Infilling;

    /// <summary>How often every description is seen in the pretraining: 1 to 1,000. Without one, these epochs are added
    /// to <see cref="Epochs"/>.</summary>
    public int PretrainingEpochs { get; init; } = 16;

    /// <summary>How often every description is seen with its synopsis: 1 to 1,000.</summary>
    public int Epochs { get; init; } = 8;

    /// <summary>How many tokens there are, special ones included: 300 to 65,536.</summary>
    public int Vocabulary { get; init; } = 4000;

    /// <summary>d_model: 8 to 1,024, a multiple of <see cref="Heads"/>.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>h: 1 to 16.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff: 8 to 4,096.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>N of the encoder, and of the decoder: 1 to 12.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>P_drop, 0 or more and below 1.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>ε of the label smoothing while it learns to summarise, 0 or more and below 1.</summary>
    public float LabelSmoothing { get; init; } = 0.1f;

    /// <summary>The learning rate of the pretraining: above 0, 0.1 at most.</summary>
    public double PretrainingRate { get; init; } = 2e-3;

    /// <summary>The highest learning rate of the summaries: above 0, 0.1 at most.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>
    /// Steps until a learning rate is at its highest: 1 to 100,000. There it stays in the pretraining; that of the
    /// summaries falls to 0 in a
    /// straight line.
    /// </summary>
    public int Warmup { get; init; } = 400;

    /// <summary>How many places a batch has on each side: 64 to 65,536.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>So many of the last epochs' weights are averaged in the end: 1 to 100.</summary>
    public int Averaged { get; init; } = 1;

    /// <summary>How many epochs there are in all.</summary>
    public int AllEpochs => PretrainingEpochs + Epochs;

    /// <summary>How many of them belong to the pretraining.</summary>
    public int EpochsBefore => Pretraining == Pretraining.Nothing ? 0 : PretrainingEpochs;

    /// <summary>What is learned: BART, with the norms before the parts, which trains better when it is small.</summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="positions">How many tokens a text may have.</param>
    public BartConfig Config(int vocabulary, int positions) => new()
    {
        Vocabulary = vocabulary,
        DModel = DModel,
        Heads = Heads,
        DFeedForward = DFeedForward,
        EncoderLayers = Layers,
        DecoderLayers = Layers,
        Positions = positions,
        Dropout = Dropout,
        Norm = NormPlacement.Pre,
        PaddingId = TransformersFromScratch.Vocabulary.Padding,
        StartId = TransformersFromScratch.Vocabulary.Start,
        EndId = TransformersFromScratch.Vocabulary.End,
    };

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names the hyperparameter and what it may
    /// be.</exception>
    public void Check()
    {
        Recipe.Within(nameof(PretrainingEpochs), PretrainingEpochs, 1, 1000);
        Recipe.Within(nameof(Epochs), Epochs, 1, 1000);
        Recipe.Within(nameof(Vocabulary), Vocabulary, 300, 65_536);
        Recipe.Within(nameof(DModel), DModel, 8, 1024);
        Recipe.Within(nameof(Heads), Heads, 1, 16);
        Recipe.RequireHeads(DModel, Heads);
        Recipe.Within(nameof(DFeedForward), DFeedForward, 8, 4096);
        Recipe.Within(nameof(Layers), Layers, 1, 12);
        Recipe.Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "0 or more and below 1");
        Recipe.Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing,
            "0 or more and below 1");
        Recipe.RequireRate(nameof(PretrainingRate), PretrainingRate);
        Recipe.RequireRate(nameof(Rate), Rate);
        Recipe.Within(nameof(Warmup), Warmup, 1, 100_000);
        Recipe.Within(nameof(BatchTokens), BatchTokens, 64, 65_536);
        Recipe.Within(nameof(Averaged), Averaged, 1, 100);
    }
}
