using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>
/// Every control of every page, used by the keyboard alone and offline: each is reached by Tab, has a name, and changes
/// something that can be seen. Links are followed elsewhere (<see cref="SiteFiles.BrokenLinks"/>); here they have
/// names.
/// </summary>
[Collection(CommittedSiteCollection.Name)]
public class EveryControlTests(CommittedSite site, ITestOutputHelper output)
{
    /// <summary>What the tests ask of a page; it stays there while its controls are used.</summary>
    private const string Script = """
        window.every = (() => {
          const kinds = 'button, input, select, textarea, summary, [role=button], [role=slider], [role=tab], ' +
            '[contenteditable=true]';
          const isSeen = e => e.getClientRects().length && e.checkVisibility({ visibilityProperty: true });
          const isStop = e => e.tabIndex >= 0 && !e.disabled && e.matches(`a[href], [tabindex], ${kinds}`) && isSeen(e);
          // The stop of Tab before an element, looked for backwards from it: a page has ten thousand elements.
          const stopBefore = e => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
            walker.currentNode = e;
            while (walker.previousNode()) if (isStop(walker.currentNode)) return walker.currentNode;
            return null;
          };
          const nameOf = e => (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || e.title ||
            e.querySelector('img[alt]')?.alt ||
            document.getElementById(e.getAttribute('aria-labelledby'))?.textContent || '').trim();
          const words = e => `${e.tagName.toLowerCase()} “${nameOf(e).slice(0, 60)}” ${e.outerHTML.slice(0, 120)}`;
          // What a control changes: its figure, its box of code, or the whole page. A slider or a selector changes more
          // than its own bar: a slider from one end to the other, for some walks end before their last step. The
          // buttons of a slider move it.
          const scope = e => e.closest('figure, .code-box, details') || document.documentElement;
          const state = e => {
            const all = scope(e), bar = e.matches('input, select') ? e.closest('.tfs-bar') : null;
            const text = all.outerHTML + (e.tagName === 'SUMMARY' ? e.parentElement.open : '');
            return bar ? text.replace(bar.outerHTML, '') : text;
          };
          const isDone = e => e.disabled || e.matches('[aria-disabled=true], [aria-pressed=true], ' +
            '[aria-selected=true], [aria-current]:not([aria-current=false]), [aria-checked=true]');
          const frame = () => new Promise(done => setTimeout(done, 15));
          let at, before, reached;
          // The key that puts all as it was: what was opened is closed, what plays stands still.
          const again = () => /^Pause/.test(nameOf(at)) || at.tagName === 'SUMMARY' || at.id === 'theme' ? 'Enter'
            : document.querySelector('dialog[open]') || at.getAttribute('aria-expanded') === 'true'
              || at.matches('.tfs-cell') ? 'Escape' : null;
          addEventListener('keydown', event => { if (event.key !== 'Tab') reached = document.activeElement; }, true);
          navigator.clipboard.writeText = async () => {};
          const keyOf = e => {
            if (e.type === 'range') return +e.value > +e.min ? 'Home' : 'End';
            if (e.tagName === 'SELECT') return e.selectedIndex + 1 < e.length ? 'ArrowDown' : 'ArrowUp';
            if (e.matches('.tfs-token')) return 'ArrowRight';
            return e.matches('input, textarea, [contenteditable]') ? 'a' : 'Enter';
          };
          return {
            // How many there are. The switch between dark and light comes last, for it draws all figures anew.
            find() {
              every.all = [...document.querySelectorAll(kinds)].filter(isStop);
              every.all.sort((a, b) => (a.id === 'theme') - (b.id === 'theme'));
              // Copy buttons are all the same: one is reached by keyboard, the others are pressed by copies() below.
              const copies = every.all.filter(e => e.matches('.copy')).slice(1);
              every.all = every.all.filter(e => !copies.includes(e));
              every.others = copies;
              return every.all.length;
            },
            async copies() {
              for (const each of every.others) each.click();
              await frame();
              return every.others.filter(each => each.textContent !== 'Copied').map(words);
            },
            nameless: () => [...document.querySelectorAll(`a[href], ${kinds}`)]
              .filter(e => isSeen(e) && !nameOf(e) && e.type !== 'hidden').map(words),
            // Stands before control i; the key to press after Tab, or null where it is not there any more or does
            // nothing now, as a step beyond the end.
            before(i) {
              at = every.all[i];
              if (!at.isConnected || !isSeen(at) || isDone(at) || at.tabIndex < 0) return null;
              document.activeElement.blur();
              stopBefore(at)?.focus({ preventScroll: true });
              before = state(at);
              reached = null;
              return keyOf(at);
            },
            // What was wrong with it, or nothing; and the key that puts all as it was, or null.
            async after() {
              if (reached !== at) return [`Tab leads to ${reached && words(reached)} and not to ${words(at)}`, null];
              const mark = at.matches('.tfs-token') ? getComputedStyle(at.querySelector('rect')).stroke
                : getComputedStyle(at).outlineStyle;
              if (document.activeElement === at && mark === 'none') {
                return [`nothing shows the focus of ${words(at)}`, again()];
              }
              for (let turn = 0; turn < 200; turn++) {
                if (!at.isConnected || state(at) !== before) return ['', again()];
                await frame();
              }
              return [`nothing changes: ${words(at)}`, again()];
            },
          };
        })();
        """;

