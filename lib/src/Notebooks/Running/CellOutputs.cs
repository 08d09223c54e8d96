namespace Notebooks;

/// <summary>
/// Collects what a cell does into the outputs a notebook keeps: as a front end would show them in the end.
/// </summary>
internal sealed class CellOutputs
{
    private readonly List<Func<int, Output>> _outputs = [];
    private readonly List<(string DisplayId, int Place)> _displays = [];
    private (string Name, System.Text.StringBuilder Text)? _stream;
    private bool _clearFirst;

    /// <summary>Takes an event, from whatever thread and also after the cell has ended.</summary>
    public void Add(CellEvent happened)
    {
        lock (_outputs) { AddInOrder(happened); }
    }

    private void AddInOrder(CellEvent happened)
    {
        if (happened is CellEvent.ClearOutput { Wait: true })
        {
            _clearFirst = true;
            return;
        }

        if (_clearFirst || happened is CellEvent.ClearOutput) { Clear(); }

        switch (happened)
        {
            case CellEvent.Stream stream: Print(stream.Name, stream.Text); break;
            case CellEvent.Display display:
                _displays.Add((display.DisplayId, _outputs.Count));
                Append(_ => new DisplayOutput(display.Data, display.DisplayId));
                break;
            case CellEvent.UpdateDisplay update: Update(update); break;
            case CellEvent.Result result: Append(count => new ResultOutput(result.Data, count)); break;
            case CellEvent.Failed failed: Append(_ => failed.Error); break;
        }
    }

    /// <summary>Replaces what every display of that id shows.</summary>
    public void Update(CellEvent.UpdateDisplay update)
    {
        lock (_outputs)
        {
            foreach (var (_, place) in _displays.Where(display => display.DisplayId == update.DisplayId))
            {
                _outputs[place] = _ => new DisplayOutput(update.Data, update.DisplayId);
            }
        }
    }

    /// <summary>Puts an error in the place of the one the cell ended in.</summary>
    public void Replace(ErrorOutput error)
    {
        lock (_outputs)
        {
            if (_outputs.Count > 0 && _outputs[^1](0) is ErrorOutput) { _outputs.RemoveAt(_outputs.Count - 1); }
            Append(_ => error);
        }
    }

    public IReadOnlyList<Output> ToOutputs(int executionCount)
    {
        lock (_outputs) { return [.. _outputs.Select(make => make(executionCount))]; }
    }

    /// <summary>
    /// Pieces of the same stream that follow each other are one output, kept as a terminal shows it in the end.
    /// </summary>
    private void Print(string name, string text)
    {
        if (_stream is { } open && open.Name == name)
        {
            open.Text.Append(text);
            return;
        }

        var started = new System.Text.StringBuilder(text);
        Append(_ => new StreamOutput(name, TerminalText.Settle(started.ToString())));
        _stream = (name, started);
    }

    private void Append(Func<int, Output> make)
    {
        _outputs.Add(make);
        _stream = null;
    }

    private void Clear()
    {
        _outputs.Clear();
        _displays.Clear();
        _stream = null;
        _clearFirst = false;
    }
}
