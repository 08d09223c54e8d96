namespace TransformersFromScratch;

/// <summary>A figure that is drawn anew in its place while a cell runs, a few times a second at most.</summary>
public sealed class LiveFigure : IDisposable
{
    // Four pictures a second look alive and flood nothing.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Func<object, object?>? _display;
    private long _lastDrawn = long.MinValue;
    private Func<Figure>? _latest;
    private object? _shown;

    /// <summary>A figure for the notebook this code runs in, if it runs in one.</summary>
    public LiveFigure() : this(NotebookHost.Display)
    {
    }

    /// <summary>A figure for a host.</summary>
    /// <param name="display">Shows a value and returns something with Update(value), which replaces what was shown;
    /// null where nothing can be shown.</param>
    internal LiveFigure(Func<object, object?>? display) => _display = display;

    /// <summary>
    /// Shows the figure, unless one was shown a moment ago; then it waits for the next call or the end.
    /// </summary>
    /// <param name="figure">Makes the figure; called only when it is to be drawn.</param>
    public void Show(Func<Figure> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        _latest = figure;
        long now = Environment.TickCount64;
        if (_display is not null && (_lastDrawn == long.MinValue || now - _lastDrawn >= s_pause.TotalMilliseconds))
        {
            Draw();
            _lastDrawn = Environment.TickCount64;
        }
    }

    /// <summary>Draws the last state. Outside a notebook nothing is drawn.</summary>
    public void Dispose()
    {
        if (_latest is not null) { Draw(); }
    }

    private void Draw()
    {
        Figure figure = _latest!();
        _latest = null;
        if (_shown is not null) { _shown.GetType().GetMethod("Update")!.Invoke(_shown, [figure]); }
        else { _shown = _display?.Invoke(figure); }
    }
}
