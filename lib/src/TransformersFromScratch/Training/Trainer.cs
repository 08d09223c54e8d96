using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>
/// The training loop: loss, backward, clipped gradient, step; and around it progress, validation, early stopping, cancellation
/// and checkpoints.
/// </summary>
public sealed class Trainer
{
    private readonly Optimizer _optimizer;
    private readonly Func<TrainingStep, BatchLoss> _loss;
    private readonly Func<double>? _validation;
    private readonly TrainingOptions _options;
    private readonly SeededRandom _random;
    private readonly Workspace _workspace = new();
    private readonly List<float> _losses = [];
    private readonly List<(long Step, double Loss)> _validations = [];
    private Checkpoint _state;

    /// <summary>A run that has not begun.</summary>
    /// <param name="optimizer">With the parameters to learn.</param>
    /// <param name="loss">Draws a batch and computes its loss.</param>
    /// <param name="options">How to run.</param>
    /// <param name="validation">Computes the loss on data that is not trained on; nothing is recorded while it runs.</param>
    public Trainer(Optimizer optimizer, Func<TrainingStep, BatchLoss> loss, TrainingOptions options, Func<double>? validation = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Accumulation, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxGradientNorm);
        if ((options.ValidateEvery > 0 || options.Patience > 0) && (validation is null || options.ValidateEvery < 1))
        {
            throw new ArgumentException(
                "Validation and early stopping need both a validation function and ValidateEvery of at least 1.", nameof(validation));
        }

