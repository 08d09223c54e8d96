namespace Course.Tests;

/// <summary>
/// A chart that a reader makes with Plotly.NET itself, run by the course's engine, on a page of the site. With
/// SCREENSHOTS=folder the page is saved there. Skipped where no package source answers, unless REQUIRE_PACKAGES=1.
/// </summary>
public class ReadersChartTests
{
    [Theory]
    [InlineData("#r \"nuget: Plotly.NET.CSharp, 0.14.0\"", 1280)]
    [InlineData("#r \"nuget: Plotly.NET.CSharp, 0.14.0\"", 400)]
    [InlineData("#r \"nuget: Plotly.NET.Interactive, 6.0.0\"\n#r \"nuget: Plotly.NET.CSharp, 0.14.0\"", 1280)]
    public async Task A_chart_of_Plotly_NET_draws_on_a_page_of_the_site(string package, int width)
    {
        await using Chromium browser = await Chromium.StartAsync();
        using var temp = new TempFolder();
        temp.Write(Sample.Json("md:# A chart", package, """
            using Plotly.NET.CSharp;
            Chart.Column<double, string, string>(new double[] { 2, 3, 5 }, new[] { "it", "the", "filter" })
            """), "notebooks", "00-chart.ipynb");
        var (exit, said) = await CourseProgram.RunAsync(
            temp.Path, "run", "--notebooks", temp.File("notebooks"), "--out", temp.File("out"));
        Assert.SkipWhen(
            Environment.GetEnvironmentVariable("REQUIRE_PACKAGES") != "1"
                && said.Contains("could not be restored", StringComparison.Ordinal), "No package source answers here.");
        Assert.True(exit == 0, said);

        await using BrowserPage page = await browser.OpenAsync(
            new Uri(temp.File("out/site/00-chart.html")), width, 900);
        Assert.True(
            await page.WaitForAsync(
                "document.querySelectorAll('.tfs-box .js-plotly-plot .bars .point').length === 3",
                TimeSpan.FromSeconds(60)), "The chart has not drawn its three columns.");
        Assert.Equal(
            "it the filter",
            (await page.EvaluateAsync(
                "[...document.querySelectorAll('.tfs-box .js-plotly-plot .xtick text')].map(t => t.textContent)" +
                ".join(' ')"))!.GetValue<string>());
        Assert.DoesNotContain(page.Requests, url => url.StartsWith("http", StringComparison.Ordinal));
        Assert.Empty(page.Errors);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.SaveScreenshotAsync(Path.Combine(folder, $"readers-chart-{package.Length}-{width}.png"));
        }
    }
}
