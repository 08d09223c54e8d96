using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// How long cells take in a page and natively: data/page-times.json. <c>PAGE_TIMES="03 08"</c> measures these chapters
/// anew and writes the file; a chapter takes minutes.
/// </summary>
/// <remarks>
/// A cell's time is the processor time of what runs it, where that is less than what the clock says, so that other
/// programs on the machine count little: of the page's worker (on Linux), or of this process.
/// </remarks>
public class PageTimesTests(PublishedCourse course, ITestOutputHelper output) : IClassFixture<PublishedCourse>
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
        foreach (string number in wanted!.Split(' '))
        {
            Chapter chapter = Repository.Find().Chapters().Single(
                each => each.Name.StartsWith(number, StringComparison.Ordinal));
            Cell[] cells = [.. Notebook.Load(chapter.Path).Cells.Where(cell => cell.Kind == CellKind.Code)];
            IReadOnlyList<(double Seconds, bool More)?> own = await OwnAsync(chapter, cells);
            await using Chromium browser = await Chromium.StartAsync();
            var (loop, page) = await InPageAsync(
                chapter, browser, [.. own.Select(time => time is not { } some || some.More
                    || some.Seconds > s_longestInPage.TotalSeconds)], small: false);
            bool hasSmall = SettingsCell.Of(cells) is { } settings && InPage.Of(settings.Cell).Set.Count > 0;
            double?[] small = hasSmall
                ? (await InPageAsync(chapter, browser, new bool[cells.Length], small: true)).Times
                : new double?[cells.Length];
            Write(chapter, cells, own, page, small, loop);
        }
    }

    [Fact]
    public void Every_cell_that_is_spoken_of_is_there_and_takes_longer_in_a_page()
    {
        PageTimes times = PageTimes.Read(File);
        Assert.NotEmpty(times.Cells);
        Assert.InRange(times.Slower, 2, 200);
        foreach (var ((name, id), time) in times.Cells)
        {
            Chapter chapter = Repository.Find().Chapters().Single(each => each.Name == name);
            IReadOnlyList<Cell> cells = Notebook.Load(chapter.Path).Cells;
            Assert.Contains(cells, cell => cell.Id == id);
            Assert.True(time.Page is null || time.Page > time.Own, $"{name}, {id} is faster in a page.");
            Assert.Equal(InPage.Of(SettingsCell.Of(cells)!.Cell).Set.Count > 0, time.Small is not null);
        }
    }

    /// <summary>Of each cell in the course's engine; null for one that has failed.</summary>
    private async Task<IReadOnlyList<(double Seconds, bool More)?>> OwnAsync(Chapter chapter, Cell[] cells)
    {
        string before = Environment.CurrentDirectory, folder = Path.GetDirectoryName(Path.GetFullPath(chapter.Path))!;
        Environment.CurrentDirectory = folder;
        try
        {
            var times = new List<(double, bool)?>();
            await using var engine = new CSharpEngine(
                new EngineOptions { WorkingDirectory = folder, ShowChart = ForeignCharts.Show });
            foreach (Cell cell in cells)
            {
                using var limit = new CancellationTokenSource(s_longest);
                TimeSpan processor = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                CellResult result = await engine.ExecuteAsync(cell.Source, _ => { }, limit.Token);
                double seconds = Math.Min(
                    Stopwatch.GetElapsedTime(start).TotalSeconds,
                    (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
                bool more = limit.IsCancellationRequested;
                if (more || seconds > 0.5) { output.WriteLine($"{chapter.Name} {cell.Id} own {seconds:0.0} {more}"); }
                if (result.Error is { } error) { output.WriteLine($"{chapter.Name} {cell.Id} {error.Message}"); }
                times.Add(result.Error is null || more ? (seconds, more) : null);
            }

            return times;
        }
        finally { Environment.CurrentDirectory = before; }
    }

    /// <summary>Of each cell in a page; null for one that is left out or has failed, with all that need it.</summary>
    private async Task<(double Loop, double?[] Times)> InPageAsync(
        Chapter chapter, Chromium browser, bool[] leftOut, bool small)
    {
        await using BrowserPage tab = await browser.OpenAsync(
            new Uri(course.Server.Address, chapter.Name + ".html"), 1280, 900);
        var page = LivePage.Of(tab);
        await page.ReadyAsync();
        double loop = (await tab.EvaluateAsync(
            "import('./assets/live/page-times.js').then(each => Math.min(each.loopTime(), each.loopTime()))"))!
            .GetValue<double>();
        if (small) { await page.MakeSmallerAsync(); }

        var times = new double?[leftOut.Length];
        for (int i = 0; i < times.Length; i++)
        {
            if (leftOut[i]) { continue; }

            double? processor = WorkerTime.Of(browser.ProcessId);
            long start = Stopwatch.GetTimestamp();
            await page.PressRunAsync(i);
            string end = await page.EndOfAsync(i, s_patience);
            double clock = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double seconds = processor is null ? clock
                : Math.Min(clock, WorkerTime.Of(browser.ProcessId)!.Value - processor.Value);
            if (end.StartsWith("Done", StringComparison.Ordinal)) { times[i] = seconds; }
            else { output.WriteLine($"{chapter.Name} cell {i + 1} {end}: {await page.OutputAsync(i)}"); }

            if (seconds > 3) { output.WriteLine($"{chapter.Name} cell {i + 1} {(small ? "small" : "page")} {seconds:0.0}"); }
        }

        return (loop, times);
    }

    /// <summary>Puts a chapter's cells that take long into the file, in the measure of the machine that began it.</summary>
    private static void Write(
        Chapter chapter, Cell[] cells, IReadOnlyList<(double Seconds, bool More)?> own, double?[] page, double?[] small,
        double loop)
    {
        JsonObject file = System.IO.File.Exists(File)
            ? JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject() : new JsonObject { ["loop"] = Short(loop) };
        double scale = file["loop"]!.GetValue<double>() / loop;
        double[] ratios =
        [
            .. own.Zip(page).Where(pair => pair.First is { Seconds: > 0.3, More: false } && pair.Second is not null)
                .Select(pair => pair.Second!.Value / pair.First!.Value.Seconds),
            .. PageTimes.Read(File).Cells.Where(
                item => item.Key.Chapter != chapter.Name && item.Value is { More: false, Own: > 0.3, Page: not null })
                .Select(item => item.Value.Page!.Value / item.Value.Own),
        ];
        double slower = ratios.Order().ElementAtOrDefault(ratios.Length / 2);
        file["slower"] = Short(slower);
        var times = new JsonObject();
        foreach (var (i, cell) in cells.Index())
        {
            if (own[i] is not { } time || (page[i] ?? time.Seconds * slower) * scale < PageTimes.Worth) { continue; }

            var item = new JsonObject { ["own"] = Short(time.Seconds * scale) };
            if (time.More) { item["more"] = true; }
            if (page[i] is { } here) { item["page"] = Short(here * scale); }
            if (small[i] is { } less) { item["small"] = Short(less * scale); }
            times[cell.Id] = item;
        }

        file.Remove(chapter.Name);
        if (times.Count > 0) { file[chapter.Name] = times; }

        IEnumerable<string> lines = file.OrderBy(item => item.Value is JsonObject ? item.Key : "").Select(item =>
            $"  \"{item.Key}\": " + (item.Value is JsonObject chapterTimes
                ? "{\n" + string.Join(",\n", chapterTimes.Select(cell => $"    \"{cell.Key}\": {Line(cell.Value!)}")) + "\n  }"
                : item.Value!.ToJsonString()));
        System.IO.File.WriteAllText(File, "{\n" + string.Join(",\n", lines) + "\n}\n");
    }

    private static string Line(JsonNode times) =>
        times.ToJsonString().Replace(",", ", ", StringComparison.Ordinal).Replace(":", ": ", StringComparison.Ordinal);

    /// <summary>Two digits are more than is known.</summary>
    private static double Short(double value) => double.Parse(
        value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise);
}
