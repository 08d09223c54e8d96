using System.Text;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// Turns what a cell does into the messages that the front ends of its request are shown. Printed text is gathered for a
/// moment, so that a loop that prints a million short lines sends hundreds of messages and not a million.
/// </summary>
internal sealed class Execution(JupyterMessage request, bool silent, Func<int> executionCount, Action<JupyterMessage> send) : IDisposable
{
    private const int MaxGathered = 256 * 1024;
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(50); // shorter than a person notices

    private readonly Lock _gate = new();
    private readonly StringBuilder _gathered = new();
    private string _stream = "";
    private Timer? _later;

    /// <summary>The error the cell ended in, or null.</summary>
    public ErrorOutput? Error { get; private set; }

    /// <summary>The value of the cell's last expression as mime types, or null.</summary>
    public JsonObject? ResultData { get; private set; }

    public void Publish(CellEvent happened)
    {
        Error = (happened as CellEvent.Failed)?.Error ?? Error;
        ResultData = (happened as CellEvent.Result)?.Data.ToMessage() ?? ResultData;
        if (silent) { return; }

        lock (_gate)
        {
            if (happened is CellEvent.Stream stream) { Gather(stream); }
            else
            {
                SendGathered();
                Send(happened);
            }
        }
    }

    /// <summary>Sends what is still gathered: the cell is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            SendGathered();
            _later?.Dispose();
        }
    }

    private void Gather(CellEvent.Stream stream)
    {
        if (stream.Name != _stream) { SendGathered(); }

        _stream = stream.Name;
        _gathered.Append(stream.Text);
        if (_gathered.Length >= MaxGathered) { SendGathered(); }
        else
        {
            _later ??= new Timer(_ => { lock (_gate) { SendGathered(); } });
            if (_gathered.Length == stream.Text.Length) { _later.Change(s_moment, Timeout.InfiniteTimeSpan); }
        }
    }

    private void SendGathered()
    {
        if (_gathered.Length == 0) { return; }

        send(request.Child("stream", new JsonObject { ["name"] = _stream, ["text"] = _gathered.ToString() }));
        _gathered.Clear();
    }

    private void Send(CellEvent happened)
    {
        var (type, content) = happened switch
        {
            CellEvent.Display display => ("display_data", Shown(display.Data, display.DisplayId)),
            CellEvent.UpdateDisplay update => ("update_display_data", Shown(update.Data, update.DisplayId)),
            CellEvent.ClearOutput clear => ("clear_output", new JsonObject { ["wait"] = clear.Wait }),
            CellEvent.Result result => ("execute_result", ValueOf(result)),
            CellEvent.Failed failed => ("error", new JsonObject
            {
                ["ename"] = failed.Error.Name,
                ["evalue"] = failed.Error.Message,
                ["traceback"] = new JsonArray([.. failed.Error.Traceback.Select(line => (JsonNode)line)]),
            }),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "An event this kernel does not know."),
        };
        send(request.Child(type, content));
    }

    private JsonObject ValueOf(CellEvent.Result result)
    {
        JsonObject content = Shown(result.Data, displayId: null);
        content.Remove("transient");
        content["execution_count"] = executionCount();
        return content;
    }

    private static JsonObject Shown(MimeBundle data, string? displayId) => new()
    {
        ["data"] = data.ToMessage(),
        ["metadata"] = data.Metadata.DeepClone(),
        ["transient"] = new JsonObject { ["display_id"] = displayId },
    };
}
