namespace TransformersFromScratch;

/// <summary>
/// The hyperparameters of a small GPT and of its training; change one with <c>recipe with { Steps = 500 }</c>. What is
/// not said is nanoGPT's configuration for a computer without a graphics card (Karpathy 2022, README, "I only have a
/// macbook").
/// </summary>
public sealed record GptRecipe
{
    /// <summary>N: 1 to 12.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>h: 1 to 16.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_model: 8 to 512, a multiple of <see cref="Heads"/>.</summary>
    public int DModel { get; init; } = 128;

    /// <summary>T, how many tokens it looks at: 2 to 1,024.</summary>
    public int Context { get; init; } = 64;

    /// <summary>Whether linear maps and norms add a bias, as GPT-2's do. nanoGPT has a switch for it as well.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Rows a step: 1 to 512.</summary>
    public int Batch { get; init; } = 12;

    /// <summary>How many steps of training: 10 to 100,000.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>The highest learning rate, after the warm-up: above 0, 0.1 at most.</summary>
    public double PeakLearningRate { get; init; } = 1e-3;

    /// <summary>The learning rate of the last step, to which half a cosine wave leads: from 0 to the peak.</summary>
    public double LastLearningRate { get; init; } = 1e-4;

    /// <summary>
    /// In how many steps the learning rate rises: 0 to 10,000. It is a tenth of all steps, if that is less.
    /// </summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>λ of AdamW: 0 to 1. Matrices decay; gains and biases do not.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>β₂ of Adam: 0.5 to 0.9999. β₁ is 0.9.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>P_drop: 0 to 0.9.</summary>
    public float Dropout { get; init; }

    /// <summary>The model's hyperparameters; those that the recipe does not name are GPT-2's.</summary>
    /// <param name="vocabulary">How many tokens there are.</param>
    public GptConfig Config(int vocabulary) => new()
    {
        Vocabulary = vocabulary,
        Context = Context,
        Layers = Layers,
        Heads = Heads,
        DModel = DModel,
        Dropout = Dropout,
        Bias = Bias,
    };

    /// <summary>The learning rate of every step, counted from 1.</summary>
    public Func<long, double> Schedule() => TransformersFromScratch.Schedule.Cosine(
        PeakLearningRate, Math.Min(WarmUp, Steps / 10), Steps, LastLearningRate);

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">
    /// It cannot; the message names the hyperparameter and what it may be.
    /// </exception>
    public void Check()
    {
        Recipe.Within(nameof(Layers), Layers, 1, 12);
        Recipe.Within(nameof(Heads), Heads, 1, 16);
        Recipe.Within(nameof(DModel), DModel, 8, 512);
        Recipe.RequireHeads(DModel, Heads);
        Recipe.Within(nameof(Context), Context, 2, 1024);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.Within(nameof(Steps), Steps, 10, 100_000);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
        Recipe.Require(
            LastLearningRate >= 0 && LastLearningRate <= PeakLearningRate, nameof(LastLearningRate), LastLearningRate,
            FormattableString.Invariant($"0 to PeakLearningRate, which is {PeakLearningRate}"));
        Recipe.Within(nameof(WarmUp), WarmUp, 0, 10_000);
        Recipe.Within(nameof(WeightDecay), WeightDecay, 0, 1);
        Recipe.Within(nameof(Beta2), Beta2, 0.5, 0.9999);
        Recipe.RequireDropout(Dropout);
    }
}