    private const string Drawn = "[...document.querySelectorAll('.tfs-box')].every(box => " +
        "box.querySelector('.js-plotly-plot .main-svg, .tfs-view, .tfs-grid, .tfs-tokens')) && " +
        "(!location.pathname.endsWith('anatomy.html') || courseAnatomy.page.state.at === 0)";

    private static readonly string[] s_pages =
    [
        "index.html", NotationPage.FileName, AnatomyPage.FileName,
        .. Repository.Find().Chapters().Select(chapter => chapter.Name + ".html"),
    ];

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task Each_is_reached_by_Tab_has_a_name_and_changes_something(int width, bool dark)
    {
        var halves = await Task.WhenAll(s_pages.Chunk((s_pages.Length + 1) / 2).Select(
            pages => UseAsync(pages, width, dark))); // each in a browser of its own, for machines of two cores
        string[] faults = [.. halves.SelectMany(half => half.Faults)];
        Assert.True(faults.Length == 0, string.Join("\n", faults));
        int used = halves.Sum(half => half.Used);
        Assert.True(used > 1500, $"There were only {used} controls.");
    }

    private async Task<(int Used, List<string> Faults)> UseAsync(string[] pages, int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        var faults = new List<string>();
        int used = 0;
        foreach (string name in pages)
        {
            await using BrowserPage page = await browser.OpenAsync(site.Address(name), width, 900, dark, calm: true);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(each => each.open = true)");
            Assert.True(await page.WaitForAsync(Drawn, TimeSpan.FromSeconds(60)), $"{name}: a figure is not drawn");
            var (controls, found) = await FaultsAsync(page);
            output.WriteLine($"{name}: {controls} controls");
            faults.AddRange(found.Select(fault => $"{name}: {fault}"));
            faults.AddRange(page.Errors.Select(error => $"{name}: {error}"));
            faults.AddRange(page.Requests.Where(url => !IsOwn(url)).Select(url => $"{name} asked for {url}"));
            used += controls;
        }

        return (used, faults);
    }

    [Fact]
    public async Task What_is_wrong_with_a_control_is_found()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(
            site.Address(NotationPage.FileName), 1280, 900, calm: true);
        await page.EvaluateAsync("""
            document.querySelector('main').insertAdjacentHTML('afterbegin', `<button id="dead">Dead</button>
              <button id="mute" onclick=""></button><a href="#x"></a>`);
            document.getElementById('mute').addEventListener('click', event => event.target.dataset.on = 1);
            addEventListener('focusin', event => event.target.textContent === 'Away' && event.target.blur());
            document.querySelector('main').insertAdjacentHTML('afterbegin', '<button>Away</button>')
            """);
        var (_, faults) = await FaultsAsync(page);
        Assert.Equal(4, faults.Count);
        Assert.Equal(2, faults.Count(fault => fault.StartsWith("no name", StringComparison.Ordinal)));
        Assert.Contains(faults, fault => fault.StartsWith("nothing changes: button “Dead”", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("not to button “Away”", StringComparison.Ordinal));
    }

    /// <summary>Uses all controls of a page. How many there were, and what was wrong.</summary>
    private static async Task<(int Used, List<string> Faults)> FaultsAsync(BrowserPage page)
    {
        await page.EvaluateAsync(Script + "0");
        int count = (await page.EvaluateAsync("every.find()"))!.GetValue<int>();
        int used = (await page.EvaluateAsync("every.others.length"))!.GetValue<int>();
        List<string> faults =
        [
            .. (await page.EvaluateAsync("every.nameless()"))!.AsArray()
                .Select(words => $"no name: {words!.GetValue<string>()}"),
            .. (await page.EvaluateAsync("every.copies()"))!.AsArray()
                .Select(words => $"nothing is copied: {words!.GetValue<string>()}"),
        ];
        for (int i = 0; i < count && faults.Count < 20; i++)
        {
            if (await page.EvaluateAsync($"every.before({i})") is not JsonValue key) { continue; }

            await page.PressAsync("Tab", key.GetValue<string>());
            JsonArray said = (await page.EvaluateAsync("every.after()"))!.AsArray();
            if (said[0]!.GetValue<string>() is { Length: > 0 } fault) { faults.Add(fault); }

            if (said[1]?.GetValue<string>() is { } back) { await page.PressAsync(back); }

            used++;
        }

        return (used, faults);
    }

    private static bool IsOwn(string url) => new[] { "file:", "data:", "blob:" }.Any(
        start => url.StartsWith(start, StringComparison.Ordinal));
}
