using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>
/// lab summaries trains the summariser of chapter 14 that data/ ships; lab summaries-compared trains what it is
/// compared
/// with. Both go on where they were stopped.
/// </summary>
internal static class SummariesCommand
{
    public static Command Create()
    {
        var seed = new Option<int>("--seed")
        {
            Description = "Of weights, batches, hidden spans and dropout.", DefaultValueFactory = _ => 1,
        };
        var threads = Threads();
        var output = new Option<string?>("--output")
        {
            Description = "The file to write, its log beside it; data/summaries.safetensors if not given.",
        };
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
        var seeds = new Option<int>("--seeds")
        {
            Description = "How many runs of each.", DefaultValueFactory = _ => 3,
        }.Between(1, 1000);
        var threads = Threads();
        var output = new Option<string?>("--output")
        {
            Description = "The file to write; data/summaries.tsv if not given.",
        };
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

    private static Option<int> Threads() => new Option<int>("--threads")
    {
        Description = "How many processor cores to use. The result is the same.", DefaultValueFactory = _ => 1,
    }.Between(1, 1024);

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

    /// <summary>After every run the file is written, so that a run that is stopped loses no other. The first seed of
    /// all comes first.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Compare(Repository repository, string path, int seeds, int threads,
        CancellationToken cancellation)
    {
        TrainingPlace.RequireWritable(path);
        MatrixProduct.Threads = threads;
        SummaryPairs pairs = SummaryPairs.Of(Load(repository, "train"));
        IReadOnlyList<PackageSummary> test = Load(repository, "test");
        BytePairEncoding? tokens = null;
        List<SummaryRun> runs = File.Exists(path) ? [.. Read(() => SummaryRun.Load(path))] : [];
        foreach (var (seed, before) in Enumerable.Range(1, seeds)
            .SelectMany(seed => Enum.GetValues<Pretraining>().Select(before => (seed, before))))
        {
            SummaryRecipe recipe = SummaryRecipe.Compared(before);
            if (runs.Exists(run => run.IsOf(recipe, seed))) { continue; }

            tokens ??= pairs.Tokens(recipe.Vocabulary);
            SummaryRun run = SummaryRun.Of(
                Trained(recipe, pairs, seed, tokens, Path.ChangeExtension(path, ".compared.checkpoint.safetensors"),
                    cancellation), test, cancellation);
            runs.Add(run);
            SummaryRun.Save(path, runs.OrderBy(one => one.Pretraining).ThenBy(one => one.Seed));
            AnsiConsole.WriteLine(run.ToString());
        }
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
            Read(() => { training.Resume(checkpoint); return true; });
            AnsiConsole.WriteLine($"It goes on from step {training.Trainer.Step}, epoch {training.Log.Count + 1}.");
        }

        using var stop = new StopSignals(cancellation);
        training.Run(new TrainingLines().Report, epoch => AnsiConsole.WriteLine(epoch.ToString()), stop.Token);
        File.Delete(checkpoint);
        return training;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<PackageSummary> Load(Repository repository, string part) =>
        Read(() => PackageSummary.Load(Path.Combine(repository.Data, $"package-summaries.{part}.tsv")));

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }
    }
}
