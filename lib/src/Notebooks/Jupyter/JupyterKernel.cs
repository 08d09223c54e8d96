using System.Text.Json.Nodes;
using System.Threading.Channels;
using Notebooks.Language;

namespace Notebooks.Jupyter;

/// <summary>
/// A Jupyter kernel for C#: one <see cref="CSharpEngine"/> behind the five sockets of the protocol, version 5.3
/// (jupyter_client documentation, "Messaging in Jupyter"). Requests on the shell socket are answered one after the other;
/// those on the control socket at once, whatever a cell is doing.
/// </summary>
public sealed class JupyterKernel : IAsyncDisposable
{
    private readonly KernelSockets _sockets;
    private readonly CSharpEngine _engine;
    private readonly LanguageService _language;
    private readonly History _history = new();
    private readonly Channel<JupyterMessage> _requests = System.Threading.Channels.Channel.CreateUnbounded<JupyterMessage>();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Action<string> _log;
    private CancellationTokenSource? _running;
    private TaskCompletionSource<string>? _awaitedInput;

    private JupyterKernel(ConnectionFile connection, EngineOptions options, Action<string> log)
    {
        _log = log;
        _engine = new CSharpEngine(options with { ReadInput = AskForInputAsync });
        _language = new LanguageService(CSharpEngine.ImplicitUsings);
        _sockets = new KernelSockets(connection, Received, log);
    }

    /// <summary>Serves a client until it asks the kernel to shut down.</summary>
    /// <param name="connectionFile">The path the client passed.</param>
    /// <param name="options">How cells run.</param>
    /// <param name="log">Where the kernel says what it had to refuse.</param>
    public static async Task RunAsync(string connectionFile, EngineOptions options, Action<string> log)
    {
        if (ConnectionFile.WarnIfReadableByOthers(connectionFile) is { } warning) { log(warning); }
        await using var kernel = new JupyterKernel(ConnectionFile.Load(connectionFile), options, log);
        kernel.SayGoodbyeOnExit();
        ParentProcess.ExitWithIt(log);
        await kernel.ServeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _sockets.Dispose();
        await _engine.DisposeAsync().ConfigureAwait(false);
        _shutdown.Dispose();
    }

