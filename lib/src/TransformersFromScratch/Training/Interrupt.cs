namespace TransformersFromScratch;

/// <summary>The stop button of the notebook a cell runs in.</summary>
public static class Interrupt
{
    /// <summary>
    /// Cancelled when the reader interrupts the running cell. The course's own engine and kernel put it where any library
    /// can find it without referring to them (AppContext, under this name); elsewhere it is never cancelled.
    /// </summary>
    public static CancellationToken Token => AppContext.GetData("Notebooks.Cancellation") is CancellationToken token ? token : default;
}
