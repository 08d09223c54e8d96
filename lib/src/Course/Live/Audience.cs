using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course;

/// <summary>
/// The clients of one kernel. What a cell shows goes to all; an answer goes to whoever asked. For a client that goes
/// away in the middle of a cell, as a page does that is loaded anew, all that the cell has shown waits for it.
/// </summary>
internal sealed class Audience
{
    private const int MostShown = 500; // messages of one cell that are kept; of more, the oldest are dropped
    private const int MostAsked = 200; // requests whose answers are waited for, or wait; the oldest are dropped

    private readonly Lock _gate = new();
    private readonly List<Listener> _listeners = [];
    private readonly Dictionary<string, Question> _asked = []; // by the id of the request

    public int Count { get { lock (_gate) { return _listeners.Count; } } }

    /// <summary>
    /// A client comes, or comes back. Then it gets first what its cells have shown; it knows by their ids which of
    /// these messages it has seen.
    /// </summary>
    public void Add(Listener listener)
    {
        lock (_gate)
        {
            foreach (var (id, question) in _asked.Where(pair => pair.Value.Session == listener.Session).ToList())
            {
                foreach (var (channel, message) in question.Shown) { listener.Post(channel, message); }

                if (question.IsOver) { _asked.Remove(id); }
            }

            _listeners.Add(listener);
        }
    }

    public void Remove(Listener listener)
    {
        lock (_gate) { _listeners.Remove(listener); }
    }

    /// <summary>A client asks the kernel something.</summary>
    public void Asked(Listener listener, JupyterMessage request)
    {
        lock (_gate)
        {
            if (_asked.Count >= MostAsked) { _asked.Remove(_asked.Keys.First()); }

            _asked[request.Header["msg_id"]!.ToString()] = new Question(listener.Session);
        }
    }

    /// <summary>The kernel says something.</summary>
    public void Tell(Channel channel, JupyterMessage message)
    {
        string parent = message.ParentHeader["msg_id"]?.ToString() ?? "";
        lock (_gate)
        {
            Question? question = _asked.GetValueOrDefault(parent);
            question?.Keep(channel, message, MostShown);
            bool isAway = true;
            foreach (Listener listener in _listeners)
            {
                bool hasAsked = listener.Session == question?.Session;
                isAway &= !hasAsked;
                if (hasAsked || channel == Channel.Iopub) { listener.Post(channel, message); }
            }

            if (question?.IsOver == true && !isAway) { _asked.Remove(parent); }
        }
    }

    /// <summary>The kernel has gone: nothing is answered any more.</summary>
    public void Forget()
    {
        lock (_gate) { _asked.Clear(); }
    }

    /// <summary>All are let go.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (Listener listener in _listeners) { listener.Close(); }
        }
    }

    /// <summary>A request, and all that has come of it.</summary>
    private sealed class Question(string session)
    {
        private bool _isAnswered, _isIdle;

        public string Session => session;

        public List<(Channel Channel, JupyterMessage Message)> Shown { get; } = [];

        /// <summary>Whether nothing more comes: the answer and the last status are there, in whichever order.</summary>
        public bool IsOver => _isAnswered && _isIdle;

        public void Keep(Channel channel, JupyterMessage message, int most)
        {
            _isAnswered |= channel is Channel.Shell or Channel.Control;
            _isIdle |= message.Type == "status" && message.Text("execution_state") == "idle";
            if (message.Type == "update_display_data") // a training draws its curve a thousand times
            {
                string? display = DisplayOf(message);
                Shown.RemoveAll(
                    each => each.Message.Type == "update_display_data" && DisplayOf(each.Message) == display);
            }

            Shown.Add((channel, message));
            if (Shown.Count > most) { Shown.RemoveAt(0); }
        }

        private static string? DisplayOf(JupyterMessage message) =>
            (message.Content["transient"] as JsonObject)?["display_id"]?.ToString();
    }
}
