using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>
/// The pages of the committed site for those who use no mouse, listen to them, or need a strong contrast.
/// </summary>
[Collection(CommittedSiteCollection.Name)]
public class AccessibilityTests(CommittedSite site)
{
    private const string OpenAll = "document.querySelectorAll('details').forEach(each => each.open = true)";

    private const string Drawn = "[...document.querySelectorAll('.tfs-box')].every(box => " +
        "box.querySelector('.js-plotly-plot .main-svg'))";

    /// <summary>All that Tab should reach, in the order of the page.</summary>
    private const string Stops = """
        window.stops = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')]
          .filter(each => each.tabIndex >= 0 && !each.disabled && each.getClientRects().length
            && each.checkVisibility({ visibilityProperty: true }));
        stops.length
        """;

    /// <summary>
    /// The place of what has the focus among the stops; 'hidden' if nothing of it can be seen, 'unmarked' if nothing
    /// shows that it has the focus.
    /// </summary>
    private const string Here = """
        (() => {
          const e = document.activeElement, r = e.getClientRects()[0] || e.getBoundingClientRect();
          const top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
          const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth);
          const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          const mark = e.matches('.tfs-token') ? getComputedStyle(e.querySelector('rect')).stroke
            : getComputedStyle(e).outlineStyle;
          return [stops.indexOf(e), !seen || !(e.contains(seen) || seen.contains(e)) ? 'hidden'
            : mark === 'none' ? 'unmarked' : '', e.outerHTML.slice(0, 200)];
        })()
        """;

    /// <summary>Every page but those of files, of which there is one of each kind.</summary>
    private static readonly string[] s_pages =
    [
        "index.html", NotationPage.FileName, AnatomyPage.FileName,
        .. Repository.Find().Chapters().Select(chapter => chapter.Name + ".html"),
        "files/lib/src/TransformersFromScratch/Layers/Attention.cs.html", "files/data/README.md.html",
        "files/lib/src/TransformersFromScratch/Models/index.html",
    ];

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task Axe_finds_nothing_on_any_page(int width, bool dark)
    {
        Axe.Require();
        await using Chromium browser = await Chromium.StartAsync();
        var faults = new List<string>();
        foreach (string name in s_pages)
        {
            await using BrowserPage page = await OpenAsync(browser, name, width, dark);
            faults.AddRange((await Axe.FaultsAsync(page)).Select(fault => $"{name}: {fault}"));
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task What_axe_should_find_is_found()
    {
        Axe.Require();
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await OpenAsync(browser, "index.html", 1280, false);
        await page.EvaluateAsync("document.querySelector('main').append(document.createElement('button'))");
        Assert.Contains("button-name", Assert.Single(await Axe.FaultsAsync(page)));
    }

    /// <summary>Every other page as a phone has it: each is walked once, for a walk takes seconds.</summary>
    [Fact]
    public async Task Tab_reaches_everything_on_every_page_in_order_and_shows_where_it_is()
    {
        await using Chromium browser = await Chromium.StartAsync();
        var faults = new List<string>();
        foreach (var (i, name) in s_pages.Index())
        {
            await using BrowserPage page = await OpenAsync(browser, name, i % 2 == 0 ? 1280 : 400, i % 4 > 1);
            int stops = (await page.EvaluateAsync(Stops))!.GetValue<int>();
            Assert.True(stops > 5, $"{name} has {stops} places for Tab.");
            int last = -1;
            for (int stop = 0; stop < stops; stop++)
            {
                await page.PressAsync("Tab");
                JsonArray here = (await page.EvaluateAsync(Here))!.AsArray();
                int at = here[0]!.GetValue<int>();
                if (at != last + 1) { faults.Add($"{name}: after place {last} comes {at}, {here[2]}"); }

                if (here[1]!.GetValue<string>() is { Length: > 0 } fault) { faults.Add($"{name}: {fault}: {here[2]}"); }

                if (faults.Count > 20 || at < last) { break; }

                last = at;
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public async Task The_first_key_leads_past_the_sidebar_to_the_text()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await OpenAsync(browser, "01-attention.html", 1280, false);
        await page.PressAsync("Tab", "Enter", "Tab");
        Assert.True((await page.EvaluateAsync("!!document.activeElement.closest('main')"))!.GetValue<bool>());
    }

    private async Task<BrowserPage> OpenAsync(Chromium browser, string name, int width, bool dark)
    {
        BrowserPage page = await browser.OpenAsync(site.Address(name), width, 900, dark, calm: true);
        await page.EvaluateAsync(OpenAll);
        Assert.True(await page.WaitForAsync(Drawn, TimeSpan.FromSeconds(60)), $"{name}: a figure is not drawn");
        return page;
    }
}
