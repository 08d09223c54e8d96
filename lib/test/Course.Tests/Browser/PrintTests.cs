using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>A chapter on paper, from a reader's dark screen.</summary>
[Collection(CommittedSiteCollection.Name)]
public class PrintTests(CommittedSite site)
{
    /// <summary>What a sheet of A4 has between its margins, in pixels.</summary>
    private const int Paper = 718;

    [Fact]
    public async Task Ink_is_dark_and_nothing_is_cut_and_charts_are_pictures_without_controls()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            site.Address("01-attention.html"), Paper, 1000, dark: true);
        Assert.True(await page.WaitForAsync(
            "document.querySelectorAll('.tfs-live .main-svg').length > 2", TimeSpan.FromSeconds(60)));
        await page.PrintAsync();
        JsonNode seen = (await page.EvaluateAsync("""
            (() => {
              const all = name => [...document.querySelectorAll(name)], shown = e => e.checkVisibility();
              const shade = color => Math.max(...color.match(/\d+/g).slice(0, 3).map(Number));
              return {
                ink: shade(getComputedStyle(document.body).color),
                code: Math.max(...all('pre.code span').map(e => shade(getComputedStyle(e).color))),
                cut: all('pre, .katex-display, .output, .wide, .tfs-box').filter(e => e.scrollWidth > e.clientWidth + 1)
                  .map(e => e.textContent.trim().slice(0, 80)),
                controls: all('.tfs-bar, .copy, .sidebar, .top, .tfs-live').filter(shown).length,
                pictures: all('.tfs-box > svg').filter(e => e.checkVisibility({ visibilityProperty: true })).length,
                boxes: all('.tfs-box').length,
              };
            })()
            """))!;
        Assert.InRange(seen["ink"]!.GetValue<int>(), 0, 60);
        Assert.InRange(seen["code"]!.GetValue<int>(), 0, 190); // coloured, and legible on white
        Assert.Empty(seen["cut"]!.AsArray());
        Assert.Equal(0, seen["controls"]!.GetValue<int>());
        Assert.InRange(seen["boxes"]!.GetValue<int>(), 3, 100);
        Assert.Equal(seen["boxes"]!.GetValue<int>(), seen["pictures"]!.GetValue<int>());
        Assert.Empty(page.Errors);
    }
}
