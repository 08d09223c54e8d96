using System.Text.Json.Nodes;
using System.Threading.Channels;
using Notebooks.Language;
using static Notebooks.Jupyter.Contents;

namespace Notebooks.Jupyter;

/// <summary>
/// A Jupyter kernel for C#: one <see cref="CSharpEngine"/> behind the five sockets of the protocol, version 5.3
/// (jupyter_client documentation, "Messaging in Jupyter"). Requests on the shell socket are answered one after the
/// other; those on the control socket at once, whatever a cell is doing.
/// </summary>
public sealed partial class JupyterKernel : IAsyncDisposable
{
    private readonly KernelSockets _sockets;
    private readonly CSharpEngine _engine;
    private readonly LanguageService _language;
    private readonly History _history = new();
    private readonly Channel<(Channel From, JupyterMessage Message)> _requests =
        System.Threading.Channels.Channel.CreateUnbounded<(Channel, JupyterMessage)>();
    private readonly CancellationTokenSource _shutdown = new();
    private readonly Action<string> _log;
    private readonly InputRequests _input;

    // The loop of requests writes this; control requests, the threads of cells, the sockets and the end of the process
    // read it. So what belongs together is one object that never changes, and only the reference to it does: a reader
    // sees the request of a cell with that cell's stop, never with another's, and volatile makes it see the latest.
    private volatile Turn? _turn;

    private JupyterKernel(ConnectionFile connection, EngineOptions options, Action<string> log)
    {
        _log = log;
        _input = new InputRequests(question => _sockets!.Send(Channel.Stdin, question));
        _engine = new CSharpEngine(
            options with
            {
                ReadInput = (prompt, password, cancellation) => _input.AskAsync(
                _turn?.Request, prompt, password, cancellation)
            });
        _language = new LanguageService(CSharpEngine.ImplicitUsings);
        _sockets = new KernelSockets(connection, Received, log, SayToAll);
        _sockets.Start(); // not before all fields are there: from now on another thread calls Received
    }

