using System.Diagnostics;

namespace TransformersFromScratch;

/// <summary>
/// The training loop: loss, backward, clipped gradient, step; and around it progress, validation, early stopping,
/// cancellation and checkpoints.
/// </summary>
public sealed partial class Trainer
{
    private readonly Optimizer _optimizer;
    private readonly Func<TrainingStep, BatchLoss> _loss;
    private readonly Func<double>? _validation;
    private readonly TrainingOptions _options;
    private readonly SeededRandom _random;
    private readonly Workspace _workspace = new();
    private readonly List<float> _losses = [];
    private readonly List<int> _tokens = [];
    private readonly List<(long Step, double Loss)> _validations = [];
    private Checkpoint _state;
    private long _savedStep, _tried = Stopwatch.GetTimestamp(); // of the last checkpoint; and when it was begun

    /// <summary>A run that has not begun.</summary>
    /// <param name="optimizer">With the parameters to learn.</param>
    /// <param name="loss">Draws a batch and computes its loss.</param>
    /// <param name="options">How to run.</param>
    /// <param name="validation">Computes the loss on data that is not trained on; nothing is recorded while it
    /// runs.</param>
    public Trainer(
        Optimizer optimizer, Func<TrainingStep, BatchLoss> loss, TrainingOptions options,
        Func<double>? validation = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if ((options.ValidateEvery > 0 || options.Patience > 0) && (validation is null || options.ValidateEvery < 1))
        {
            throw new ArgumentException(
                "Validation and early stopping need both a validation function and ValidateEvery of at least 1.",
                nameof(validation));
        }

        (_optimizer, _loss, _options, _validation) = (optimizer, loss, options, validation);
        _random = new SeededRandom(options.Seed);
        _state = new Checkpoint(0, _random.State, double.PositiveInfinity, 0, 0);
    }

    /// <summary>How many steps have been taken, including those before a <see cref="Resume"/>.</summary>
    public long Step => _state.Step;

    /// <summary>The loss of every step, including those before a <see cref="Resume"/>, before its update.</summary>
    public IReadOnlyList<float> Losses => _losses;

    /// <summary>How many tokens each of <see cref="Losses"/> is the mean of.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>The validation losses, including those before a <see cref="Resume"/>.</summary>
    public IReadOnlyList<(long Step, double Loss)> Validations => _validations;

    /// <summary>The mean loss of a token over the last steps: every batch weighs as much as it has tokens.</summary>
    /// <param name="steps">How many; of all of them, if there have been fewer.</param>
    /// <exception cref="InvalidOperationException">No step has been taken.</exception>
    public double MeanLoss(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return _losses.Count > 0
            ? BatchLoss.Mean(_losses.TakeLast(steps), _tokens.TakeLast(steps))
            : throw new InvalidOperationException("No step has been taken yet, so there is no loss.");
    }

    /// <summary>Goes on from a checkpoint, bit for bit as if the run had never stopped (on the same machine).</summary>
    /// <exception cref="InvalidDataException">The file is damaged or of another model; nothing has been changed
    /// then.</exception>
    public void Resume(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ResumeFrom(path, Checkpoint.Open(path));
    }

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="IOException">It cannot be written; the message says why.</exception>
    public void Save(string path)
    {
        var checkpoint = _state with
        {
            Losses = _losses,
            Tokens = _tokens,
            Validations = _validations,
            Notes = _options.Notes?.Invoke() ?? new Dictionary<string, string>(),
        };
        checkpoint.Save(path, _optimizer, _options.Average);
    }

    internal void ResumeFrom(string path, SafeTensors file)
    {
        var state = Checkpoint.From(path, file, _optimizer, _options.Average, mostSteps: _options.Steps);
        (_state, _random.State, _savedStep) = (state, state.Random, state.Step);
        _losses.Clear();
        _losses.AddRange(state.Losses);
        _tokens.Clear();
        _tokens.AddRange(state.Tokens);
        _validations.Clear();
        _validations.AddRange(state.Validations);
    }

