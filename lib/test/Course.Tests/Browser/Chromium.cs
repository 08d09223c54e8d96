using System.Diagnostics;

namespace Course.Tests;

/// <summary>A headless Chromium that cannot reach any other machine, driven by its DevTools protocol.</summary>
/// <remarks>
/// Microsoft.Playwright 1.64.1 was tried: it brings Node.js for five systems, 214 MB to fetch and 792 MB on disk. Every
/// reader's first <c>dotnet test</c> would pay that; all other packages together are 520 MB. What the tests need of it
/// is in DevTools.cs, a hundred lines.
/// </remarks>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly TempFolder _profile;
    private readonly Process _process;
    private readonly DevTools _tools;

    private Chromium(TempFolder profile, Process process, DevTools tools) =>
        (_profile, _process, _tools) = (profile, process, tools);

    /// <summary>The number of its first process, from which all others descend.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts it; skips the test where there is none, unless REQUIRE_BROWSER=1.</summary>
    public static async Task<Chromium> StartAsync()
    {
        string? path = Examination.Chromium(Examination.OnPath);
        Assert.SkipWhen(path is null && Environment.GetEnvironmentVariable("REQUIRE_BROWSER") != "1",
            "There is no Chromium here. Install it (apt-get install chromium), or set CHROMIUM to the path of Chrome.");
        Assert.True(
            path is not null, "REQUIRE_BROWSER=1, and there is no Chromium. Install it: apt-get install chromium");

        var profile = new TempFolder();
        var process = Process.Start(new ProcessStartInfo(path, [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var address = new TaskCompletionSource<Uri>();
        process.ErrorDataReceived += (_, line) =>
        {
            const string mark = "DevTools listening on ";
            if (line.Data?.StartsWith(mark, StringComparison.Ordinal) == true)
            {
                address.TrySetResult(new Uri(line.Data[mark.Length..]));
            }
        };
        process.BeginErrorReadLine();
        try
        {
            return new Chromium(
                profile, process, await DevTools.ConnectAsync(await address.Task.WaitAsync(TimeSpan.FromSeconds(60))));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Opens a page in a tab of its own, of an exact size.</summary>
    public Task<BrowserPage> OpenAsync(
        Uri address, int width, int height, bool dark = false, bool touch = false, bool calm = false) =>
        BrowserPage.OpenAsync(_tools, address, width, height, dark, touch, calm);

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }
}
