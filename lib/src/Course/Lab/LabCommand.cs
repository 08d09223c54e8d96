using System.CommandLine;
using System.Runtime.CompilerServices;
using Spectre.Console;
using TransformersFromScratch;

namespace Course;

/// <summary>lab: makes the files of runs that chapters 8 and 9 show, so that reading them never waits.</summary>
internal static class LabCommand
{
    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { Description = "How many runs of each.", DefaultValueFactory = _ => 5 };
        var what = new Argument<string[]>("what") { Description = "first-tasks, break-it; both if none.", Arity = ArgumentArity.ZeroOrMore };
        what.AcceptOnlyFromAmong("first-tasks", "break-it");
        var command = new Command("lab", "Trains what chapters 8 and 9 compare, and writes data/first-tasks.tsv and data/break-it.tsv.") { what, seeds };
        command.Subcommands.Add(TranslationCurvesCommand.Create());
        command.SetAction((parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            string[] chosen = parsed.GetValue(what) is { Length: > 0 } some ? some : ["first-tasks", "break-it"];
            if (parsed.GetValue(seeds) < 1) { throw new CourseException("--seeds is at least 1."); }

            if (chosen.Contains("first-tasks")) { FirstTasks(repository, parsed.GetValue(seeds), cancellation); }
            if (chosen.Contains("break-it")) { BreakIt(repository, parsed.GetValue(seeds), cancellation); }

            return Task.FromResult(0);
        });
        return command;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FirstTasks(Repository repository, int seeds, CancellationToken cancellation)
    {
        var runs = new List<TaskRun>();
        foreach (TaskRecipe recipe in TaskRecipe.All)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                TaskRun run = recipe.Run(seed, cancellation: cancellation);
                AnsiConsole.WriteLine(FormattableString.Invariant($"{recipe.Name}, seed {seed}: {run.Right} of {run.Tested} right, {run.Seconds:F1} s"));
                runs.Add(run);
            }
        }

        TaskRun.Save(Path.Combine(repository.Data, "first-tasks.tsv"), runs);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BreakIt(Repository repository, int seeds, CancellationToken cancellation)
    {
        var runs = new List<LabRun>();
        foreach (string variant in TransformersFromScratch.BreakIt.Variants)
        {
            for (int seed = 1; seed <= seeds; seed++)
            {
                LabRun run = TransformersFromScratch.BreakIt.Run(new BreakItSettings(), variant, seed, cancellation);
                AnsiConsole.WriteLine(FormattableString.Invariant($"without {variant}, seed {seed}: {run.Exact:P1} right, last loss {run.Curve[^1]:G4}"));
                runs.Add(run);
            }
        }

        LabFile.Save(Path.Combine(repository.Data, "break-it.tsv"), runs);
    }
}
