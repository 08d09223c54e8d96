namespace Notebooks;

/// <summary>
/// Runs a cell on a thread of its own, and stops it when it is told to: first by the token that long loops look at,
/// then by force, where it waits, prints, awaits, turns a loop or calls a method.
/// </summary>
internal static class CellThread
{
    // A reader's recursion should end in an answer more often than in a crash.
    private const int StackBytes = 16 * 1024 * 1024;
    // What is stopped by force ends within milliseconds, on a machine that has time.
    private static readonly TimeSpan s_force = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs the body and returns its error, or null; one that cannot be stopped is left behind, and the error says so.
    /// </summary>
    public static async Task<ErrorOutput?> RunAsync(Func<Task<ErrorOutput?>> body, CellScope scope)
    {
        if (OperatingSystem.IsBrowser()) { return await OnTheOnlyThreadAsync(body, scope).ConfigureAwait(false); }

        var done = new TaskCompletionSource<ErrorOutput?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
                // It has ended when it returns: where there are threads, the body waits and does not await.
                ErrorOutput? error = BodyAsync(body, scope).GetAwaiter().GetResult();
                done.SetResult(scope.Cancellation.IsCancellationRequested ? Interruption.Of(error) : error);
            },
            StackBytes)
        { IsBackground = true, Name = "Cell" };
        thread.UnsafeStart(); // the host's culture and other ambient values are not the cell's

        try { return await done.Task.WaitAsync(scope.Cancellation).ConfigureAwait(false); }
        catch (OperationCanceledException) when (scope.Cancellation.IsCancellationRequested) { }

        if (await EndsWithin(scope.Options.StopGrace).ConfigureAwait(false))
        {
            return await done.Task.ConfigureAwait(false);
        }

        scope.Stop();
        thread.Interrupt(); // out of Thread.Sleep, a lock, Task.Wait or Console.ReadLine
        return await EndsWithin(s_force).ConfigureAwait(false)
            ? await done.Task.ConfigureAwait(false)
            : Interruption.LeftBehind;

        async Task<bool> EndsWithin(TimeSpan time) =>
            await Task.WhenAny(done.Task, Task.Delay(time, CancellationToken.None)).ConfigureAwait(false) == done.Task;
    }

    /// <summary>
    /// A page has one thread. While the cell's code runs nothing else does, so it looks itself whether it is to stop
    /// (<see cref="StopPoint.Look"/>); where it does not come to look, the page ends the whole worker.
    /// </summary>
    private static async Task<ErrorOutput?> OnTheOnlyThreadAsync(Func<Task<ErrorOutput?>> body, CellScope scope)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        try
        {
            ErrorOutput? error = await BodyAsync(body, scope).ConfigureAwait(false);
            return scope.Cancellation.IsCancellationRequested ? Interruption.Of(error) : error;
        }
        finally { SynchronizationContext.SetSynchronizationContext(before); }
    }

    private static async Task<ErrorOutput?> BodyAsync(Func<Task<ErrorOutput?>> body, CellScope scope)
    {
        try
        {
            CellScope.Current = scope;
            scope.Culture.Apply();
            SynchronizationContext.SetSynchronizationContext(new CellContext(scope));
            return await body().ConfigureAwait(true);
        }
        catch (Exception problem) { return RuntimeError.From(problem, scope.Cell); }
    }
}

/// <summary>
/// Where a cell goes on after an await: on the thread pool, unless it has been stopped meanwhile. What its async void
/// methods throw ends here too, in words under the cell instead of the end of the process.
/// </summary>
internal sealed class CellContext(CellScope scope) : SynchronizationContext
{
    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback callback, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => Run(callback, state), null);

    private void Run(SendOrPostCallback callback, object? state)
    {
        if (scope.IsStopped) { return; }

        try
        {
            SetSynchronizationContext(this);
            CellScope.Current = scope;
            scope.Culture.Apply();
            callback(state);
        }
        catch (Exception problem) { StrayExceptions.Tell(scope, problem); }
        finally { SetSynchronizationContext(null); }
    }
}
