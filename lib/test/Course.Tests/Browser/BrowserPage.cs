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
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests.Select(
        request => request.Url)];
            }
        }
    }

    /// <summary>
    /// Exceptions of its scripts, errors that they have written on the console, what its security policy refused, and
    /// requests that were answered by an error.
    /// </summary>
    public IReadOnlyList<string> Errors { get { lock (_requests) { return [.. _errors]; } } }

    /// <param name="tools">The browser.</param>
    /// <param name="address">What to open.</param>
    /// <param name="width">How wide the window is.</param>
    /// <param name="height">How high.</param>
    /// <param name="dark">Whether the reader prefers dark pages.</param>
    /// <param name="touch">Whether there is a finger and no mouse.</param>
    /// <param name="calm">Whether the reader prefers that nothing moves.</param>
    public static async Task<BrowserPage> OpenAsync(
        DevTools tools, Uri address, int width, int height, bool dark, bool touch = false, bool calm = false)
    {
        string target =
            (await tools.SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" }))["targetId"]!
                .GetValue<string>();
        string session =
            (await tools.SendAsync(
                "Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!
                    .GetValue<string>();
        var page = new BrowserPage(tools, session, target);
        await page.SendAsync("Page.enable");
        await page.SendAsync("Network.enable");
        await page.SendAsync("Runtime.enable");
        await page.SendAsync("Log.enable");
        await page.SendAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = touch });
        if (touch)
        {
            await page.SendAsync("Emulation.setTouchEmulationEnabled", new JsonObject { ["enabled"] = true });
        }

        await page.SendAsync("Emulation.setEmulatedMedia", new JsonObject
        {
            ["features"] = new JsonArray(
                new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" },
                new JsonObject { ["name"] = "prefers-reduced-motion", ["value"] = calm ? "reduce" : "no-preference" }),
        });
        await page.SendAsync("Page.navigate", new JsonObject { ["url"] = address.AbsoluteUri });
        await page._loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return page;
    }

    /// <summary>The value of a JavaScript expression, or of the promise it gives.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        JsonObject answer = await SendAsync(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.True(answer["exceptionDetails"] is null, answer["exceptionDetails"]?.ToJsonString());
        return answer["result"]!["value"]?.DeepClone();
    }

    /// <summary>What has the focus, as its label or its text.</summary>
    public async Task<string> LabelAsync() => (await EvaluateAsync(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))!.GetValue<string>();

    /// <summary>Waits until an expression is true. Returns whether it ever was.</summary>
    /// <remarks>
    /// While what it asks about is not there yet, it may throw; what it throws at the end is a failure.
    /// </remarks>
    public async Task<bool> WaitForAsync(string condition, TimeSpan patience)
    {
        for (long start = Environment.TickCount64; Environment.TickCount64 - start
            < patience.TotalMilliseconds; await Task.Delay(100))
        {
            if ((await EvaluateAsync($"(() => {{ try {{ return !!({condition}); }} catch {{ return false; }} }})()"))!
                .GetValue<bool>())
            {
                return true;
            }
        }

        return (await EvaluateAsync($"!!({condition})"))!.GetValue<bool>();
    }

    /// <summary>Moves the mouse over the middle of an element, or a share of its width.</summary>
    public async Task PointAsync(string element, double share = 0.5)
    {
        (double x, double y) = await PlaceAsync(element, share);
        await SendAsync(
            "Input.dispatchMouseEvent",
            new JsonObject { ["type"] = "mouseMoved", ["x"] = x, ["y"] = y, ["pointerType"] = "mouse" });
    }

    /// <summary>Presses the mouse's button on an element.</summary>
    public async Task ClickAsync(string element, double share = 0.5)
    {
        (double x, double y) = await PlaceAsync(element, share);
        foreach (string type in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await SendAsync(
                "Input.dispatchMouseEvent",
                new JsonObject
                {
                    ["type"] = type, ["x"] = x, ["y"] = y,
                    ["button"] = type == "mouseMoved" ? "none" : "left", ["clickCount"] = 1
                });
        }
    }

    /// <summary>Taps an element with a finger.</summary>
    public async Task TapAsync(string element, double share = 0.5)
    {
        (double x, double y) = await PlaceAsync(element, share);
        await SendAsync(
            "Input.dispatchTouchEvent",
            new JsonObject
            {
                ["type"] = "touchStart",
                ["touchPoints"] = new JsonArray(new JsonObject { ["x"] = x, ["y"] = y })
            });
        await SendAsync(
            "Input.dispatchTouchEvent", new JsonObject { ["type"] = "touchEnd", ["touchPoints"] = new JsonArray() });
    }

    /// <summary>Writes a text where the cursor is.</summary>
    public async Task TypeAsync(string text) =>
        await SendAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>
    /// Presses keys, one after the other: Tab, Enter, Escape, Home, End, ArrowRight … or a space. Shift+Enter and
    /// Control+a hold a key meanwhile.
    /// </summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (string pressed in keys)
        {
            int held = pressed.StartsWith("Shift+", StringComparison.Ordinal) ? 8
                : pressed.StartsWith("Control+", StringComparison.Ordinal) ? 2 : 0;
            string key = held == 0 ? pressed : pressed[(pressed.IndexOf('+', StringComparison.Ordinal) + 1)..];
            key = key == "Space" ? " " : key;
            int code =
                key switch
                {
                    "Tab" => 9,
                    "Enter" => 13,
                    "Escape" => 27,
                    " " => 32,
                    "End" => 35,
                    "Home" => 36,
                    "ArrowLeft" => 37,
                    "ArrowUp" => 38,
                    "ArrowRight" => 39,
                    "ArrowDown" => 40,
                    _ => char.ToUpperInvariant(key[0])
                };
            var down =
                new JsonObject
                {
                    ["type"] = "keyDown", ["key"] = key, ["code"] = key == " " ? "Space" : key,
                    ["windowsVirtualKeyCode"] = code, ["modifiers"] = held
                };
            if (key is " " or "Enter" && held == 0) { down["text"] = key == " " ? " " : "\r"; }

            await SendAsync("Input.dispatchKeyEvent", down);
            await SendAsync(
                "Input.dispatchKeyEvent",
                new JsonObject
                {
                    ["type"] = "keyUp", ["key"] = key, ["code"] = key == " " ? "Space" : key,
                    ["windowsVirtualKeyCode"] = code, ["modifiers"] = held
                });
        }
    }

    /// <summary>Shows the page as paper has it.</summary>
    public Task PrintAsync() => SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["media"] = "print" });

    /// <summary>Saves the whole page as a PNG, or what the window shows of it.</summary>
    public async Task SaveScreenshotAsync(string file, bool whole = true)
    {
        JsonObject picture = await SendAsync(
            "Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = whole });
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllBytesAsync(file, Convert.FromBase64String(picture["data"]!.GetValue<string>()));
    }

    public async ValueTask DisposeAsync()
    {
        _tools.Happened -= Note;
        await _tools.SendAsync("Target.closeTarget", new JsonObject { ["targetId"] = _target });
    }

    /// <summary>Where an element (a JavaScript expression) lies in the window, once scrolled into it.</summary>
    private async Task<(double X, double Y)> PlaceAsync(string element, double share)
    {
        JsonNode place =
            (await EvaluateAsync(
                $"(() => {{ const e = {element}; e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); const " +
                $"r = e.getBoundingClientRect(); " +
            $"return [r.left + r.width * {share.ToString(System.Globalization.CultureInfo.InvariantCulture)}, r.top " +
            $"+ r.height / 2]; }})()"))!;
        return (place[0]!.GetValue<double>(), place[1]!.GetValue<double>());
    }

    private Task<JsonObject> SendAsync(string method, JsonObject? parameters = null) =>
        _tools.SendAsync(method, parameters ?? [], _session);

    private void Note(string session, string method, JsonObject parameters)
    {
        if (session != _session) { return; }

        lock (_requests)
        {
            if (method == "Network.requestWillBeSent")
            {
                _requests.Add(
                    (parameters["requestId"]!.GetValue<string>(), parameters["request"]!["url"]!.GetValue<string>()));
            }

            if (method == "Network.loadingFailed" && parameters["blockedReason"]?.GetValue<string>() == "csp")
            {
                string refused = parameters["requestId"]!.GetValue<string>();
                _requests.RemoveAll(request => request.Id == refused);
            }

            if (method == "Log.entryAdded" && parameters["entry"] is { } entry
                && entry["source"]!.GetValue<string>() == "security")
            {
                _errors.Add(entry["text"]!.GetValue<string>());
            }

            if (method == "Runtime.exceptionThrown") { _errors.Add(parameters["exceptionDetails"]!.ToJsonString()); }

            if (method == "Runtime.consoleAPICalled" && parameters["type"]!.GetValue<string>() == "error")
            {
                _errors.Add(parameters["args"]!.ToJsonString());
            }

            if (method == "Network.responseReceived" && parameters["response"] is { } answer
                && answer["status"]!.GetValue<int>() >= 400)
            {
                _errors.Add($"{answer["status"]}: {answer["url"]}");
            }
        }

        if (method == "Page.loadEventFired") { _loaded.TrySetResult(); }
    }
}
