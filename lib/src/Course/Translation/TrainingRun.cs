using System.Diagnostics;
using System.Globalization;
using Shared;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>One training from its first line to its last, that may have been stopped in between.</summary>
internal sealed class TrainingRun
{
    private const string LogHeader = "epoch\tseconds\tloss\tvalidation BLEU";
    private const string LogNote = "log", SecondsNote = "seconds", BeforeNote = "epochs before", FromNote = "from";

    private readonly TrainRequest _request;
    private readonly TrainingPlace _place;
    private readonly TranslationCorpus _corpus;
    private readonly TranslationTraining _training;
    private readonly List<string> _log;
    private readonly int _before;
    private readonly double _secondsBefore;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TrainingLines _lines = new();

    private TrainingRun(
        TrainRequest request, TrainingPlace place, TranslationCorpus corpus, TranslationTraining training)
    {
        (_request, _place, _corpus, _training) = (request, place, corpus, training);
        _log = [.. training.Notes[LogNote].Split('\n')];
        _before = int.Parse(training.Notes[BeforeNote], CultureInfo.InvariantCulture);
        _secondsBefore = double.Parse(training.Notes[SecondsNote], CultureInfo.InvariantCulture);
    }

    private double Seconds => _secondsBefore + Stopwatch.GetElapsedTime(_began).TotalSeconds;

    /// <summary>A new training, or what a checkpoint has of one.</summary>
    /// <exception cref="CourseException">It could not come to its end; the message says why.</exception>
    public static TrainingRun Prepare(Repository repository, TrainRequest request, TrainingPlace place)
    {
        var corpus = new TrainingCorpus(repository.Data, request.Corpus);
        TranslationTraining training;
        try
        {
            training = request.Resume
                ? Resumed(request, place, corpus.Pairs)
                : Begun(repository, request, place, corpus.Pairs);
        }
        catch (SentencePairException e)
        {
            throw new CourseException($"{corpus.PlaceOf(e.Pair)}: {e.Message}");
        }
        catch (Exception e)
            when (e is ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }

        corpus.RequireTranslatable(training.Translator);
        long parameters = training.Translator.Model.ParameterCount;
        place.RequireRoom(
            // Weights, Adam's two means, the average; the header.
            checkpoint: (sizeof(float) * ((parameters * (3 + training.Recipe.Averaged)) + (2 * training.Steps)))
                + 2_000_000,
            model: (2 * parameters) + 1_000_000);
        return new TrainingRun(request, place, corpus.Pairs, training);
    }

    /// <exception cref="OperationCanceledException">It was stopped; it has said how to go on.</exception>
    /// <exception cref="CourseException">It broke off; the message says why, and how to go on.</exception>
    public void Run(CancellationToken cancellation)
    {
        Introduce();
        try
        {
            TrainingResult result = _training.Run(
                Report,
                epoch => Note(
                    $"{_before + epoch}", _training.Trainer.MeanLoss(_training.Batches.PerEpoch),
                    Measure(_training.Translator, _corpus.Validation, cancellation)), cancellation);
            if (result.End == TrainingEnd.Cancelled) { throw new OperationCanceledException(cancellation); }

            Finish(cancellation);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine(
                _training.Trainer.Step == 0
                    ? "Stopped before the first step."
                    : $"Stopped after step {_training.Trainer.Step} of {_training.Steps}. {HowToGoOn}");
            throw;
        }
        catch (Exception e) when (e is IOException or DivergenceException)
        {
            throw new CourseException($"{e.Message} {HowToGoOn}");
        }
    }

    private string HowToGoOn => File.Exists(_place.Checkpoint)
        ? $"The training is kept in {_place.Checkpoint}; to go on: {_request.ResumeCommand}"
        : $"No checkpoint could be kept in {_place.Checkpoint}.";

    private static TranslationTraining Begun(
        Repository repository, TrainRequest request, TrainingPlace place, TranslationCorpus corpus)
    {
        Translator? start = request.From is { } path ? TranslateCommand.Load(repository, path) : null;
        TranslationRecipe recipe = start is null ? TranslationRecipe.Shipped : TranslationRecipe.Continued;
        recipe = recipe with
        {
            Epochs = request.Epochs ?? recipe.Epochs,
            Dropout = request.Dropout ?? recipe.Dropout,
            MergeDropout = request.MergeDropout ?? recipe.MergeDropout,
        };
        var training = new TranslationTraining(
            recipe, corpus.Training, request.Seed ?? 1, start, place.Checkpoint, Warn);
        List<string> log = request.From is { } model ? EpochsBefore(TrainingPlace.LogBeside(model)) : [LogHeader];
        training.Notes[LogNote] = string.Join('\n', log);
        training.Notes[BeforeNote] = (log.Count - 1).ToString(CultureInfo.InvariantCulture);
        training.Notes[SecondsNote] = log.Count == 1 ? "0" : log[^1].Split('\t')[1];
        training.Notes[FromNote] = request.From ?? "";
        return training;
    }

