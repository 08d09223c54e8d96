using System.Collections.Concurrent;

namespace Notebooks.Jupyter;

/// <summary>
/// What the kernel says on its stderr, written by a thread of its own: that may be a pipe which nobody reads, and the
/// kernel must not stand still when it is full. Then lines are left out, and it is said how many.
/// </summary>
internal sealed class BackgroundLog : IDisposable
{
    private readonly BlockingCollection<string> _lines = new(1000);
    private readonly Thread _writer;
    private int _leftOut;

    public BackgroundLog(Action<string> write)
    {
        _writer = new Thread(() => WriteAll(write)) { IsBackground = true, Name = "Log" };
        _writer.Start();
    }

    public void Write(string line)
    {
        try
        {
            if (!_lines.TryAdd(line)) { Interlocked.Increment(ref _leftOut); }
        }
        catch (InvalidOperationException)
        {
            // The kernel is ending, and nobody listens any more.
        }
    }

    /// <summary>Waits a moment for what has not been written yet.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _writer.Join(TimeSpan.FromSeconds(1));
    }

    private void WriteAll(Action<string> write)
    {
        foreach (string line in _lines.GetConsumingEnumerable())
        {
            try
            {
                write(line);
                int leftOut = Interlocked.Exchange(ref _leftOut, 0);
                if (leftOut > 0) { write($"({leftOut} more such lines are left out)"); }
            }
            catch (IOException)
            {
                // A full disk or a closed pipe is no reason to end.
            }
        }
    }
}
