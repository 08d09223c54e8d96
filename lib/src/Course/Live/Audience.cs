using Notebooks.Jupyter;

namespace Course;

/// <summary>
/// The clients of one kernel. What a cell shows goes to all; an answer goes to whoever asked. For a client that goes
/// away in the middle of a cell, as a page does that is loaded anew, the messages wait until it is back.
/// </summary>
internal sealed class Audience
{
    private const int MostKept = 2000; // messages for a client that has gone; of more, the oldest are dropped
    private const int MostGone = 20; // clients that are waited for

    private readonly Lock _gate = new();
    private readonly List<Listener> _listeners = [];
    private readonly Dictionary<string, string> _asked = []; // session by the id of a request that waits for its answer
    private readonly Dictionary<string, Queue<(Channel, JupyterMessage)>> _kept = []; // by session

    public int Count { get { lock (_gate) { return _listeners.Count; } } }

    /// <summary>A client comes, or comes back. It gets first what it has missed.</summary>
    public void Add(Listener listener)
    {
        lock (_gate)
        {
            if (_kept.Remove(listener.Session, out var missed))
            {
                foreach (var (channel, message) in missed) { listener.Post(channel, message); }
            }

            _listeners.Add(listener);
        }
    }

    /// <summary>A client goes. If it waits for an answer, what comes is kept for it.</summary>
    public void Remove(Listener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener);
            if (_asked.ContainsValue(listener.Session) && _listeners.All(other => other.Session != listener.Session)
                && _kept.Count < MostGone)
            {
                _kept.TryAdd(listener.Session, new());
            }
        }
    }

    /// <summary>A client asks the kernel something.</summary>
    public void Asked(Listener listener, JupyterMessage request)
    {
        lock (_gate) { _asked[request.Header["msg_id"]!.ToString()] = listener.Session; }
    }

    /// <summary>The kernel says something.</summary>
    public void Tell(Channel channel, JupyterMessage message)
    {
        string parent = message.ParentHeader["msg_id"]?.ToString() ?? "";
        lock (_gate)
        {
            if (channel == Channel.Iopub)
            {
                foreach (Listener listener in _listeners) { listener.Post(channel, message); }
                foreach (var missed in _kept.Values) { Keep(missed); }
            }
            else if (_asked.TryGetValue(parent, out string? session))
            {
                if (channel != Channel.Stdin) { _asked.Remove(parent); } // a question of the cell is no answer

                foreach (Listener listener in _listeners.Where(each => each.Session == session))
                {
                    listener.Post(channel, message);
                }

                if (_kept.TryGetValue(session, out var missed)) { Keep(missed); }
            }
        }

        void Keep(Queue<(Channel, JupyterMessage)> missed)
        {
            missed.Enqueue((channel, message));
            if (missed.Count > MostKept) { missed.Dequeue(); }
        }
    }

    /// <summary>The kernel has gone: nothing is answered any more.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _asked.Clear();
            _kept.Clear();
        }
    }

    /// <summary>All are let go.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (Listener listener in _listeners) { listener.Close(); }
        }
    }
}
