using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Notebooks;

/// <summary>
/// What a cell's threads, timers, async void methods and forgotten tasks throw and nobody catches. It would end the
/// process without a word, or be lost; here it is told under the cell that began it, and the session goes on.
/// </summary>
internal static class StrayExceptions
{
    private static readonly ConditionalWeakTable<Exception, CellScope> s_thrownIn = [];
    private static int s_begun;

    /// <summary>Begins, once a process; exceptions that are no cell's end it as before.</summary>
    public static void Begin()
    {
        if (Interlocked.Exchange(ref s_begun, 1) != 0) { return; }

        // By the time nobody has caught it, .NET has forgotten whose it was; where it is thrown, that is still known.
        AppDomain.CurrentDomain.FirstChanceException += (_, thrown) =>
        {
            if (CellScope.Current is { } scope) { s_thrownIn.TryAdd(thrown.Exception, scope); }
        };
        if (!OperatingSystem.IsBrowser()) { ExceptionHandling.SetUnhandledExceptionHandler(TellItsCell); }
        TaskScheduler.UnobservedTaskException += (_, forgotten) =>
        {
            foreach (Exception problem in forgotten.Exception.Flatten().InnerExceptions)
            {
                if (TellItsCell(problem)) { forgotten.SetObserved(); }
            }
        };
    }

    /// <summary>Tells an exception under its cell, unless it is only the end of a cell that has been stopped.</summary>
    public static void Tell(CellScope scope, Exception problem)
    {
        if (problem is OperationCanceledException or ThreadInterruptedException
            && scope.Cancellation.IsCancellationRequested)
        {
            return;
        }

        string[] lines =
            ["An exception that nothing in this cell caught (a thread, a timer, an async void method or a task " +
                "without await):",
            .. RuntimeError.From(problem, scope.Cell).Traceback, ""];
        try { scope.Print("stderr", string.Join('\n', lines)); }
        catch (OperationCanceledException) { } // a stopped cell is silent
    }

    private static bool TellItsCell(Exception problem)
    {
        if (!s_thrownIn.TryGetValue(problem, out CellScope? scope))
        {
            scope = RuntimeError.IsOfACell(problem) ? CellScope.Latest : null; // a finalizer belongs to no flow
        }

        if (scope is not null) { Tell(scope, problem); }
        return scope is not null;
    }
}
