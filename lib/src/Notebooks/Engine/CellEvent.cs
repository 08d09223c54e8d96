namespace Notebooks;

/// <summary>Something a cell does while it runs.</summary>
public abstract record CellEvent
{
    /// <summary>Text written to stdout or stderr.</summary>
    public sealed record Stream(string Name, string Text) : CellEvent;

    /// <summary>Something shown; <paramref name="DisplayId"/> names it for later updates.</summary>
    public sealed record Display(MimeBundle Data, string DisplayId) : CellEvent;

    /// <summary>New content for something shown before.</summary>
    public sealed record UpdateDisplay(MimeBundle Data, string DisplayId) : CellEvent;

    /// <summary>
    /// Take away what the cell has shown; with <paramref name="Wait"/>, only when the next thing is shown.
    /// </summary>
    public sealed record ClearOutput(bool Wait) : CellEvent;

    /// <summary>The value of the last expression.</summary>
    public sealed record Result(MimeBundle Data) : CellEvent;

    /// <summary>The error that ended the cell.</summary>
    public sealed record Failed(ErrorOutput Error) : CellEvent;
}

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>To its end.</summary>
    Succeeded,

    /// <summary>In a compile error or an exception.</summary>
    Failed,

    /// <summary>Because it was told to stop.</summary>
    Cancelled,
}

/// <summary>How a cell ended, and how long it took.</summary>
public sealed record CellResult(CellStatus Status, TimeSpan Elapsed, ErrorOutput? Error = null);
