namespace Course.Tests;

/// <summary>The published folder behind a plain server, once for all tests that open it.</summary>
public sealed class PublishedCourse : IAsyncLifetime
{
    private readonly TempFolder _temp = new();
    private PlainServer? _server;

    internal PlainServer Server => _server!;

    internal string Folder { get; private set; } = "";

    /// <summary>
    /// PUBLISHED_SITE=folder names a site that <c>course site</c> has made, and which is served as it is: to make one
    /// takes minutes.
    /// </summary>
    public async ValueTask InitializeAsync()
    {
        string? made = Environment.GetEnvironmentVariable("PUBLISHED_SITE");
        Folder = made is { Length: > 0 } ? Path.GetFullPath(made) : Path.Combine(_temp.Path, "site");
        if (made is null or "")
        {
            Assert.Equal(
                0, await SiteCommand.RunAsync(Repository.Find(), Folder, engine: true, CancellationToken.None));
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
    public async Task An_endless_loop_and_a_training_are_stopped_and_the_variables_stay()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "#r \"../lib/bin/TransformersFromScratch.dll\"\nint mine = 41;");
        Assert.StartsWith("Done", await page.RunAsync(0));
        await page.WriteAsync(1, "Console.WriteLine(mine);\nwhile (true) { mine = 42; }");
        await StopAsync(1);
        await page.WriteAsync(1, "mine");
        Assert.StartsWith("Done", await page.RunAsync(1));
        Assert.Equal("42", (await page.OutputAsync(1)).Trim());

        await page.WriteAsync(2, """
            using TransformersFromScratch;
            var w = new Parameter("w", new Tensor([1f], 1) { RequiresGradient = true });
            var trainer = new Trainer(
                new Sgd([w], 0), _ => new BatchLoss(w.Value * 1, 1), new TrainingOptions { Steps = 1_000_000_000 });
            Console.WriteLine("begun");
            trainer.Run()
            """);
        await StopAsync(2);
        await page.WriteAsync(2, "trainer.Step > 0 && mine == 42");
        Assert.StartsWith("Done", await page.RunAsync(2));
        Assert.Equal("True", (await page.OutputAsync(2)).Trim());

        // One that only waits: for an answer.
        await page.WriteAsync(3, "Console.WriteLine(\"begun\");\nvar name = await GetInputAsync(\"Name\");");
        await StopAsync(3);
        await page.UntilAsync("!document.querySelector('.live-input input')");
        Assert.Contains("not answered", await page.OutputAsync(3));
        await page.WriteAsync(3, "mine");
        Assert.StartsWith("Done", await page.RunAsync(3));
        Faultless(tab);

        async Task StopAsync(int cell)
        {
            await page.PressRunAsync(cell);
            await page.UntilAsync($"{LivePage.Box(cell)}.querySelector('.stdout')"); // seen while the cell runs
            await page.PressAsync("Interrupt");
            Assert.StartsWith("Stopped", await page.EndOfAsync(cell));
            Assert.Contains("The variables are kept", await page.OutputAsync(cell));
        }
    }

    [Fact]
    public async Task What_cannot_be_stopped_is_ended_with_its_variables_and_the_next_cell_starts_anew()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "01-attention");
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "int mine = 1;\nmine");
        Assert.StartsWith("Done", await page.RunAsync(0));
        await page.WriteAsync(
            1, "Console.WriteLine(mine);\nEnumerable.Repeat(1, int.MaxValue).Select(x => (long)x).Sum()");
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

    /// <summary>Each trains; with its own settings it takes minutes here.</summary>
    [Theory]
    [InlineData("07-optimisation")]
    [InlineData("08-first-tasks")]
    public async Task With_smaller_settings_every_cell_of_a_chapter_that_trains_runs(string chapter)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, chapter);
        var page = LivePage.Of(tab);
        await page.MakeSmallerAsync();
        await page.RunAllAsync(tolerance: null);
        Faultless(tab);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task What_takes_long_says_so_before_and_smaller_settings_are_an_edit_that_can_be_taken_back(
        int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            new Uri(course.Server.Address, "03-multi-head-attention.html"), width, 900, dark);
        var page = LivePage.Of(tab);
        await page.ReadyAsync();
        const string cell = "document.querySelector('[data-cell=cs-03task0h]')",
            times = $"{cell}.querySelector('.live-time')",
            settings = "document.querySelector('[data-smaller]')", line = "document.querySelector('.live-smaller')";
        string before = await TextOfAsync(tab, times);
        Assert.Matches(
            @"^About \d+ (s|minutes) in this page, (about \d+ s|less than a second) on your own machine: dotnet run " +
            @"--project lib/src/Course\. With smaller settings: about ", before);
        Assert.Contains(
            "One cell takes long in a page", await TextOfAsync(tab, "document.querySelector('.live-note')"));

        await tab.EvaluateAsync($"{times}.querySelector('button').focus()");
        await PictureAsync(tab, times, $"times-{width}");
        await tab.PressAsync("Enter");
        await page.UntilAsync($"{line}.textContent.startsWith('Smaller settings for the page: ')");
        Assert.Contains("Steps 400 → 50", await TextOfAsync(tab, line));
        Assert.Contains("int Steps = 50,", await TextOfAsync(tab, $"{settings}.querySelector('.cm-content')"));
        Assert.StartsWith("With the smaller settings: ", await TextOfAsync(tab, times));
        Assert.Contains("Run cell 3", await tab.LabelAsync()); // the focus is where the change is
        await page.UntilAsync($"!{settings}.querySelector('.live-diff').hidden");
        await PictureAsync(tab, settings, $"smaller-{width}");
        await page.PressAsync("All back to the original");
        Assert.Equal(before, await TextOfAsync(tab, times));
        Assert.DoesNotContain(tab.Requests, url => url.Contains("/engine/", StringComparison.Ordinal));
        Faultless(tab);
    }

    [Fact]
    public async Task A_line_of_the_settings_that_the_reader_has_changed_stays_and_that_is_said()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "03-multi-head-attention");
        var page = LivePage.Of(tab);
        await page.EnterAsync(2);
        string text = await page.TextAsync(2);
        await page.WriteAsync(2, text.Replace("Steps = 400", "Steps = 300", StringComparison.Ordinal));
        await tab.EvaluateAsync("document.querySelector('.live-smaller button').click()");
        await page.UntilAsync(
            $"{LivePage.Box(2)}.querySelector('.live-bar .live-state').textContent.includes('int Steps = 400')");
        Assert.Contains("Steps = 300", await page.TextAsync(2));
        Assert.Contains("Dimensions = 32", await page.TextAsync(2));
        Faultless(tab);
    }

    [Fact]
    public async Task A_chapter_that_does_not_run_in_a_page_says_why_before()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "17-real-weights");
        string note = await TextOfAsync(tab, "document.querySelector('.live-note')");
        Assert.Contains("This chapter does not run whole in a page. It opens the weights of a published model", note);
        Assert.EndsWith("On your own machine it runs: dotnet run --project lib/src/Course.", note);
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

    private static async Task<string> TextOfAsync(BrowserPage tab, string element) =>
        (await tab.EvaluateAsync($"{element}.textContent"))!.GetValue<string>();

    private static async Task PictureAsync(BrowserPage tab, string element, string name)
    {
        await tab.EvaluateAsync($"{element}.scrollIntoView({{ block: 'center', behavior: 'instant' }})");
        await CommittedSite.PictureAsync(tab, name);
    }

    private void Faultless(BrowserPage tab) => LivePage.Of(tab).Faultless(course.Server.Address.AbsoluteUri);
}
