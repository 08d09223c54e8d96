using Notebooks;

namespace Course.Tests;

/// <summary>
/// A stored figure in a browser: live where scripts run, a picture where they do not, and never both.
/// </summary>
public sealed class StoredFigureBrowserTests : IDisposable
{
    private const string Seen = "[...document.images].filter(i => i.offsetWidth > 100).length",
        Live = "document.querySelectorAll('.tfs-box .main-svg').length > 0";

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Where_scripts_run_the_live_figures_take_the_places_of_their_pictures_and_no_others()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(Page(""), 1000, 900);
        Assert.True(
            await page.WaitForAsync(
                "document.querySelectorAll('.tfs-box .main-svg').length >= 2", TimeSpan.FromSeconds(60)),
                    "The figures are not live.");
        // A reader's own picture before the figures stays.
        Assert.True(
            await page.WaitForAsync($"{Seen} == 1 && document.images[0].offsetWidth > 100", TimeSpan.FromSeconds(60)),
            $"{await page.EvaluateAsync(Seen)} pictures are shown.");
        Assert.Equal(2, (await page.EvaluateAsync("document.querySelectorAll('figcaption').length"))!.GetValue<int>());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Where_they_do_not_the_pictures_stay_and_no_text_is_left()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            Page("<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">"), 1000, 900);
        Assert.Equal(3, (await page.EvaluateAsync(Seen))!.GetValue<int>());
        Assert.False((await page.EvaluateAsync(Live))!.GetValue<bool>());
        Assert.Equal("", (await page.EvaluateAsync("document.body.innerText"))!.GetValue<string>().Trim());
    }

    /// <summary>A page of chapter 2's first two figures as stored, below another picture.</summary>
    private Uri Page(string head)
    {
        Repository repository = Repository.Find();
        var outputs = StoredFigures.Split(
            Notebook.Load(repository.Chapters()[2].Path).Cells.SelectMany(cell => cell.Outputs)).ToArray();
        MimeBundle[] stored = [.. outputs.Select(StoredFigureTests.DataOf).OfType<MimeBundle>()
            .Where(
                data => data["image/png"] is not null
                    || data["text/html"]?.Contains("tfs-stored", StringComparison.Ordinal) == true).Take(4)];
        Assert.Equal(4, stored.Length);
        string? Picture(MimeBundle data) =>
            data["image/png"] is { } png
                ? $"<img src=\"data:image/png;base64,{png}\" width=\"300\">"
                : data["text/html"];
        string Shown(MimeBundle data) => $"<div class=\"output\">{Picture(data)}</div>\n";
        string page = $"<!DOCTYPE html><html><head><meta charset=\"utf-8\">{head}</head><body>" +
            $"{Shown(stored[0])}{string.Concat(stored.Select(Shown))}</body></html>";
        Directory.CreateDirectory(_temp.File("lib", "bin"));
        File.Copy(repository.PlotlyScript, _temp.File("lib", "bin", "plotly.min.js"));
        return new Uri(_temp.Write(page, "notebooks", "page.html"));
    }
}
