using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>lab translation-curves: makes the file of chapter 11 that shows what more pairs and more parameters are worth.</summary>
internal static class TranslationCurvesCommand
{
    public static Command Create()
    {
        var epochs = new Option<int>("--epochs") { Description = "How often every pair is seen where there are all of them.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int>("--seed") { Description = "Of the choice of pairs, weights and batches.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int?>("--threads") { Description = "How many processor cores to use; all if not given. The result is the same." };
        var output = new Option<string?>("--output") { Description = "The file to write; data/translation-curves.tsv if not given." };
        var command = new Command("translation-curves", "Trains chapter 11's translator on parts of each corpus and in several sizes, and writes data/translation-curves.tsv.") { epochs, seed, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            if (parsed.GetValue(epochs) < 1) { throw new CourseException("--epochs is at least 1."); }
            if (parsed.GetValue(threads) is < 1) { throw new CourseException("--threads is at least 1."); }

            Train(repository, parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(output) ?? Path.Combine(repository.Data, "translation-curves.tsv"), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, int epochs, int seed, int? threads, string path, CancellationToken cancellation)
    {
        if (threads is { } number) { MatrixProduct.Threads = number; }

        var points = new List<CurvePoint>();
        foreach (string name in (string[])["en-fr", "en-de"])
        {
            var corpus = TranslationCorpus.Load(repository.Data, name);
            foreach (var (eighths, dModel) in TranslationCurve.Trainings)
            {
                long start = Stopwatch.GetTimestamp();
                CurvePoint point = TranslationCurve.Run(corpus, name, eighths, TranslationCurve.Recipe(eighths, dModel, epochs), seed, new TrainingLines().Report, cancellation);
                AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name}: {point.Pairs:N0} pairs, {point.Parameters:N0} parameters, {point.Steps:N0} steps: BLEU {point.Bleu}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
                points.Add(point);
            }
        }

        TranslationCurve.Save(path, points);
    }
}
