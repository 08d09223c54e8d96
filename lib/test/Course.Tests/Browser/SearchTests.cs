using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>
/// The search of the site: its index as a file, and the box in a browser, by keyboard and from a file.
/// </summary>
[Collection(CommittedSiteCollection.Name)]
public class SearchTests(CommittedSite site)
{
    private const string Chosen = "document.querySelector('.search a[aria-selected=\"true\"]')";

    private string IndexFile => Path.Combine(site.Folder, "assets", SearchIndex.FileName);

    [Fact]
    public void The_index_has_every_heading_of_every_page_and_is_small()
    {
        string script = File.ReadAllText(IndexFile);
        Assert.StartsWith("window.courseIndex = [", script);
        JsonArray index = JsonNode.Parse(script[script.IndexOf('[')..^2])!.AsArray();
        Assert.InRange(new FileInfo(IndexFile).Length, 300_000, 1_000_000);
        Assert.All(Repository.Find().Chapters(), chapter => Assert.Contains(
            index, page => page![0]!.GetValue<string>() == chapter.Name + ".html"));
        foreach (JsonNode? page in index)
        {
            string html = File.ReadAllText(Path.Combine(site.Folder, page![0]!.GetValue<string>()));
            IEnumerable<string> ids = page[2]!.AsArray().Select(section => section![0]!.GetValue<string>());
            Assert.All(ids.Where(id => id != ""), id => Assert.Contains($"id=\"{id}\"", html));
        }

        string all = index.ToJsonString();
        Assert.DoesNotContain("<div", all);
        Assert.DoesNotContain("\\\\frac", all);
    }

    [Fact]
    public void Prose_becomes_words_and_code_blocks_are_left_out()
    {
        IReadOnlyList<Section> sections = PlainText.Sections([
            "# A *title*\n\nBefore $\\sqrt{d_k}$ and `code`.\n\n```csharp\nint hidden;\n```\n\n$$\\frac12$$",
            "## Part\n\n<details><summary>Hint</summary>\n\nInner [link](a.md) &amp; *so*\non.\n\n</details>\n\n" +
                "| a | b |\n|---|---|\n| 1 | two |\n\n## Part\n\nx"]);
        Assert.Equal(
            [
                new Section("a-title", 1, "A title", "Before √d_k and code."),
                new Section("part", 2, "Part", "Hint Inner link & so on. a b 1 two"),
                new Section("part-1", 2, "Part", "x"),
            ], sections);
    }

    [Theory]
    [InlineData("your turn causal", "01-attention.html#your-turn-the-causal-mask")]
    [InlineData("causal mask", "notation.html#term-causal-mask")] // a term: what it is comes first
    [InlineData("additive", "01-attention.html#the-measure-that-came-before-additive-attention")]
    [InlineData("LoRA", "17-real-weights.html#lora")]
    [InlineData("the logit lens", "16-inside-the-model.html#the-logit-lens")]
    [InlineData("  WAVELENGTHS ", "02-positional-encoding.html#wavelengths")]
    public async Task A_known_heading_comes_first(string words, string address)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address("index.html"), 1280, 900);
        await FindAsync(tab, words);
        Assert.Equal(site.Address("").AbsoluteUri + "/" + address, await HrefAsync(tab));
        Assert.Empty(tab.Errors);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(400, false)]
    [InlineData(400, true)]
    public async Task The_keyboard_alone_finds_a_section_and_opens_it(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            site.Address("files/lib/src/TransformersFromScratch/Layers/Attention.cs.html"), width, 800, dark,
            calm: true);
        Assert.DoesNotContain(tab.Requests, url => url.EndsWith(SearchIndex.FileName, StringComparison.Ordinal));
        await FindAsync(tab, "layer nor");
        Assert.Contains(tab.Requests, url => url.EndsWith(SearchIndex.FileName, StringComparison.Ordinal));
        string first = await HrefAsync(tab);
        await tab.PressAsync("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"); // round the end
        Assert.NotEqual(first, await HrefAsync(tab));
        await tab.PressAsync("ArrowDown");
        Assert.Equal(first, await HrefAsync(tab));
        Assert.Equal(
            "found-0", (await tab.EvaluateAsync("document.activeElement.getAttribute('aria-activedescendant')"))!
                .GetValue<string>());
        Assert.Contains("04-feed-forward-and-residuals.html#", first);
        Assert.Equal( // each of the first headings has both words, and both are marked
            "layer nor layer nor layer nor", (await tab.EvaluateAsync("""
                [...document.querySelectorAll('.search a b')].slice(0, 3)
                  .map(b => [...b.querySelectorAll('mark')].map(m => m.textContent).join(' ')).join(' ').toLowerCase()
                """))!.GetValue<string>());
        await CommittedSite.PictureAsync(tab, $"search-{width}-{(dark ? "dark" : "light")}");
        int scroll = (await tab.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>();
        Assert.InRange(scroll, 0, width);
        await tab.PressAsync("Escape");
        await UntilAsync(tab, "!document.querySelector('.search').open");
        await FindAsync(tab, "nothing has qqq");
        await UntilAsync(tab, "!document.querySelector('.search a')");
        await tab.PressAsync("Control+a");
        await tab.TypeAsync("layer nor");
        await UntilAsync(tab, Chosen);
        await tab.PressAsync("Enter");
        await UntilAsync(tab, $"location.href === '{first}'");
        await UntilAsync(tab, "document.getElementById(location.hash.slice(1)).getBoundingClientRect().top < 300");
        Assert.Empty(tab.Errors);
    }

    [Fact]
    public async Task A_slash_that_somebody_writes_is_a_slash_and_a_place_on_the_same_page_closes_the_box()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address("01-attention.html"), 1280, 800, calm: true);
        await tab.EvaluateAsync("document.body.prepend(document.createElement('input'))");
        await tab.EvaluateAsync("document.querySelector('body > input').focus()");
        await tab.PressAsync("/");
        Assert.Null(await tab.EvaluateAsync("document.querySelector('.search')"));
        await tab.EvaluateAsync("document.activeElement.blur()");
        await FindAsync(tab, "measure that came before");
        await tab.PressAsync("Enter");
        await UntilAsync(tab, "!document.querySelector('.search').open && location.hash.startsWith('#the-measure')");
        await tab.ClickAsync("document.getElementById('find')");
        await UntilAsync(tab, "document.querySelector('.search').open");
        Assert.Empty(tab.Errors);
    }

    private static async Task FindAsync(BrowserPage tab, string words)
    {
        await UntilAsync(tab, "document.readyState === 'complete' && document.getElementById('find')");
        await tab.PressAsync("/");
        await UntilAsync(tab, "document.activeElement.matches('.search input')");
        await UntilAsync(tab, "window.courseIndex && document.querySelector('.search p').textContent");
        await tab.TypeAsync(words);
        await UntilAsync(tab, "/place|Nothing/.test(document.querySelector('.search p').textContent)");
    }

    private static async Task<string> HrefAsync(BrowserPage tab) =>
        (await tab.EvaluateAsync($"{Chosen}.href"))!.GetValue<string>();

    private static async Task UntilAsync(BrowserPage tab, string condition) => Assert.True(
        await tab.WaitForAsync(condition, TimeSpan.FromSeconds(20)), $"It has never been true that {condition}");
}
