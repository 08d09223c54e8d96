using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>lab: makes the files of runs that chapters 8, 9 and 11 show, so that reading them never waits.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { Description = "How many runs of each.", DefaultValueFactory = _ => 5 };
        var what = new Argument<string[]>("what") { Description = "first-tasks, break-it, dates; all if none.", Arity = ArgumentArity.ZeroOrMore };
        what.AcceptOnlyFromAmong("first-tasks", "break-it", "dates");
        var command = new Command("lab", "Trains what chapters 8, 9 and 11 compare, and writes data/first-tasks.tsv, data/break-it.tsv and data/dates.tsv.") { what, seeds };
        command.Subcommands.Add(TranslationCurvesCommand.Create());
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            string[] chosen = parsed.GetValue(what) is { Length: > 0 } some ? some : ["first-tasks", "break-it", "dates"];
            if (parsed.GetValue(seeds) < 1) { throw new CourseException("--seeds is at least 1."); }

            if (chosen.Contains("first-tasks")) { FirstTasks(repository, parsed.GetValue(seeds), cancellation); }
            if (chosen.Contains("break-it")) { BreakIt(repository, parsed.GetValue(seeds), cancellation); }
            if (chosen.Contains("dates")) { DatesOf(repository, parsed.GetValue(seeds), cancellation); }

            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FirstTasks(Repository repository, int seeds, CancellationToken cancellation) => TaskRun.Save(
        Path.Combine(repository.Data, "first-tasks.tsv"),
        OneACore(TaskRecipe.All, seeds, cancellation, (recipe, seed, stop) => recipe.Run(seed, cancellation: stop), run =>
            $"{run.Recipe}, seed {run.Seed}: {run.Right} of {run.Tested} right"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DatesOf(Repository repository, int seeds, CancellationToken cancellation) => TaskRun.Save(
        Path.Combine(repository.Data, "dates.tsv"),
        OneACore([new DateRecipe()], seeds, cancellation, (recipe, seed, stop) =>
        {
            long start = Stopwatch.GetTimestamp();
            TaskRun run = DateTraining.Run(recipe, seed, cancellation: stop);
            AnsiConsole.WriteLine(FormattableString.Invariant($"seed {seed}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s on one core"));
            return run;
        }, run => $"{run.Recipe}, seed {run.Seed}: {run.Right} of {run.Tested} right"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BreakIt(Repository repository, int seeds, CancellationToken cancellation) => LabFile.Save(
        Path.Combine(repository.Data, "break-it.tsv"),
        OneACore(TransformersFromScratch.BreakIt.Variants, seeds, cancellation,
            (variant, seed, stop) => TransformersFromScratch.BreakIt.Run(new BreakItSettings(), variant, seed, cancellation: stop), run =>
            $"without {run.Variant}, seed {run.Seed}: {run.Exact:P1} right, last loss {run.Curve[^1]:G4}"));

    /// <summary>
    /// Each subject with each seed, a run a core: models as small as these leave a second core idle half of the time. The numbers
    /// do not depend on it. Runs come back in order; all of them, or none.
    /// </summary>
    private static TRun[] OneACore<TSubject, TRun>(
        IReadOnlyList<TSubject> subjects, int seeds, CancellationToken cancellation, Func<TSubject, int, CancellationToken, TRun> run, Func<TRun, FormattableString> tell)
    {
        var runs = new TRun[subjects.Count * seeds];
        MatrixProduct.Threads = 1;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, runs.Length, options, i =>
        {
            runs[i] = run(subjects[i / seeds], 1 + (i % seeds), cancellation);
            AnsiConsole.WriteLine(FormattableString.Invariant(tell(runs[i])));
        });
        return runs;
    }
}
