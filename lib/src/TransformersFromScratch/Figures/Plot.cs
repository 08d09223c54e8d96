using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Draws figures. Every heatmap has the same colour-blind-safe colours, starts its scale at zero and reads as the
/// paper's matrices do: queries down, keys across, row 0 on top.
/// </summary>
/// <remarks>
/// NaN and infinite numbers (the −∞ of a masked score) get no colour, and the figure says how many there are. A
/// figure keeps four significant digits of each number, and more where numbers lie so close together that four would
/// not tell them apart; beyond 16,384 cells it shows every k-th row or column and
/// says so.
/// </remarks>
public static partial class Plot
{
    /// <summary>One matrix as a heatmap; for attention a row is a query and a column a key.</summary>
    /// <param name="weights">The numbers, queries × keys.</param>
    /// <param name="rows">One label a row, such as the query's token; row numbers when null.</param>
    /// <param name="columns">One label a column, such as the key's token; column numbers when null.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="rowTitle">What the rows are: "query" when null, or "row" if there are no labels.</param>
    /// <param name="columnTitle">What the columns are: "key" when null, or "column" if there are no labels.</param>
    /// <param name="zMin">
    /// Where the colours start: zero when null, or minus the largest size if numbers are negative. Only where they
    /// would all have one colour so, as 1000 and 1000.4 would, do the colours run from the least to the greatest, and
    /// the figure says so.
    /// </param>
    /// <param name="zMax">Where the colours end: the largest number when null. Give 1 to compare attention
    /// maps.</param>
    /// <param name="mask">
    /// What is hidden: such cells are hatched and have no number, whatever the matrix holds there. Cells that are −∞
    /// are hatched without it, too.
    /// </param>
    /// <param name="colors">Which colours; numbers that have a sign get diverging ones, if nothing else is
    /// said.</param>
    /// <exception cref="ArgumentException">The labels do not fit the matrix, or zMin is not below zMax.</exception>
    public static Figure Heatmap(
        Matrix<float> weights,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string title = "",
        string? rowTitle = null,
        string? columnTitle = null,
        float? zMin = null,
        float? zMax = null,
        Mask? mask = null,
        ColorMap colors = ColorMap.Auto)
    {
        Check.Mask(weights, mask);
        (rowTitle, columnTitle) = rows is null || columns is null
            ? (rowTitle ?? "row", columnTitle ?? "column")
            : (rowTitle ?? "query", columnTitle ?? "key");
        var layout = new HeatmapLayout
        {
            Panels = [weights],
            Rows = Check.Labels(weights, rows, nameof(rows), "rows", m => m.RowCount),
            Columns = Check.Labels(weights, columns, nameof(columns), "columns", m => m.ColumnCount),
            RowTitle = rowTitle ?? "",
            ColumnTitle = columnTitle ?? "",
            Min = zMin,
            Max = zMax,
            Mask = mask,
            Colors = colors,
        };
        return Heat(
            layout, title, $"Heatmap of {weights.RowCount}×{weights.ColumnCount} numbers ({rowTitle} × {columnTitle})");
    }

