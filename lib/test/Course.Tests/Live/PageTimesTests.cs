using System.Diagnostics;
using System.Globalization;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// How long cells take in a page and natively: data/page-times.json. <c>PAGE_TIMES="03 08"</c> measures these chapters
/// anew and writes the file; a chapter takes minutes. <c>PAGE_TIMES_OF="own page small"</c> chooses what of them.
/// </summary>
/// <remarks>
/// A cell's time is the processor time of what runs it, where that is less than what the clock says, so that other
/// programs on the machine count little: of the page's worker (on Linux), or of this process.
/// </remarks>
public class PageTimesTests(ITestOutputHelper output)
{
    /// <summary>No cell is waited for longer than this, natively; it is stopped as by the reader's button.</summary>
    private static readonly TimeSpan s_longest = Seconds("PAGE_TIMES_LONGEST", 40);

    /// <summary>What takes longer natively is not run in the page with its own settings.</summary>
    private static readonly TimeSpan s_longestInPage = Seconds("PAGE_TIMES_LONGEST_IN_PAGE", 6);

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private static string File { get; } = Path.Combine(Repository.Find().Data, PageTimes.FileName);

    [Fact]
    public async Task The_times_of_chapters_are_measured_and_written()
    {
        string? wanted = Environment.GetEnvironmentVariable("PAGE_TIMES");
        Assert.SkipWhen(wanted is null or "", "PAGE_TIMES=\"03 08\" measures these chapters.");
        string[] parts = Environment.GetEnvironmentVariable("PAGE_TIMES_OF") is { Length: > 0 } some
            ? some.Split(' ') : ["own", "page", "small"];
        await using var course = new PublishedCourse();
        await course.InitializeAsync();
        foreach (string number in wanted!.Split(' '))
        {
            Chapter chapter = Repository.Find().Chapters().Single(
                each => each.Name.StartsWith(number, StringComparison.Ordinal));
            Cell[] cells = [.. Notebook.Load(chapter.Path).Cells.Where(cell => cell.Kind == CellKind.Code)];
            await using Chromium browser = await Chromium.StartAsync();
            var address = new Uri(course.Server.Address, chapter.Name + ".html");
            double loop = await LoopAsync(browser, address);
            if (parts.Contains("own"))
            {
                var times = await OwnAsync(chapter, cells);
                new PageTimesFile(File).Put(chapter, times, loop);
            }

            if (parts.Contains("page"))
            {
                var file = new PageTimesFile(File);
                bool[] leftOut = [.. cells.Select(cell => file.OwnOf(chapter, cell) is { } own
                    && (own.More || own.Seconds > s_longestInPage.TotalSeconds))];
                var times = await InPageAsync(browser, address, chapter, cells, leftOut, small: false);
                new PageTimesFile(File).Put(chapter, "page", times, loop);
            }

            if (parts.Contains("small") && SettingsCell.Of(cells) is { } settings
                && InPage.Of(settings.Cell).Set.Count > 0)
            {
                var times = await InPageAsync(browser, address, chapter, cells, new bool[cells.Length], small: true);
                new PageTimesFile(File).Put(chapter, "small", times, loop);
            }
        }
    }

    [Fact]
    public void Every_cell_that_is_spoken_of_is_there_and_takes_longer_in_a_page()
    {
        PageTimes times = PageTimes.Read(File);
        Assert.NotEmpty(times.Cells);
        Assert.InRange(times.Slower, 2, 200);
        Assert.All(times.Cells.Values.Where(time => time.Page > PageTimes.Worth), time => Assert.True(
            time.Small is null || time.Small < time.Page, "Smaller settings take longer."));
        foreach (var ((name, id), time) in times.Cells)
        {
            Chapter chapter = Repository.Find().Chapters().Single(each => each.Name == name);
            IReadOnlyList<Cell> cells = Notebook.Load(chapter.Path).Cells;
            Assert.Contains(cells, cell => cell.Id == id);
            Assert.True(time.Page is null || time.Page > time.Own, $"{name}, {id} is faster in a page.");
            Assert.True(
                time.Small is null || InPage.Of(SettingsCell.Of(cells)!.Cell).Set.Count > 0,
                $"{name} has no smaller settings any more, but times for them.");
        }
    }

    /// <summary>Of each cell in the course's engine; those that fail are not there.</summary>
    private async Task<Dictionary<string, (double Seconds, bool More)>> OwnAsync(Chapter chapter, Cell[] cells)
    {
        string before = Environment.CurrentDirectory, folder = Path.GetDirectoryName(Path.GetFullPath(chapter.Path))!;
        Environment.CurrentDirectory = folder;
        try
        {
            var times = new Dictionary<string, (double, bool)>();
            await using var engine = new CSharpEngine(
                new EngineOptions { WorkingDirectory = folder, ShowChart = ForeignCharts.Show });
            foreach (Cell cell in cells)
            {
                using var limit = new CancellationTokenSource();
                TimeSpan processor = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                double Spent() => Math.Min(
                    Stopwatch.GetElapsedTime(start).TotalSeconds,
                    (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
                CellResult result;
                await using (new Timer(
                    _ => { if (Spent() >= s_longest.TotalSeconds) { limit.Cancel(); } }, null, 200, 200))
                {
                    result = await engine.ExecuteAsync(cell.Source, _ => { }, limit.Token);
                }

                double seconds = Spent();
                bool more = limit.IsCancellationRequested;
                Say(chapter, cell, "own", seconds, more ? "and more" : result.Error?.Message);
                if (result.Error is null || more) { times[cell.Id] = (seconds, more); }
            }

            return times;
        }
        finally { Environment.CurrentDirectory = before; }
    }

    private static async Task<double> LoopAsync(Chromium browser, Uri address)
    {
        await using BrowserPage tab = await browser.OpenAsync(address, 1280, 900);
        return (await tab.EvaluateAsync(
            "import('./assets/live/page-times.js').then(each => Math.min(each.loopTime(), each.loopTime()))"))!
            .GetValue<double>();
    }

    /// <summary>Of each cell in a page; one left out or failed is not there, nor are those that need it.</summary>
    private async Task<Dictionary<string, double>> InPageAsync(
        Chromium browser, Uri address, Chapter chapter, Cell[] cells, bool[] leftOut, bool small)
    {
        await using BrowserPage tab = await browser.OpenAsync(address, 1280, 900);
        var page = LivePage.Of(tab);
        await page.ReadyAsync();
        if (small) { await page.MakeSmallerAsync(); }

        var times = new Dictionary<string, double>();
        foreach (var (i, cell) in cells.Index())
        {
            if (leftOut[i]) { continue; }

            double? processor = WorkerTime.Of(browser.ProcessId);
            long start = Stopwatch.GetTimestamp();
            await page.PressRunAsync(i);
            string end = await page.EndOfAsync(i, s_patience);
            double clock = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double seconds = processor is null ? clock
                : Math.Min(clock, WorkerTime.Of(browser.ProcessId)!.Value - processor.Value);
            bool isDone = end.StartsWith("Done", StringComparison.Ordinal);
            Say(chapter, cell, small ? "small" : "page", seconds, isDone ? null : await page.OutputAsync(i));
            if (isDone) { times[cell.Id] = seconds; }
        }

        return times;
    }

    private void Say(Chapter chapter, Cell cell, string what, double seconds, string? problem)
    {
        if (seconds < 0.5 && problem is null) { return; }

        string said = Quoted.Of(problem ?? "", 200);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{chapter.Name[..2]} {cell.Id} {what} {seconds:0.0} s {said}"));
    }

    private static TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise);
}
