using System.Globalization;
using System.Text;
using MathNet.Numerics.LinearAlgebra;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// A small table with headers, for numbers and words in a cell's output. It shows itself as HTML, or as aligned text.
/// Numbers have a point for the decimals everywhere.
/// </summary>
[TypeFormatterSource(typeof(FormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class Table : IShown
{
    private readonly string[] _headers;
    private readonly string[][] _rows;
    private readonly bool[] _numeric;
    private readonly bool _labelled;

    private Table(string title, string[] headers, string[][] rows, bool[] numeric, bool labelled) =>
        (Title, _headers, _rows, _numeric, _labelled) = (title, headers, rows, numeric, labelled);

    /// <summary>The title above the table; may be empty.</summary>
    public string Title { get; }

    /// <summary>A matrix as a table.</summary>
    /// <param name="matrix">The numbers, at most 100 × 100.</param>
    /// <param name="rowLabels">One label a row, for example the tokens.</param>
    /// <param name="columnLabels">One label a column.</param>
    /// <param name="title">A title, often the symbol: "Q", "Softmax(QKᵀ/√dₖ)".</param>
    /// <param name="decimals">Digits after the point, 0 to 9.</param>
    /// <exception cref="ArgumentException">The labels do not fit the matrix, or it is too large to read.</exception>
    public static Table Of(
        Matrix<float> matrix,
        IReadOnlyList<string>? rowLabels = null,
        IReadOnlyList<string>? columnLabels = null,
        string title = "",
        int decimals = 3)
    {
        string[]? rows = Check.Labels(matrix, rowLabels, "rowLabels", "rows", m => m.RowCount);
        string[]? columns = Check.Labels(matrix, columnLabels, "columnLabels", "columns", m => m.ColumnCount);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 9);
        if (matrix.RowCount > 100 || matrix.ColumnCount > 100)
        {
            throw new ArgumentException(
                $"A table of {matrix.RowCount}×{matrix.ColumnCount} numbers cannot be read. Show a part of it " +
                "(SubMatrix), or draw it with Plot.Heatmap.", nameof(matrix));
        }

        string format = "F" + decimals;
        string[][] cells =
        [
            .. Enumerable.Range(0, matrix.RowCount).Select(i => (string[])
            [
                .. rows is null ? Array.Empty<string>() : [rows[i]],
                .. matrix.Row(i).Select(v => float.IsFinite(v) ? Fixed(v, format) : Number(v)),
            ]),
        ];
        string[] headers = columns is null && rows is null ? [] :
        [
            .. rows is null ? Array.Empty<string>() : [""],
            .. columns
                ?? [.. Enumerable.Range(0, matrix.ColumnCount).Select(j => j.ToString(CultureInfo.InvariantCulture))],
        ];
        if (columns is null)
            headers = [];
        return new Table(
            title, headers, cells, [.. cells[0].Select((_, j) => rows is null || j > 0)], rows is not null);
    }

    /// <summary>A table of mixed values.</summary>
    /// <param name="headers">The name of each column.</param>
    /// <param name="rows">
    /// The rows, each with one value a header. A value may be text, a number or null (shown empty); a column of
    /// nothing but numbers, also as text, is aligned to the right.
    /// </param>
    /// <param name="title">A title; may be empty.</param>
    /// <exception cref="ArgumentException">A row has more or fewer values than there are headers.</exception>
    public static Table Rows(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<object?>> rows, string title = "")
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(title);
        if (headers.Count == 0)
            throw new ArgumentException("A table needs at least one header.", nameof(headers));
        var cells = new List<string[]>();
        IReadOnlyList<object?>[] all = [.. rows];
        Grain[] grains = [.. headers.Select((_, j) => Grain.Of(all.Where(row => row is not null && j < row.Count)
            .Select(row => row[j]).Where(IsReal).Select(AsDouble)) with { Fewest = 6 })];
        foreach (IReadOnlyList<object?> row in all)
        {
            if (row is null || row.Count != headers.Count)
            {
                throw new ArgumentException(
                    $"Row {cells.Count + 1} has {row?.Count ?? 0} values, but there are {headers.Count} headers " +
                    $"({string.Join(", ", headers)}). Give every row one value a header.", nameof(rows));
            }

            cells.Add([.. row.Select((value, j) => Show(value, grains[j]))]);
        }

        bool[] numeric =
            [.. headers.Select((_, j) => cells.Count > 0 && cells.All(row => row[j] == "" || IsNumber(row[j])))];
        return new Table(title, [.. headers.Select(h => h ?? "")], [.. cells], numeric, labelled: false);
    }

    /// <summary>The table as HTML. The same table gives the same characters.</summary>
    public string ToHtml()
    {
        const string line = "border:0;border-bottom:1px solid rgba(128,128,128,.4);padding:.25em " +
            ".7em;background:transparent;font-size:inherit;vertical-align:baseline;";
        // The title stands before the table: a caption would be broken into lines as narrow as the numbers below it.
        var html = new StringBuilder("<div style=\"overflow-x:auto;margin:.6em 0\">");
        if (Title != "")
            html.Append($"<div style=\"font-weight:600;padding:0 0 .3em\">{Escape(Title)}</div>");
        html.Append("<table class=\"tfs-table\"");
        if (Title != "")
            html.Append($" aria-label=\"{Escape(Title)}\"");
        html.Append(" style=\"border-collapse:collapse;width:auto;margin:0;font-variant-numeric:tabular-nums\">");
        if (_headers.Length > 0)
        {
            html.Append("<thead><tr>");
            for (int j = 0; j < _headers.Length; j++)
                html.Append($"<th scope=\"col\" style=\"{line}text-align:{Side(j)}\">{Escape(_headers[j])}</th>");
            html.Append("</tr></thead>");
        }

        html.Append("<tbody>");
        foreach (string[] row in _rows)
        {
            html.Append("<tr>");
            for (int j = 0; j < row.Length; j++)
            {
                string tag = _labelled && j == 0 ? "th scope=\"row\"" : "td";
                html.Append($"<{tag} style=\"{line}text-align:{Side(j)}\">{Escape(row[j])}</{tag[..2]}>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();

        string Side(int column) => _numeric[column] ? "right" : "left";
    }

    /// <summary>The table as text, its columns aligned.</summary>
    public override string ToString()
    {
        string[][] all = _headers.Length > 0 ? [_headers, .. _rows] : _rows;
        int[] widths = [.. _numeric.Select((_, j) => all.Max(row => new StringInfo(row[j]).LengthInTextElements))];
        IEnumerable<string> lines = all.Select(
            row => string.Join("  ", row.Select((cell, j) => Pad(cell, j))).TrimEnd());
        return string.Join('\n', Title == "" ? lines : lines.Prepend(Title));

        string Pad(string cell, int j)
        {
            var space = new string(' ', widths[j] - new StringInfo(cell).LengthInTextElements);
            return _numeric[j] ? space + cell : cell + space;
        }
    }

    private static bool IsReal(object? value) => value is float or double or Half;

    private static double AsDouble(object? value) =>
        value is Half half ? (double)half : Convert.ToDouble(value, CultureInfo.InvariantCulture);

    /// <summary>
    /// What is whole is whole. Of other numbers six digits, and more where those of the column lie so close together
    /// that six would not tell them apart; of a float no more than it has.
    /// </summary>
    private static string Show(object? value, Grain grain) => value switch
    {
        null => "",
        _ when IsReal(value) && AsDouble(value) is var real => Number(
            real, Math.Abs(real) < 1e9 && real == Math.Round(real)
                ? 9
                : Math.Min(grain.DigitsOf(real), value is double ? 17 : 9)),
        // Four digits may be a year; five and more are easier to read in threes.
        int or long when Convert.ToInt64(
            value, CultureInfo.InvariantCulture) is var whole and (>= 10_000 or <= -10_000) =>
                whole.ToString("N0", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static bool IsNumber(string text) =>
        double.TryParse(
            text.TrimEnd('%', ' ').Replace('−', '-'), NumberStyles.Float | NumberStyles.AllowThousands,
            CultureInfo.InvariantCulture, out _) ||
        text is "∞" or "−∞";
}
