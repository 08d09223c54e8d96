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
        var output = new Option<string?>("--output") { Description = "The folder for corpus.safetensors and corpus.log.tsv; data/ if not given." };
        var command = new Command("train", "Trains the translator of chapter 11 on a corpus of data/, and writes it and its log there.") { language, epochs, seed, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            if (parsed.GetValue(epochs) is < 1) { throw new CourseException("--epochs is at least 1."); }

            Train(repository, parsed.GetValue(language)!, parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(threads), parsed.GetValue(output) ?? repository.Data, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, string name, int? epochs, int seed, int? threads, string output, CancellationToken cancellation)
    {
        if (threads is { } number) { MatrixProduct.Threads = number; }

        TranslationRecipe recipe = TranslationRecipe.Shipped;
        recipe = recipe with { Epochs = epochs ?? recipe.Epochs };
        var corpus = TranslationCorpus.Load(repository.Data, name);
        var training = new TranslationTraining(recipe, corpus.Training, seed);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{corpus.Training.Count:N0} pairs to learn from, {corpus.Validation.Count} to validate; {training.Translator.Model.ParameterCount:N0} parameters, " +
            $"{training.Translator.Tokens.Count:N0} tokens, {training.Batches.PerEpoch} batches an epoch, {training.Batches.PaddingShare:P0} of them padding."));
        var log = new List<string> { "epoch\tseconds\tloss\tvalidation BLEU" };
        long start = Stopwatch.GetTimestamp();
        TrainingResult result = training.Run(
            new TrainingLines().Report,
            epoch =>
            {
                double loss = training.Trainer.Losses.TakeLast(training.Batches.PerEpoch).Average();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                double bleu = Measure(training.Translator, corpus.Validation, cancellation).Score;
                log.Add(string.Create(CultureInfo.InvariantCulture, $"{epoch}\t{seconds:F0}\t{loss:F4}\t{bleu:F2}"));
                AnsiConsole.WriteLine(log[^1]);
            },
            cancellation);
        if (result.End == TrainingEnd.Cancelled) { throw new OperationCanceledException(cancellation); }

        string file = Path.Combine(output, $"{name}.safetensors");
        training.Translator.Save(file);
        Translator translator = Translator.Load(file); // As readers will have it: in float16.
        log.Add(string.Create(CultureInfo.InvariantCulture,
            $"averaged\t{Stopwatch.GetElapsedTime(start).TotalSeconds:F0}\t\t{Measure(translator, corpus.Validation, cancellation).Score:F2}"));
        AnsiConsole.WriteLine(log[^1]);
        Files.WriteWhole(Path.Combine(output, $"{name}.log.tsv"), string.Join('\n', log) + "\n");
        AnsiConsole.WriteLine($"Test, greedy: {Measure(translator, corpus.Test, cancellation)}");
    }

    private static BleuScore Measure(Translator translator, IReadOnlyList<SentencePair> pairs, CancellationToken cancellation) => Bleu.Corpus(
        translator.Translate([.. pairs.Select(pair => pair.Source)], cancellation), [.. pairs.Select(pair => pair.Target)]);
}
