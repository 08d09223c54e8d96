namespace Course.Tests;

/// <summary>Chapter 1 in a browser, its first cells run, changed and run again.</summary>
[Collection(LiveCourseCollection.Name)]
public class LivePageTests(LiveCourse course)
{
    private const int Scores = 4; // the cell of Q·Kᵀ

    [Fact]
    public async Task Cells_run_and_a_changed_one_draws_its_own_heatmap_and_a_reload_keeps_the_change()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using (BrowserPage tab = await OpenAsync(browser))
        {
            var page = LivePage.Of(tab);
            for (int cell = 0; cell < Scores; cell++) { Assert.StartsWith("Done", await page.RunAsync(cell)); }

            const string mine = "var mine = Q * K.Transpose();\nPlot.Heatmap(mine, words, words)";
            await page.WriteAsync(Scores, mine);
            await tab.PressAsync("Shift+Enter");
            Assert.StartsWith("Done", await page.EndOfAsync(Scores));
            string diff = $"{LivePage.Box(Scores)}.querySelector('.live-diff')";
            await tab.EvaluateAsync($"{diff}.previousSibling.children[2].click()"); // What I changed
            Assert.StartsWith(
                "- var scores", (await tab.EvaluateAsync($"{diff}.innerText"))!.GetValue<string>());
            Assert.Contains("+ " + mine.Split('\n')[1], (await tab.EvaluateAsync($"{diff}.innerText"))!
                .GetValue<string>());
            await page.UntilAsync(
                $"{LivePage.Box(Scores)}.querySelector('.output.new .js-plotly-plot .main-svg')");
            Assert.Equal(1, (await tab.EvaluateAsync(
                $"{LivePage.Box(Scores)}.querySelectorAll(':scope > .output').length"))!.GetValue<int>());
            course.Faultless(tab);
        }

