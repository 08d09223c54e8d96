namespace Course.Tests;

/// <summary>
/// A reader opens a chapter in Jupyter's classic Notebook and runs all cells; a real server, browser and kernel.
/// </summary>
[Collection(ExecutedCourseCollection.Name)]
public class ClassicNotebookTests(InstalledKernel kernel)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_chapter_opened_and_run_draws_its_heatmaps()
    {
        InstalledKernel.RequireJupyter();
        await using ClassicNotebook notebook = await ClassicNotebook.StartAsync(kernel);
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            new Uri(notebook.Address, "notebooks/notebooks/01-attention.ipynb"), 1280, 1400);

        // The kernel is found without a choice, because it is installed under the name that the chapter asks for.
        Assert.True(
            await page.WaitForAsync(
                "window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && " +
                "Jupyter.notebook.kernel.is_connected()", s_patience), "The kernel has not connected.");
        Assert.Equal(".net-csharp", (await page.EvaluateAsync("Jupyter.notebook.kernel.name"))!.GetValue<string>());

        // Nobody has trusted this notebook yet: its stored figures are their pictures, and nothing else of them is
        // left.
        const string figures = "[...document.querySelectorAll('.output_png img')]";
        Assert.False((await page.EvaluateAsync("Jupyter.notebook.trusted"))!.GetValue<bool>());
        Assert.True(
            await page.WaitForAsync(
                $"{figures}.length >= 10 && {figures}.every(i => i.complete && i.naturalWidth > 100)", s_patience),
            "Not every stored figure is pictured.");
        Assert.Equal(
            0, (await page.EvaluateAsync("document.querySelectorAll('.output_html :is(figure, svg, img)').length"))!
                .GetValue<int>());
        await ScreenshotAsync(page, ".output_png img", "classic-notebook-untrusted.png");

        await page.EvaluateAsync("Jupyter.notebook.clear_all_output(); Jupyter.notebook.execute_all_cells(); true");
        const string cells = "Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code')";
        Assert.True(
            await page.WaitForAsync(
                $"{cells}.every(c => Number(c.input_prompt_number) > 0) && !Jupyter.notebook.kernel_busy", s_patience),
                    "Not every cell has run.");
        Assert.Equal(
            0, (await page.EvaluateAsync("document.querySelectorAll('.output_error').length"))!.GetValue<int>());
        Assert.True(await page.WaitForAsync("document.querySelectorAll('.tfs-box').length >= 10 && " +
            "[...document.querySelectorAll('.tfs-box')].every(box => box.querySelector('.js-plotly-plot .main-svg'))",
                s_patience), "Not every figure has drawn.");

        await ScreenshotAsync(page, ".tfs-box", "classic-notebook.png");
        Assert.DoesNotContain(
            page.Requests, request => request.StartsWith("http", StringComparison.Ordinal)
                && !request.StartsWith(notebook.Address.AbsoluteUri, StringComparison.Ordinal));
    }
    /// <summary>Saves what the page shows around its second figure, where the caller wants to look at it.</summary>
    private static async Task ScreenshotAsync(BrowserPage page, string figure, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.EvaluateAsync($"document.querySelectorAll('{figure}')[1].scrollIntoView(); true");
            await page.SaveScreenshotAsync(Path.Combine(folder, name));
        }
    }
}
