using System.Collections;
using System.Globalization;
using System.Text;

namespace Notebooks;

/// <summary>Rows of text under headers, as HTML and as aligned plain text.</summary>
internal sealed class TextTable
{
    private readonly string[] _headers;
    private readonly List<string[]> _rows;
    private readonly string? _note;

    private TextTable(IEnumerable<string> headers, IEnumerable<string[]> rows, string? note) =>
        (_headers, _rows, _note) = ([.. headers], [.. rows], note);

    public static TextTable Of(IEnumerable<string> headers, IEnumerable<string[]> rows, string? note = null) =>
        new(headers, rows, note);

    public MimeBundle ToBundle() => new(("text/html", Html()), ("text/plain", Text()));

    private string Html()
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (string header in _headers) { html.Append("<th>").Append(Formatter.Escape(header)).Append("</th>"); }
        html.Append("</tr></thead><tbody>");
        foreach (string[] row in _rows)
        {
            html.Append("<tr>");
            foreach (string cell in row) { html.Append("<td>").Append(Formatter.Escape(cell)).Append("</td>"); }
            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
        if (_note is not null) { html.Append("<p>").Append(Formatter.Escape(_note)).Append("</p>"); }
        return html.ToString();
    }

    private string Text()
    {
        int[] widths =
            [.. _headers.Select(
                (header, column) => _rows.Select(row => row[column].Length).Append(header.Length).Max())];
        var lines = new List<string>();
        if (_headers.Any(header => header.Length > 0)) { lines.Add(Line(_headers)); }
        lines.AddRange(_rows.Select(Line));
        if (_note is not null) { lines.Add(_note); }
        return string.Join('\n', lines);

        string Line(string[] cells) =>
            string.Join("  ", cells.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd();
    }
}

/// <summary>A sequence as a table, its items' members as columns.</summary>
internal static class SequenceTable
{
    private const int MaxRows = 100;

    public static TextTable Of(IEnumerable sequence)
    {
        var items = new List<object?>();
        bool more = false;
        foreach (object? item in sequence)
        {
            if (items.Count == MaxRows) { more = true; break; }
            items.Add(item);
        }

        string? note = more ? $"… only the first {MaxRows} are shown" : null;
        if (sequence is Array { Rank: 2 } grid) { return OfGrid(grid); }

        var rows = items.Select(
            item => item is null or string || item.GetType().IsPrimitive || item is IFormattable or IEnumerable
            ? null : Formatter.Members(item)).ToList();
        bool asColumns = rows.Count > 0 && rows.All(row => row is { Length: > 0 })
            && rows.All(row => row!.Select(m => m.Name).SequenceEqual(rows[0]!.Select(m => m.Name)));
        return asColumns
            ? TextTable.Of(["", .. rows[0]!.Select(member => member.Name)],
                rows.Select(
                    (row, i) => new[] { i.ToString(CultureInfo.InvariantCulture) }
                        .Concat(row!.Select(member => Formatter.Brief(member.Value))).ToArray()), note)
            : TextTable.Of(
                ["", "value"], items.Select(
                    (item, i) => new[] { i.ToString(CultureInfo.InvariantCulture), Formatter.Brief(item) }), note);
    }

    private static TextTable OfGrid(Array grid) => TextTable.Of(
        ["", .. Enumerable.Range(0, grid.GetLength(1)).Select(column => column.ToString(CultureInfo.InvariantCulture))],
        Enumerable.Range(0, Math.Min(grid.GetLength(0), MaxRows))
            .Select(row => new[] { row.ToString(CultureInfo.InvariantCulture) }
            .Concat(
                Enumerable.Range(0, grid.GetLength(1)).Select(column => Formatter.Brief(grid.GetValue(row, column))))
                    .ToArray()));
}

/// <summary>
/// A MathNet matrix or vector, known by its shape and not by a reference to MathNet: four digits, the middle left out
/// when large.
/// </summary>
internal static class MatrixTable
{
    private const int MaxShown = 12;

    public static TextTable? TryMake(object value)
    {
        Type type = value.GetType();
        if (type.Namespace?.StartsWith("MathNet.Numerics.LinearAlgebra", StringComparison.Ordinal) != true)
        {
            return null;
        }

        int rows, columns;
        Func<int, int, object?> at;
        if (type.GetProperty("RowCount")?.GetValue(value) is int rowCount
            && type.GetProperty("ColumnCount")?.GetValue(value) is int columnCount)
        {
            var get = type.GetMethod("At", [typeof(int), typeof(int)])!;
            (rows, columns, at) = (rowCount, columnCount, (row, column) => get.Invoke(value, [row, column]));
        }
        else if (type.GetProperty("Count")?.GetValue(value) is int count)
        {
            var get = type.GetMethod("At", [typeof(int)])!;
            (rows, columns, at) = (1, count, (_, column) => get.Invoke(value, [column]));
        }
        else
        {
            return null;
        }

        int[] shownRows = Shown(rows), shownColumns = Shown(columns);
        return TextTable.Of(
            ["", .. shownColumns.Select(Index)],
            shownRows.Select(
                row => new[] { Index(row) }
                    .Concat(shownColumns.Select(column => row < 0 || column < 0 ? "…" : Digits(at(row, column))))
                    .ToArray()),
            $"{rows}×{columns}");
    }

    /// <summary>All indices, or the first and last with -1 for the gap.</summary>
    private static int[] Shown(int count) => count <= MaxShown
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, MaxShown / 2), -1, .. Enumerable.Range(count - (MaxShown / 2), MaxShown / 2)];

    private static string Index(int index) => index < 0 ? "…" : index.ToString(CultureInfo.InvariantCulture);

    private static string Digits(object? number) =>
        number is IFormattable value ? value.ToString("G4", CultureInfo.InvariantCulture) : "";
}
