namespace Course.Tests;

/// <summary>A live page by the keyboard alone, and as axe-core sees it.</summary>
[Collection(LiveCourseCollection.Name)]
public class LiveKeyboardTests(LiveCourse course)
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task A_cell_is_changed_run_and_left_again_without_a_mouse(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await course.OpenAsync(browser, "01-attention", width, dark);
        var page = LivePage.Of(tab);
        await tab.PressAsync("Tab", "Tab");
        Assert.Equal("Skip to the kernel", await tab.LabelAsync());
        await tab.PressAsync("Enter", "Tab");
        Assert.Equal("Run all", await tab.LabelAsync());

        await tab.EvaluateAsync($"{LivePage.Box(0)}.querySelector('pre.code').focus()");
        Assert.Contains("Press Enter to edit it", await tab.LabelAsync());
        await tab.PressAsync("Enter");
        await page.UntilAsync($"{LivePage.Box(0)}.querySelector('.cm-editor.cm-focused')");
        Assert.Contains("Escape, then Tab", await tab.LabelAsync());
        Assert.True((await tab.EvaluateAsync($"{LivePage.Box(0)}.querySelector('.live-keys').checkVisibility()"))!
            .GetValue<bool>());
        await tab.PressAsync("Control+a");
        await tab.TypeAsync("Console.Write(6 * 7);");
        await tab.PressAsync("Tab"); // indents, and stays
        Assert.Contains("Code of cell 1", await tab.LabelAsync());
        await tab.PressAsync("Shift+Enter");
        Assert.StartsWith("Done", await page.EndOfAsync(0));
        Assert.Equal("42", await page.OutputAsync(0));

        await tab.PressAsync("Escape", "Tab");
        Assert.Equal("Copy", await tab.LabelAsync());
        await tab.EvaluateAsync("navigator.clipboard.writeText = async text => { window.copied = text; }");
        await tab.PressAsync("Enter"); // what stands there now, and not what the course has written
        Assert.Contains("6 * 7", (await tab.EvaluateAsync("window.copied"))!.GetValue<string>());
        await tab.PressAsync("Tab", "Space");
        Assert.Equal("Run cell 1", await tab.LabelAsync());
        await page.UntilAsync($"{LivePage.Box(0)}.querySelector('.live-state').textContent.startsWith('Done')");
        await tab.PressAsync("Tab", "Enter"); // What I changed
        await page.UntilAsync($"!{LivePage.Box(0)}.querySelector('.live-diff').hidden");
        await tab.PressAsync("Tab", "Enter");
        Assert.Equal("#r \"../lib/bin/TransformersFromScratch.dll\"", await page.TextAsync(0));
        course.Faultless(tab);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task Axe_finds_nothing_on_a_page_whose_cells_are_edited_run_and_wrong(int width, bool dark)
    {
        Axe.Require();
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await course.OpenAsync(browser, "01-attention", width, dark);
        var page = LivePage.Of(tab);
        await page.WriteAsync(0, "Console.WriteLine(\"\\e[31mred\\e[0m\");\nint two = nonsense;");
        Assert.StartsWith("Stopped", await page.RunAsync(0));
        await tab.EvaluateAsync($"{LivePage.Box(0)}.querySelector('.live-bar').children[1].click()"); // the changes
        await page.WriteAsync(1, "Math.Sqrt");
        await tab.PressAsync("Escape", "Shift+Tab");
        await page.UntilAsync("document.querySelector('.live-help')");
        IReadOnlyList<string> faults = await Axe.FaultsAsync(tab);
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        await page.PressAsync("All back to the original");
        course.Faultless(tab);
    }
}
