namespace TransformersFromScratch;

/// <summary>
/// The loss curve of a run, drawn while it trains. Hand <see cref="Report"/> to <see cref="Trainer.Run"/> and dispose
/// of the display afterwards: <c>using (var live = new TrainingDisplay("reverse")) { trainer.Run(live.Report); }</c>
/// </summary>
/// <remarks>
/// When reports come depends on the clock; the curve does not. It is drawn from the losses of the steps, so that two
/// runs with the same losses end in the same picture, on a fast machine and on a slow one.
/// </remarks>
public sealed class TrainingDisplay : IDisposable
{
    private const int MaxPoints = 400; // a curve on paper shows no more

    private readonly LiveFigure _figure = new();
    private readonly string _title;
    private readonly List<(double Step, double Loss)> _validation = [];
    private readonly List<(double Step, float Loss, int Tokens)> _training = [];

    /// <summary>A curve without points.</summary>
    /// <param name="title">What is being trained.</param>
    public TrainingDisplay(string title) => _title = title;

    /// <summary>
    /// Adds the steps since the last report, and draws the curve a few times a second where the notebook can.
    /// </summary>
    /// <param name="progress">As a <see cref="Trainer"/> gives it, with its
    /// <see cref="TrainingProgress.Losses"/>.</param>
    /// <exception cref="ArgumentException">It has none.</exception>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Losses.Count == 0)
        {
            throw new ArgumentException(
                $"The report of step {progress.Step} has no losses to draw. Give the loss of every step since the " +
                "last report.", nameof(progress));
        }

        if (progress.Tokens.Count != 0 && progress.Tokens.Count != progress.Losses.Count)
        {
            throw new ArgumentException(
                $"The report of step {progress.Step} has {progress.Losses.Count} losses but the tokens of " +
                $"{progress.Tokens.Count}.", nameof(progress));
        }

        long first = progress.Step - progress.Losses.Count + 1;
        _training.AddRange(
            progress.Losses.Select(
                (loss, i) => ((double)(first + i), loss, progress.Tokens.Count == 0 ? 1 : progress.Tokens[i])));
        _validation.AddRange(progress.Validations.Select(validation => ((double)validation.Step, validation.Loss)));
        _figure.Show(() => Curve(progress.Step, progress.Steps));
    }

    /// <summary>Draws the curve as it is in the end.</summary>
    public void Dispose() => _figure.Dispose();

    /// <summary>The curve so far.</summary>
    internal Figure Curve(long step, long steps)
    {
        Series training = SeriesOf("training", Means(_training));
        var series = new List<Series> { training };
        if (_validation.Count > 0) { series.Add(SeriesOf("validation", _validation) with { Markers = true }); }
        return Plot.Lines($"{_title}: step {step:N0} of {steps:N0}, loss {training.Y[^1]:F3}", "step", "loss", series);
    }

    /// <summary>
    /// As many steps a point as it takes to have no more than <see cref="MaxPoints"/>: the mean loss of their tokens,
    /// at the last of them.
    /// </summary>
    private static IEnumerable<(double Step, double Loss)> Means(
        List<(double Step, float Loss, int Tokens)> steps) => steps
        .Chunk((steps.Count + MaxPoints - 1) / MaxPoints)
        .Select(
            group =>
                (group[^1].Step, BatchLoss.Mean(group.Select(step => step.Loss), group.Select(step => step.Tokens))));

    private static Series SeriesOf(string name, IEnumerable<(double Step, double Loss)> points) =>
        new(name, points.Select(point => point.Step), points.Select(point => point.Loss));
}
