using System.CommandLine;
using System.Runtime.CompilerServices;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab translation-curves: makes the file of chapter 11 that shows what more pairs and more parameters are worth.
/// </summary>
internal static class TranslationCurvesCommand
{
    public static Command Create()
    {
        var epochs = new Option<int>(
            "--epochs")
        {
            Description = "How often every pair is seen where there are all of them.",
            DefaultValueFactory = _ => 3
        }.Between(1, 1000);
        var seed = new Option<int>("--seed")
        { Description = "Of the choice of pairs, weights and batches.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int?>(
            "--threads")
        {
            Description = "How many trainings at once, a processor core each; as many as there are " +
                "cores if not given. The result is the same."
        }.Between(1, 1024);
        var output = new Option<string?>("--output")
        { Description = "The file to write; data/translation-curves.tsv if not given." };
        var command = new Command(
            "translation-curves", "Trains chapter 11's translator on parts of each corpus and in several sizes, and " +
                "writes data/translation-curves.tsv.") { epochs, seed, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(repository, parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(threads),
                parsed.GetValue(output) ?? Path.Combine(repository.Data, "translation-curves.tsv"), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(
        Repository repository, int epochs, int seed, int? threads, string path, CancellationToken cancellation)
    {
        TrainingPlace.RequireWritable(path);
        (string Name, int Eighths, int DModel)[] trainings =
            [.. ((string[])["en-fr", "en-de"]).SelectMany(
                name => TranslationCurve.Trainings.Select(training => (name, training.Eighths, training.DModel)))];
        var corpora = trainings.Select(training => training.Name).Distinct()
            .ToDictionary(name => name, name => new TrainingCorpus(repository.Data, name).Pairs);
        CurvePoint[] points = OneACore.Run(
            trainings,
            (of, stop) => TranslationCurve.Run(
                corpora[of.Name], of.Name, of.Eighths, TranslationCurve.Recipe(of.Eighths, of.DModel, epochs), seed,
                token: stop),
            p => $"{p.Corpus}: {p.Pairs:N0} pairs, {p.Parameters:N0} parameters, {p.Steps:N0} steps: BLEU {p.Bleu}",
            cancellation, threads);
        TranslationCurve.Save(path, points);
    }
}
