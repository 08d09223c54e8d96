using Spectre.Console;

namespace Course;

/// <summary>Shows how far a run has come: bars in a terminal, a line a chapter where the output goes to a file.</summary>
internal static class RunProgressDisplay
{
    public static async Task<List<ChapterResult>> ShowAsync(
        IReadOnlyList<Chapter> chapters, Func<Chapter, Action<WorkerReport>, Task<ChapterResult>> run)
    {
        var results = new List<ChapterResult>();
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            foreach (Chapter chapter in chapters)
            {
                AnsiConsole.WriteLine($"{chapter.Name} …");
                results.Add(await run(chapter, _ => { }).ConfigureAwait(false));
                AnsiConsole.WriteLine($"{chapter.Name} {(results[^1].Error is null ? "done" : "FAILED")} in {results[^1].Elapsed.TotalSeconds:0.0} s");
            }

            return results;
        }

        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async display =>
            {
                ProgressTask[] bars = [.. chapters.Select(chapter => display.AddTask(chapter.Name, autoStart: false))];
                for (int i = 0; i < chapters.Count; i++)
                {
                    ProgressTask bar = bars[i];
                    bar.StartTask();
                    results.Add(await run(chapters[i], report =>
                    {
                        bar.MaxValue = report.Cells;
                        bar.Value = report.Done ? report.Cell : report.Cell - 1;
                        bar.Description = Markup.Escape($"{chapters[i].Name}  cell {report.Cell} of {report.Cells}");
                    }).ConfigureAwait(false));
                    bar.Description = Markup.Escape(chapters[i].Name) + (results[i].Error is null ? " [green]✓[/]" : " [red]✗[/]");
                    bar.StopTask();
                }
            }).ConfigureAwait(false);
        return results;
    }
}
