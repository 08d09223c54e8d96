using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// The genuine .NET Interactive kernel, started and spoken to as VS Code's Polyglot Notebooks does: a command or an
/// event a line, as JSON. The version is that of .config/dotnet-tools.json, the last one published.
/// </summary>
internal sealed class GenuineKernel : IAsyncDisposable
{
    private const string Install = "in the folder of README.md: dotnet tool restore";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15); // as long as a cell may take in a run

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private GenuineKernel(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => { lock (_errors) { _errors.AppendLine(line.Data); } };
        process.BeginErrorReadLine();
    }

    /// <summary>The version of the installed kernel, such as 1.0.712001; null where it is not installed.</summary>
    public static string? Version { get; } = FindVersion();

    /// <summary>
    /// Skips the test where the kernel is not installed, unless REQUIRE_DOTNET_INTERACTIVE=1 says that it must be.
    /// </summary>
    public static void Require()
    {
        Assert.SkipUnless(
            Version is not null || Environment.GetEnvironmentVariable("REQUIRE_DOTNET_INTERACTIVE") == "1",
            $"The genuine .NET Interactive kernel is not installed; {Install}");
        Assert.True(
            Version is not null, "REQUIRE_DOTNET_INTERACTIVE=1, but the genuine .NET Interactive kernel is not " +
                $"installed; {Install}");
    }

    /// <summary>A kernel that works in a folder, and is ready.</summary>
    public static async Task<GenuineKernel> StartAsync(string folder)
    {
        var kernel = new GenuineKernel(Start("[vscode]", "stdio", "--working-dir", folder));
        while ((await kernel.NextAsync())["eventType"]?.ToString() != "KernelReady") { }
        return kernel;
    }

    /// <summary>Runs a cell to its end.</summary>
    /// <param name="code">Its source.</param>
    /// <param name="onEvent">Told of each event, such as DisplayedValueProduced, as it comes.</param>
    public async Task<GenuineCell> RunAsync(string code, Action<string>? onEvent = null)
    {
        string token = Send("SubmitCode", new JsonObject { ["code"] = code, ["targetKernelName"] = "csharp" });
        var cell = new GenuineCell();
        while (true)
        {
            JsonNode message = await NextAsync();
            string of = message["command"]?["token"]?.ToString() ?? "";
            if (message["eventType"]?.ToString() is not { } kind
                || (of != token && !of.StartsWith(token + ".", StringComparison.Ordinal)))
            {
                continue;
            }

            cell.Add(kind, message["event"]!, of == token);
            onEvent?.Invoke(kind);
            if (of == token && kind is "CommandSucceeded" or "CommandFailed") { return cell; }
        }
    }

    /// <summary>What the stop button sends.</summary>
    public void Cancel() => Send("Cancel", []);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private string Send(string type, JsonObject command)
    {
        string token = Guid.NewGuid().ToString("N");
        var message =
            new JsonObject
            {
                ["token"] = token, ["commandType"] = type, ["command"] = command,
                ["routingSlip"] = new JsonArray()
            };
        _process.StandardInput.WriteLine(message.ToJsonString());
        _process.StandardInput.Flush();
        return token;
    }

    private async Task<JsonNode> NextAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            string? line = await _process.StandardOutput.ReadLineAsync(limit.Token);
            lock (_errors) { Assert.True(line is not null, $"The genuine kernel has ended: {_errors}"); }

            try { return JsonNode.Parse(line!)!; }
            catch (JsonException) { /* what something printed past the kernel */ }
        }
    }

    private static Process Start(params string[] arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var info = new ProcessStartInfo("dotnet", ["tool", "run", "dotnet-interactive", .. arguments])
        {
            WorkingDirectory = Repository.Find().Notebooks, // under the tool manifest
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = utf8, StandardOutputEncoding = utf8,
        };
        foreach (string name in new[] { "DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT",
            "DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE" })
        {
            info.Environment[name] = "1";
        }

        // It starts as a server would, and is meant to run for long; in a test it does the same with a quarter less
        // work.
        foreach (string name in new[] { "DOTNET_TieredPGO", "DOTNET_gcServer" }) { info.Environment[name] = "0"; }

        return Process.Start(info)!;
    }

    private static string? FindVersion()
    {
        using Process process = Start("--version");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said.Split('+')[0].Trim() : null;
    }
}

/// <summary>What a cell did in the genuine kernel.</summary>
internal sealed class GenuineCell
{
    private readonly List<Output> _outputs = [];
    private readonly Dictionary<string, int> _places = [];

    /// <summary>
    /// Its outputs as VS Code would hold them: what is displayed again under an id takes the place of the first.
    /// </summary>
    public IReadOnlyList<Output> Outputs => _outputs;

    /// <summary>The kinds of events with the ids of what they show, in order.</summary>
    public List<(string Kind, string? ValueId)> Events { get; } = [];

    /// <summary>What the compiler said that does not stop it, such as "CS8632: …".</summary>
    public List<string> Warnings { get; } = [];

    public void Add(string kind, JsonNode happened, bool isOfTheCell)
    {
        string? id = happened["valueId"]?.ToString();
        Events.Add((kind, id));
        switch (kind)
        {
            case "DisplayedValueProduced" or "DisplayedValueUpdated":
                var shown = new DisplayOutput(Data(happened));
                if (id is not null && _places.TryGetValue(id, out int place)) { _outputs[place] = shown; break; }

                if (id is not null) { _places[id] = _outputs.Count; }
                _outputs.Add(shown);
                break;
            case "ReturnValueProduced": _outputs.Add(new ResultOutput(Data(happened), 0)); break;
            case "StandardOutputValueProduced":
                _outputs.Add(
                new StreamOutput("stdout", Data(happened)["text/plain"]!)); break;
            case "StandardErrorValueProduced":
                _outputs.Add(
                new StreamOutput("stderr", Data(happened)["text/plain"]!)); break;
            case "ErrorProduced": Fail(happened); break;
            case "CommandFailed" when isOfTheCell: Fail(happened); break;
            case "DiagnosticsProduced":
                Warnings.AddRange(
                    (happened["diagnostics"]?.AsArray() ?? [])
                        .Where(found => found!["severity"]?.ToString() == "warning")
                        .Select(found => $"{found!["code"]}: {found["message"]}"));
                break;
        }
    }

    private void Fail(JsonNode happened) => _outputs.Add(new ErrorOutput("Error", $"{happened["message"]}", []));

    private static MimeBundle Data(JsonNode happened) => new(happened["formattedValues"]!.AsArray()
        .Where(value => value!["suppressDisplay"]?.GetValue<bool>() != true)
        .Select(value => (value!["mimeType"]!.ToString(), value["value"]!.ToString())));
}
