namespace Course.Tests;

/// <summary>The published folder behind a plain server, once for all tests that open it.</summary>
public sealed class PublishedCourse : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private PlainServer? _server;

    internal PlainServer Server => _server!;

    internal string Folder => Path.Combine(_temp.Path, "site");

    /// <summary>
    /// PUBLISHED_SITE=folder names a site that <c>course site</c> has made: its engine is taken, whose building takes
    /// minutes, and the pages are made anew.
    /// </summary>
    public async ValueTask InitializeAsync()
    {
        string? made = Environment.GetEnvironmentVariable("PUBLISHED_SITE");
        Assert.Equal(0, await SiteCommand.RunAsync(
            Repository.Find(), Folder, engine: made is not { Length: > 0 }, CancellationToken.None));
        if (made is { Length: > 0 })
        {
            Directory.CreateSymbolicLink(Path.Combine(Folder, "engine"), Path.GetFullPath(Path.Combine(made, "engine")));
            foreach (string page in Directory.EnumerateFiles(Folder, "*.html"))
            {
                await File.WriteAllTextAsync(
                    page, Page.WithEngine(await File.ReadAllTextAsync(page), "page", "some MB"));
            }
        }

        _server = new PlainServer(Folder);
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Cells that run in the page: .NET in WebAssembly, from static files alone.</summary>
public class InThePageTests(PublishedCourse course) : IClassFixture<PublishedCourse>
{
    /// <summary>
    /// How far a number may be from the committed one, as a share. Registers of a browser hold 4 floats and do not
    /// fuse, so sums have other last bits, and a stack of twelve random layers or a training makes more of them
    /// (<see cref="CellOutputs.Difference"/> has the rule).
    /// </summary>
    private const double Tolerance = 2e-2;

    /// <summary>
    /// That of chapter 5, whose figure has stacks of 24 random layers without norms: last bits grow there with the
    /// numbers, a hundred thousand times.
    /// </summary>
    private const double ToleranceOfDepth = 1e-1;

    [Theory]
    [InlineData("00-start-here")]
    [InlineData("01-attention")]
    [InlineData("02-positional-encoding")]
    [InlineData("03-multi-head-attention")]
    [InlineData("04-feed-forward-and-residuals")]
    [InlineData("05-transformer-assembly")]
    [InlineData("10-tokens")]
    public async Task Every_cell_runs_and_gives_what_is_committed_and_every_figure_draws(string chapter)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, chapter);
        await LivePage.Of(tab).RunAllAsync(
            chapter.StartsWith("05", StringComparison.Ordinal) ? ToleranceOfDepth : Tolerance);
        Faultless(tab);
    }

    [Fact]
    public async Task Nothing_of_the_engine_is_loaded_before_a_cell_is_run_and_then_its_size_is_said()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        await page.EnterAsync(0);
        Assert.DoesNotContain(tab.Requests, url => url.Contains("/engine/", StringComparison.Ordinal));
        long before = course.Server.Sent;
        await page.PressRunAsync(0);
        await page.SaysAsync("Loading .NET");
        Assert.StartsWith("Done", await page.EndOfAsync(0));
        Assert.InRange(course.Server.Sent - before, 5_000_000, 12_000_000);
        Faultless(tab);
    }

    [Fact]
    public async Task An_endless_loop_is_ended_with_its_variables_and_the_next_cell_starts_anew()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "int mine = 1;\nmine");
        Assert.StartsWith("Done", await page.RunAsync(0));
        await page.WriteAsync(1, "Console.WriteLine(mine);\nwhile (true) { }");
        await page.PressRunAsync(1);
        await page.UntilAsync($"{LivePage.Box(1)}.querySelector('.stdout')"); // seen while the cell runs
        await page.PressAsync("Interrupt");
        Assert.StartsWith("Not finished", await page.EndOfAsync(1));
        await page.SaysAsync("Interrupted");
        await page.WriteAsync(1, "mine");
        Assert.StartsWith("Stopped", await page.RunAsync(1));
        await page.WriteAsync(1, "6 * 7");
        Assert.StartsWith("Done", await page.RunAsync(1));
        Assert.Equal("42", (await page.OutputAsync(1)).Trim());
        Faultless(tab);
    }

    [Fact]
    public async Task Errors_stand_at_their_line_and_packages_are_refused_in_a_sentence()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "int one = 1;\nint two = nonsense;");
        Assert.StartsWith("Stopped", await page.RunAsync(0));
        await page.UntilAsync(
            $"{LivePage.Box(0)}.querySelector('.cm-lintRange-error')?.textContent === 'nonsense'");
        await page.WriteAsync(1, "int[] few = [1];\nint at = 3;\nint two = few[at];");
        Assert.StartsWith("Stopped", await page.RunAsync(1));
        await page.UntilAsync(
            $"{LivePage.Box(1)}.querySelector('.cm-lintRange-error')?.textContent.startsWith('int two')");
        await page.WriteAsync(2, "#r \"nuget: Newtonsoft.Json\"");
        Assert.StartsWith("Stopped", await page.RunAsync(2));
        Assert.Contains("Packages cannot be fetched in a page", await page.OutputAsync(2));
        Faultless(tab);
    }

    [Fact]
    public async Task Names_are_completed_and_explained_and_a_cell_that_asks_is_answered()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        foreach (int cell in new[] { 0, 1 }) { Assert.StartsWith("Done", await page.RunAsync(cell)); } // with usings
        await page.WriteAsync(2, "\"text\".Sub");
        await page.OffersAsync("Substring");
        await tab.PressAsync("Escape");
        await page.WriteAsync(2, "Plot.Heatmap");
        await page.ExplainsAsync("Parameters:");

        await page.WriteAsync(3, "var name = await GetInputAsync(\"Name\");\nConsole.Write(name)");
        await page.PressRunAsync(3);
        await page.UntilAsync("document.activeElement.matches('.live-input input')");
        await tab.TypeAsync("Ada");
        await tab.PressAsync("Enter");
        Assert.StartsWith("Done", await page.EndOfAsync(3));
        Assert.Contains("Ada", await page.OutputAsync(3));
        Faultless(tab);
    }

    [Fact]
    public async Task A_page_opened_as_a_file_says_that_it_cannot_run()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            new Uri(Path.Combine(course.Folder, "01-attention.html")), 1280, 900);
        Assert.True(await tab.WaitForAsync(
            "document.querySelector('.live-note').textContent.includes('opened as a file')",
            TimeSpan.FromSeconds(30)));
        Assert.Null(await tab.EvaluateAsync("document.querySelector('.live-foot, .live-run')"));
        Assert.Empty(tab.Errors);
    }

    [Fact]
    public async Task A_folder_of_something_else_is_not_replaced()
    {
        using var temp = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(temp.Path, "mine.txt"), "mine");
        CourseException refused = await Assert.ThrowsAsync<CourseException>(
            () => SiteCommand.RunAsync(Repository.Find(), temp.Path, engine: false, CancellationToken.None));
        Assert.Contains("has files of something else", refused.Message);
        Assert.True(File.Exists(Path.Combine(temp.Path, "mine.txt")));
    }

    private async Task<BrowserPage> OpenAsync(Chromium browser, string chapter)
    {
        BrowserPage tab = await browser.OpenAsync(new Uri(course.Server.Address, chapter + ".html"), 1280, 900);
        await LivePage.Of(tab).ReadyAsync();
        return tab;
    }

    private void Faultless(BrowserPage tab) => LivePage.Of(tab).Faultless(course.Server.Address.AbsoluteUri);
}
