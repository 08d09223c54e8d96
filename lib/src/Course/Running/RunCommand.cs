using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace Course;

/// <summary>run: executes chapters in order, writes them executed, and makes the site.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var chapters = new Argument<string[]>("chapters")
        { Description = "Numbers or names; all of them if none.", Arity = ArgumentArity.ZeroOrMore };
        var write = new Option<bool>("--write") { Description = "Also write the outputs into notebooks/, in place." };
        var timeout = new Option<double>("--timeout")
        { Description = "Seconds one cell may take.", DefaultValueFactory = _ => 900 }.Between(
                0.001, 1_000_000);
        var output = new Option<string?>("--out") { Description = "Where to write; lib/out by default." };
        var notebooks = new Option<string?>("--notebooks")
        { Description = "The folder of the chapters; notebooks by default." };
        var noSite = new Option<bool>("--no-site") { Description = "Do not make the site." };
        var changed = new Option<bool>(
            "--changed")
        {
            Description = "Only the chapters whose text, library or data have changed since they last " +
                "ran to their end."
        };
        var jobs = new Option<int>(
            "--jobs")
        {
            Description = "How many chapters run at the same time; half of the cores by default.",
            DefaultValueFactory = _ => Math.Max(1, Environment.ProcessorCount / 2)
        }.Between(1, 1024);
        var command = new Command(
            "run", "Executes the chapters and makes the site.") { chapters, write, changed, timeout, jobs, output,
            notebooks, noSite };
        command.SetAction((parsed, cancellation) => RunAsync(
            Repository.Find(), parsed.GetValue(chapters) ?? [], parsed.GetValue(write), parsed.GetValue(changed),
            parsed.GetValue(timeout), parsed.GetValue(jobs),
            parsed.GetValue(output), parsed.GetValue(notebooks), !parsed.GetValue(noSite), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        Repository repository, string[] words, bool write, bool changed, double timeout, int jobs, string? outFolder,
        string? notebooks, bool site, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        string source = Path.GetFullPath(notebooks ?? repository.Notebooks);
        IReadOnlyList<Chapter> all = repository.Chapters(source), chosen = Chapter.Select(all, words);
        if (chosen.Count == 0) { throw new CourseException($"There are no chapters in {source}."); }

        var run = new CourseRun(repository, source, Path.GetFullPath(outFolder ?? repository.Out), write, timeout);
        Chapter[] unchanged = changed ? [.. chosen.Where(run.IsFresh)] : [];
        if (site) { run.BuildSite(all); }

        IReadOnlyList<ChapterResult> results = await RunProgressDisplay.ShowAsync(
            [.. chosen.Except(unchanged)], jobs,
            (chapter, progress) => run.ExecuteAsync(chapter, progress, cancellation)).ConfigureAwait(false);

        foreach (ChapterResult failed in results.Where(result => result.Error is not null))
        {
            AnsiConsole.MarkupLineInterpolated(
                $"[red]✗ {failed.Chapter.Name}{(failed.Cell == 0 ? "" : $", code cell {failed.Cell}")}[/]");
            AnsiConsole.WriteLine(failed.Error!);
        }

        foreach (string complaint in run.Complaints)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]✗ Site:[/] {complaint}");
        }

        if (site) { AnsiConsole.WriteLine($"Site: {run.SiteIndex}"); }

        int failures = results.Count(result => result.Error is not null);
        AnsiConsole.WriteLine(
            $"{results.Count - failures} of {results.Count} chapters ran to their end, in " +
            $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} " +
            $"s{(unchanged.Length > 0 ? $"; {unchanged.Length} had not changed" : "")}.");
        return failures == 0 && run.Complaints.Count == 0 ? 0 : 1;
    }
}