    private async Task ServeAsync()
    {
        _sockets.Send(Channel.Iopub, JupyterMessage.Unasked("status", Status("starting")));
        _ = Task.Run(_engine.WarmUpAsync); // compiles something trivial, so that the first cell does not pay for it
        try
        {
            await foreach (JupyterMessage request in _requests.Reader.ReadAllAsync(_shutdown.Token).ConfigureAwait(false))
            {
                await AnswerAsync(Channel.Shell, request).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>Runs on the sockets' thread: sorts, and returns at once.</summary>
    private void Received(Channel channel, JupyterMessage message)
    {
        switch (channel)
        {
            case Channel.Shell: _requests.Writer.TryWrite(message); break;
            case Channel.Control: _ = Task.Run(() => AnswerAsync(Channel.Control, message)); break;
            case Channel.Stdin when message.Type == "input_reply": _awaitedInput?.TrySetResult(message.Text("value")); break;
        }
    }

    /// <summary>Busy, the answer, idle: around every request, as the protocol asks.</summary>
    private async Task AnswerAsync(Channel channel, JupyterMessage request)
    {
        _sockets.Send(Channel.Iopub, request.Child("status", Status("busy")));
        try
        {
            if (request.Type == "execute_request")
            {
                await ExecuteAsync(request).ConfigureAwait(false);
            }
            else if (await ReplyToAsync(request).ConfigureAwait(false) is { } content)
            {
                _sockets.Send(channel, request.Reply(request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content));
            }
        }
        catch (Exception problem)
        {
            _log($"{request.Type} failed: {problem}");
            _sockets.Send(channel, request.Reply(
                request.Type.Replace("_request", "_reply", StringComparison.Ordinal), ErrorContent(problem.GetType().Name, problem.Message, [])));
        }
        finally
        {
            _sockets.Send(Channel.Iopub, request.Child("status", Status("idle")));
            if (request.Type == "shutdown_request") { await _shutdown.CancelAsync().ConfigureAwait(false); }
        }
    }

    /// <summary>The content of the reply, or null for messages that get none.</summary>
    private async Task<JsonObject?> ReplyToAsync(JupyterMessage request)
    {
        switch (request.Type)
        {
            case "kernel_info_request": return KernelInfo.Content();
            case "complete_request": return await CompleteAsync(request).ConfigureAwait(false);
            case "inspect_request": return await InspectAsync(request).ConfigureAwait(false);
            case "is_complete_request":
                var (status, indent) = LanguageService.IsComplete(request.Text("code"));
                return new JsonObject { ["status"] = status, ["indent"] = indent };
            case "history_request": return _history.Answer(request);
            case "comm_info_request": return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                // No comm targets here: a comm that is opened is closed, so that its front end does not wait.
                _sockets.Send(Channel.Iopub, request.Child("comm_close", new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() }));
                return null;
            case "comm_msg" or "comm_close": return null;
            case "interrupt_request":
                Interrupt();
                return new JsonObject { ["status"] = "ok" };
            case "shutdown_request":
                Interrupt();
                return new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
            default:
                _log($"no such request: '{request.Type}'");
                return ErrorContent("UnknownRequest", $"This kernel does not know '{request.Type}'.", []);
        }
    }

    private void Interrupt()
    {
        try { _running?.Cancel(); }
        catch (ObjectDisposedException) { } // the cell ended at this very moment
        _awaitedInput?.TrySetCanceled();
    }

    private async Task ExecuteAsync(JupyterMessage request)
    {
        bool silent = request.Flag("silent", false), store = request.Flag("store_history", !silent) && !silent;
        string code = request.Text("code");
        var execution = new Execution(request, silent, () => _engine.ExecutionCount, message => _sockets.Send(Channel.Iopub, message));
        _parent = request;

        int count = store ? _engine.ExecutionCount + 1 : _engine.ExecutionCount;
        if (!silent)
        {
            _sockets.Send(Channel.Iopub, request.Child("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = count }));
        }

        if (store) { _history.Add(count, code); }

        CellResult result;
        using (execution)
        using (var running = new CancellationTokenSource())
        {
            _running = running;
            result = await _engine.ExecuteAsync(code, execution.Publish, running.Token, countsAsExecution: store).ConfigureAwait(false);
            _running = null;
        }

        JsonObject content;
        if (result.Status == CellStatus.Succeeded)
        {
            _language.Add(code, _engine.ReferencedFiles);
            content = new JsonObject
            {
                ["status"] = "ok",
                ["execution_count"] = count,
                ["payload"] = new JsonArray(),
                ["user_expressions"] = await UserExpressionsAsync(request).ConfigureAwait(false),
            };
        }
        else
        {
            ErrorOutput error = execution.Error ?? new ErrorOutput("Interrupted", "The cell was interrupted.", []);
            content = ErrorContent(error.Name, error.Message, error.Traceback);
            content["execution_count"] = count;
        }

        // Taken before the reply leaves: a client that has read the error sends cells that know of it, and those are to run.
        var waiting = new List<JupyterMessage>();
        if (result.Status != CellStatus.Succeeded && request.Flag("stop_on_error", true))
        {
            while (_requests.Reader.TryRead(out JupyterMessage? next)) { waiting.Add(next); }
        }

        _sockets.Send(Channel.Shell, request.Reply("execute_reply", content));
        Abort(waiting);
    }

    /// <summary>After an error, the cells that were already waiting ("run all") are told that they will not run; other requests go back into the queue.</summary>
    private void Abort(List<JupyterMessage> waiting)
    {
        foreach (JupyterMessage request in waiting)
        {
            if (request.Type != "execute_request")
            {
                _requests.Writer.TryWrite(request);
                continue;
            }

            _sockets.Send(Channel.Iopub, request.Child("status", Status("busy")));
            _sockets.Send(Channel.Shell, request.Reply("execute_reply", new JsonObject { ["status"] = "aborted", ["execution_count"] = _engine.ExecutionCount }));
            _sockets.Send(Channel.Iopub, request.Child("status", Status("idle")));
        }
    }

    private async Task<JsonObject> UserExpressionsAsync(JupyterMessage request)
    {
        var results = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            using var execution = new Execution(request, silent: true, () => 0, _ => { });
            await _engine.ExecuteAsync(expression?.GetValue<string>() ?? "", execution.Publish, _shutdown.Token, countsAsExecution: false).ConfigureAwait(false);
            results[name] = execution.Error is { } error
                ? ErrorContent(error.Name, error.Message, error.Traceback)
                : new JsonObject { ["status"] = "ok", ["data"] = execution.ResultData ?? [], ["metadata"] = new JsonObject() };
        }

        return results;
    }

    private async Task<JsonObject> CompleteAsync(JupyterMessage request)
    {
        string code = request.Text("code");
        int position = CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));
        Completions completions = await _language.CompleteAsync(code, position, _engine.ReferencedFiles, _shutdown.Token).ConfigureAwait(false);
        int start = CodePoints.FromUtf16(code, completions.Start), end = CodePoints.FromUtf16(code, completions.End);
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. completions.Choices.Select(choice => (JsonNode)choice.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // What JupyterLab and VS Code draw their icons from.
                ["_jupyter_types_experimental"] = new JsonArray([.. completions.Choices.Select(choice => (JsonNode)new JsonObject
                {
                    ["text"] = choice.Text, ["type"] = choice.Kind, ["start"] = start, ["end"] = end,
                })]),
            },
        };
    }

