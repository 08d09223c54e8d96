namespace TransformersFromScratch;

/// <summary>What a model of chapter 16 learns from; see <see cref="Repeats"/>.</summary>
public enum RepeatKind
{
    /// <summary>Words of a sequence's own, again and again: a token comes again after any distance.</summary>
    Words,

    /// <summary>A half, and the same half again: all tokens of a sequence come again after the same distance.</summary>
    Halves,
}

/// <summary>The hyperparameters of a small <see cref="Gpt"/> that learns to say again what it has just read.</summary>
public sealed record InductionRecipe
{
    private const double Gpt2Deviation = 0.02;

    /// <summary>N: 1 to 4. One layer cannot do it; two can.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>h: 1 to 8.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_model: 16 to 128, a multiple of <see cref="Heads"/>, each of even width.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>
    /// d_ff: 1 to 512. With 1 it is as good as none, one number a token, so that attention has to do all the work
    /// (Elhage et al. 2021).
    /// </summary>
    public int DFeedForward { get; init; } = 1;

    /// <summary>How a token knows its place.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Rotary;

    /// <summary>
    /// The standard deviation of fresh weights, above 0, 1 at most. GPT-2's 0.02 is about half of 1/√d at its width of
    /// 768; here it is about 1/√d at a width of 64.
    /// </summary>
    public double Deviation { get; init; } = 0.12;

    /// <summary>What it reads.</summary>
    public RepeatKind Text { get; init; }

    /// <summary>
    /// How many tokens there are: 16 to 128, at least <see cref="Words"/> · <see cref="WordLength"/>, and at least half
    /// of <see cref="Length"/>.
    /// </summary>
    public int Vocabulary { get; init; } = 32;

    /// <summary>T: 16 to 64, even. Halves have 4 tokens to half of it, as many in all sequences of a batch.</summary>
    public int Length { get; init; } = 32;

    /// <summary>How many words a sequence has: 2 to 10.</summary>
    public int Words { get; init; } = 5;

    /// <summary>How many tokens a word has: 2 to 8.</summary>
    public int WordLength { get; init; } = 3;

    /// <summary>Sequences a step: 1 to 128.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How many steps of training: 10 to 20,000.</summary>
    public int Steps { get; init; } = 800;

    /// <summary>
    /// Above 0, 0.02 at most. It is reached after 100 steps, or a quarter of all if those are few, and then kept.
    /// </summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>The recipes of the chapter's table: the model, and others that differ from it in one thing.</summary>
    public static IReadOnlyList<(string Name, InductionRecipe Recipe)> Variants { get; } =
    [
        ("two layers", new()),
        ("one layer", new() { Layers = 1 }),
        ("a feed-forward network", new() { DFeedForward = 256 }),
        ("learned positions", new() { Positions = PositionKind.Learned }),
        ("GPT-2's small start", new() { Deviation = Gpt2Deviation }),
        ("halves in place of words", new() { Text = RepeatKind.Halves }),
    ];

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">It cannot; the message names the hyperparameter and what it may
    /// be.</exception>
    public void Check()
    {
        Recipe.Within(nameof(Layers), Layers, 1, 4);
        Recipe.Within(nameof(Heads), Heads, 1, 8);
        Recipe.Within(nameof(DModel), DModel, 16, 128);
        Recipe.Require(
            DModel % (2 * Heads) == 0, nameof(DModel), DModel, $"a multiple of twice Heads, which is {Heads}");
        Recipe.Within(nameof(DFeedForward), DFeedForward, 1, 512);
        Recipe.Within(nameof(Length), Length, 16, 64);
        Recipe.Require(Length % 2 == 0, nameof(Length), Length, "even");
        Recipe.Within(nameof(Words), Words, 2, 10);
        Recipe.Within(nameof(WordLength), WordLength, 2, 8);
        Recipe.Within(nameof(Vocabulary), Vocabulary, 16, 128);
        Recipe.Require(
            Vocabulary >= Words * WordLength, nameof(Vocabulary), Vocabulary,
            $"at least Words · WordLength, which is {Words * WordLength}");
        Recipe.Require(
            Vocabulary >= Length / 2, nameof(Vocabulary), Vocabulary, $"at least half of Length, which is {Length}");
        Recipe.Within(nameof(Batch), Batch, 1, 128);
        Recipe.Within(nameof(Steps), Steps, 10, 20_000);
        Recipe.Require(LearningRate is > 0 and <= 0.02, nameof(LearningRate), LearningRate, "above 0 and 0.02 at most");
        Recipe.RequireAbove0(nameof(Deviation), Deviation, 1);
    }

    /// <summary>Chapter 12's block in small. Nothing is dropped, for no sequence comes twice.</summary>
    public GptConfig Config => new()
    {
        Vocabulary = Vocabulary, Context = Length, Layers = Layers, Heads = Heads, DModel = DModel,
        DFeedForward = DFeedForward,
        Positions = Positions, Dropout = 0,
    };

    /// <summary>
    /// A fresh model, its matrices of standard deviation <see cref="Deviation"/> where GPT-2's have 0.02.
    /// </summary>
    /// <param name="seed">The same seed gives the same weights.</param>
    public Gpt Model(int seed)
    {
        var model = new Gpt(Config, seed);
        float factor = (float)(Deviation / Gpt2Deviation);
        foreach (Parameter parameter in model.Parameters().Where(parameter => parameter.Value.Shape.Length == 2))
        {
            foreach (ref float weight in parameter.Value.Data.AsSpan())
            {
                weight *= factor;
            }
        }

        return model;
    }

    /// <summary>A batch to learn from.</summary>
    /// <param name="random">Where it comes from.</param>
    public RepeatedTokens Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Text == RepeatKind.Words
            ? Repeats.DrawWords(random, Batch, Length, Vocabulary, Words, WordLength)
            : Repeats.DrawHalves(random, Batch, random.Next(4, (Length / 2) + 1), Vocabulary);
    }
}
