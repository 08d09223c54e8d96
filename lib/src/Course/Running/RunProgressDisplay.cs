using System.Collections.Concurrent;
using System.Diagnostics;
using Spectre.Console;

namespace Course;

/// <summary>
/// Shows how far a run has come: bars in a terminal; where the output goes to a file, a line when a chapter starts,
/// ends, or has taken a while.
/// </summary>
internal static class RunProgressDisplay
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(20);

    /// <summary>Runs the chapters, so many at a time, and returns their results in the chapters' order.</summary>
    public static async Task<IReadOnlyList<ChapterResult>> ShowAsync(
        IReadOnlyList<Chapter> chapters, int jobs, Func<Chapter, Action<WorkerReport>, Task<ChapterResult>> run)
    {
        var results = new ChapterResult[chapters.Count];
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            await LogAsync(chapters, jobs, run, results).ConfigureAwait(false);
            return results;
        }

        await AnsiConsole.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(async display =>
            {
                ProgressTask[] bars = [.. chapters.Select(chapter => display.AddTask(chapter.Name, autoStart: false))];
                await ForEachAsync(chapters, jobs, async i =>
                {
                    ProgressTask bar = bars[i];
                    bar.StartTask();
                    results[i] = await run(chapters[i], report =>
                    {
                        bar.MaxValue = report.Cells;
                        bar.Value = report.Done ? report.Cell : report.Cell - 1;
                        bar.Description = Markup.Escape($"{chapters[i].Name}  cell {report.Cell} of {report.Cells}");
                    }).ConfigureAwait(false);
                    bar.Description = Markup.Escape(chapters[i].Name) +
                        (results[i].Error is null ? " [green]✓[/]" : " [red]✗[/]");
                    bar.StopTask();
                }).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return results;
    }

    private static async Task LogAsync(
        IReadOnlyList<Chapter> chapters, int jobs, Func<Chapter, Action<WorkerReport>, Task<ChapterResult>> run,
        ChapterResult[] results)
    {
        var running = new ConcurrentDictionary<string, (long Start, WorkerReport? Report)>();
        using var clock = new Timer(
            _ =>
            {
                foreach (var (name, (start, report)) in running.OrderBy(item => item.Key, StringComparer.Ordinal))
                {
                    if (report is not null)
                    {
                        AnsiConsole.WriteLine(
                            $"{name} at cell {report.Cell} of {report.Cells}, " +
                            $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
                    }
                }
            },
            null, s_every, s_every);
        await ForEachAsync(chapters, jobs, async i =>
        {
            string name = chapters[i].Name;
            long start = Stopwatch.GetTimestamp();
            AnsiConsole.WriteLine($"{name} …");
            running[name] = (start, null);
            results[i] = await run(chapters[i], report => running[name] = (start, report)).ConfigureAwait(false);
            running.TryRemove(name, out _);
            AnsiConsole.WriteLine(
                $"{name} {(results[i].Error is null ? "done" : "FAILED")} in {results[i].Elapsed.TotalSeconds:0.0} s");
        }).ConfigureAwait(false);
    }

    private static Task ForEachAsync(IReadOnlyList<Chapter> chapters, int jobs, Func<int, Task> body) =>
        Parallel.ForEachAsync(
        Enumerable.Range(0, chapters.Count), new ParallelOptions { MaxDegreeOfParallelism = jobs },
        async (i, _) => await body(i).ConfigureAwait(false));
}
