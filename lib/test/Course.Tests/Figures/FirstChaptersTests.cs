namespace Course.Tests;

/// <summary>
/// The figures that answer in chapters 0, 1, 4 and 5, on their pages: at least twenty, and each of their controls
/// does something.
/// </summary>
[Collection(ExecutedCourseCollection.Name)]
public sealed class FirstChaptersTests(ExecutedCourse course)
{
    private const string Answering = "[...document.querySelectorAll('figure')].filter(f => " +
        "f.querySelector('.tfs-bar, .tfs-view, .tfs-cell'))";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static readonly string[] s_pages =
    [
        "00-start-here", "01-attention", "04-feed-forward-and-residuals", "05-transformer-assembly"
    ];

    [Fact]
    public async Task There_are_at_least_twenty_and_the_keyboard_moves_each_control()
    {
        await using Chromium browser = await Chromium.StartAsync();
        int figures = 0;
        foreach (string name in s_pages)
        {
            await using BrowserPage page = await OpenAsync(browser, name, 1280, touch: false);
            figures += await NumberAsync(page, $"{Answering}.length");
            int controls = await NumberAsync(
                page, "document.querySelectorAll('.tfs-bar select, .tfs-bar input').length");
            for (int i = 0; i < controls; i++)
            {
                string control = $"document.querySelectorAll('.tfs-bar select, .tfs-bar input')[{i}]",
                    state = $"{control}.closest('figure').innerHTML";
                bool last = await NumberAsync(
                    page, $"+({control}.selectedIndex ?? {control}.value) == +({control}.length ? {control}.length - " +
                        $"1 : {control}.max) ? 1 : 0") == 1;
                bool select = await NumberAsync(page, $"{control}.tagName == 'SELECT' ? 1 : 0") == 1;
                await page.EvaluateAsync($"window.before = {state}; {control}.focus()");
                await page.PressAsync(
                    (select, last) switch
                    {
                        (true, true) => "ArrowUp",
                        (true, false) => "ArrowDown",
                        (false, true) => "ArrowLeft",
                        _ => "ArrowRight"
                    });
                Assert.True(
                    await page.WaitForAsync($"{state} != window.before", s_patience),
                    $"{name}: control {i} moves nothing.");
            }

            Assert.Empty(page.Errors);
        }

        Assert.True(figures >= 20, $"Only {figures} figures answer.");
    }

    [Fact]
    public async Task A_finger_steps_each_slider_on_a_phone()
    {
        await using Chromium browser = await Chromium.StartAsync();
        foreach (string name in s_pages)
        {
            await using BrowserPage page = await OpenAsync(browser, name, 400, touch: true);
            int sliders = await NumberAsync(
                page, "document.querySelectorAll('.tfs-bar button[aria-label^=\"Step\"]').length");
            Assert.True(sliders > 0, $"{name} has no slider.");
            for (int i = 0; i < sliders; i++)
            {
                string button = $"document.querySelectorAll('.tfs-bar button[aria-label^=\"Step\"]')[{i}]",
                    value = $"{button}.closest('.tfs-bar').querySelector('input').value";
                await page.EvaluateAsync(
                    $"{button}.closest('.tfs-bar').querySelectorAll('input').forEach(x => {{ x.value = 1; " +
                    $"x.dispatchEvent(new Event('input', {{ bubbles: true }})); }}); {button}.scrollIntoView({{ " +
                    $"block: 'center' }})");
                await page.TapAsync(button);
                Assert.True(
                    await page.WaitForAsync(
                        $"[...{button}.closest('.tfs-bar').querySelectorAll('input')].some(x => +x.value != 1)",
                        s_patience), $"{name}: step button {i} moves nothing ({value}).");
            }

            Assert.Equal(400, await NumberAsync(page, "document.documentElement.scrollWidth"));
            Assert.Empty(page.Errors);
        }
    }

    private async Task<BrowserPage> OpenAsync(Chromium browser, string name, int width, bool touch)
    {
        string file = Directory.EnumerateFiles(course.Site, name + ".html", SearchOption.AllDirectories).Single();
        BrowserPage page = await browser.OpenAsync(new Uri(file), width, 900, touch: touch);
        Assert.True(await page.WaitForAsync("document.querySelectorAll('.tfs-bar').length > 0 && " +
            "[...document.querySelectorAll('.tfs-box')].every(box => box.querySelector('.js-plotly-plot .main-svg, " +
            ".tfs-view, .tfs-cell'))", s_patience), $"{name} has not drawn.");
        return page;
    }

    private static async Task<int> NumberAsync(BrowserPage page, string expression) =>
        (await page.EvaluateAsync(expression))!.GetValue<int>();
}
