namespace TransformersFromScratch;

/// <summary>How a <see cref="Trainer"/> runs.</summary>
public sealed record TrainingOptions
{
    /// <summary>After which step the run is finished.</summary>
    public required long Steps { get; init; }

    /// <summary>
    /// The learning rate at each step, counted from 1; if null, the optimiser's own. See
    /// <see cref="TransformersFromScratch.Schedule"/>.
    /// </summary>
    public Func<long, double>? Schedule { get; init; }

    /// <summary>Longer gradients are clipped to this norm; 0 clips nothing.</summary>
    public double MaxGradientNorm { get; init; } = 1;

    /// <summary>
    /// How many batches make one step, each weighing as much as it has tokens: as good as one batch of all of them, in
    /// the memory of the largest.
    /// </summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>Every how many steps to validate; 0 never.</summary>
    public long ValidateEvery { get; init; }

    /// <summary>After how many validations without a new best to stop; 0 never.</summary>
    public int Patience { get; init; }

    /// <summary>
    /// Where to write checkpoints, ending in .safetensors; null nowhere. The best weights go beside it, as
    /// name.best.safetensors.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Every how many steps to write one; 0 only when the run ends or pauses.</summary>
    public long CheckpointEvery { get; init; }

    /// <summary>After how much time since the last one to write another; null does not look at the clock.</summary>
    public TimeSpan? CheckpointAfter { get; init; }

    /// <summary>
    /// Told when a checkpoint cannot be written, because the disk is full for example; the run goes on, the older
    /// checkpoint stays, and another try is made when the next is due. If null, the exception ends the run.
    /// </summary>
    public Action<IOException>? CheckpointFailed { get; init; }

    /// <summary>Texts that a checkpoint keeps besides; asked for whenever one is written.</summary>
    public Func<IReadOnlyDictionary<string, string>>? Notes { get; init; }

    /// <summary>
    /// Takes in the weights after the steps that <see cref="AverageAt"/> chooses; checkpoints keep it.
    /// </summary>
    public WeightAverage? Average { get; init; }

    /// <summary>After which steps <see cref="Average"/> takes in the weights; if null, after none.</summary>
    public Func<long, bool>? AverageAt { get; init; }

    /// <summary>The least time from one report to the next.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Seeds the generator that batches and dropout draw from.</summary>
    public int Seed { get; init; } = 1;

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(Accumulation, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ValidateEvery);
        ArgumentOutOfRangeException.ThrowIfNegative(Patience);
        ArgumentOutOfRangeException.ThrowIfNegative(CheckpointEvery);
        if (!(MaxGradientNorm >= 0 && double.IsFinite(MaxGradientNorm)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(MaxGradientNorm), MaxGradientNorm,
                "A gradient's norm is clipped to a positive number, or not at all (0).");
        }
    }
}

/// <summary>What the loss of one batch is computed for.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="Part">Which batch of the step, from 0; always 0 without accumulation.</param>
/// <param name="Random">Draw the batch and the dropout from this one, and a resumed run repeats them bit for
/// bit.</param>
public readonly record struct TrainingStep(long Step, int Part, Random Random);

/// <summary>How a run is going.</summary>
/// <param name="Step">How many steps have been taken.</param>
/// <param name="Steps">Of how many.</param>
/// <param name="Loss">The mean loss of a token since the last report, in nats.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="GradientNorm">Of the last step, before clipping.</param>
/// <param name="TokensPerSecond">Since the last report.</param>
/// <param name="ValidationLoss">The last one; null before the first.</param>
public sealed record TrainingProgress(
    long Step, long Steps, double Loss, double LearningRate, double GradientNorm, double TokensPerSecond,
    double? ValidationLoss)
{
    /// <summary>The loss of every step since the last report; the last one is that of <see cref="Step"/>.</summary>
    public IReadOnlyList<float> Losses { get; init; } = [];

    /// <summary>How many tokens each of <see cref="Losses"/> is the mean of.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The validations since the last report.</summary>
    public IReadOnlyList<(long Step, double Loss)> Validations { get; init; } = [];

    /// <summary>One line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"step {Step,6}/{Steps}  loss {Loss:F4}  lr {LearningRate:0.00e+0}  |g| {GradientNorm:F2}") +
        FormattableString.Invariant($"  {TokensPerSecond:N0} tokens/s") +
        (ValidationLoss is { } validation ? FormattableString.Invariant($"  validation {validation:F4}") : "");
}

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps have been taken.</summary>
    Finished,

    /// <summary>The validation loss did not improve any more.</summary>
    EarlyStopped,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The step has been reached at which the caller wanted a pause.</summary>
    Paused,
}

/// <summary>What became of a run.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Step">After which step.</param>
/// <param name="BestValidation">The least validation loss; infinity without validation.</param>
/// <param name="BestStep">When that was.</param>
public sealed record TrainingResult(TrainingEnd End, long Step, double BestValidation, long BestStep);