    private static TranslationTraining Resumed(TrainRequest request, TrainingPlace place, TranslationCorpus corpus)
    {
        TranslationTraining training = TranslationTraining.Resume(place.Checkpoint, corpus.Training, Warn);
        if (!((string[])[LogNote, BeforeNote, SecondsNote, FromNote]).All(training.Notes.ContainsKey))
        {
            throw new CourseException($"{place.Checkpoint} is no checkpoint of this command. Begin without --resume.");
        }

        RequireSame("--epochs", request.Epochs, training.Recipe.Epochs);
        RequireSame("--seed", request.Seed, training.Seed);
        RequireSame("--dropout", request.Dropout, training.Recipe.Dropout);
        RequireSame("--merge-dropout", request.MergeDropout, training.Recipe.MergeDropout);
        RequireSame("--from", request.From, training.Notes[FromNote] is "" ? null : training.Notes[FromNote]);
        return training;
    }

    private static void RequireSame(string option, object? asked, object? begun)
    {
        if (asked is not null && !asked.Equals(begun))
        {
            throw new CourseException(string.Create(CultureInfo.InvariantCulture,
                $"{option} {asked} is not what this training began with, which is {begun ?? "none"}. " +
                $"Leave it out to go on, or begin anew without --resume."));
        }
    }

    private void Introduce()
    {
        TranslationRecipe recipe = _training.Recipe;
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_corpus.Training.Count:N0} pairs to learn from, {_corpus.Validation.Count} to validate; " +
            $"{_training.Translator.Model.ParameterCount:N0} parameters, " +
            $"{_training.Translator.Tokens.Count:N0} tokens, {_training.Batches.PerEpoch} batches an epoch, " +
            $"{_training.Batches.PaddingShare:P0} of them padding."));
        AnsiConsole.WriteLine(
            $"A checkpoint is kept in {_place.Checkpoint}, after every epoch and every two minutes. Ctrl-C stops " +
            $"after a step; to go on then: {_request.ResumeCommand}");
        if (_training.Trainer.Step > 0)
        {
            AnsiConsole.WriteLine($"Going on after step {_training.Trainer.Step} of {_training.Steps}.");
        }

        if (_training.Steps <= recipe.Warmup)
        {
            AnsiConsole.WriteLine(
                $"The learning rate rises for {recipe.Warmup} steps, but {recipe.Epochs} epochs are " +
                $"{_training.Steps} only: it never gets to its peak, and little is learned. Train for more epochs, " +
                $"or on more pairs.");
        }
    }

    private void Report(TrainingProgress progress)
    {
        _training.Notes[SecondsNote] = Seconds.ToString("F0", CultureInfo.InvariantCulture);
        _lines.Report(progress);
    }

    private void Note(string what, double? loss, BleuScore bleu)
    {
        // An epoch is told again by a run that goes on from its end.
        _log.RemoveAll(line => line.StartsWith($"{what}\t", StringComparison.Ordinal));
        _log.Add(string.Create(CultureInfo.InvariantCulture, $"{what}\t{Seconds:F0}\t{loss:F4}\t{bleu.Score:F2}"));
        _training.Notes[LogNote] = string.Join('\n', _log);
        AnsiConsole.WriteLine(_log[^1]);
    }

    private void Finish(CancellationToken cancellation)
    {
        Note("averaged", null, Measure(_training.Translator, _corpus.Validation, cancellation));
        AnsiConsole.WriteLine($"Test, greedy, as trained: {Measure(_training.Translator, _corpus.Test, cancellation)}");
        ShippedTranslator.Describe(_training.Translator, _request.Corpus, _corpus.Training);
        _place.GiveRoom();
        _training.Translator.Save(_place.Model);
        Translator translator = Translator.Load(_place.Model); // As readers will have it.
        Note("float16", null, Measure(translator, _corpus.Validation, cancellation));
        WholeFile.Write(_place.Log, string.Join('\n', _log) + "\n");
        AnsiConsole.WriteLine($"Test, greedy, in float16: {Measure(translator, _corpus.Test, cancellation)}");
        File.Delete(_place.Checkpoint); // It has come to its end.
    }

    private static void Warn(IOException problem) =>
        AnsiConsole.WriteLine($"Warning: no checkpoint this time. {problem.Message} The training goes on; make room.");

    /// <summary>
    /// The log of the training that is gone on from, up to its last epoch; without it the epochs are counted from 1.
    /// </summary>
    private static List<string> EpochsBefore(string log) =>
        !File.Exists(log)
            ? [LogHeader]
            : [LogHeader, .. File.ReadLines(log).Where(line => line.Split('\t') is [var epoch, var seconds, ..]
            && int.TryParse(epoch, CultureInfo.InvariantCulture, out _)
            && double.TryParse(seconds, CultureInfo.InvariantCulture, out _))];

    private static BleuScore Measure(
        Translator translator, IReadOnlyList<SentencePair> pairs, CancellationToken cancellation) => Bleu.Corpus(
        translator.Translate([.. pairs.Select(pair => pair.Source)], cancellation),
        [.. pairs.Select(pair => pair.Target)]);
}