    /// <summary>The weights of several heads side by side, on one colour scale.</summary>
    /// <param name="heads">One matrix a head, all queries × keys of the same shape.</param>
    /// <param name="rows">One label a row, such as the query's token.</param>
    /// <param name="columns">One label a column, such as the key's token.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="names">One name a matrix; "head 1", "head 2" … when null.</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="zMin">Where the colours start; see <see cref="Heatmap"/>.</param>
    /// <param name="zMax">Where the colours end; see <see cref="Heatmap"/>.</param>
    /// <param name="mask">What is hidden, the same in every head; see <see cref="Heatmap"/>.</param>
    /// <param name="colors">Which colours; see <see cref="Heatmap"/>.</param>
    /// <exception cref="ArgumentException">There is no head, or more than 64; shapes differ; labels or names do not
    /// fit.</exception>
    public static Figure Heads(
        IReadOnlyList<Matrix<float>> heads,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string title = "",
        IReadOnlyList<string>? names = null,
        string rowTitle = "query",
        string columnTitle = "key",
        float? zMin = null,
        float? zMax = null,
        Mask? mask = null,
        ColorMap colors = ColorMap.Auto)
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.Count == 0)
            throw new ArgumentException("There is no head to draw. Give at least one matrix.", nameof(heads));
        if (heads.Count > 64)
            throw new ArgumentException(
                $"{heads.Count} heads in one figure are too small to see. Draw at most 64, a layer at a time.",
                nameof(heads));
        for (int i = 0; i < heads.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(heads[i], $"heads[{i}]");
            if (heads[i].RowCount != heads[0].RowCount || heads[i].ColumnCount != heads[0].ColumnCount)
            {
                throw new ArgumentException(
                    $"heads[{i}] is {heads[i].RowCount}×{heads[i].ColumnCount}, but heads[0] is " +
                    $"{heads[0].RowCount}×{heads[0].ColumnCount}. Draw only matrices of one shape together.",
                        nameof(heads));
            }
        }

        Check.Mask(heads[0], mask);
        if (names is not null && names.Count != heads.Count)
            throw new ArgumentException(
                $"There are {heads.Count} heads, but {names.Count} names. Give one name a head.", nameof(names));
        var layout = new HeatmapLayout
        {
            Panels = heads,
            Names = [.. names ?? [.. Enumerable.Range(1, heads.Count).Select(i => $"head {i}")]],
            Rows = Check.Labels(heads[0], rows, nameof(rows), "rows", m => m.RowCount),
            Columns = Check.Labels(heads[0], columns, nameof(columns), "columns", m => m.ColumnCount),
            RowTitle = rowTitle ?? "",
            ColumnTitle = columnTitle ?? "",
            Min = zMin,
            Max = zMax,
            Mask = mask,
            Colors = colors,
        };
        return Heat(
            layout, title, $"{heads.Count} heatmaps of {heads[0].RowCount}×{heads[0].ColumnCount} numbers " +
                $"({rowTitle} × {columnTitle})");
    }

    /// <summary>A positional encoding, or any vectors by position: positions down, dimensions across.</summary>
    /// <param name="encoding">One row a position, one column a dimension; numbers of either sign.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="colors">Which colours; see <see cref="Heatmap"/>.</param>
    public static Figure Encoding(
        Matrix<float> encoding, string title = "", string rowTitle = "position", string columnTitle = "dimension",
        ColorMap colors = ColorMap.Auto)
    {
        Check.Matrix(encoding);
        var layout = new HeatmapLayout
        {
            Panels = [encoding],
            RowTitle = rowTitle ?? "",
            ColumnTitle = columnTitle ?? "",
            Square = false,
            Colors = colors,
        };
        return Heat(
            layout, title, $"Heatmap of {encoding.RowCount} {rowTitle}s × {encoding.ColumnCount} {columnTitle}s");
    }

    private static Figure Heat(HeatmapLayout layout, string title, string what)
    {
        ArgumentNullException.ThrowIfNull(title);
        ChartSpec spec = layout.Arrange();
        float[] finite = [.. layout.Numbers().Select(n => n.Value)];
        bool few = layout.Panels.Count == 1 && layout.Panels[0].RowCount <= 12 && layout.Panels[0].ColumnCount <= 12;
        double span = (double)finite.DefaultIfEmpty(0).Max() - finite.DefaultIfEmpty(0).Min();
        int decimals = spec.Panels.All(panel => panel.Heat!.Whole()) ? 0
            : span > 0 ? (int)Math.Clamp(1 - Math.Floor(Math.Log10(span)), 2, 9) : 2;
        string text = few && layout.HiddenCells == 0
            ? Table.Of(layout.Panels[0], layout.Rows, layout.Columns, decimals: decimals).ToString()
            : "";
        return new Figure(layout, title, $"{what}{InWords.Heat(layout, spec.Color!.Digits)}", layout.Note, text);
    }
}
