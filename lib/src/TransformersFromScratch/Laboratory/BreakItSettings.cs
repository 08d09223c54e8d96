namespace TransformersFromScratch;

/// <summary>The task, the model and the budget that every variant of <see cref="BreakIt"/> gets alike.</summary>
public sealed record BreakItSettings
{
    /// <summary>What is to be learned.</summary>
    public SequenceTask Task { get; init; } = new(SequenceRule.Reverse, Length: 8);

    /// <summary>d_model.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>h.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>d_ff.</summary>
    public int DFeedForward { get; init; } = 256;

    /// <summary>N of the encoder, and of the decoder.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>How many steps of training.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Sequences a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>The learning rate at the end of the warm-up; a cosine brings it down to 0 at the last step.</summary>
    public double PeakLearningRate { get; init; } = 2e-3;

    /// <summary>Steps of warm-up.</summary>
    public int Warmup { get; init; } = 100;

    /// <summary>Sequences tested afterwards, none of them trained on.</summary>
    public int Tested { get; init; } = 1000;
}
