using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab summaries trains the summariser of chapter 14 that data/ ships; lab summaries-compared trains what it is
/// compared with. Both go on where they were stopped.
/// </summary>
internal static class SummariesCommand
{
    public static Command Create()
    {
        Option<int> seed = LabOptions.Seed("Of weights, batches, hidden spans and dropout.");
        Option<int> threads = LabOptions.Threads();
        Option<string?> output = LabOptions.Output("summaries.safetensors", ", its log beside it");
        var command = new Command(
            "summaries",
            "Trains a BART on package descriptions, to write missing spans and then synopses, and writes " +
            "data/summaries.safetensors with its log. " +
            "What was stopped goes on from its checkpoint.") { seed, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Train(repository, parsed.GetValue(output) ?? Path.Combine(repository.Data, "summaries.safetensors"),
                parsed.GetValue(seed), parsed.GetValue(threads), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    public static Command CreateCompared()
    {
        Option<int> seeds = LabOptions.Seeds(3);
        Option<int> threads = LabOptions.Threads();
        Option<string?> output = LabOptions.Output("summaries.tsv");
        var command = new Command(
            "summaries-compared",
            "Trains chapter 14's summariser after nothing, after T5's spans and after BART's infilling, with equal " +
            "budgets, and writes data/summaries.tsv. " +
            "Runs that the file has already are kept.") { seeds, threads, output };
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Compare(repository, parsed.GetValue(output) ?? Path.Combine(repository.Data, "summaries.tsv"),
                parsed.GetValue(seeds), parsed.GetValue(threads), cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Train(Repository repository, string path, int seed, int threads, CancellationToken cancellation)
    {
        string logPath = TrainingPlace.LogBeside(path);
        TrainingPlace.RequireWritable(path);
        TrainingPlace.RequireWritable(logPath);
        MatrixProduct.Threads = threads;
        SummaryPairs pairs = SummaryPairs.Of(Load(repository, "train"));
        SummaryTraining training = Trained(
            SummaryRecipe.Shipped, pairs, seed, tokens: null, Path.ChangeExtension(path, ".checkpoint.safetensors"),
                cancellation);
        ShippedSummarizer.Describe(training.Summarizer, pairs.Learned);
        training.Summarizer.Save(path);
        SummaryEpoch.Save(logPath, training.Log);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{training.Summarizer.Model.ParameterCount:N0} parameters, {training.ValidationLoss():F4} nats a token " +
            $"on the validation pairs."));
    }

    /// <summary>The first seed of all comes first.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Compare(
        Repository repository, string path, int seeds, int threads, CancellationToken cancellation)
    {
        TrainingPlace.RequireWritable(path);
        MatrixProduct.Threads = threads;
        SummaryPairs pairs = SummaryPairs.Of(Load(repository, "train"));
        IReadOnlyList<PackageSummary> test = Load(repository, "test");
        string checkpoint = Path.ChangeExtension(path, ".compared.checkpoint.safetensors");
        BytePairEncoding? tokens = null;
        LabFiles.Complete(
            path, SummaryRun.Load,
            (to, runs) => SummaryRun.Save(to, runs.OrderBy(one => one.Pretraining).ThenBy(one => one.Seed)),
            Enumerable.Range(1, seeds).SelectMany(seed => Enum.GetValues<Pretraining>().Select(before =>
                (Recipe: SummaryRecipe.Compared(before), Seed: seed))),
            (trial, run) => run.IsOf(trial.Recipe, trial.Seed),
            trial => SummaryRun.Of(
                Trained(
                    trial.Recipe, pairs, trial.Seed, tokens ??= pairs.Tokens(trial.Recipe.Vocabulary), checkpoint,
                    cancellation),
                test, cancellation),
            run => run.ToString());
    }

    /// <summary>A whole training; what was stopped goes on from its checkpoint.</summary>
    private static SummaryTraining Trained(
        SummaryRecipe recipe, SummaryPairs pairs, int seed, BytePairEncoding? tokens, string checkpoint,
            CancellationToken cancellation)
    {
        var training = new SummaryTraining(recipe, pairs, seed, tokens, checkpoint);
        AnsiConsole.WriteLine(
            $"{recipe.Pretraining}, seed {seed}: {recipe.EpochsBefore} + {recipe.AllEpochs - recipe.EpochsBefore} " +
            "epochs.");
        if (File.Exists(checkpoint))
        {
            LabFiles.Read(() => { training.Resume(checkpoint); return true; });
            AnsiConsole.WriteLine($"It goes on from step {training.Trainer.Step}, epoch {training.Log.Count + 1}.");
        }

        using var stop = new StopSignals(cancellation);
        training.Run(new TrainingLines().Report, epoch => AnsiConsole.WriteLine(epoch.ToString()), stop.Token);
        File.Delete(checkpoint);
        return training;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<PackageSummary> Load(Repository repository, string part) =>
        LabFiles.Read(() => PackageSummary.Load(Path.Combine(repository.Data, $"package-summaries.{part}.tsv")));
}
