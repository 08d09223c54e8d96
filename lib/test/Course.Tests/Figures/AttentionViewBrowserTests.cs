namespace Course.Tests;

/// <summary>Head view and model view, driven in a browser by mouse, keyboard and finger.</summary>
public sealed class AttentionViewBrowserTests : IDisposable
{
    private const string Lines = "[...document.querySelectorAll('.tfs-view path[data-w]')]",
        Info = "document.querySelector('.tfs-info').textContent";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _temp = new();

    public AttentionViewBrowserTests() => CourseLibrary.Load(Repository.Find());

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_word_shows_its_own_lines_and_weights_to_mouse_keyboard_and_finger()
    {
        Uri address = FigurePages.InNotebook(_temp, [FigurePages.Figures()["head view"]], plotly: false);
        await using Chromium browser = await Chromium.StartAsync();
        await using (BrowserPage page = await browser.OpenAsync(address, 1000, 900))
        {
            Assert.True(await page.WaitForAsync($"{Lines}.length > 6", s_patience));
            Assert.Equal(Drawn(1, 2, null), await TextAsync(page, All));
            await page.PointAsync(Token("0 5"));
            Assert.True(
                await page.WaitForAsync($"{All} == '{Drawn(1, 2, 5)}'", s_patience), await TextAsync(page, All));
            Assert.StartsWith("“it” looks at ", await TextAsync(page, Info));
            Assert.Equal(
                FormattableString.Invariant($"{FigurePages.Weights(1, 2)[5, 2]:F2}"),
                await TextAsync(page, $"{Token("1 2")}.lastChild.textContent"));
            await page.PointAsync("document.querySelector('figcaption')");
            Assert.True(await page.WaitForAsync($"{All} == '{Drawn(1, 2, null)}'", s_patience));

            // A click keeps the word; a second one lets it go.
            await page.ClickAsync(Token("1 2"));
            await page.PointAsync("document.querySelector('figcaption')");
            Assert.StartsWith("“filter” is looked at by ", await TextAsync(page, Info));
            await page.ClickAsync(Token("1 2"));
            await page.PointAsync("document.querySelector('figcaption')");
            Assert.True(await page.WaitForAsync($"{All} == '{Drawn(1, 2, null)}'", s_patience));

            // Selecting a head, and from there on by Tab and arrows.
            await page.EvaluateAsync("document.querySelectorAll('.tfs-bar select')[1].focus()");
            await page.PressAsync("ArrowUp");
            Assert.True(
                await page.WaitForAsync($"{All} == '{Drawn(1, 1, null)}'", s_patience), await TextAsync(page, All));
            await page.PressAsync("Tab", "ArrowDown", "ArrowDown");
            Assert.True(
                await page.WaitForAsync($"{All} == '{Drawn(1, 1, 2)}'", s_patience), await TextAsync(page, All));
            Assert.StartsWith(
                "query filter: “", await TextAsync(page, "document.activeElement.getAttribute('aria-label')"));
            await page.PressAsync("ArrowRight", "Home", "Enter");
            Assert.Equal("true", await TextAsync(page, $"{Token("1 0")}.getAttribute('aria-pressed')"));
            Assert.StartsWith("“Click” is looked at by ", await TextAsync(page, Info));
            await page.PressAsync("Escape");
            Assert.True(await page.WaitForAsync($"{All} == '{Drawn(1, 1, null)}'", s_patience));
            Assert.Empty(page.Errors);
        }

        await using BrowserPage phone = await browser.OpenAsync(address, 400, 800, touch: true);
        Assert.True(await phone.WaitForAsync($"{Lines}.length > 6", s_patience));
        await phone.TapAsync(Token("0 3"));
        Assert.True(await phone.WaitForAsync($"{All} == '{Drawn(1, 2, 3)}'", s_patience), await TextAsync(phone, All));
        Assert.True(
            (await phone.EvaluateAsync($"{Token("0 3")}.firstChild.getBoundingClientRect().height >= 37"))!
                .GetValue<bool>());
        Assert.Equal(400, (await phone.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Empty(phone.Errors);
    }

    [Fact]
    public async Task A_map_enlarges_on_click_and_Enter_and_Escape_leads_back()
    {
        Uri address = FigurePages.OnSite(_temp, [FigurePages.Figures()["model view"]]);
        await using Chromium browser = await Chromium.StartAsync();
        await using BrowserPage page = await browser.OpenAsync(address, 1280, 900);
        Assert.True(await page.WaitForAsync("document.querySelectorAll('.tfs-cell').length == 8", s_patience));
        await page.ClickAsync("document.querySelectorAll('.tfs-cell')[6]");
        Assert.True(
            await page.WaitForAsync("document.querySelectorAll('.tfs-big rect[data-at]').length == 36", s_patience));
        Assert.Equal(Numbers(1, 2), await TextAsync(page, BigNumbers));
        Assert.False(
            (await page.EvaluateAsync("document.querySelector('.tfs-grid').offsetHeight > 0"))!.GetValue<bool>());
        await page.PointAsync("document.querySelectorAll('.tfs-big rect[data-at]')[8]");
        Assert.StartsWith(
            "a → filter: 0.", await TextAsync(page, "document.querySelector('.tfs-info[aria-live]').textContent"));
        await page.PressAsync("Escape");
        Assert.Equal("layer 2, head 3", await TextAsync(page, "document.activeElement.title"));
        Assert.True(
            (await page.EvaluateAsync(
                "document.querySelector('.tfs-grid').offsetHeight > 0 && !document.querySelector('.tfs-big')"))!
                    .GetValue<bool>());

        await page.PressAsync("ArrowUp", "Enter");
        Assert.True(
            await page.WaitForAsync($"{BigNumbers} == '{Numbers(0, 2)}'", s_patience),
            await TextAsync(page, BigNumbers));
        await page.PressAsync("ArrowDown", "ArrowRight", "ArrowDown");
        Assert.StartsWith(
            "a → a: ", await TextAsync(page, "document.querySelector('.tfs-info[aria-live]').textContent"));
        await page.EvaluateAsync("document.querySelectorAll('.tfs-bar select')[1].focus()");
        await page.PressAsync("ArrowDown");
        Assert.True(
            await page.WaitForAsync($"{BigNumbers} == '{Numbers(0, 3)}'", s_patience),
            await TextAsync(page, BigNumbers));
        await page.PressAsync("Escape");
        Assert.Equal("layer 1, head 4", await TextAsync(page, "document.activeElement.title"));
        Assert.Empty(page.Errors);
    }

    private const string All = "[...document.querySelectorAll('.tfs-view path[data-w]')].map(p => " +
        "p.dataset.w).join(' ')";

    private const string BigNumbers = "[...document.querySelectorAll('.tfs-big text[pointer-events]')].map(t => " +
        "t.textContent).join(' ')";

    private static string Token(string at) => $"document.querySelector('.tfs-token[data-at=\"{at}\"]')";

    private static async Task<string> TextAsync(BrowserPage page, string expression) =>
        (await page.EvaluateAsync(expression))!.GetValue<string>();

    /// <summary>The weights of the lines that are to be seen, to two digits, as the view rounds them.</summary>
    private static string Drawn(int layer, int head, int? query) =>
        string.Join(' ', FigurePages.Weights(layer, head).EnumerateRows()
        .Where((_, i) => query is null || query == i).SelectMany(row => row)
        .Where(w => Math.Round(w * 65535) / 65535 >= 0.005)
        .Select(
            w => ((double)Math.Round(w * 65535) / 65535)
                .ToString("G2", System.Globalization.CultureInfo.InvariantCulture)));

    private static string Numbers(int layer, int head) =>
        string.Join(' ', FigurePages.Weights(layer, head).EnumerateRows().SelectMany(row => row)
        .Select(
            w => ((double)Math.Round(w * 65535) / 65535)
                .ToString("F2", System.Globalization.CultureInfo.InvariantCulture)));
}
