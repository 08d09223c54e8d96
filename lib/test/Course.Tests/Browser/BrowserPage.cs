using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>A tab: what it shows, what it asked for, what went wrong in it.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly DevTools _tools;
    private readonly string _session, _target;
    private readonly List<(string Id, string Url)> _requests = [];
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrowserPage(DevTools tools, string session, string target)
    {
        (_tools, _session, _target) = (tools, session, target);
        tools.Happened += Note;
    }

    /// <summary>The address of everything the page asked for, and its security policy let pass.</summary>
    public IReadOnlyList<string> Requests { get { lock (_requests) { return [.. _requests.Select(request => request.Url)]; } } }

    /// <summary>Exceptions of its scripts, and what its security policy refused.</summary>
    public IReadOnlyList<string> Errors { get { lock (_requests) { return [.. _errors]; } } }

    public static async Task<BrowserPage> OpenAsync(DevTools tools, Uri address, int width, int height, bool dark)
    {
        string target = (await tools.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!.GetValue<string>();
        string session = (await tools.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!.GetValue<string>();
        var page = new BrowserPage(tools, session, target);
        await page.SendAsync("Page.enable");
        await page.SendAsync("Network.enable");
        await page.SendAsync("Runtime.enable");
        await page.SendAsync("Log.enable");
        await page.SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await page.SendAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" }),
        });
        await page.SendAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        await page._loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return page;
    }

    /// <summary>The value of a JavaScript expression, or of the promise it gives.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonObject answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.True(answer["exceptionDetails"] is null, answer["exceptionDetails"]?.ToJsonString());
        return answer["result"]!["value"]?.DeepClone();
    }

    /// <summary>Waits until an expression is true. Returns whether it ever was.</summary>
    public async Task<bool> WaitForAsync(string condition, TimeSpan patience)
    {
        for (long start = Environment.TickCount64; Environment.TickCount64 - start < patience.TotalMilliseconds; await Task.Delay(100))
        {
            if ((await EvaluateAsync($"!!({condition})"))!.GetValue<bool>()) { return true; }
        }

        return false;
    }

    /// <summary>Saves the whole page as a PNG.</summary>
    public async Task SaveScreenshotAsync(string file)
    {
        JsonObject picture = await SendAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true });
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllBytesAsync(file, Convert.FromBase64String(picture["data"]!.GetValue<string>()));
    }

    public async ValueTask DisposeAsync()
    {
        _tools.Happened -= Note;
        await _tools.SendAsync("Target.closeTarget", new JsonObject { ["targetId"] = _target });
    }

    private Task<JsonObject> SendAsync(string method, JsonObject? parameters = null) => _tools.SendAsync(method, parameters ?? [], _session);

    private void Note(string session, string method, JsonObject parameters)
    {
        if (session != _session) { return; }

        lock (_requests)
        {
            if (method == "Network.requestWillBeSent") { _requests.Add((parameters["requestId"]!.GetValue<string>(), parameters["request"]!["url"]!.GetValue<string>())); }

            if (method == "Network.loadingFailed" && parameters["blockedReason"]?.GetValue<string>() == "csp")
            {
                string refused = parameters["requestId"]!.GetValue<string>();
                _requests.RemoveAll(request => request.Id == refused);
            }

            if (method == "Log.entryAdded" && parameters["entry"] is { } entry && entry["source"]!.GetValue<string>() == "security") { _errors.Add(entry["text"]!.GetValue<string>()); }

            if (method == "Runtime.exceptionThrown") { _errors.Add(parameters["exceptionDetails"]!.ToJsonString()); }
        }

        if (method == "Page.loadEventFired") { _loaded.TrySetResult(); }
    }
}
