using System.CommandLine;
using System.Diagnostics;
using Notebooks;

namespace Course;

/// <summary>
/// tweak: runs chapters as a reader plays with them, in the engine: every variant and every deliberate mistake that
/// they declare.
/// </summary>
internal static class TweakCommand
{
    public static Command Create()
    {
        var chapters = new Argument<string[]>("chapters")
        { Description = "Numbers or names; all of them if none.", Arity = ArgumentArity.ZeroOrMore };
        var random = new Option<int>(
            "--random")
        {
            Description = "Try so many choices of settings, drawn from the ranges that the chapter " +
                "states, in place of its variants."
        }.Between(0, 1000);
        var seed = new Option<int>("--seed") { Description = "Of the draws.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "tweak",
            "Runs the chapters under other settings, and with deliberate mistakes, and says what breaks.") { chapters,
            random, seed };
        command.SetAction(async (parsed, cancellation) =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            Environment.CurrentDirectory = repository.Notebooks;
            int problems = 0;
            foreach (Chapter chapter in Chapter.Select(repository.Chapters(), parsed.GetValue(chapters) ?? []))
            {
                problems += await RunAsync(
                    repository, chapter, parsed.GetValue(random), parsed.GetValue(seed), cancellation)
                        .ConfigureAwait(false);
            }

            Environment.Exit(problems == 0 ? 0 : 1); // not return: a cell that was left behind may still hold a thread
            return 0;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Repository repository, Chapter chapter, int random, int seed, CancellationToken cancellation)
    {
        TextWriter console = Console.Out; // a cell's own prints do not go there
        var notebook = Notebook.Load(chapter.Path);
        IReadOnlyList<Variant>? drawn = random > 0 && SettingsCell.Of(notebook.Cells) is { } settings
            ? await RandomSettings.DrawAsync(repository, notebook, settings, random, seed).ConfigureAwait(false) : null;
        TweakPlan plan = TweakPlan.Of(chapter, withFaults: drawn is null, drawn);
        var ends = new List<(int Cell, string Name)>();
        foreach (TweakPass pass in plan.Passes)
        {
            ends.Add(((ends is [.., var last] ? last.Cell : 0) + pass.Cells.Count, pass.Name));
        }

        Notebook all = plan.ToNotebook();
        long start = Stopwatch.GetTimestamp();
        await NotebookRunner.RunAsync(all, new RunOptions
        {
            Engine =
                new EngineOptions
                {
                    WorkingDirectory = repository.Notebooks,
                    HelpForMissingFile = WorkerCommand.HelpForMissingFile
                },
            CellTimeout = TimeSpan.FromMinutes(15),
            StopOnError = false,
            Progress = progress =>
            {
                if (progress.Finished is null || ends.Find(end => end.Cell == progress.Cell).Name is not { } name)
                {
                    return;
                }

                console.WriteLine($"{chapter.Name}: {name} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)");
                console.Flush();
                start = Stopwatch.GetTimestamp();
            },
        }, cancellation).ConfigureAwait(false);

        string[] problems = [.. TweakJudge.Problems(plan, plan.Split([.. all.Cells.Select(cell => cell.Outputs)]))];
        foreach (string problem in problems) { console.WriteLine($"✗ {problem}"); }

        return problems.Length;
    }
}
