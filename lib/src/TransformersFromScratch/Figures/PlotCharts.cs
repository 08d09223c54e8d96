using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

// Lines, points and bars.
public static partial class Plot
{
    /// <summary>Lines on one pair of axes.</summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="xAxis">The axis across: its title, or an <see cref="Axis"/>.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="series">The lines, first to last.</param>
    /// <exception cref="ArgumentException">There is no series, or a number at or below zero on a logarithmic
    /// axis.</exception>
    public static Figure Lines(string title, Axis xAxis, Axis yAxis, params IReadOnlyList<Series> series) =>
        Chart(title, xAxis, yAxis, series, scatter: false, equal: false);

    /// <summary>
    /// Points on one pair of axes, with their labels beside them; a series may be joined to a trajectory.
    /// </summary>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="xAxis">The axis across: its title, or an <see cref="Axis"/>.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="series">The clouds of points, first to last.</param>
    /// <exception cref="ArgumentException">There is no series, or a number at or below zero on a logarithmic
    /// axis.</exception>
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
    /// <param name="level">A height that the bars are compared with, drawn as a dashed line across.</param>
    /// <exception cref="ArgumentException">There is no bar, or there are more labels than values or fewer.</exception>
    public static Figure Bars(
        IReadOnlyList<string> labels,
        IEnumerable<double> values,
        string title = "",
        Axis? yAxis = null,
        (string Name, double Height)? level = null) =>
        Bars(labels, [("", values)], title, yAxis, level);

    /// <summary>Bars, one a label.</summary>
    /// <param name="labels">The text below each bar.</param>
    /// <param name="values">The height of each bar, such as a row of a matrix.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <exception cref="ArgumentException">There is no bar, or there are more labels than values or fewer.</exception>
    public static Figure Bars(
        IReadOnlyList<string> labels, IEnumerable<float> values, string title = "", Axis? yAxis = null) =>
        Bars(labels, (values ?? throw new ArgumentNullException(nameof(values))).Select(v => (double)v), title, yAxis);

    /// <summary>Groups of bars: for each label one bar of every group.</summary>
    /// <param name="labels">The text below each group of bars.</param>
    /// <param name="groups">The name of each colour, and its heights, one a label.</param>
    /// <param name="title">A title; may be empty.</param>
    /// <param name="yAxis">The axis up: its title, or an <see cref="Axis"/>.</param>
    /// <param name="level">A height that the bars are compared with, drawn as a dashed line across.</param>
    /// <exception cref="ArgumentException">There is no bar, or a group has not one value a label.</exception>
    public static Figure Bars(
        IReadOnlyList<string> labels,
        IReadOnlyList<(string Name, IEnumerable<double> Values)> groups,
        string title = "",
        Axis? yAxis = null,
        (string Name, double Height)? level = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(groups);
        if (labels.Count == 0 || groups.Count == 0)
            throw new ArgumentException(
                "There is no bar to draw. Give at least one label with a value.", nameof(labels));
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
                    (curve.Name == "" ? "" : $" in group \"{curve.Name}\"") + ". Give one value a label.",
                        nameof(labels));
            }
        }

        Grain grain = Grain.Of(curves.SelectMany(c => c.Y).Append(0), yAxis?.Min, yAxis?.Max);
        curves = [.. curves.Select(c => c with { Y = [.. c.Y.Select(grain.Round)] })];
        string[] texts = [.. labels.Select(label => label ?? "")];
        var text = new StringBuilder();
        for (int i = 0; i < Math.Min(texts.Length, 30); i++)
            text.Append(texts[i]).Append(": ").AppendJoin(", ", curves.Select(c => Number(c.Y[i], grain.Digits)))
                .Append('\n');
        string what = yAxis is null or { Title: "" } ? "" : $" of {yAxis.Title}";
        Curve[] across = level is var (name, height)
            ? [Level(name, grain.Round(height), texts.Length, curves.Length)] : [];
        string compared = string.Concat(across.Select(line =>
            $" A dashed line at {Number(line.Y[0], grain.Digits)}: {line.Name}."));
        return new Figure(
            new XyLayout([.. curves, .. across], new Axis(""), yAxis ?? "") { Labels = texts },
            title ?? "",
            $"Bar chart{what}: {InWords.Bars(texts, curves, grain.Digits)}{compared}",
            GapNote(curves),
            text.ToString());
    }

    // From the left end of the first bar's place to the right end of the last one's.
    private static Curve Level(string name, double height, int bars, int color) => new()
    {
        Name = name ?? "",
        X = [-0.5, bars - 0.5],
        Y = [height, height],
        Line = true,
        Dashed = true,
        Color = color,
    };

    private static Figure Chart(
        string title, Axis xAxis, Axis yAxis, IReadOnlyList<Series> series, bool scatter, bool equal)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xAxis);
        ArgumentNullException.ThrowIfNull(yAxis);
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
            throw new ArgumentException("There is nothing to draw. Give at least one series.", nameof(series));
        if (equal && (xAxis.Log || yAxis.Log))
            throw new ArgumentException(
                "Two axes of one scale cannot be logarithmic. Use Plot.Scatter.", nameof(xAxis));
        foreach (Series one in series)
            CheckSeries(one);
        Grain acrossGrain = Grain.Of(series.SelectMany(s => s.X), xAxis.Min, xAxis.Max);
        Grain upGrain = Grain.Of(
            series.SelectMany(s => s.Y.Concat(s.Lower ?? []).Concat(s.Upper ?? [])), yAxis.Min, yAxis.Max);
        Curve[] curves = [.. series.Select((s, i) => ToCurve(s, i, scatter, acrossGrain, upGrain))];
        int points = curves.Sum(c => c.X.Length);
        if (points > 4000)
        {
            throw new ArgumentException(
                $"The figure would hold {points} points; above 4000 it grows too large for a notebook. Plot every " +
                "k-th point.",
                nameof(series));
        }

        string text = curves.Length <= InWords.MostSeries
            ? ""
            : string.Concat(curves.Take(20).Select(c => InWords.Series(c, acrossGrain.Digits, upGrain.Digits) + "\n"));
        string what = scatter ? "Scatter plot" : "Line chart";
        return new Figure(
            new XyLayout(curves, xAxis, yAxis) { Equal = equal },
            title,
            $"{what} of {yAxis.Title} against {xAxis.Title}: " +
            $"{InWords.Curves(curves, acrossGrain.Digits, upGrain.Digits)}",
            GapNote(curves.Where((_, i) => !series[i].Gaps)),
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
            throw new ArgumentException(
                $"Series \"{series.Name}\" has one edge of a band. Set both Lower and Upper, or neither.");
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

    private static string GapNote(IEnumerable<Curve> curves)
    {
        int gaps = curves.Sum(c => c.X.Zip(c.Y).Count(p => !double.IsFinite(p.First) || !double.IsFinite(p.Second)));
        return gaps == 0 ? "" : $"{gaps} value{(gaps == 1 ? " is not a finite number" : "s are not finite numbers")} " +
            "(NaN or infinite) and left out.";
    }
}
