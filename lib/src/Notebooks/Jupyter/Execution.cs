using System.Text;
using System.Text.Json.Nodes;

namespace Notebooks.Jupyter;

/// <summary>
/// Turns what a cell does into the messages that the front ends of its request are shown. Printed text is gathered for
/// a moment, so that a loop that prints a million short lines sends hundreds of messages and not a million.
/// </summary>
internal sealed class Execution(
    JupyterMessage request, bool silent, Func<int> executionCount, Action<JupyterMessage> send) : IDisposable
{
    private const int MaxGathered = 64 * 1024; // characters of one message
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(50); // shorter than a person notices

    private readonly Lock _gate = new();
    private readonly StringBuilder _gathered = new();
    private string _stream = "";
    private Timer? _later;
    private bool _isTimed;

    /// <summary>The error the cell ended in, or null.</summary>
    public ErrorOutput? Error { get; private set; }

    /// <summary>The value of the cell's last expression as mime types, or null.</summary>
    public JsonObject? ResultData { get; private set; }

    public void Publish(CellEvent happened)
    {
        if (happened is CellEvent.Failed failed) { Error = Bounds.Of(failed.Error); }
        if (happened is CellEvent.Result result) { ResultData = Bounds.Shown(result.Data); }
        if (silent) { return; }

        lock (_gate)
        {
            if (happened is CellEvent.Stream stream) { Gather(stream); }
            else
            {
                SendGathered(last: true);
                Send(happened);
            }
        }
    }

    /// <summary>
    /// Sends what is still gathered: the cell is over. What its threads and tasks print later is sent in its name too.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            SendGathered(last: true);
            _later?.Dispose();
            (_later, _isTimed) = (null, false);
        }
    }

    private void Gather(CellEvent.Stream stream)
    {
        if (stream.Name != _stream) { SendGathered(last: true); }

        _stream = stream.Name;
        for (int start = 0; start < stream.Text.Length; start += MaxGathered)
        {
            _gathered.Append(stream.Text.AsSpan(start, Math.Min(MaxGathered, stream.Text.Length - start)));
            if (_gathered.Length >= MaxGathered) { SendGathered(); }
        }

        if (_gathered.Length == 0 || _isTimed) { return; }

        _isTimed = true;
        _later ??= new Timer(_ => SendAfterAMoment());
        _later.Change(s_moment, Timeout.InfiniteTimeSpan);
    }

    private void SendAfterAMoment()
    {
        lock (_gate)
        {
            _isTimed = false;
            SendGathered();
        }
    }

    /// <summary>
    /// Sends the gathered text. The first half of a character waits for its other half, unless none can come.
    /// </summary>
    private void SendGathered(bool last = false)
    {
        bool half = !last && _gathered.Length > 0 && char.IsHighSurrogate(_gathered[^1]);
        int length = half ? _gathered.Length - 1 : _gathered.Length;
        if (length == 0) { return; }

        send(request.Child("stream", new JsonObject { ["name"] = _stream, ["text"] = _gathered.ToString(0, length) }));
        _gathered.Remove(0, length);
    }

    private void Send(CellEvent happened)
    {
        var (type, content) = CellContent.Of(happened);
        if (happened is CellEvent.Result) { content["execution_count"] = executionCount(); }

        send(request.Child(type, content));
    }
}
