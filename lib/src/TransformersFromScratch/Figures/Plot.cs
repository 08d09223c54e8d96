using System.Text;
using MathNet.Numerics.LinearAlgebra;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// Draws figures. Every heatmap has the same colour-blind-safe colours, starts its scale at zero and reads as the
/// paper's matrices do: queries down, keys across, row 0 on top.
/// </summary>
/// <remarks>
/// NaN and infinite numbers (the −∞ of a masked score) get no colour, and the figure says how many there are. A
/// figure keeps four significant digits of each number, and more where numbers lie so close together that four would not tell
/// them apart; beyond 16,384 cells it shows every k-th row or column and
/// says so.
/// </remarks>
public static class Plot
{
    /// <summary>One matrix as a heatmap; for attention a row is a query and a column a key.</summary>
    /// <param name="weights">The numbers, queries × keys.</param>
    /// <param name="rows">One label a row, such as the query's token; row numbers when null.</param>
    /// <param name="columns">One label a column, such as the key's token; column numbers when null.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    /// <param name="zMin">
    /// Where the colours start: zero when null, or minus the largest size if numbers are negative. Only where they would all have one
    /// colour so, as 1000 and 1000.4 would, do the colours run from the least to the greatest, and the figure says so.
    /// </param>
    /// <param name="zMax">Where the colours end: the largest number when null. Give 1 to compare attention maps.</param>
    /// <exception cref="ArgumentException">The labels do not fit the matrix, or zMin is not below zMax.</exception>
    public static Figure Heatmap(
        Matrix<float> weights,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string title = "",
        string rowTitle = "query",
        string columnTitle = "key",
        float? zMin = null,
        float? zMax = null)
    {
        var layout = new HeatmapLayout
        {
            Panels = [weights],
            Rows = Check.Labels(weights, rows, nameof(rows), "rows", m => m.RowCount),
            Columns = Check.Labels(weights, columns, nameof(columns), "columns", m => m.ColumnCount),
            RowTitle = rowTitle ?? "",
            ColumnTitle = columnTitle ?? "",
            Min = zMin,
            Max = zMax,
        };
        return Heat(layout, title, $"Heatmap of {weights.RowCount}×{weights.ColumnCount} numbers ({rowTitle} × {columnTitle})");
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
    /// <exception cref="ArgumentException">There is no head, or more than 64; shapes differ; labels or names do not fit.</exception>
    public static Figure Heads(
        IReadOnlyList<Matrix<float>> heads,
        IReadOnlyList<string>? rows = null,
        IReadOnlyList<string>? columns = null,
        string title = "",
        IReadOnlyList<string>? names = null,
        string rowTitle = "query",
        string columnTitle = "key",
        float? zMin = null,
        float? zMax = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.Count == 0)
            throw new ArgumentException("There is no head to draw. Give at least one matrix.", nameof(heads));
        if (heads.Count > 64)
            throw new ArgumentException($"{heads.Count} heads in one figure are too small to see. Draw at most 64, a layer at a time.", nameof(heads));
        for (int i = 0; i < heads.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(heads[i], $"heads[{i}]");
            if (heads[i].RowCount != heads[0].RowCount || heads[i].ColumnCount != heads[0].ColumnCount)
            {
                throw new ArgumentException(
                    $"heads[{i}] is {heads[i].RowCount}×{heads[i].ColumnCount}, but heads[0] is " +
                    $"{heads[0].RowCount}×{heads[0].ColumnCount}. Draw only matrices of one shape together.", nameof(heads));
            }
        }

        if (names is not null && names.Count != heads.Count)
            throw new ArgumentException($"There are {heads.Count} heads, but {names.Count} names. Give one name a head.", nameof(names));
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
        };
        return Heat(layout, title, $"{heads.Count} heatmaps of {heads[0].RowCount}×{heads[0].ColumnCount} numbers ({rowTitle} × {columnTitle})");
    }

    /// <summary>A positional encoding, or any vectors by position: positions down, dimensions across.</summary>
    /// <param name="encoding">One row a position, one column a dimension; numbers of either sign.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="rowTitle">What the rows are.</param>
    /// <param name="columnTitle">What the columns are.</param>
    public static Figure Encoding(
        Matrix<float> encoding, string title = "", string rowTitle = "position", string columnTitle = "dimension")
    {
        Check.Matrix(encoding);
        var layout = new HeatmapLayout
        {
            Panels = [encoding],
            RowTitle = rowTitle ?? "",
            ColumnTitle = columnTitle ?? "",
            Square = false,
        };
        return Heat(layout, title, $"Heatmap of {encoding.RowCount} {rowTitle}s × {encoding.ColumnCount} {columnTitle}s");
    }

    /// <summary>Lines on one pair of axes.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="xAxis">The axis across: its title, or an <see cref="Axis"/>.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="series">The lines, first to last.</param>
    /// <exception cref="ArgumentException">There is no series, or a number at or below zero on a logarithmic axis.</exception>
    public static Figure Lines(string title, Axis xAxis, Axis yAxis, params IReadOnlyList<Series> series) =>
        Chart(title, xAxis, yAxis, series, scatter: false, equal: false);

    /// <summary>Points on one pair of axes, with their labels beside them; a series may be joined to a trajectory.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="xAxis">The axis across: its title, or an <see cref="Axis"/>.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="series">The clouds of points, first to last.</param>
    /// <exception cref="ArgumentException">There is no series, or a number at or below zero on a logarithmic axis.</exception>
    public static Figure Scatter(string title, Axis xAxis, Axis yAxis, params Series[] series) =>
        Chart(title, xAxis, yAxis, series, scatter: true, equal: false);

    /// <summary>Points in a plane whose two axes have the same scale, so that a circle is round.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="xAxis">The axis across: its title, or an <see cref="Axis"/>.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="series">The clouds of points, first to last.</param>
    /// <exception cref="ArgumentException">There is no series, or an axis is logarithmic.</exception>
    public static Figure Plane(string title, Axis xAxis, Axis yAxis, params Series[] series) =>
        Chart(title, xAxis, yAxis, series, scatter: true, equal: true);

    /// <summary>Bars, one a label.</summary>
    /// <param name="labels">The text below each bar.</param>
    /// <param name="values">The height of each bar.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <exception cref="ArgumentException">There is no bar, or there are more labels than values or fewer.</exception>
    public static Figure Bars(IReadOnlyList<string> labels, IEnumerable<double> values, string title = "", Axis? yAxis = null) =>
        Bars(labels, [("", values)], title, yAxis);

    /// <summary>Bars, one a label.</summary>
    /// <param name="labels">The text below each bar.</param>
    /// <param name="values">The height of each bar, such as a row of a matrix.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <exception cref="ArgumentException">There is no bar, or there are more labels than values or fewer.</exception>
    public static Figure Bars(IReadOnlyList<string> labels, IEnumerable<float> values, string title = "", Axis? yAxis = null) =>
        Bars(labels, (values ?? throw new ArgumentNullException(nameof(values))).Select(v => (double)v), title, yAxis);

    /// <summary>Groups of bars: for each label one bar of every group.</summary>
    /// <param name="labels">The text below each group of bars.</param>
    /// <param name="groups">The name of each colour, and its heights, one a label.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <exception cref="ArgumentException">There is no bar, or a group has not one value a label.</exception>
    public static Figure Bars(
        IReadOnlyList<string> labels,
        IReadOnlyList<(string Name, IEnumerable<double> Values)> groups,
        string title = "",
        Axis? yAxis = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(groups);
        if (labels.Count == 0 || groups.Count == 0)
            throw new ArgumentException("There is no bar to draw. Give at least one label with a value.", nameof(labels));
        double width = 0.8 / groups.Count;
        Curve[] curves = [.. groups.Select((group, g) => new Curve
        {
            Name = group.Name ?? "",
            X = [.. Enumerable.Range(0, labels.Count).Select(i => i - 0.4 + (width * (g + 0.5)))],
            Y = [.. group.Values ?? throw new ArgumentNullException(nameof(groups))],
            Bars = true,
            BarWidth = width * (groups.Count == 1 ? 0.9 : 0.95),
            Color = g,
        })];
        foreach (Curve curve in curves)
        {
            if (curve.Y.Length != labels.Count)
            {
                throw new ArgumentException(
                    $"There are {labels.Count} labels, but {curve.Y.Length} values" +
                    (curve.Name == "" ? "" : $" in group \"{curve.Name}\"") + ". Give one value a label.", nameof(labels));
            }
        }

        Grain grain = Grain.Of(curves.SelectMany(c => c.Y).Append(0), yAxis?.Min, yAxis?.Max);
        curves = [.. curves.Select(c => c with { Y = [.. c.Y.Select(grain.Round)] })];
        string[] texts = [.. labels.Select(label => label ?? "")];
        ChartSpec spec = XyLayout.Arrange(curves, new Axis(""), yAxis ?? "", texts);
        var text = new StringBuilder();
        for (int i = 0; i < Math.Min(texts.Length, 30); i++)
            text.Append(texts[i]).Append(": ").AppendJoin(", ", curves.Select(c => Number(c.Y[i], grain.Digits))).Append('\n');
        return new Figure(spec, title ?? "", $"Bar chart of {labels.Count} values.", GapNote(curves), text.ToString());
    }

    /// <summary>
    /// Several figures of the same shape in one place, with a slider that steps through them: layers, training steps,
    /// temperatures. The slider works in saved notebooks and static pages; where no script runs, the first figure shows.
    /// </summary>
    /// <param name="figures">Figures made by one and the same method, with the same labels and the same number of panels.</param>
    /// <param name="labels">The name of each stop of the slider.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="slider">What the slider steps through, such as "layer".</param>
    /// <exception cref="ArgumentException">There is no figure, labels do not fit, or figures differ in shape.</exception>
    public static Figure Frames(
        IReadOnlyList<Figure> figures, IReadOnlyList<string> labels, string title = "", string slider = "")
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(title);
        if (figures.Count == 0)
            throw new ArgumentException("There is no frame to show. Give at least one figure.", nameof(figures));
        if (figures.Count != labels.Count)
            throw new ArgumentException($"There are {figures.Count} figures, but {labels.Count} labels. Give one label a figure.", nameof(labels));
        ChartSpec spec = FrameLayout.Join([.. figures.Select(f => f.Spec)], [.. labels], slider ?? "");
        string what = slider is null or "" ? "frame" : slider;
        string note = string.Join(" ", figures.Select(f => spec.Color is { Min: not 0 } ? f.Note : f.Note.Replace(HeatmapLayout.CloseNote, "", StringComparison.Ordinal).Trim())
            .Prepend($"The slider steps from {what} {labels[0]} to {labels[^1]}; where no script runs, the first is shown.")
            .Where(n => n != "").Distinct());
        return new Figure(spec, title, $"{figures.Count} frames, {what} {labels[0]} to {labels[^1]}. {figures[0].Description}", note, figures[0].ToString());
    }

    private static Figure Heat(HeatmapLayout layout, string title, string what)
    {
        ArgumentNullException.ThrowIfNull(title);
        ChartSpec spec = layout.Arrange();
        float[] finite = [.. layout.Panels.SelectMany(m => m.Enumerate()).Where(float.IsFinite)];
        string range = finite.Length == 0 ? "none of them finite" : $"from {Number(finite.Min(), spec.Color!.Digits)} to {Number(finite.Max(), spec.Color.Digits)}";
        bool few = layout.Panels.Count == 1 && layout.Panels[0].RowCount <= 12 && layout.Panels[0].ColumnCount <= 12;
        double span = (double)finite.DefaultIfEmpty(0).Max() - finite.DefaultIfEmpty(0).Min();
        int decimals = span > 0 ? (int)Math.Clamp(1 - Math.Floor(Math.Log10(span)), 2, 9) : 2;
        string text = few ? Table.Of(layout.Panels[0], layout.Rows, layout.Columns, decimals: decimals).ToString() : "";
        return new Figure(spec, title, $"{what}, {range}.", layout.Note, text);
    }

    private static Figure Chart(string title, Axis xAxis, Axis yAxis, IReadOnlyList<Series> series, bool scatter, bool equal)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xAxis);
        ArgumentNullException.ThrowIfNull(yAxis);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            throw new ArgumentException("There is nothing to draw. Give at least one series.", nameof(series));
        if (equal && (xAxis.Log || yAxis.Log))
            throw new ArgumentException("Two axes of one scale cannot be logarithmic. Use Plot.Scatter.", nameof(xAxis));
        foreach (Series one in series)
            CheckSeries(one);
        Grain acrossGrain = Grain.Of(series.SelectMany(s => s.X), xAxis.Min, xAxis.Max);
        Grain upGrain = Grain.Of(series.SelectMany(s => s.Y.Concat(s.Lower ?? []).Concat(s.Upper ?? [])), yAxis.Min, yAxis.Max);
        Curve[] curves = [.. series.Select((s, i) => ToCurve(s, i, scatter, acrossGrain, upGrain))];
        int points = curves.Sum(c => c.X.Length);
        if (points > 4000)
        {
            throw new ArgumentException(
                $"The figure would hold {points} points; above 4000 it grows too large for a notebook. Plot every k-th point.",
                nameof(series));
        }

        string text = string.Concat(curves.Take(20).Select(c =>
            $"{(c.Name == "" ? "series" : c.Name)}: {c.X.Length} points, y from {Number(c.Y[0], upGrain.Digits)} to {Number(c.Y[^1], upGrain.Digits)}\n"));
        string what = scatter ? "Scatter plot" : "Line chart";
        return new Figure(
            XyLayout.Arrange(curves, xAxis, yAxis, equal: equal),
            title,
            $"{what} of {yAxis.Title} against {xAxis.Title}, {series.Count} series.",
            GapNote(curves),
            text);
    }

    private static Curve ToCurve(Series series, int index, bool scatter, Grain across, Grain up) => new()
    {
        Name = series.Name,
        X = [.. series.X.Select(across.Round)],
        Y = [.. series.Y.Select(up.Round)],
        Lower = series.Lower is null ? null : [.. series.Lower.Select(up.Round)],
        Upper = series.Upper is null ? null : [.. series.Upper.Select(up.Round)],
        Labels = series.Labels is null ? null : [.. series.Labels.Select(label => label ?? "")],
        Line = series.Joined ?? !scatter,
        Markers = scatter || series.Markers,
        Dashed = series.Dashed,
        Color = index,
    };

    private static void CheckSeries(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Lower is null != series.Upper is null)
            throw new ArgumentException($"Series \"{series.Name}\" has one edge of a band. Set both Lower and Upper, or neither.");
        CheckCount(series.Lower?.Count, "Lower");
        CheckCount(series.Upper?.Count, "Upper");
        CheckCount(series.Labels?.Count, "Labels");

        void CheckCount(int? count, string name)
        {
            if (count is { } given && given != series.X.Count)
            {
                throw new ArgumentException(
                    $"Series \"{series.Name}\" has {series.X.Count} points, but {given} {name}. Give one a point.");
            }
        }
    }

    private static string GapNote(Curve[] curves)
    {
        int gaps = curves.Sum(c => c.X.Zip(c.Y).Count(p => !double.IsFinite(p.First) || !double.IsFinite(p.Second)));
        return gaps == 0 ? "" : $"{gaps} value{(gaps == 1 ? " is not a finite number" : "s are not finite numbers")} (NaN or infinite) and left out.";
    }
}
