namespace TransformersFromScratch;

/// <summary>
/// The loss curve of a run, drawn while it trains. Hand <see cref="Report"/> to <see cref="Trainer.Run"/> and dispose of the
/// display afterwards: <c>using (var live = new TrainingDisplay("reverse")) { trainer.Run(live.Report); }</c>
/// </summary>
public sealed class TrainingDisplay : IDisposable
{
    private const int MaxPoints = 400; // a curve on paper shows no more

    private readonly LiveFigure _figure = new();
    private readonly string _title;
    private readonly List<(double Step, double Loss)> _training = [], _validation = [];

    /// <summary>A curve without points.</summary>
    /// <param name="title">What is being trained.</param>
    public TrainingDisplay(string title) => _title = title;

    /// <summary>Adds a point, and draws the curve a few times a second where the notebook can.</summary>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _training.Add((progress.Step, progress.Loss));
        if (progress.ValidationLoss is { } loss && (_validation.Count == 0 || _validation[^1].Loss != loss))
        {
            _validation.Add((progress.Step, loss));
        }

        _figure.Show(() => Curve($"{_title}: step {progress.Step:N0} of {progress.Steps:N0}, loss {progress.Loss:F3}"));
    }

    /// <summary>Draws the curve as it is in the end.</summary>
    public void Dispose() => _figure.Dispose();

    private Figure Curve(string title)
    {
        var series = new List<Series> { SeriesOf("training", _training) };
        if (_validation.Count > 0) { series.Add(SeriesOf("validation", _validation) with { Markers = true }); }
        return Plot.Lines(title, "step", "loss", series);
    }

    /// <summary>Every k-th point and the last.</summary>
    private static Series SeriesOf(string name, List<(double Step, double Loss)> points)
    {
        int every = (points.Count + MaxPoints - 1) / MaxPoints;
        var shown = points.Where((_, i) => i % every == 0 || i == points.Count - 1).ToList();
        return new Series(name, shown.Select(point => point.Step), shown.Select(point => point.Loss));
    }
}
