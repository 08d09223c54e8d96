namespace Shared;

/// <summary>
/// Names under which the notebook engine leaves something in AppContext. The library and the engine do not know each
/// other, so they meet at these names.
/// </summary>
internal static class HostNames
{
    /// <summary>The CancellationToken of the cell that runs.</summary>
    public const string Cancellation = "Notebooks.Cancellation";

    /// <summary>
    /// An <c>Action&lt;Action, CancellationToken&gt;</c> that runs a part of a cell's code and can end it.
    /// </summary>
    public const string Part = "Notebooks.Part";

    /// <summary>
    /// An <c>Action</c> that is called at every stop point of a part: in a page there is no other thread from which
    /// somebody could look at the clock.
    /// </summary>
    public const string Watch = "Notebooks.Watch";

    /// <summary>
    /// An <c>Action</c> that looks whether the reader stops the cell; there is one in a page alone, where nobody can
    /// tell the one thread. It may be called often: it looks a few times in a second.
    /// </summary>
    public const string Look = "Notebooks.Look";
}