    /// <summary>Takes steps until the last of <see cref="TrainingOptions.Steps"/>, or until stopped.</summary>
    /// <param name="report">Told how it is going, at most once every <see cref="TrainingOptions.ReportEvery"/>, and at
    /// the end.</param>
    /// <param name="cancellation">
    /// Ends the run after the current step, with a checkpoint if there is a path for one; the notebook's stop button
    /// (<see cref="Interrupt"/>) when none is given.
    /// </param>
    /// <param name="until">Pauses after this step, to look at the model; the next call goes on from there.</param>
    /// <exception cref="DivergenceException">A loss or gradient is NaN or infinite; the parameters are those before
    /// that step.</exception>
    public TrainingResult Run(
        Action<TrainingProgress>? report = null, CancellationToken cancellation = default, long until = long.MaxValue)
    {
        cancellation = cancellation.CanBeCanceled ? cancellation : Interrupt.Token;
        TrainingEnd end;
        try
        {
            end = TakeSteps(report, cancellation, until);
        }
        finally
        {
            Keep(); // Whatever ends the run, the steps it has taken are not lost.
        }

        return new TrainingResult(end, _state.Step, _state.BestValidation, _state.BestStep);
    }

    private TrainingEnd TakeSteps(Action<TrainingProgress>? report, CancellationToken cancellation, long until)
    {
        var sinceReport = new TrainingInterval();
        var end = TrainingEnd.Finished;
        while (_state.Step < _options.Steps && end == TrainingEnd.Finished)
        {
            Interrupt.Look();
            if (cancellation.IsCancellationRequested || _state.Step >= until)
            {
                end = cancellation.IsCancellationRequested ? TrainingEnd.Cancelled : TrainingEnd.Paused;
                break;
            }

            var (loss, norm, tokens) = TakeStep();
            _losses.Add((float)loss);
            _tokens.Add(tokens);
            sinceReport.Add(loss, norm, tokens);
            if (_options.AverageAt?.Invoke(_state.Step) == true)
            {
                _options.Average?.Add(_optimizer.Parameters);
            }

            if (_options.ValidateEvery > 0 && _state.Step % _options.ValidateEvery == 0)
            {
                end = Validate();
            }

            if ((_options.CheckpointEvery > 0 && _state.Step % _options.CheckpointEvery == 0)
                || Stopwatch.GetElapsedTime(_tried) >= _options.CheckpointAfter)
            {
                Keep();
            }

            if (report is not null && sinceReport.Elapsed >= _options.ReportEvery && _state.Step < _options.Steps)
            {
                report(Progress(sinceReport));
                sinceReport = new TrainingInterval();
            }
        }

        if (report is not null && sinceReport.Steps > 0)
        {
            report(Progress(sinceReport));
        }

        return end;
    }

    /// <summary>Writes a checkpoint of the steps since the last one.</summary>
    private void Keep()
    {
        if (_options.CheckpointPath is not { } path || _state.Step == _savedStep)
        {
            return;
        }

        _tried = Stopwatch.GetTimestamp();
        if (Written(() => Save(path)))
        {
            _savedStep = _state.Step;
        }
    }

    private void KeepBest()
    {
        if (_options.CheckpointPath is { } path)
        {
            Written(() => SafeTensors.Save(Path.ChangeExtension(path, ".best.safetensors"), _optimizer.Parameters));
        }
    }

    private bool Written(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (IOException e) when (_options.CheckpointFailed is not null)
        {
            _options.CheckpointFailed(e);
            return false;
        }
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
            KeepBest();
            return TrainingEnd.Finished;
        }

        _state = _state with { Waited = _state.Waited + 1 };
        return _options.Patience > 0 && _state.Waited >= _options.Patience
            ? TrainingEnd.EarlyStopped
            : TrainingEnd.Finished;
    }

    private TrainingProgress Progress(TrainingInterval interval) => new(
        _state.Step, _options.Steps, interval.Loss / interval.Tokens, _optimizer.LearningRate, interval.Norm,
        interval.Tokens / Math.Max(interval.Elapsed.TotalSeconds, 1e-9),
        _validations.Count > 0 ? _validations[^1].Loss : null)
    {
        Losses = _losses[^interval.Steps..],
        Tokens = _tokens[^interval.Steps..],
        Validations = [.. _validations.Where(validation => validation.Step > _state.Step - interval.Steps)],
    };
}
