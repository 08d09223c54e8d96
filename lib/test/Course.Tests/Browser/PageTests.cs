namespace Course.Tests;

/// <summary>
/// Every page of the executed course's site in a browser that reaches no other machine. With SCREENSHOTS=folder each
/// page is saved there as a picture, to be looked at.
/// </summary>
[Collection(ExecutedCourseCollection.Name)]
public class PageTests(ExecutedCourse course)
{
    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(400, false)]
    [InlineData(400, true)]
    public async Task Every_figure_draws_and_no_request_leaves_and_nothing_is_wider_than_the_screen(
        int width, bool dark)
    {
        await using Chromium browser = await Chromium.StartAsync();
        var faults = new List<string>();
        int figures = 0;
        foreach (string file in new SiteFiles(course.Site).Pages)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            await using BrowserPage page = await browser.OpenAsync(new Uri(file), width, 900, dark);
            await page.EvaluateAsync("document.querySelectorAll('details').forEach(function (d) { d.open = true; })");
            int wanted = (await page.EvaluateAsync("document.querySelectorAll('.tfs-box').length"))!.GetValue<int>();
            figures += wanted;
            if (!await page.WaitForAsync(
                $"document.querySelectorAll('.tfs-box .js-plotly-plot .main-svg').length >= {wanted} && " +
                "[...document.querySelectorAll('.tfs-box')].every(box => box.querySelector('.js-plotly-plot " +
                ".main-svg')?.getBoundingClientRect().height > 40)", TimeSpan.FromSeconds(60)))
            {
                var still = await page.EvaluateAsync("""
                    [...document.querySelectorAll('.tfs-box')]
                      .filter(box => !box.querySelector('.js-plotly-plot .main-svg'))
                      .map(box => box.querySelector('svg').getAttribute('aria-label')).join('; ')
                    """);
                faults.Add($"{name}: {still} has not drawn of {wanted} figures");
            }

            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                await page.SaveScreenshotAsync(Path.Combine(folder, $"{name}-{width}-{(dark ? "dark" : "light")}.png"));
            }

            int scroll = (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>();
            if (scroll > width)
            {
                faults.Add($"{name}: {scroll} pixels wide: {await page.EvaluateAsync(WidestElement)}");
            }

            faults.AddRange(
                (await page.EvaluateAsync(
                    "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src).join(' ')"))!
                        .GetValue<string>()
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(image => $"{name}: the picture {image} does not show"));
            faults.AddRange(page.Requests.Where(url => !IsLocal(url)).Select(url => $"{name}: asked for {url}"));
            faults.AddRange(page.Errors.Select(error => $"{name}: {error}"));
        }

        Assert.True(figures > 0, "The site has no figures.");
        Assert.Empty(faults);
    }

    [Fact]
    public async Task The_theme_can_be_switched_and_is_remembered_and_figures_follow()
    {
        await using Chromium browser = await Chromium.StartAsync();
        Uri page = new(
            new SiteFiles(course.Site).Pages.First(
                file => File.ReadAllText(file).Contains("tfs-box", StringComparison.Ordinal)));
        await using (BrowserPage first = await browser.OpenAsync(page, 1280, 900))
        {
            Assert.True(
                await first.WaitForAsync(
                    "document.querySelector('.tfs-box .js-plotly-plot .xtick text')", TimeSpan.FromSeconds(60)));
            const string ink = "getComputedStyle(document.querySelector('.tfs-box .js-plotly-plot .xtick text')).fill";
            string light = (await first.EvaluateAsync(ink))!.GetValue<string>();
            await first.EvaluateAsync("document.getElementById('theme').click()");
            Assert.Equal(
                "dark", (await first.EvaluateAsync("document.documentElement.dataset.theme"))!.GetValue<string>());
            Assert.True(
                await first.WaitForAsync($"{ink} !== '{light}'", TimeSpan.FromSeconds(30)),
                $"The figure's text has stayed {light}.");
        }

        await using BrowserPage second = await browser.OpenAsync(page, 1280, 900);
        Assert.Equal(
            "dark", (await second.EvaluateAsync("document.documentElement.dataset.theme"))!.GetValue<string>());
    }

    [Fact]
    public async Task A_request_that_leaves_would_be_noticed()
    {
        await using Chromium browser = await Chromium.StartAsync();
        using var temp = new TempFolder();
        string file = temp.Write(
            "<!DOCTYPE html><img src=\"https://example.org/x.png\"><div " +
            "style=\"width:900px\">wide</div><script>throw new Error('bad')</script>", "page.html");
        await using BrowserPage page = await browser.OpenAsync(new Uri(file), 400, 900);
        Assert.Contains(page.Requests, url => !IsLocal(url));
        Assert.Equal(908, (await page.EvaluateAsync("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Contains("bad", Assert.Single(page.Errors));
    }

    private const string WidestElement =
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).slice(0, " +
        "3).map(e => e.outerHTML.slice(0, 200)).join(' | ')";

    private static bool IsLocal(string url) =>
        url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)
        || url.StartsWith("blob:", StringComparison.Ordinal) || url.StartsWith("about:", StringComparison.Ordinal);
}
