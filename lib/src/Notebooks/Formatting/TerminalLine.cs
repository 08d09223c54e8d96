using System.Globalization;
using System.Text;

namespace Notebooks;

/// <summary>One line of a terminal, and where its cursor stands.</summary>
internal sealed class TerminalLine
{
    private const int Widest = 10_000; // no column that an escape names is farther right

    private readonly List<(Rune Rune, TerminalStyle Style)> _cells = [];
    private int _cursor;

    /// <summary>The style of the newline that follows; null if none does.</summary>
    public TerminalStyle? NewLine { get; set; }

    public void Return() => _cursor = 0;

    public void Back() => _cursor = Math.Max(0, _cursor - 1);

    /// <summary>ESC[nG: to a column, counted from 1.</summary>
    public void MoveTo(string parameters) =>
        _cursor = int.TryParse(parameters, CultureInfo.InvariantCulture, out int column)
            ? Math.Clamp(column - 1, 0, Widest)
            : 0;

    /// <summary>ESC[K: to the end of the line; with 1 from its beginning, with 2 all of it.</summary>
    public void Erase(string parameters)
    {
        if (parameters is "" or "0" && _cursor < _cells.Count) { _cells.RemoveRange(_cursor, _cells.Count - _cursor); }
        else if (parameters == "2") { _cells.Clear(); }
        else if (parameters == "1")
        {
            for (int i = 0; i <= _cursor && i < _cells.Count; i++) { _cells[i] = (new Rune(' '), TerminalStyle.Plain); }
        }
    }

    public void Write(Rune rune, TerminalStyle style)
    {
        while (_cells.Count < _cursor) { _cells.Add((new Rune(' '), TerminalStyle.Plain)); }

        if (_cursor == _cells.Count) { _cells.Add((rune, style)); }
        else { _cells[_cursor] = (rune, style); }

        _cursor++;
    }

    /// <summary>Writes the line with an escape wherever its style changes.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="style">The style that the text before ended in.</param>
    /// <returns>The style that this line ends in.</returns>
    public TerminalStyle WriteTo(StringBuilder text, TerminalStyle style)
    {
        foreach (var (rune, wanted) in _cells)
        {
            if (wanted != style) { text.Append(wanted.ToEscape()); }

            text.Append(rune.ToString());
            style = wanted;
        }

        if (NewLine is not { } end) { return style; }

        if (end != style) { text.Append(end.ToEscape()); }

        text.Append('\n');
        return end;
    }
}