        await using BrowserPage again = await OpenAsync(browser);
        var reader = LivePage.Of(again);
        await reader.UntilAsync($"{LivePage.Box(Scores)}.querySelector('.cm-editor')");
        Assert.StartsWith("var mine", await reader.TextAsync(Scores));
        await reader.PressAsync("All back to the original");
        Assert.StartsWith("var scores", await reader.TextAsync(Scores));
        Assert.Equal(0, (await again.EvaluateAsync(
            "Object.keys(localStorage).filter(key => key.startsWith('live:')).length"))!.GetValue<int>());
        await reader.PressAsync("Restart"); // the next test begins without variables
        await reader.SaysAsync("Ready");
        course.Faultless(again);
    }

    [Fact]
    public async Task An_error_stands_at_its_line_and_a_name_of_a_cell_above_is_explained()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser);
        var page = LivePage.Of(tab);
        await page.PressRunAsync(0);
        await page.EndOfAsync(0);
        await page.PressAsync("Restart");
        await page.SaysAsync("Ready");
        Assert.StartsWith("Stopped", await page.RunAsync(Scores));
        await page.UntilAsync($"{LivePage.Box(Scores)}.querySelector('.live-hint button')");
        await tab.EvaluateAsync($"{LivePage.Box(Scores)}.querySelector('.live-hint button').click()");
        await page.UntilAsync(
            $"{LivePage.Box(Scores)}.querySelector('.live-bar .live-state').textContent.startsWith('Done')");

        await page.WriteAsync(Scores, "int one = 1;\nint two = nonsense;");
        Assert.StartsWith("Stopped", await page.RunAsync(Scores));
        Assert.Equal("nonsense", await MarkedAsync(tab));
        await page.WriteAsync(Scores, "int[] few = [1];\nint at = 3;\nint two = few[at];");
        Assert.StartsWith("Stopped", await page.RunAsync(Scores));
        Assert.Equal("int two = few[at];", await MarkedAsync(tab));
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }

    [Fact]
    public async Task Names_are_completed_and_explained()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser);
        var page = LivePage.Of(tab);
        Assert.StartsWith("Done", await page.RunAsync(0));
        await page.WriteAsync(Scores, "\"text\".Sub");
        await page.OffersAsync("Substring");
        await page.WriteAsync(Scores, "Math.Sqrt");
        await page.SaysAsync("Ready");
        await page.ExplainsAsync("square root");
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }

    [Fact]
    public async Task A_cell_that_asks_is_answered_in_its_place_and_colours_are_those_of_the_terminal()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser);
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "var name = await GetInputAsync(\"Name\");\nConsole.Write($\"\\u001b[31m{name}\")");
        await page.PressRunAsync(0);
        await page.UntilAsync("document.activeElement.matches('.live-input input')");
        await tab.TypeAsync("Ada <b>");
        await tab.PressAsync("Enter");
        Assert.StartsWith("Done", await page.EndOfAsync(0));
        await page.UntilAsync(
            $"{LivePage.Box(0)}.querySelector('.output .ansi-red-fg')?.textContent === 'Ada <b>'");
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }

    [Fact]
    public async Task An_endless_loop_is_interrupted_and_a_dead_kernel_starts_anew()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser);
        var page = LivePage.Of(tab);
        Assert.StartsWith("Done", await page.RunAsync(0));
        await page.WriteAsync(1, "while (true) { }");
        await page.PressRunAsync(1);
        await page.SaysAsync("Running");
        await page.PressAsync("Interrupt");
        Assert.StartsWith("Stopped", await page.EndOfAsync(1));

        await page.WriteAsync(1, "Environment.FailFast(\"gone\");");
        Assert.StartsWith("Not finished", await page.RunAsync(1));
        await page.SaysAsync("The kernel has ended");
        await page.WriteAsync(1, "6 * 7");
        Assert.StartsWith("Done", await page.RunAsync(1));
        Assert.Equal("42", (await page.OutputAsync(1)).Trim());
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }

    [Fact]
    public async Task A_training_is_seen_while_it_runs_and_goes_on_through_a_reload_and_in_a_second_tab()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser);
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, """
            var shown = display("begun");
            for (int i = 1; i <= 12; i++)
            {
                await Task.Delay(400);
                shown.Update($"step {i}");
                Console.Write($"\r{i} of 12");
            }
            """);
        await page.PressRunAsync(0);
        await page.UntilAsync($"/step [2-9]/.test({LivePage.Box(0)}.innerText)");
        await using BrowserPage second = await OpenAsync(browser);
        await LivePage.Of(second).SaysAsync("Running");
        Assert.Contains("step", await LivePage.Of(second).TextAsync(0)); // the change is seen there, too

        await tab.EvaluateAsync("location.reload()");
        await page.UntilAsync($"{LivePage.Box(0)}.querySelector('.output.new')");
        Assert.StartsWith("Done", await page.EndOfAsync(0));
        await page.UntilAsync($"/step 12/.test({LivePage.Box(0)}.innerText)");
        Assert.Contains("12 of 12", await page.OutputAsync(0));
        Assert.DoesNotContain("begun", await page.OutputAsync(0));
        await LivePage.Of(second).SaysAsync("Ready");
        await page.PressAsync("All back to the original");
        await LivePage.Of(second).UntilAsync("!document.querySelector('.cell.changed')");
        course.Faultless(tab);
        course.Faultless(second);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task A_live_page_is_no_wider_than_the_screen_and_light(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, width, dark);
        await LivePage.Of(tab).EnterAsync(2);
        int scroll = (await tab.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>();
        Assert.True(scroll <= width, $"{scroll} pixels");
        // Every file but plotly.min.js and the pictures of the page itself, with the editor loaded.
        int bytes = (await tab.EvaluateAsync("""
            performance.getEntriesByType('resource')
              .filter(each => /\/assets\//.test(each.name) && !/plotly|katex\/fonts/.test(each.name))
              .reduce((sum, each) => sum + each.decodedBodySize, 0)
            """))!.GetValue<int>();
        Assert.InRange(bytes, 350_000, 600_000);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await tab.SaveScreenshotAsync(Path.Combine(folder, $"live-{width}.png"));
        }

        course.Faultless(tab);
    }

    [Fact]
    public async Task A_page_without_a_server_stays_as_it_is_and_says_how_to_make_it_live()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await course.Server.Site.Whole;
        string file = Directory.EnumerateFiles(course.Folder, "01-attention.html", SearchOption.AllDirectories).First();
        await using BrowserPage tab = await browser.OpenAsync(new Uri(file), 1280, 900);
        await tab.EvaluateAsync("new Promise(done => setTimeout(done, 300))");
        Assert.Contains(
            "dotnet run --project lib/src/Course",
            (await tab.EvaluateAsync("document.querySelector('.live-note').textContent"))!.GetValue<string>());
        Assert.Null(await tab.EvaluateAsync("document.querySelector('.live-foot, .live-run, pre.code[tabindex]')"));
        Assert.DoesNotContain(tab.Requests, url => url.Contains("/live/", StringComparison.Ordinal)
            && url.EndsWith(".js", StringComparison.Ordinal));
        course.Faultless(tab);
    }

    private Task<BrowserPage> OpenAsync(Chromium browser, int width = 1280, bool dark = false) =>
        course.OpenAsync(browser, "01-attention", width, dark);

    private static async Task<string> MarkedAsync(BrowserPage tab)
    {
        Assert.True(await tab.WaitForAsync(
            $"{LivePage.Box(Scores)}.querySelector('.cm-lintRange-error')", TimeSpan.FromSeconds(30)));
        return (await tab.EvaluateAsync(
            $"[...{LivePage.Box(Scores)}.querySelectorAll('.cm-lintRange-error')].map(e => e.textContent).join('')"))!
            .GetValue<string>();
    }
}