    /// <summary>Serves a client until it asks the kernel to shut down.</summary>
    /// <param name="connectionFile">The path the client passed.</param>
    /// <param name="options">How cells run.</param>
    /// <param name="log">Where the kernel says what it had to refuse.</param>
    /// <exception cref="InvalidDataException">The connection file cannot be used; the message is a sentence that says
    /// why.</exception>
    /// <exception cref="IOException">An address in it cannot be served; the message is a sentence that says
    /// why.</exception>
    public static async Task RunAsync(string connectionFile, EngineOptions options, Action<string> log)
    {
        var connection = ConnectionFile.Load(connectionFile);
        using var lines = new BackgroundLog(log);
        foreach (string warning in connection.Warnings(connectionFile)) { lines.Write(warning); }

        await using (var kernel = new JupyterKernel(connection, options, lines.Write))
        {
            kernel.SayGoodbyeOnExit();
            ParentProcess.ExitWithIt(lines.Write);
            await kernel.ServeAsync().ConfigureAwait(false);
        }

        NetMQ.NetMQConfig.Cleanup(block: true); // the last replies still have to leave
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
        _ = Task.Run(LoadWhatErrorsNeed);
        try
        {
            await foreach (var (from, request) in _requests.Reader.ReadAllAsync(_shutdown.Token).ConfigureAwait(false))
            {
                await AnswerAsync(from, request).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_shutdown.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <summary>
    /// Where a cell has used up all file handles, the assemblies that describe its error could not be loaded any more.
    /// </summary>
    private static void LoadWhatErrorsNeed()
    {
        try { throw new InvalidOperationException(); }
        catch (InvalidOperationException problem) { _ = RuntimeError.From(problem, CodePlace.Cell(0, "", "")); }
    }

    /// <summary>Runs on the sockets' thread: sorts, and returns at once.</summary>
    private void Received(Channel channel, JupyterMessage message)
    {
        switch (channel)
        {
            case Channel.Shell or Channel.Control when !message.IsRequest:
                _log($"dropped a message on {channel}: '{Quoted.Of(message.Type)}' is no request");
                break;
            case Channel.Control when message.Type != "execute_request":
                _ = Task.Run(
                () => AnswerAsync(channel, message)); break;
            // Cells run one at a time, wherever they come from.
            case Channel.Shell or Channel.Control: _requests.Writer.TryWrite((channel, message)); break;
            case Channel.Stdin when message.Type == "input_reply"
                && message.Unreadable is null:
                _input.Answer(message.Text("value")); break;
            default:
                _log(
                $"dropped a message on {channel}: " +
                $"{message.Unreadable ?? $"'{Quoted.Of(message.Type)}' is no input_reply"}"); break;
        }
    }

    /// <summary>Busy, the answer, idle: around every request, as the protocol asks.</summary>
    private async Task AnswerAsync(Channel channel, JupyterMessage request)
    {
        _sockets.Send(Channel.Iopub, request.Child("status", Status("busy")));
        try
        {
            if (request.Unreadable is { } wrong)
            {
                _log($"refused a message on {channel}: {wrong}");
                _sockets.Send(
                    channel,
                    request.Reply(
                        request.ReplyType, ErrorContent(
                            "UnreadableMessage", $"The kernel cannot act on this message: {wrong}.", [])));
            }
            else if (request.Type == "execute_request")
            {
                await ExecuteAsync(channel, request).ConfigureAwait(false);
            }
            else if (await ReplyToAsync(request).ConfigureAwait(false) is { } content)
            {
                _sockets.Send(channel, request.Reply(request.ReplyType, content));
            }
        }
        catch (Exception problem)
        {
            _log($"{Quoted.Of(request.Type)} failed: {Quoted.Lines(problem.ToString(), 4000)}");
            _sockets.Send(
                channel,
                request.Reply(
                    request.ReplyType, ErrorContent(problem.GetType().Name, Quoted.Lines(problem.Message, 4000), [])));
        }
        finally
        {
            _sockets.Send(Channel.Iopub, request.Child("status", Status("idle")));
            if (request.Type == "shutdown_request") { EndSoon(); }
        }
    }

    /// <summary>
    /// Stops serving. The process then ends by itself, or, where a cell or the compiler holds it, a little later.
    /// </summary>
    private void EndSoon()
    {
        new Thread(() =>
        {
            Thread.Sleep(TimeSpan.FromSeconds(3));
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
        _shutdown.Cancel();
    }

    /// <summary>The content of the reply, or null for messages that get none.</summary>
    private async Task<JsonObject?> ReplyToAsync(JupyterMessage request)
    {
        switch (request.Type)
        {
            case "kernel_info_request": return KernelInfo.Content();
            case "complete_request":
                return await LanguageAnswers.CompleteAsync(
                _language, _engine.ReferencedFiles, request, _shutdown.Token).ConfigureAwait(false);
            case "inspect_request":
                return await LanguageAnswers.InspectAsync(
                _language, _engine.ReferencedFiles, request, _shutdown.Token).ConfigureAwait(false);
            case "is_complete_request": return LanguageAnswers.IsComplete(request);
            case "history_request": return _history.Answer(request);
            case "comm_info_request": return new JsonObject { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_open":
                // No comm targets here: a comm that is opened is closed, so that its front end does not wait.
                _sockets.Send(
                    Channel.Iopub, request.Child(
                        "comm_close",
                        new JsonObject { ["comm_id"] = request.Text("comm_id"), ["data"] = new JsonObject() }));
                return null;
            case "comm_msg" or "comm_close": return null;
            case "interrupt_request":
                Interrupt();
                return new JsonObject { ["status"] = "ok" };
            case "shutdown_request":
                Interrupt();
                return new JsonObject { ["status"] = "ok", ["restart"] = request.Flag("restart", false) };
            default:
                _log($"no such request: '{Quoted.Of(request.Type)}'");
                return ErrorContent("UnknownRequest", $"This kernel does not know '{Quoted.Of(request.Type)}'.", []);
        }
    }

    private void Interrupt()
    {
        try { _turn?.Stop?.Cancel(); }
        catch (ObjectDisposedException) { } // The cell ended between the look and the call: there is nothing to stop.
    }

    /// <summary>The request of the latest cell, and what stops that cell; null once it has ended.</summary>
    private sealed record Turn(JupyterMessage Request, CancellationTokenSource? Stop);

    /// <summary>A cell that ends the process, by Environment.Exit for example, still gets its last words out.</summary>
    private void SayGoodbyeOnExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (_turn is not { Stop: not null, Request: var request } || _shutdown.IsCancellationRequested) { return; }

        const string text = "The cell ended the kernel's process. Its variables are gone; restart the kernel.\n";
        _sockets.Send(Channel.Iopub, request.Child("stream", new JsonObject { ["name"] = "stderr", ["text"] = text }));
        _sockets.Dispose();
    };

    /// <summary>A sentence about the kernel itself, on its stderr and to whoever listens.</summary>
    private void SayToAll(string sentence)
    {
        _log(sentence);
        if (_turn is { Request: var request })
        {
            _sockets.Send(
                Channel.Iopub, request.Child(
                    "stream", new JsonObject { ["name"] = "stderr", ["text"] = $"[{sentence}]\n" }));
        }
    }
}
