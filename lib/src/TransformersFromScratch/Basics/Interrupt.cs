using Shared;

namespace TransformersFromScratch;

/// <summary>The stop button of the notebook a cell runs in.</summary>
public static class Interrupt
{
    /// <summary>
    /// Cancelled when the reader interrupts the running cell. Both the course's own engine and kernel and the genuine
    /// .NET Interactive kernel tell it; elsewhere it is never cancelled.
    /// </summary>
    public static CancellationToken Token => NotebookHost.Stop;

    /// <summary>
    /// A long loop calls this at each of its turns, before it looks at <see cref="Token"/>: in a page there is no other
    /// thread that could cancel it. Elsewhere it does nothing.
    /// </summary>
    public static void Look() => (AppContext.GetData(HostNames.Look) as Action)?.Invoke();
}
