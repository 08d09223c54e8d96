namespace Course.Tests;

/// <summary>
/// Every page of the site as the committed chapters make it, measured in a browser: what is wider than its box, what is
/// broken off from what it belongs to. With SCREENSHOTS=folder each page is saved there.
/// </summary>
public sealed class LayoutTests : IDisposable
{
    /// <summary>A list of faults, each a sentence.</summary>
    private const string Measure = """
        document.fonts.ready.then(() => {
          document.querySelectorAll('details').forEach(d => d.open = true);
          dispatchEvent(new Event('resize')); // what was folded is measured anew
          const faults = [];
          const say = (what, e) => faults.push(what + ': ' + (e.textContent || e.outerHTML).trim().slice(0, 80));
          // On a phone a drawing made of characters scrolls: smaller, nobody could read it; broken, it shows nothing.
          const scrolls = e => innerWidth < 600 && e.matches('.drawing') && getComputedStyle(e).overflowX === 'auto';
          for (const e of document.querySelectorAll('pre, .katex-display'))
            if (e.clientWidth && e.scrollWidth > e.clientWidth + 1 && !scrolls(e))
              say(`${e.scrollWidth - e.clientWidth} pixels of ${e.className || e.tagName} cut off`, e);
          const box = document.querySelector('main').getBoundingClientRect();
          const boxes = ['pre', '.katex-display', 'p', 'table', 'img', 'figure', '.output', '.wide'];
          for (const e of document.querySelectorAll(boxes.map(name => 'main ' + name).join(', '))) {
            const r = e.getBoundingClientRect();
            if (r.right > box.right + 1 && !e.closest('.wide, .output'))
              say(`${e.tagName} reaches out of the page by ${Math.round(r.right - box.right)}`, e);
          }
          for (const formula of document.querySelectorAll('main .katex')) {
            if (formula.closest('.katex-display')) continue;
            const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
            walker.currentNode = formula.lastChild;
            while (walker.currentNode && formula.contains(walker.currentNode)) if (!walker.nextNode()) break;
            const next = walker.currentNode;
            if (formula.contains(next)) continue;
            const at = next.data.search(/[^\u2060]/);
            if (at < 0 || !/[.,:;!?)\]’”]/.test(next.data[at])) continue;
            const range = document.createRange();
            range.setStart(next, at); range.setEnd(next, at + 1);
            const sign = range.getBoundingClientRect(), bases = formula.querySelectorAll('.katex-base');
            const last = bases[bases.length - 1].getBoundingClientRect();
            if (sign.left < last.left) say('a sign stands alone after the formula', formula);
          }
          const texts = ['p', 'li', 'td', 'th', 'h1', 'h2', 'h3', 'h4'];
          for (const e of document.querySelectorAll(texts.map(name => 'main ' + name).join(', '))) {
            const copy = e.cloneNode(true);
            copy.querySelectorAll('.katex, code, pre').forEach(k => k.remove());
            if (/\$\$|\\(frac|text|begin|sqrt|sum|operatorname|left|cdot)/.test(copy.textContent))
              say('raw LaTeX', copy);
          }
          return faults;
        })
        """;

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Nothing_is_wider_than_its_box_and_no_formula_is_text(int width)
    {
        Repository repository = Repository.Find();
        new SiteBuilder(repository, repository.Notebooks).Build(repository.Chapters(), _temp.File("site"));
        await using Chromium browser = await Chromium.StartAsync();
        var faults = new List<string>();
        foreach (string file in new SiteFiles(_temp.File("site")).Pages)
        {
            string name = Path.GetRelativePath(_temp.File("site"), file);
            await using BrowserPage page = await browser.OpenAsync(new Uri(file), width, 900);
            faults.AddRange((await page.EvaluateAsync(Measure))!.AsArray().Select(fault => $"{name}: {fault}"));
            faults.AddRange(page.Errors.Select(error => $"{name}: {error}"));
            int wide = (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>();
            if (wide > width) { faults.Add($"{name}: the page is {wide} pixels wide"); }

            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                await page.SaveScreenshotAsync(
                    Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}-{width}.png"));
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults)}");
    }
}
