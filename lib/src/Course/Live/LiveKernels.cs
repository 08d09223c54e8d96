using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Course;

/// <summary>
/// The kernels of the server, and the sessions: which notebook has which kernel. A chapter that is opened twice has one
/// kernel, as in Jupyter.
/// </summary>
/// <param name="folder">The folder of the chapters.</param>
/// <param name="log">Told what kernels say.</param>
internal sealed class LiveKernels(string folder, Action<string> log) : IAsyncDisposable
{
    /// <summary>A kernel that nobody listens to and that does nothing is ended after this time.</summary>
    public static TimeSpan MostIdle { get; } = TimeSpan.FromMinutes(30);

    private const int Most = 32; // each takes some 150 MB

    private readonly ConcurrentDictionary<string, LiveKernel> _kernels = [];
    private readonly ConcurrentDictionary<string, (string Path, string Type, string Kernel)> _sessions = [];
    private readonly SemaphoreSlim _one = new(1);

    public IEnumerable<LiveKernel> All => _kernels.Values;

    public LiveKernel? Find(string id) => _kernels.GetValueOrDefault(id);

    public IEnumerable<JsonObject> Sessions => _sessions.Keys.Select(Session).OfType<JsonObject>();

    /// <summary>Starts a kernel.</summary>
    /// <exception cref="CourseException">There are too many, or it does not answer.</exception>
    public async Task<LiveKernel> StartAsync(string name, CancellationToken cancellation)
    {
        if (_kernels.Count >= Most)
        {
            throw new CourseException($"There are {Most} kernels already. Close chapters, or restart the server.");
        }

        var kernel = new LiveKernel(Guid.NewGuid().ToString(), name, folder, log);
        _kernels[kernel.Id] = kernel;
        try { await kernel.StartAsync(cancellation).ConfigureAwait(false); }
        catch
        {
            await EndAsync(kernel.Id).ConfigureAwait(false);
            throw;
        }

        return kernel;
    }

    /// <summary>The session of a notebook, with a kernel that is started if it has none.</summary>
    /// <exception cref="CourseException">The kernel cannot be started.</exception>
    public async Task<JsonObject> OpenAsync(string path, string type, string name, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false); // two tabs ask at the same time for one kernel
        try
        {
            string? id = _sessions.Where(pair => pair.Value.Path == path).Select(pair => pair.Key).FirstOrDefault();
            if (id is not null && Session(id) is { } there) { return there; }

            LiveKernel kernel = await StartAsync(name, cancellation).ConfigureAwait(false);
            id ??= Guid.NewGuid().ToString();
            _sessions[id] = (path, type, kernel.Id);
            return Session(id)!;
        }
        finally { _one.Release(); }
    }

    /// <summary>A session as Jupyter Server describes it, or null if its kernel is gone.</summary>
    public JsonObject? Session(string id) =>
        _sessions.TryGetValue(id, out var session) && Find(session.Kernel) is { } kernel
            ? new JsonObject
            {
                ["id"] = id,
                ["path"] = session.Path,
                ["name"] = Path.GetFileName(session.Path),
                ["type"] = session.Type,
                ["kernel"] = kernel.ToJson(),
                ["notebook"] = new JsonObject { ["path"] = session.Path, ["name"] = Path.GetFileName(session.Path) },
            }
            : null;

    /// <summary>Ends a session with its kernel. Returns whether there was one.</summary>
    public async Task<bool> CloseAsync(string id)
    {
        if (!_sessions.TryRemove(id, out var session)) { return false; }

        await EndAsync(session.Kernel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends a kernel. Returns whether there was one.</summary>
    public async Task<bool> EndAsync(string id)
    {
        if (!_kernels.TryRemove(id, out LiveKernel? kernel)) { return false; }

        foreach (string session in _sessions.Where(pair => pair.Value.Kernel == id).Select(pair => pair.Key).ToList())
        {
            _sessions.TryRemove(session, out _);
        }

        await kernel.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Ends kernels whose readers have left, every minute, until cancelled.</summary>
    public async Task TidyAsync(CancellationToken cancellation)
    {
        using var minute = new PeriodicTimer(TimeSpan.FromMinutes(1));
        while (await minute.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            foreach (LiveKernel kernel in All.Where(each => each.Audience.Count == 0 && each.State != "busy"
                && DateTime.UtcNow - each.LastActivity > MostIdle))
            {
                await EndAsync(kernel.Id).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_kernels.Keys.Select(EndAsync)).ConfigureAwait(false);
}
