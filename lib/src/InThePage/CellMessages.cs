using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Notebooks.InThePage;

/// <summary>
/// Sends what a cell does as Jupyter's messages. Printed text is gathered for a moment, so that a loop that prints a
/// million short lines sends hundreds of messages. No timer can fire while the cell runs, so the clock is looked at
/// whenever something is printed.
/// </summary>
internal sealed class CellMessages(Action<string, string> send)
{
    private const int MaxGathered = 64 * 1024; // characters of one message
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(50);

    private readonly StringBuilder _gathered = new();
    private string _stream = "";
    private long _lastSent;

    public void Publish(CellEvent happened)
    {
        if (happened is CellEvent.Stream printed) { Gather(printed); }
        else
        {
            Flush();
            Send(happened);
        }
    }

    /// <summary>Sends what is still gathered.</summary>
    public void Flush()
    {
        if (_gathered.Length == 0) { return; }

        Send(new CellEvent.Stream(_stream, _gathered.ToString()));
        _gathered.Clear();
        _lastSent = Stopwatch.GetTimestamp();
    }

    private void Gather(CellEvent.Stream printed)
    {
        if (printed.Name != _stream) { Flush(); }

        _stream = printed.Name;
        _gathered.Append(printed.Text);
        bool isHalf = _gathered.Length > 0 && char.IsHighSurrogate(_gathered[^1]); // its other half is still to come
        if (!isHalf && (_gathered.Length >= MaxGathered || Stopwatch.GetElapsedTime(_lastSent) >= s_moment))
        {
            Flush();
        }
    }

    private void Send(CellEvent happened)
    {
        (string type, JsonObject content) = CellContent.Of(happened);
        send(type, content.ToJsonString());
    }
}
