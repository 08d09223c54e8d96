using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The anatomy page and the first page's figure in a browser, opened from files as a reader may.</summary>
[Collection(CommittedSiteCollection.Name)]
public class AnatomyPageTests(CommittedSite site)
{
    private const string State = "courseAnatomy.page.state", Title = "document.querySelector('.an-title').textContent";

    private const string Words = "document.querySelector('.an-words').textContent";

    private const string IsOnlyAsWide = "document.documentElement.scrollWidth <= innerWidth";

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task Every_step_of_both_models_shows_something_and_fits(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, AnatomyPage.FileName, width, dark);
        foreach (string kind in (string[])["translator", "gpt"])
        {
            await tab.EvaluateAsync($"document.querySelector('[data-kind={kind}]').click()");
            await UntilAsync(tab, $"{State}.kind === '{kind}' && {State}.steps.length === {(kind == "gpt" ? 50 : 66)}");
            await UntilAsync(tab, $"{State}.at === 0");
            JsonNode poor = (await tab.EvaluateAsync($$"""
                (() => { const poor = [], next = document.querySelector('[data-do=next]'), seen = new Set();
                  for (;;) {
                    const at = document.querySelector('.an-count').textContent;
                    const wide = document.documentElement.scrollWidth > innerWidth;
                    const shows = document.querySelector('.an-seen').children.length;
                    const says = document.querySelector('.an-words').textContent;
                    const sums = document.querySelector('.an-sums').textContent;
                    const why = document.querySelector('.an-why').textContent;
                    if (wide || !shows || says.length < 20 || sums.length < 5 || why.length < 40 ||
                      /NaN|undefined|Infinity|\[object/.test(says + sums)) poor.push(at + ' ' + wide + says + sums);
                    seen.add(at);
                    if (next.disabled) return [poor, seen.size];
                    next.click();
                  } })()
                """))!;
            Assert.Empty(poor[0]!.AsArray());
            Assert.Equal(kind == "gpt" ? 50 : 66, poor[1]!.GetValue<int>());
            await CommittedSite.PictureAsync(tab, $"anatomy-{kind}-{width}");
        }

