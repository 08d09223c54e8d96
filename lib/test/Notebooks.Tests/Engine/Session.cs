namespace Notebooks.Tests.Engine;

/// <summary>An engine in a folder of its own, and what its cells do.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly CSharpEngine _engine;

    public Session(Func<EngineOptions, EngineOptions>? change = null)
    {
        Folder = Directory.CreateTempSubdirectory("engine-tests").FullName;
        var options = new EngineOptions { WorkingDirectory = Folder, StopGrace = TimeSpan.FromMilliseconds(500) };
        _engine = new CSharpEngine(change?.Invoke(options) ?? options);
    }

    public string Folder { get; }

    public CSharpEngine Engine => _engine;

    public async Task<Ran> RunAsync(
        string code, CancellationToken cancellation = default, Action<CellEvent>? seen = null)
    {
        var events = new List<CellEvent>();
        CellResult result = await _engine.ExecuteAsync(
            code,
            happened =>
            {
                lock (events) { events.Add(happened); }
                seen?.Invoke(happened);
            },
            cancellation);
        lock (events) { return new Ran(result, [.. events]); }
    }

    /// <summary>Runs a cell; returns what it did, and goes on collecting what comes after its end.</summary>
    public async Task<List<CellEvent>> BeginAsync(string code)
    {
        var events = new List<CellEvent>();
        await _engine.ExecuteAsync(
            code, happened => { lock (events) { events.Add(happened); } }, CancellationToken.None);
        return events;
    }

    /// <summary>Waits, for as long as a busy machine may need, until the text has been printed.</summary>
    public static async Task<string> PrintedAsync(List<CellEvent> events, string text)
    {
        for (int i = 0; ; i++)
        {
            string all;
            lock (events) { all = string.Concat(events.OfType<CellEvent.Stream>().Select(stream => stream.Text)); }
            if (all.Contains(text, StringComparison.Ordinal)) { return all; }

            Assert.True(i < 1200, $"'{text}' has not been printed in a minute, only: {all}");
            await Task.Delay(50);
        }
    }

    /// <summary>Runs a cell and tells it to stop as soon as it has printed something.</summary>
    public async Task<Ran> InterruptAsync(string code)
    {
        using var cancellation = new CancellationTokenSource();
        return await RunAsync(code, cancellation.Token, _ => cancellation.CancelAfter(TimeSpan.FromMilliseconds(20)));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}

/// <summary>What a cell did.</summary>
internal sealed record Ran(CellResult Result, IReadOnlyList<CellEvent> Events)
{
    public string Out => string.Concat(
        Events.OfType<CellEvent.Stream>().Where(stream => stream.Name == "stdout").Select(stream => stream.Text));

    public string Error => string.Concat(
        Events.OfType<CellEvent.Stream>().Where(stream => stream.Name == "stderr").Select(stream => stream.Text));

    public MimeBundle? Value => Events.OfType<CellEvent.Result>().LastOrDefault()?.Data;

    public string? Text => Value?["text/plain"];

    public string Trace => string.Join('\n', Result.Error?.Traceback ?? []);
}