        (_optimizer, _loss, _options, _validation) = (optimizer, loss, options, validation);
        _random = new SeededRandom(options.Seed);
        _state = new Checkpoint(0, _random.State, double.PositiveInfinity, 0, 0);
    }

    /// <summary>How many steps have been taken, including those before a <see cref="Resume"/>.</summary>
    public long Step => _state.Step;

    /// <summary>The loss of every step of this process, before its update.</summary>
    public IReadOnlyList<float> Losses => _losses;

    /// <summary>The validation losses of this process.</summary>
    public IReadOnlyList<(long Step, double Loss)> Validations => _validations;

    /// <summary>Goes on from a checkpoint, bit for bit as if the run had never stopped (on the same machine).</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of another model; nothing has been changed then.</exception>
    public void Resume(string path)
    {
        _state = Checkpoint.Load(path, _optimizer);
        _random.State = _state.Random;
    }

    /// <summary>Writes a checkpoint.</summary>
    public void Save(string path) => _state.Save(path, _optimizer);

    /// <summary>Takes steps until the last of <see cref="TrainingOptions.Steps"/>, or until stopped.</summary>
    /// <param name="report">Told how it is going, at most once every <see cref="TrainingOptions.ReportEvery"/>, and at the end.</param>
    /// <param name="cancellation">
    /// Ends the run after the current step, with a checkpoint if there is a path for one; the notebook's stop button
    /// (<see cref="Interrupt"/>) when none is given.
    /// </param>
    /// <param name="until">Pauses after this step, to look at the model; the next call goes on from there.</param>
    /// <exception cref="DivergenceException">A loss or gradient is NaN or infinite; the parameters are those before that step.</exception>
    public TrainingResult Run(Action<TrainingProgress>? report = null, CancellationToken cancellation = default, long until = long.MaxValue)
    {
        cancellation = cancellation.CanBeCanceled ? cancellation : Interrupt.Token;
        var sinceReport = new Interval();
        var end = TrainingEnd.Finished;
        while (_state.Step < _options.Steps && end == TrainingEnd.Finished)
        {
            if (cancellation.IsCancellationRequested || _state.Step >= until)
            {
                end = cancellation.IsCancellationRequested ? TrainingEnd.Cancelled : TrainingEnd.Paused;
                break;
            }

            var (loss, norm, tokens) = TakeStep();
            _losses.Add((float)loss);
            sinceReport.Add(loss, norm, tokens);
            if (_options.ValidateEvery > 0 && _state.Step % _options.ValidateEvery == 0)
            {
                end = Validate();
            }

            if (_options is { CheckpointPath: { } path, CheckpointEvery: > 0 } && _state.Step % _options.CheckpointEvery == 0)
            {
                Save(path);
            }

            if (report is not null && sinceReport.Elapsed >= _options.ReportEvery && _state.Step < _options.Steps)
            {
                report(Progress(sinceReport));
                sinceReport = new Interval();
            }
        }

        if (report is not null && sinceReport.Steps > 0)
        {
            report(Progress(sinceReport));
        }

        if (_options.CheckpointPath is { } last && _losses.Count > 0)
        {
            Save(last);
        }

        return new TrainingResult(end, _state.Step, _state.BestValidation, _state.BestStep);
    }

    private (double Loss, double Norm, int Tokens) TakeStep()
    {
        long step = _state.Step + 1;
        int parts = _options.Accumulation, tokens = 0;
        double sum = 0;
        _optimizer.ZeroGradients();
        for (int part = 0; part < parts; part++)
        {
            using var lent = _workspace.BeginStep();
            var batch = _loss(new TrainingStep(step, part, _random));
            if (!float.IsFinite(batch.Loss.Scalar))
            {
                throw new DivergenceException(step, Divergence.FirstIn(batch.Loss, _optimizer.Parameters));
            }

            (parts == 1 ? batch.Loss : batch.Loss * (1f / parts)).Backward();
            sum += batch.Loss.Scalar;
            tokens += batch.Tokens;
        }

        double norm = _options.MaxGradientNorm > 0
            ? Gradients.Clip(_optimizer.Parameters, _options.MaxGradientNorm)
            : Gradients.Norm(_optimizer.Parameters);
        if (!double.IsFinite(norm))
        {
            throw new DivergenceException(step, Divergence.InGradients(_optimizer.Parameters) ?? "the gradient's norm is beyond float32");
        }

        _optimizer.LearningRate = _options.Schedule?.Invoke(step) ?? _optimizer.LearningRate;
        _optimizer.Step();
        _state = _state with { Step = step, Random = _random.State };
        return (sum / parts, norm, tokens);
    }

    private TrainingEnd Validate()
    {
        double loss;
        using (_workspace.BeginStep())
        using (Tape.NoGradient())
        {
            loss = _validation!();
        }

        _validations.Add((_state.Step, loss));
        if (loss < _state.BestValidation)
        {
            _state = _state with { BestValidation = loss, BestStep = _state.Step, Waited = 0 };
            if (_options.CheckpointPath is { } path)
            {
                SafeTensors.Save(Path.ChangeExtension(path, ".best.safetensors"), _optimizer.Parameters);
            }

            return TrainingEnd.Finished;
        }

        _state = _state with { Waited = _state.Waited + 1 };
        return _options.Patience > 0 && _state.Waited >= _options.Patience ? TrainingEnd.EarlyStopped : TrainingEnd.Finished;
    }

    private TrainingProgress Progress(Interval interval) => new(
        _state.Step, _options.Steps, interval.Loss / interval.Steps, _optimizer.LearningRate, interval.Norm,
        interval.Tokens / Math.Max(interval.Elapsed.TotalSeconds, 1e-9), _validations.Count > 0 ? _validations[^1].Loss : null)
    {
        Losses = _losses[^interval.Steps..],
        Validations = [.. _validations.Where(validation => validation.Step > _state.Step - interval.Steps)],
    };

    /// <summary>What has happened since the last report.</summary>
    private sealed class Interval
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public double Loss { get; private set; }

        public double Norm { get; private set; }

        public long Tokens { get; private set; }

        public int Steps { get; private set; }

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

        public void Add(double loss, double norm, int tokens)
        {
            Loss += loss;
            Norm = norm;
            Tokens += tokens;
            Steps++;
        }
    }
}
