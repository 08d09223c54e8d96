namespace Notebooks;

/// <summary>
/// The cell that the current code belongs to. It follows awaits and threads, so that what a cell prints or shows, from
/// wherever, lands under that cell; once the cell is over, or left behind, its words go nowhere.
/// </summary>
internal sealed class CellScope(Action<CellEvent> publish, EngineOptions options, CancellationToken cancellation)
{
    private static readonly AsyncLocal<CellScope?> s_current = new();
    private readonly Lock _gate = new();
    private long _printed;
    private bool _over;

    public static CellScope? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    public CancellationToken Cancellation => cancellation;

    public EngineOptions Options => options;

    /// <summary>Whether the cell has ended, or has been left behind.</summary>
    public bool IsOver
    {
        get { lock (_gate) { return _over; } }
    }

    public void Publish(CellEvent happened)
    {
        lock (_gate)
        {
            if (!_over) { publish(happened); }
        }
    }

    public void Print(string stream, string text)
    {
        lock (_gate)
        {
            if (_over || text.Length == 0 || _printed >= options.MaxPrintedCharacters) { return; }

            long room = options.MaxPrintedCharacters - _printed;
            _printed += text.Length;
            publish(new CellEvent.Stream(stream, text.Length <= room ? text : text[..(int)room]));
            if (_printed >= options.MaxPrintedCharacters)
            {
                publish(new CellEvent.Stream("stderr",
                    $"\n[The cell has printed {options.MaxPrintedCharacters:N0} characters; the rest is left out. Print less, or write to a file.]\n"));
            }
        }
    }

    /// <summary>From now on the cell's words go nowhere.</summary>
    public void Close()
    {
        lock (_gate) { _over = true; }
    }
}