    private async Task<JsonObject> InspectAsync(JupyterMessage request)
    {
        string code = request.Text("code");
        int position = CodePoints.ToUtf16(code, request.Number("cursor_pos", int.MaxValue));
        string? text = await _language.InspectAsync(code, position, _engine.ReferencedFiles, _shutdown.Token).ConfigureAwait(false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new JsonObject { ["text/plain"] = text },
            ["metadata"] = new JsonObject(),
        };
    }

    /// <summary>What a cell's GetInputAsync ends in: the front end of the cell that is running asks the person.</summary>
    private async Task<string> AskForInputAsync(string prompt, bool password, CancellationToken cancellation)
    {
        JupyterMessage request = _parent ?? throw new InvalidOperationException("No cell is running that could ask for input.");
        if (!request.Flag("allow_stdin", true))
        {
            throw new InvalidOperationException("This front end cannot ask for input (allow_stdin is false). Put the text into a variable instead.");
        }

        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaitedInput = answer;
        _sockets.Send(Channel.Stdin, request.Reply("input_request", new JsonObject { ["prompt"] = prompt, ["password"] = password }));
        using (cancellation.Register(() => answer.TrySetCanceled(cancellation)))
        {
            return await answer.Task.ConfigureAwait(false);
        }
    }

    private JupyterMessage? _parent;

    /// <summary>A cell that ends the process, by Environment.Exit for example, still gets its last words out.</summary>
    private void SayGoodbyeOnExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (_running is null || _parent is null) { return; }

        const string text = "The cell ended the kernel's process. Its variables are gone; restart the kernel.\n";
        _sockets.Send(Channel.Iopub, _parent.Child("stream", new JsonObject { ["name"] = "stderr", ["text"] = text }));
        _sockets.Dispose();
    };

    private static JsonObject Status(string state) => new() { ["execution_state"] = state };

    private static JsonObject ErrorContent(string name, string message, IReadOnlyList<string> traceback) => new()
    {
        ["status"] = "error",
        ["ename"] = name,
        ["evalue"] = message,
        ["traceback"] = new JsonArray([.. traceback.Select(line => (JsonNode)line)]),
    };
}
