namespace Notebooks;

/// <summary>
/// The cell that the current code belongs to. It follows awaits and threads, so that what a cell prints or shows, from
/// wherever and however late, lands under that cell. A cell that had to be stopped by force is silent from then on.
/// </summary>
internal sealed class CellScope(
    CodePlace cell, Action<CellEvent> publish, EngineOptions options, KeptCulture culture,
    CancellationToken cancellation)
{
    private static readonly AsyncLocal<CellScope?> s_current = new();
    private readonly Lock _gate = new();
    private long _printed;
    private bool _stopped;

    public static CellScope? Current
    {
        get => s_current.Value;
        set
        {
            s_current.Value = value;
            Latest = value ?? Latest;
        }
    }

    /// <summary>The cell that began last, for words whose cell cannot be told.</summary>
    public static CellScope? Latest { get; private set; }

    /// <summary>The cell's code.</summary>
    public CodePlace Cell => cell;

    public CancellationToken Cancellation => cancellation;

    public EngineOptions Options => options;

    public KeptCulture Culture => culture;

    /// <summary>.NET Interactive's packages, where a cell has brought them.</summary>
    public IInteractive? Interactive { get; set; }

    /// <summary>Whether the cell did not end when it was told to, and is being stopped by force.</summary>
    public bool IsStopped
    {
        get { lock (_gate) { return _stopped; } }
    }

    /// <exception cref="OperationCanceledException">The cell has been stopped: what would still print goes no
    /// further.</exception>
    public void Publish(CellEvent happened)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            publish(happened);
        }
    }

    /// <inheritdoc cref="Publish"/>
    public void Print(string stream, string text)
    {
        lock (_gate)
        {
            ThrowIfStopped();
            if (text.Length > 0 && _printed < options.MaxPrintedCharacters) { PrintWithinBounds(stream, text); }
        }
    }

    /// <summary>The error the cell ended in: its last word, even when it has been stopped.</summary>
    public void Conclude(ErrorOutput error)
    {
        lock (_gate) { publish(new CellEvent.Failed(error)); }
    }

    /// <summary>
    /// From now on the cell is not let back in after an await, and ends where it prints, shows or passes a
    /// <see cref="StopPoint"/>.
    /// </summary>
    public void Stop()
    {
        lock (_gate) { _stopped = true; }
        StopPoint.Stopping(true);
    }

    /// <exception cref="OperationCanceledException">The cell has been stopped.</exception>
    public void ThrowIfStopped()
    {
        if (IsStopped) { throw new OperationCanceledException("The cell has been stopped.", cancellation); }
    }

    private void PrintWithinBounds(string stream, string text)
    {
        int room = (int)Math.Min(text.Length, options.MaxPrintedCharacters - _printed);
        // Both halves of a character, or none.
        if (room < text.Length && char.IsHighSurrogate(text[room - 1])) { room--; }

        _printed += text.Length;
        publish(new CellEvent.Stream(stream, text[..room]));
        if (_printed >= options.MaxPrintedCharacters)
        {
            publish(new CellEvent.Stream("stderr",
                $"\n[The cell has printed {options.MaxPrintedCharacters:N0} characters; the rest is left out. Print " +
                "less, or write to a file.]\n"));
        }
    }
}