        Faultless(tab);
    }

    [Fact]
    public async Task The_keyboard_alone_goes_through_it()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, AnatomyPage.FileName, 1280);
        await tab.EvaluateAsync("document.querySelector('[data-kind=translator]').focus()");
        await tab.PressAsync("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
        Assert.Equal("Softmax", await TextAsync(tab, Title));
        string first = await TextAsync(tab, Words);
        Assert.StartsWith("In head 1, “Enter” looks most at", first);
        await tab.PressAsync("3");
        Assert.StartsWith("In head 3, “Enter” looks most at", await TextAsync(tab, Words));
        await tab.PressAsync("ArrowDown");
        Assert.StartsWith("In head 3, “key” looks most at", await TextAsync(tab, Words));
        await tab.PressAsync("ArrowUp", "1");
        Assert.Equal(first, await TextAsync(tab, Words));
        await tab.PressAsync("ArrowLeft");
        Assert.Equal("Scores", await TextAsync(tab, Title));
        await tab.PressAsync("End");
        Assert.Equal("The next token", await TextAsync(tab, Title));
        await tab.PressAsync("Home");
        Assert.Equal("Tokens", await TextAsync(tab, Title));
        await tab.PressAsync("Tab", "Enter"); // the other model
        await UntilAsync(tab, $"{State}.kind === 'gpt' && {State}.steps.length === 50");
        await tab.PressAsync("p");
        await UntilAsync(tab, $"{State}.at === 1"); // it plays
        await tab.PressAsync("p");
        Assert.True(await IsAsync(tab, $"{State}.timer === null"));
        Faultless(tab);
    }

    [Fact]
    public async Task A_finger_chooses_a_block_a_token_and_a_head()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(
            site.Address(AnatomyPage.FileName), 400, 800, touch: true, calm: true);
        await UntilAsync(tab, $"{State}.at === 0");
        await tab.TapAsync("document.querySelectorAll('.an-tile')[1]");
        Assert.Equal("Queries, keys, values", await TextAsync(tab, Title));
        await tab.TapAsync("document.querySelector('[data-do=next]')");
        await tab.TapAsync("document.querySelector('[data-do=next]')");
        await tab.TapAsync("document.querySelectorAll('.an-heads button')[3]");
        await tab.TapAsync("document.querySelectorAll('.an-tokens:not(.keys) button')[5]");
        Assert.StartsWith("In head 4, “close” looks most at", await TextAsync(tab, Words));
        await tab.TapAsync("document.querySelectorAll('.an-tokens.keys button')[0]");
        Assert.Equal(0, (await tab.EvaluateAsync($"{State}.key"))!.GetValue<int>());
        Assert.True(await IsAsync(tab, IsOnlyAsWide));
        Faultless(tab);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(400, true)]
    public async Task The_first_page_shows_what_a_translator_looks_at_and_another_sentence(int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await OpenAsync(browser, "index.html", width, dark);
        Assert.True(await IsAsync(tab, "document.querySelectorAll('.see svg .row').length === 11"));
        Assert.True(await IsAsync(tab, "document.querySelectorAll('.see .lines').length === 11"));
        Assert.False(await IsAsync(tab, "getComputedStyle(document.querySelector('.see form')).display !== 'none'"));
        await CommittedSite.PictureAsync(tab, $"landing-{width}");
        await tab.ClickAsync("document.querySelector('.see [data-id=en-fr-2]')");
        Assert.Contains(
            "Cliquez sur un filtre", await TextAsync(tab, "document.querySelector('.see-words').innerText"));
        Assert.True(await IsAsync(tab, "document.querySelector('.see-more').href.endsWith('trace=en-fr-2')"));
        Assert.True(await IsAsync(tab, IsOnlyAsWide));
        Assert.Equal(1, (await tab.EvaluateAsync("document.querySelectorAll('h1').length"))!.GetValue<int>());
        Assert.Equal(
            Repository.Find().Chapters().Count,
            (await tab.EvaluateAsync("document.querySelectorAll('#chapters .card').length"))!.GetValue<int>());
        await tab.EvaluateAsync("document.querySelector('.see-more').click()");
        await UntilAsync(tab, $"location.pathname.endsWith('anatomy.html') && {State}.trace?.text.startsWith('Click')");
        Faultless(tab);
    }

    [Fact]
    public async Task It_moves_for_those_who_like_it_and_the_page_is_light()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage tab = await browser.OpenAsync(site.Address("index.html"), 1280, 900);
        const string seen =
            "[...document.querySelectorAll('.see .row')].filter(row => +row.style.opacity === 1).length";
        await UntilAsync(tab, $"{seen} === 1");
        await UntilAsync(tab, $"{seen} === 3");
        Faultless(tab);
        string[] own = ["landing.js", "trace.js", "anatomy.css"];
        long index = new FileInfo(Path.Combine(site.Folder, "index.html")).Length;
        Assert.InRange(
            index + own.Sum(file => new FileInfo(Path.Combine(site.Folder, "assets", "anatomy", file)).Length), 10_000,
            300_000);
        Assert.DoesNotContain(tab.Requests, request => request.Contains("traces/", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_scripts_the_steps_are_told_and_the_picture_is_there()
    {
        string page = File.ReadAllText(Path.Combine(site.Folder, AnatomyPage.FileName));
        Assert.All(AnatomySteps.All, step => Assert.Contains($"id=\"step-{step.Id}\"", page));
        Assert.Contains("files/images/attention-moving.svg", File.ReadAllText(Path.Combine(site.Folder, "index.html")));
        Assert.Contains(AnatomyPage.FileName, File.ReadAllText(Path.Combine(site.Folder, "assets", "search-index.js")));
    }

    private async Task<BrowserPage> OpenAsync(Chromium browser, string page, int width, bool dark = false)
    {
        BrowserPage tab = await browser.OpenAsync(site.Address(page), width, 900, dark, calm: true);
        if (page == AnatomyPage.FileName) { await UntilAsync(tab, $"{State}.at === 0"); }

        return tab;
    }

    private static async Task<string> TextAsync(BrowserPage tab, string expression) =>
        (await tab.EvaluateAsync(expression))!.GetValue<string>();

    private static async Task<bool> IsAsync(BrowserPage tab, string condition) =>
        (await tab.EvaluateAsync($"!!({condition})"))!.GetValue<bool>();

    private static async Task UntilAsync(BrowserPage tab, string condition) => Assert.True(
        await tab.WaitForAsync(condition, TimeSpan.FromSeconds(30)), $"It has never been true that {condition}");

    private static void Faultless(BrowserPage tab)
    {
        Assert.Empty(tab.Errors);
        Assert.DoesNotContain(tab.Requests, request => request.StartsWith("http", StringComparison.Ordinal));
    }
}
