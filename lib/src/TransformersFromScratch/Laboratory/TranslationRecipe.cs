namespace TransformersFromScratch;

/// <summary>
/// Every hyperparameter of a translation training; change one with <c>recipe with { Epochs = 3 }</c>.
/// </summary>
public sealed record TranslationRecipe
{
    /// <summary>
    /// What a reader trains while reading: a smaller model, a few epochs, in small batches, which are more steps for
    /// the same work. Norms before the parts bear a higher rate, and a rate that falls to 0 at the last step needs
    /// fewer steps (chapter 11 has the table); so few epochs do not learn by heart, and nothing is dropped.
    /// </summary>
    public static TranslationRecipe Live { get; } = new()
    {
        Merges = 4000, DModel = 128, Norm = NormPlacement.Pre, Dropout = 0, Warmup = 300, PeakRate = 0.005,
        BatchTokens = 512, Epochs = 4, CheckpointsPerEpoch = 6,
    };

    /// <summary>What the checkpoints of data/ were trained with.</summary>
    public static TranslationRecipe Shipped { get; } = new();

    /// <summary>
    /// What a translator trained with <see cref="Shipped"/> goes on with: the rate rises once more, less high, and then
    /// falls to 0 in a straight line (a warm restart, Loshchilov and Hutter 2017). The mean of the last 20 epochs was
    /// better on the validation pages than that of 5.
    /// </summary>
    public static TranslationRecipe Continued { get; } =
        Shipped with { Epochs = 34, Warmup = 400, PeakRate = 7e-4, Averaged = 20 };

    /// <summary>
    /// How many merges the byte-pair encoding of both languages together learns (section 5.1: about 37,000 tokens, for
    /// 4.5 million pairs).
    /// </summary>
    public int Merges { get; init; } = 3500;

    /// <summary>
    /// The probability that a merge is passed over when a pair is learned from
    /// (<see cref="BytePairEncoding.Encode(string, float, Random)"/>); 0.1 in the paper on BPE-dropout. Then every
    /// epoch cuts the words differently. What is translated is cut in the one usual way.
    /// </summary>
    public float MergeDropout { get; init; }

    /// <summary>d_model.</summary>
    public int DModel { get; init; } = 192;

    /// <summary>h.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff.</summary>
    public int DFeedForward { get; init; } = 512;

    /// <summary>N of the encoder.</summary>
    public int EncoderLayers { get; init; } = 2;

    /// <summary>N of the decoder; in the paper both are 6.</summary>
    public int DecoderLayers { get; init; } = 2;

    /// <summary>Where the norms stand: after the sums in the paper; before the parts, a higher rate is
    /// borne.</summary>
    public NormPlacement Norm { get; init; } = NormPlacement.Post;

    /// <summary>P_drop. The paper has 0.1; the fewer the pairs, the more it takes not to learn them by heart.</summary>
    public float Dropout { get; init; } = 0.2f;

    /// <summary>ε of the label smoothing (section 5.4).</summary>
    public float LabelSmoothing { get; init; } = 0.1f;

    /// <summary>Steps until the learning rate is at its peak (section 5.3: 4,000 of 100,000).</summary>
    public int Warmup { get; init; } = 800;

    /// <summary>Factor on the learning rate of the paper's equation 3; there 1.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>
    /// If given, the learning rate rises to this in <see cref="Warmup"/> steps and falls to 0 at the last; if not, it
    /// is that of equation 3.
    /// </summary>
    public double? PeakRate { get; init; }

    /// <summary>How many places a batch has on each side (section 5.1: about 25,000).</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>How often every pair is seen.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>
    /// How often in an epoch the weights are put aside for the average (section 6.1: every 10 minutes).
    /// </summary>
    public int CheckpointsPerEpoch { get; init; } = 1;

    /// <summary>So many of the last checkpoints are averaged in the end (section 6.1: 5).</summary>
    public int Averaged { get; init; } = 5;

    /// <summary>The learning rate at every step.</summary>
    /// <param name="steps">How many there are.</param>
    public Func<long, double> Schedule(long steps) => PeakRate is { } peak
        ? TransformersFromScratch.Schedule.Linear(peak, Warmup, steps)
        : TransformersFromScratch.Schedule.Warmup(DModel, Warmup, RateFactor);

    /// <summary>What is learned, for a vocabulary of this size: ReLU as in 2017.</summary>
    public TransformerConfig Config(int vocabulary) => new()
    {
        Vocabulary = vocabulary,
        DModel = DModel,
        Heads = Heads,
        DFeedForward = DFeedForward,
        EncoderLayers = EncoderLayers,
        DecoderLayers = DecoderLayers,
        Dropout = Dropout,
        Norm = Norm,
        PaddingId = Vocabulary.Padding,
    };

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names the hyperparameter and what it may
    /// be.</exception>
    public void Check()
    {
        Recipe.Require(Merges >= 0, nameof(Merges), Merges, "0 or more");
        Recipe.Require(MergeDropout is >= 0 and <= 1, nameof(MergeDropout), MergeDropout, "between 0 and 1");
        Recipe.Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "0 or more and below 1");
        Recipe.Require(Warmup >= 1, nameof(Warmup), Warmup, "1 or more");
        Recipe.Require(
            RateFactor > 0 && double.IsFinite(RateFactor), nameof(RateFactor), RateFactor, "above 0 and finite");
        Recipe.Require(
            PeakRate is null || (PeakRate > 0 && double.IsFinite(PeakRate.Value)), nameof(PeakRate), PeakRate ?? 0,
            "above 0 and finite");
        Recipe.Require(BatchTokens >= 1, nameof(BatchTokens), BatchTokens, "1 or more");
        Recipe.Require(Epochs >= 1, nameof(Epochs), Epochs, "1 or more");
        Recipe.Require(CheckpointsPerEpoch >= 1, nameof(CheckpointsPerEpoch), CheckpointsPerEpoch, "1 or more");
        Recipe.Require(Averaged >= 1, nameof(Averaged), Averaged, "1 or more");
        Config(vocabulary: Vocabulary.Padding + 1).Check();
    }
}
