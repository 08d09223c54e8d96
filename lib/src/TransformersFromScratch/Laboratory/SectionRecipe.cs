namespace TransformersFromScratch;

/// <summary>
/// How a BERT is fine-tuned to sort texts into classes (Devlin et al. 2018, section 4.1 and appendix A.3).
/// </summary>
public sealed record SectionRecipe
{
    /// <summary>
    /// So many steps at least, however few texts there are: 1 to 100,000. Few labels need many rounds.
    /// </summary>
    public int LeastSteps { get; init; } = 150;

    /// <summary>
    /// How often every text is read, where that makes more steps than <see cref="LeastSteps"/>: 1 to 1,000.
    /// </summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Texts a step: 1 to 512. BERT tried 16 and 32.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>The highest learning rate, after the warm-up: above 0, 0.1 at most. BERT tried 2e-5 to 5e-5.</summary>
    public double PeakLearningRate { get; init; } = 5e-4;

    /// <summary>P_drop: 0 to 0.9.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>How many tokens become one vector a text.</summary>
    public Pooling Pooling { get; init; } = Pooling.First;

    /// <summary>
    /// How many layers learn, counted from the top: 0 trains what stands above the layers alone. Null trains
    /// everything, the embeddings as well.
    /// </summary>
    public int? Learning { get; init; }

    /// <summary>How many steps a training on so many texts has.</summary>
    public int Steps(int texts) => Math.Max(LeastSteps, (int)Math.Ceiling((double)texts / Batch) * Epochs);

    /// <summary>Whether a training can go by this recipe.</summary>
    /// <exception cref="ArgumentException">
    /// It cannot; the message names the hyperparameter and what it may be.
    /// </exception>
    public void Check()
    {
        Recipe.Within(nameof(LeastSteps), LeastSteps, 1, 100_000);
        Recipe.Within(nameof(Epochs), Epochs, 1, 1000);
        Recipe.Within(nameof(Batch), Batch, 1, 512);
        Recipe.RequireRate(nameof(PeakLearningRate), PeakLearningRate);
        Recipe.RequireDropout(Dropout);
        Recipe.Within(nameof(Learning), Learning ?? 0, 0, 12);
    }
}
