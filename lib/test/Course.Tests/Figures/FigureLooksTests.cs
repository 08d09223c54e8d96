using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>
/// How figures look on a desktop and on a phone, light and dark: in their column, legible, nothing cut off. With
/// SCREENSHOTS=folder each page is saved there, to be looked at.
/// </summary>
public sealed class FigureLooksTests : IDisposable
{
    /// <summary>A list of faults, each a sentence.</summary>
    private const string Measure = """
        (() => {
          const faults = [], main = document.querySelector('main');
          const room = main.querySelector('.output').clientWidth - 24;
          const rgb = text => (text.match(/[\d.]+/g) || []).map(Number);
          const light = c => c.slice(0, 3).map(v => v / 255)
            .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const paper = rgb(getComputedStyle(document.body).backgroundColor);
          const contrast = (ink, alpha = 1) => {
            const mixed = ink.slice(0, 3).map((v, i) => v * alpha + paper[i] * (1 - alpha));
            const [a, b] = [light(mixed), light(paper)].sort((x, y) => y - x);
            return (a + .05) / (b + .05);
          };
          for (const figure of document.querySelectorAll('.tfs-figure')) {
            const name = figure.querySelector('figcaption').textContent, say = what => faults.push(`${name}: ${what}`);
            const hidden = figure.scrollWidth - figure.clientWidth;
            if (hidden > 1) say(`scrolls ${hidden} pixels`);
            const live = figure.querySelector('.tfs-live'), width = live ? live.layout.width : 0;
            if (live && !live.layout.coloraxis && width > 500 && width < room - 1)
              say(`is ${width} of ${room} pixels wide`);
            const box = (live || figure.querySelector('.tfs-view, .tfs-pieces, .tfs-graph')).getBoundingClientRect();
            for (const text of figure.querySelectorAll('.tfs-live text, .tfs-view text, .tfs-tok, .tfs-graph text')) {
              const r = text.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize);
              if (!text.textContent || !r.width) continue;
              if (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1)
                say(`"${text.textContent}" reaches out of the box`);
              if (size < 9.5) say(`"${text.textContent}" has ${size} pixels`);
              const names = text.className.baseVal + text.parentNode.className.baseVal;
              if (/tick|title/.test(names) && contrast(rgb(getComputedStyle(text).fill)) < 4.5)
                say(`"${text.textContent}" has little contrast`);
            }
            for (const e of figure.querySelectorAll('.tfs-bar label, .tfs-bar button, .tfs-bar select'))
              if (contrast(rgb(getComputedStyle(e).color)) < 4.5) say(`${e.tagName} has little contrast`);
            // A line or a bar stands out from the page.
            for (const path of figure.querySelectorAll('.js-line')) {
              const much = contrast(rgb(getComputedStyle(path).stroke));
              if (much < 3) say(`a line has the contrast ${much}`);
            }
            // Two tick labels of an axis do not lie upon each other.
            for (const axis of ['.xtick', '.ytick']) {
              const ticks = [...figure.querySelectorAll(`${axis} text`)]
                .filter(t => t.textContent && !/rotate\((?!0)/.test(t.getAttribute('transform') || ''))
                .map(t => t.getBoundingClientRect());
              ticks.forEach((a, i) => ticks.slice(i + 1).forEach(b => {
                if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
                  say(`two labels of ${axis} overlap`);
              }));
            }
          }
          return faults;
        })()
        """;

    private readonly TempFolder _temp = new();

    public FigureLooksTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(400, false)]
    [InlineData(400, true)]
    public async Task Figures_fill_their_column_and_every_word_can_be_read(int width, bool dark)
    {
        Dictionary<string, string> figures = FigurePages.Figures();
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            FigurePages.OnSite(_temp, figures.Values), width, 900, dark, touch: width < 500);
        Assert.True(
            await page.WaitForAsync(
                "document.querySelectorAll('.tfs-live').length == 6 && " +
                "[...document.querySelectorAll('.tfs-live')].every(l => l.querySelector('.main-svg')) && " +
                "document.querySelectorAll('.tfs-cell').length == 8", TimeSpan.FromSeconds(60)));
        // Plotly moves its words once more after it has drawn them.
        await page.WaitForAsync($"{Measure}.length == 0", TimeSpan.FromSeconds(30));
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.SaveScreenshotAsync(Path.Combine(folder, $"figures-{width}-{(dark ? "dark" : "light")}.png"));
        }

        Assert.Equal(
            "",
            string.Join(
                '\n', ((JsonArray)(await page.EvaluateAsync(Measure))!).Select(fault => fault!.GetValue<string>())));
        Assert.Equal(width, (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Empty(page.Errors);
        Assert.All(
            page.Requests, url => Assert.True(
                url.StartsWith("file:", StringComparison.Ordinal)
                    || url.StartsWith("data:", StringComparison.Ordinal), url));
    }
}
