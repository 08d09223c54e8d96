using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// A notebook from elsewhere whose stored outputs want to act, on a page that can run code: nothing of them runs, and
/// nothing runs before the reader presses a button.
/// </summary>
public sealed class HostileOutputTests : IDisposable
{
    private const string Hostile = """
        <script>window.ran = 'script'; fetch('api/kernels', {method: 'POST', headers: {'X-Course': '1'}})</script>
        <script src="https://example.org/x.js"></script>
        <img src="x" onerror="window.ran = 'onerror'">
        <a id="bad" href="javascript:window.ran = 'link'">press</a>
        <svg onload="window.ran = 'svg'"></svg>
        <iframe srcdoc="<script>parent.ran = 'frame'</script>"></iframe>
        <form action="api/kernels" method="post"><button id="send">send</button></form>
        <a id="ping" href="#there" ping="api/kernels">ping</a>
        <meta http-equiv="refresh" content="0;url=https://example.org/">
        <base href="https://example.org/">
        <link rel="stylesheet" href="https://example.org/x.css">
        <div class="cell" data-cell="x"><pre class="code"><code>window</code></pre>
        <button class="live-run">▶ Run</button></div>
        """;

    private readonly SampleCourse _course = new();

    public void Dispose() => _course.Dispose();

    [Fact]
    public async Task Nothing_of_a_stored_output_runs_and_no_kernel_starts()
    {
        var notebook = Notebook.Load(_course.First);
        notebook.Cells.First(cell => cell.Kind == CellKind.Code).SetOutputs(
            [new DisplayOutput(new MimeBundle(("text/html", Hostile)))]);
        notebook.Save(_course.First);

        await using Chromium browser = await Chromium.StartAsync();
        await using LiveServer server = await LiveServer.StartAsync(
            _course.Repository, _course.Files.File("out"), 0, _ => { });
        await Task.Run(() => server.Site.Make(_ => { }));
        await using (await browser.OpenAsync(server.AddressWithToken, 1280, 900)) { }

        Uri address = new(server.Address, "01-one.html");
        await using BrowserPage page = await browser.OpenAsync(address, 1280, 900);
        Assert.True(await page.WaitForAsync("document.querySelector('.live-foot')", TimeSpan.FromSeconds(60)));
        foreach (string id in (string[])["bad", "send", "ping"])
        {
            await page.EvaluateAsync($"document.getElementById('{id}').click()");
        }

        await page.EvaluateAsync("document.querySelector('.output .live-run').click()"); // somebody else's button
        await page.EvaluateAsync("new Promise(done => setTimeout(done, 1000))");
        Assert.Null(await page.EvaluateAsync("window.ran"));
        Assert.Equal(address.AbsolutePath, (await page.EvaluateAsync("location.pathname"))!.GetValue<string>());
        Assert.All(page.Requests, url => Assert.True(
            url.StartsWith(server.Address.AbsoluteUri, StringComparison.Ordinal)
            || url.StartsWith("data:", StringComparison.Ordinal), url));
        using HttpClient http = LiveClient.HttpOf(server);
        Assert.Empty(JsonNode.Parse(await http.GetStringAsync("api/kernels"))!.AsArray());
    }

    [Fact]
    public async Task What_the_readers_own_cell_shows_cannot_run_scripts_in_the_page_either()
    {
        await using Chromium browser = await Chromium.StartAsync();
        await using LiveServer server = await LiveServer.StartAsync(
            Repository.Find(), _course.Files.File("out"), 0, _ => { });
        Task made = Task.Run(() => server.Site.Make(_ => { }));
        await using (await browser.OpenAsync(server.AddressWithToken, 1280, 900)) { }

        await using BrowserPage page = await browser.OpenAsync(
            new Uri(server.Address, "01-attention.html"), 1280, 900);
        await LivePage.Of(page).WriteAsync(
            0, "HTML(@\"<b id='mine'>shown</b>" + Hostile.Replace("\"", "\"\"", StringComparison.Ordinal) + "\")");
        Assert.StartsWith("Done", await LivePage.Of(page).RunAsync(0));
        Assert.True(await page.WaitForAsync("document.getElementById('mine')", TimeSpan.FromSeconds(30)));
        await page.EvaluateAsync("document.getElementById('bad').click()");
        await page.EvaluateAsync("new Promise(done => setTimeout(done, 500))");
        Assert.Null(await page.EvaluateAsync("window.ran"));
        Assert.Equal("/01-attention.html", (await page.EvaluateAsync("location.pathname"))!.GetValue<string>());
        await made;
    }
}
