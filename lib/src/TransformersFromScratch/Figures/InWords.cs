using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>What figures show, in words and numbers, for readers who cannot see them.</summary>
internal static class InWords
{
    /// <summary>With more series than this only their number is told; the text of the figure has them all.</summary>
    public const int MostSeries = 4;

    /// <summary>The least and the greatest number of heatmaps and where it stands, and how much is hidden.</summary>
    public static string Heat(HeatmapLayout layout, int digits)
    {
        (int Panel, int Row, int Column, float Value)[] numbers = [.. layout.Numbers()];
        int hidden = layout.HiddenCells;
        string masked = hidden == 0
            ? ""
            : $" {hidden} of {layout.Panels.Sum(m => m.RowCount * m.ColumnCount)} cells " +
                $"{(hidden == 1 ? "is" : "are")} {(layout.Mask is null ? "−∞" : "hidden")}.";
        if (numbers.Length == 0)
            return ", none of them finite." + masked;
        (int panel, int row, int column, float high) = numbers.MaxBy(n => n.Value);
        string where = $"{Label(layout.Rows, layout.RowTitle, row)} → " +
            $"{Label(layout.Columns, layout.ColumnTitle, column)}";
        string head = layout.Names is null ? "" : $" in {layout.Names[panel]}";
        return $", from {Number(numbers.Min(n => n.Value), digits)} to {Number(high, digits)}; the largest is " +
            $"{where}{head}.{masked}";
    }

    /// <summary>Where each of a few series starts, ends, and how far it reaches.</summary>
    public static string Curves(Curve[] curves, int acrossDigits, int upDigits) => curves.Length > MostSeries
        ? $"{curves.Length} series."
        : string.Join("; ", curves.Select(curve => Series(curve, acrossDigits, upDigits))) + ".";

    /// <summary>Where a series starts, ends, and how far it reaches.</summary>
    public static string Series(Curve curve, int acrossDigits, int upDigits)
    {
        (double X, double Y)[] points =
            [.. curve.X.Zip(curve.Y).Where(p => double.IsFinite(p.First) && double.IsFinite(p.Second))];
        string name = curve.Name == "" ? "" : curve.Name + ": ";
        if (points.Length == 0)
            return name + "no finite point";
        string At((double X, double Y) point) => $"{Number(point.Y, upDigits)} at {Number(point.X, acrossDigits)}";
        if (points.Length == 1)
            return name + At(points[0]);
        (double X, double Y) low = points.MinBy(p => p.Y), high = points.MaxBy(p => p.Y);
        bool bent = low.Y < Math.Min(points[0].Y, points[^1].Y) || high.Y > Math.Max(points[0].Y, points[^1].Y);
        return $"{name}{points.Length} points from {At(points[0])} to {At(points[^1])}" +
            (bent ? $", lowest {At(low)}, highest {At(high)}" : "");
    }

    /// <summary>The highest and the lowest bar of each group; all of them where they are few.</summary>
    public static string Bars(string[] labels, Curve[] groups, int digits) =>
        string.Join("; ", groups.Take(MostSeries).Select(group =>
    {
        string name = group.Name == "" ? "" : group.Name + ": ";
        (string Label, double Value)[] bars = [.. labels.Zip(group.Y).Where(bar => double.IsFinite(bar.Second))];
        string Of((string Label, double Value) bar) => $"{bar.Label} {Number(bar.Value, digits)}";
        return name + (bars.Length == 0 ? "no finite value"
            : bars.Length <= 4 ? string.Join(", ", bars.Select(Of))
            : $"{bars.Length} values, highest {Of(bars.MaxBy(bar => bar.Value))}, lowest " +
                $"{Of(bars.MinBy(bar => bar.Value))}");
    })) + (groups.Length > MostSeries ? $"; and {groups.Length - MostSeries} more groups." : ".");

    private static string Label(string[]? labels, string title, int place) =>
        labels is null || labels[place] == "" ? $"{title} {place}" : labels[place];
}
