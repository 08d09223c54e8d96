using System.Text.Json.Nodes;
using static Notebooks.Jupyter.Contents;

namespace Notebooks.Jupyter;

// A cell: what is said before it runs, while it runs, and after; and what becomes of those that wait behind it.
public sealed partial class JupyterKernel
{
    private async Task ExecuteAsync(Channel channel, JupyterMessage request)
    {
        bool silent = request.Flag("silent", false), store = request.Flag("store_history", !silent) && !silent;
        string code = request.Text("code");
        var execution = new Execution(request, silent, () => _engine.ExecutionCount, _sockets.Show);
        _turn = new Turn(request, Stop: null);

        int count = store ? _engine.ExecutionCount + 1 : _engine.ExecutionCount;
        if (!silent)
        {
            _sockets.Send(
                Channel.Iopub, request.Child(
                    "execute_input", new JsonObject { ["code"] = code, ["execution_count"] = count }));
        }

        if (store) { _history.Add(count, code); }

        CellResult result;
        using (execution)
        // A shutdown that comes first stops it too.
        using (var running = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Token))
        {
            _turn = new Turn(request, running);
            try
            {
                result = await _engine.ExecuteAsync(code, execution.Publish, running.Token, countsAsExecution: store)
                    .ConfigureAwait(false);
            }
            finally { _turn = new Turn(request, Stop: null); } // what its threads still ask and say is in its name
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

        // Taken before the reply leaves: a client that has read the error sends cells that know of it, and those are to
        // run.
        var waiting = new List<(Channel, JupyterMessage)>();
        if (result.Status != CellStatus.Succeeded && request.Flag("stop_on_error", true))
        {
            while (_requests.Reader.TryRead(out var next)) { waiting.Add(next); }
        }

        _sockets.Send(channel, request.Reply("execute_reply", content));
        Abort(waiting);
    }

    /// <summary>
    /// After an error, the cells that were already waiting ("run all") are told that they will not run; other requests
    /// go back into the queue.
    /// </summary>
    private void Abort(List<(Channel, JupyterMessage)> waiting)
    {
        foreach (var (channel, request) in waiting)
        {
            if (request.Type != "execute_request")
            {
                _requests.Writer.TryWrite((channel, request));
                continue;
            }

            _sockets.Send(Channel.Iopub, request.Child("status", Status("busy")));
            _sockets.Send(
                channel,
                request.Reply(
                    "execute_reply",
                    new JsonObject { ["status"] = "aborted", ["execution_count"] = _engine.ExecutionCount }));
            _sockets.Send(Channel.Iopub, request.Child("status", Status("idle")));
        }
    }

    private async Task<JsonObject> UserExpressionsAsync(JupyterMessage request)
    {
        var results = new JsonObject();
        foreach (var (name, expression) in request.Content["user_expressions"] as JsonObject ?? [])
        {
            if (expression is not JsonValue value || !value.TryGetValue(out string? text))
            {
                results[name] = ErrorContent("ArgumentException", "An expression must be a text.", []);
                continue;
            }

            using var execution = new Execution(request, silent: true, () => 0, _ => { });
            await _engine.ExecuteAsync(text, execution.Publish, _shutdown.Token, countsAsExecution: false)
                .ConfigureAwait(false);
            results[name] = execution.Error is { } error
                ? ErrorContent(error.Name, error.Message, error.Traceback)
                : new JsonObject
                {
                    ["status"] = "ok", ["data"] = execution.ResultData ?? [],
                    ["metadata"] = new JsonObject()
                };
        }

        return results;
    }
}
