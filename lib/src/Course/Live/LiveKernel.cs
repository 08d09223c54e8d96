using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Notebooks;
using Notebooks.Jupyter;

namespace Course;

/// <summary>
/// One kernel of the server, in a process of its own: the one that <c>kernel start</c> serves to any Jupyter client.
/// So an endless cell can be ended whatever it does, a crash ends nothing but itself, and a restart gives its memory
/// back. (A kernel in this process would start half a second earlier and share all of its faults with the pages.)
/// </summary>
/// <param name="id">Its name in addresses; it stays when the kernel is started anew.</param>
/// <param name="name">Which kernelspec was asked for.</param>
/// <param name="folder">The folder of the notebook, from where cells name files.</param>
/// <param name="log">Told what the kernel writes on its stderr.</param>
internal sealed class LiveKernel(string id, string name, string folder, Action<string> log) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2), s_grace = TimeSpan.FromSeconds(2);

    private const int MostHeld = 1000;

    private readonly SemaphoreSlim _one = new(1); // starts, restarts and ends do not overlap
    private readonly string _temp = Directory.CreateTempSubdirectory("course-kernel-").FullName;
    private readonly Lock _gate = new();
    private readonly List<(Channel, JupyterMessage)> _held = []; // what clients send while it starts
    private volatile Running? _running;
    private bool _isReady; // with the list, under the gate
    private volatile string _state = "starting";

    public string Id => id;

    public string Name => name;

    /// <summary>As Jupyter says it: starting, idle, busy, dead.</summary>
    public string State => _state;

    public DateTime LastActivity { get; private set; } = DateTime.UtcNow;

    public Audience Audience { get; } = new();

    /// <summary>The kernel as Jupyter Server describes it.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["last_activity"] = LastActivity.ToString("o", CultureInfo.InvariantCulture),
        ["execution_state"] = State,
        ["connections"] = Audience.Count,
    };

    /// <summary>Starts it. It may be spoken to at once: what is sent waits until it listens.</summary>
    /// <exception cref="CourseException">It has not answered; the message has its last words.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try { await BeginAsync(cancellation).ConfigureAwait(false); }
        finally { _one.Release(); }
    }

    /// <summary>Starts it anew, with nothing of what it held. Its clients stay.</summary>
    /// <exception cref="CourseException">It has not answered.</exception>
    public async Task RestartAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            lock (_gate) { (_isReady, _state) = (false, "starting"); }

            Say("restarting");
            Audience.Forget(); // what was asked of the old one is not answered; what comes now waits for the new one
            await EndAsync().ConfigureAwait(false);
            await BeginAsync(cancellation).ConfigureAwait(false);
        }
        finally { _one.Release(); }
    }

    /// <summary>Asks it to stop its cell.</summary>
    public void Interrupt() => _running?.Channels.Send(
        Channel.Control, JupyterMessage.Unasked("interrupt_request", []));

    /// <summary>Hands a client's message on.</summary>
    public void Send(Listener from, Channel channel, JupyterMessage message)
    {
        LastActivity = DateTime.UtcNow;
        if (message.IsRequest) { Audience.Asked(from, message); }

        lock (_gate)
        {
            if (_isReady) { _running?.Channels.Send(channel, message); }
            else if (_state != "dead" && _held.Count < MostHeld) { _held.Add((channel, message)); }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        Audience.Close();
        Directory.Delete(_temp, recursive: true);
    }

    private async Task BeginAsync(CancellationToken cancellation)
    {
        _state = "starting";
        var connection = ConnectionFile.ForThisMachine();
        string file = Path.Combine(_temp, $"{Guid.NewGuid():N}.json");
        connection.Save(file);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new ConcurrentDictionary<string, bool>();
        Process process = Start(file);
        var channels = new ClientSockets(connection, Received);
        var running = _running = new Running(process, channels);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => Ended(running);
        if (process.HasExited) { Ended(running); }

        // It is ready when its word on iopub arrives: a subscription that comes late would miss what a cell shows.
        for (long start = Stopwatch.GetTimestamp(); !ready.Task.IsCompleted;)
        {
            if (_running != running || Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new CourseException($"The kernel does not answer. {string.Join(' ', running.LastWords)}");
            }

            var hello = JupyterMessage.Unasked("kernel_info_request", []);
            asked[hello.Header["msg_id"]!.ToString()] = true;
            channels.Send(Channel.Control, hello);
            await Task.WhenAny(ready.Task, Task.Delay(50, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
        }

        _state = "idle";
        Say("idle");
        lock (_gate)
        {
            foreach (var (channel, message) in _held) { channels.Send(channel, message); }

            _held.Clear();
            _isReady = true;
        }

        void Received(Channel channel, JupyterMessage message)
        {
            if (asked.ContainsKey(message.ParentHeader["msg_id"]?.ToString() ?? ""))
            {
                if (channel == Channel.Iopub) { ready.TrySetResult(); }
            }
            // The last words of a kernel that was told to end would look like those of the next one.
            else if (ready.Task.IsCompleted && _running?.Process == process) { Heard(channel, message); }
        }
    }

    private Process Start(string connectionFile)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LiveKernel).Assembly.Location, "kernel", "start",
            connectionFile])
        {
            WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["JPY_PARENT_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, _) => { }; // a cell's child may write there
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not { } text) { return; }

            if (_running is { } running && running.Process == process) { running.Remember(text); }

            log(text);
        };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        process.StandardInput.Close();
        return process;
    }

    private void Heard(Channel channel, JupyterMessage message)
    {
        if (channel == Channel.Iopub && message.Type == "status")
        {
            _state = message.Text("execution_state", _state);
            LastActivity = DateTime.UtcNow;
        }

        Audience.Tell(channel, message);
    }

    /// <summary>It has ended without having been told to: a crash, or a cell that ended the process.</summary>
    private void Ended(Running gone)
    {
        if (Interlocked.CompareExchange(ref _running, null, gone) != gone) { return; }

        lock (_gate)
        {
            (_isReady, _state) = (false, "dead");
            _held.Clear();
        }

        log($"a kernel has ended. {string.Join(' ', gone.LastWords)}");
        Say("dead");
        Audience.Forget();
        gone.Channels.Dispose();
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _running, null) is not { } running) { return; }

        running.Channels.Send(Channel.Control, JupyterMessage.Unasked("shutdown_request", []));
        try
        {
            await running.Process.WaitForExitAsync().WaitAsync(s_grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            running.Process.Kill(entireProcessTree: true); // a cell that cannot be stopped
            await running.Process.WaitForExitAsync().ConfigureAwait(false);
        }

        running.Channels.Dispose();
        running.Process.Dispose();
    }

    private void Say(string state) => Audience.Tell(
        Channel.Iopub, JupyterMessage.Unasked("status", new JsonObject { ["execution_state"] = state }));

    /// <summary>A process, and the way to speak to it.</summary>
    private sealed record Running(Process Process, IKernelChannels Channels)
    {
        private readonly Queue<string> _words = new();

        /// <summary>What it wrote last on its stderr.</summary>
        public string[] LastWords { get { lock (_words) { return [.. _words]; } } }

        public void Remember(string line)
        {
            lock (_words)
            {
                _words.Enqueue(Quoted.Of(line, 300));
                if (_words.Count > 5) { _words.Dequeue(); }
            }
        }
    }
}
