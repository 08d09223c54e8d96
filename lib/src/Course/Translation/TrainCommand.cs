using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>train: makes the checkpoints that chapter 11 ships, with the log of how they came to be.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var language = new Argument<string>("corpus") { Description = "en-fr or en-de." };
        language.AcceptOnlyFromAmong("en-fr", "en-de");
        var epochs = new Option<int?>("--epochs") { Description = "How often every pair is seen; the recipe's own number if not given." };
        var seed = new Option<int>("--seed") { Description = "Of weights, batches and dropout.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int?>("--threads") { Description = "How many processor cores to use; all if not given. The result is the same." };
        var from = new Option<string?>("--from") { Description = "A checkpoint to go on from: the learning rate rises once more, less high, and falls to 0." };
        var dropout = new Option<float?>("--dropout") { Description = "P_drop, 0 to 0.9; the recipe's own if not given. A training that goes on from another may need more of it." };
        var mergeDropout = new Option<float?>("--merge-dropout") { Description = "The probability that a merge of the byte-pair encoding is passed over, 0 to 1 (chapter 10, BPE-dropout); none if not given." };
        var output = new Option<string?>("--output") { Description = "The folder for corpus.safetensors and corpus.log.tsv; data/ if not given." };
        var command = new Command("train", "Trains the translator of chapter 11 on a corpus of data/, and writes it and its log there.") { language, epochs, seed, threads, from, dropout, mergeDropout, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            if (parsed.GetValue(epochs) is < 1) { throw new CourseException("--epochs is at least 1."); }
            if (parsed.GetValue(threads) is < 1) { throw new CourseException("--threads is at least 1."); }
            if (parsed.GetValue(dropout) is { } share && share is not (>= 0 and <= 0.9f)) { throw new CourseException("--dropout is between 0 and 0.9."); }
            if (parsed.GetValue(mergeDropout) is { } passed && passed is not (>= 0 and <= 1)) { throw new CourseException("--merge-dropout is between 0 and 1."); }

            var request = new Request(
                parsed.GetValue(language)!, parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(from), parsed.GetValue(dropout), parsed.GetValue(mergeDropout), parsed.GetValue(output) ?? repository.Data);
            Train(repository, request, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private sealed record Request(string Corpus, int? Epochs, int Seed, int? Threads, string? From, float? Dropout, float? MergeDropout, string Output);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, Request request, CancellationToken cancellation)
    {
        if (request.Threads is { } number) { MatrixProduct.Threads = number; }

        string file = Path.Combine(request.Output, $"{request.Corpus}.safetensors"), logFile = LogBeside(file);
        using var newLog = new OutputFile(logFile); // An hour later is too late to learn that nothing can be written there.
        Translator? start = request.From is { } path ? TranslateCommand.Load(repository, path) : null;
        TranslationRecipe recipe = start is null ? TranslationRecipe.Shipped : TranslationRecipe.Continued;
        recipe = recipe with
        {
            Epochs = request.Epochs ?? recipe.Epochs,
            Dropout = request.Dropout ?? recipe.Dropout,
            MergeDropout = request.MergeDropout ?? recipe.MergeDropout,
        };
        var corpus = TranslationCorpus.Load(repository.Data, request.Corpus);
        TranslationTraining training;
        try
        {
            training = new TranslationTraining(recipe, corpus.Training, request.Seed, start);
        }
        catch (ArgumentException e) when (start is not null)
        {
            throw new CourseException(e.Message);
        }

        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{corpus.Training.Count:N0} pairs to learn from, {corpus.Validation.Count} to validate; {training.Translator.Model.ParameterCount:N0} parameters, " +
            $"{training.Translator.Tokens.Count:N0} tokens, {training.Batches.PerEpoch} batches an epoch, {training.Batches.PaddingShare:P0} of them padding."));
        List<string> log = request.From is { } checkpoint ? EpochsBefore(LogBeside(checkpoint)) : [LogHeader];
        int before = log.Count - 1;
        double secondsBefore = before == 0 ? 0 : double.Parse(log[^1].Split('\t')[1], CultureInfo.InvariantCulture);
        long began = Stopwatch.GetTimestamp();
        double Seconds() => secondsBefore + Stopwatch.GetElapsedTime(began).TotalSeconds;
        void Note(string what, double? loss, BleuScore bleu)
        {
            log.Add(string.Create(CultureInfo.InvariantCulture, $"{what}\t{Seconds():F0}\t{loss:F4}\t{bleu.Score:F2}"));
            AnsiConsole.WriteLine(log[^1]);
        }

        TrainingResult result = training.Run(
            new TrainingLines().Report,
            epoch => Note(
                $"{before + epoch}", training.Trainer.Losses.TakeLast(training.Batches.PerEpoch).Average(),
                Measure(training.Translator, corpus.Validation, cancellation)),
            cancellation);
        if (result.End == TrainingEnd.Cancelled) { throw new OperationCanceledException(cancellation); }

        Note("averaged", null, Measure(training.Translator, corpus.Validation, cancellation));
        AnsiConsole.WriteLine($"Test, greedy, as trained: {Measure(training.Translator, corpus.Test, cancellation)}");
        ShippedTranslator.Describe(training.Translator, request.Corpus, corpus.Training);
        training.Translator.Save(file);
        Translator translator = Translator.Load(file); // As readers will have it.
        Note("float16", null, Measure(translator, corpus.Validation, cancellation));
        newLog.Write(string.Join('\n', log) + "\n");
        newLog.Complete();
        AnsiConsole.WriteLine($"Test, greedy, in float16: {Measure(translator, corpus.Test, cancellation)}");
    }

    private const string LogHeader = "epoch\tseconds\tloss\tvalidation BLEU";

    private static string LogBeside(string checkpoint) => Path.ChangeExtension(checkpoint, ".log.tsv");

    /// <summary>The log of the training that is gone on from, up to its last epoch; without it the epochs are counted from 1.</summary>
    private static List<string> EpochsBefore(string log) =>
        !File.Exists(log) ? [LogHeader] : [LogHeader, .. File.ReadLines(log).Where(line => int.TryParse(line.Split('\t')[0], CultureInfo.InvariantCulture, out _))];

    private static BleuScore Measure(Translator translator, IReadOnlyList<SentencePair> pairs, CancellationToken cancellation) => Bleu.Corpus(
        translator.Translate([.. pairs.Select(pair => pair.Source)], cancellation), [.. pairs.Select(pair => pair.Target)]);
}
