using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>What the reader has done, as the server says it and as the sidebar of a live page shows it.</summary>
[Collection(LiveCourseCollection.Name)]
public class LiveProgressTests(LiveCourse course)
{
    [Fact]
    public void The_server_counts_what_the_progress_command_counts()
    {
        using var sample = new SampleCourse();
        sample.Rewrite(3, "Turn01.Softmax(x => x);");
        var progress = new LiveProgress(sample.Repository);
        Assert.Equal(
            """{"01-one":{"solved":0,"of":1},"02-two":{"solved":0,"of":0}}""", progress.ToJson().ToJsonString());
        Directory.CreateDirectory(sample.Repository.Out);
        File.WriteAllText(Path.Combine(sample.Repository.Out, "progress.txt"), "01.Softmax\n09.1\n");
        Assert.Equal(1, progress.ToJson()["01-one"]!["solved"]!.GetValue<int>());
        File.WriteAllText(Path.Combine(sample.Repository.Out, "progress.txt"), "nonsense\n");
        Assert.Throws<CourseException>(progress.ToJson);
    }

    [Fact]
    public async Task A_cell_that_has_run_is_counted_in_the_sidebar_of_every_page_and_search_works_here_too()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using (await browser.OpenAsync(course.Server.AddressWithToken, 1280, 900)) { } // gives the cookie
        await using BrowserPage tab = await browser.OpenAsync(
            new Uri(course.Server.Address, "01-attention.html"), 1280, 900);
        var page = LivePage.Of(tab);
        await page.ReadyAsync();
        Assert.Null(await tab.EvaluateAsync("document.querySelector('.sidebar .done')?.textContent"));
        Assert.StartsWith("Done", await page.RunAsync(0));
        int cells = (await tab.EvaluateAsync("document.querySelectorAll('main > .cell').length"))!.GetValue<int>();
        JsonNode solved = (await tab.EvaluateAsync(
            "fetch('/api/progress').then(answer => answer.json())"))!["01-attention"]!;
        Assert.InRange(solved["of"]!.GetValue<int>(), 3, 20);
        string said = $"1 of {cells} cells run · {solved["solved"]} of {solved["of"]} solved";
        await page.UntilAsync(
            $"document.querySelector('.sidebar a[aria-current=\"page\"] .done')?.textContent === '{said}'");
        await CommittedSite.PictureAsync(tab, "progress-live");

        await course.Server.Site.Whole;
        await using BrowserPage first = await browser.OpenAsync(new Uri(course.Server.Address, "index.html"), 400, 900);
        await LivePage.Of(first).UntilAsync(
            $"document.querySelector('.sidebar a[href=\"01-attention.html\"] .done')?.textContent === '{said}'");
        await first.PressAsync("/");
        await LivePage.Of(first).UntilAsync("window.courseIndex && document.activeElement.matches('.search input')");
        await first.TypeAsync("logit lens");
        await LivePage.Of(first).UntilAsync("document.querySelector('.search a b mark')");
        Assert.Empty(tab.Errors);
        Assert.Empty(first.Errors);
    }
}
