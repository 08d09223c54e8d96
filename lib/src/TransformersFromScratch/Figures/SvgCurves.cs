using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>Draws the lines, bands, points and bars of a chart.</summary>
internal static class SvgCurves
{
    public static void Draw(StringBuilder svg, Panel panel)
    {
        // A nested svg cuts off what lies outside an axis with a given Min or Max, and needs no id as a clipPath does.
        bool cut = panel.Curves.Any(c => c.Y.Any(y => y < panel.Down.Min || y > panel.Down.Max) ||
                                         c.X.Any(x => x < panel.Across.Min || x > panel.Across.Max));
        if (cut)
        {
            string box = $"{Px(panel.X)} {Px(panel.Y)} {Px(panel.Width)} {Px(panel.Height)}";
            svg.Append(
                $"<svg x=\"{Px(panel.X)}\" y=\"{Px(panel.Y)}\" width=\"{Px(panel.Width)}\" " +
                $"height=\"{Px(panel.Height)}\" viewBox=\"{box}\">");
        }

        foreach (Curve curve in panel.Curves)
        {
            if (curve.Lower is not null)
                Band(svg, panel, curve);
        }

        foreach (Curve curve in panel.Curves)
        {
            if (curve.Bars)
                Bars(svg, panel, curve);
            if (curve.Line)
                Line(svg, panel, curve);
            if (curve.Markers)
                Markers(svg, panel, curve);
        }

        if (cut)
            svg.Append("</svg>");
    }

    private static void Band(StringBuilder svg, Panel panel, Curve curve)
    {
        int[] finite =
            [.. Enumerable.Range(0, curve.X.Length)
                .Where(
                    i => double.IsFinite(curve.X[i]) && double.IsFinite(curve.Lower![i])
                        && double.IsFinite(curve.Upper![i]))];
        IEnumerable<string> there = finite.Select(i => Point(panel, curve.X[i], curve.Upper![i]));
        IEnumerable<string> back = finite.Reverse().Select(i => Point(panel, curve.X[i], curve.Lower![i]));
        svg.Append(
            $"<path d=\"M{string.Join('L', there.Concat(back))}z\" fill=\"{Palette.Line(curve.Color)}\" " +
            $"fill-opacity=\".2\"/>");
    }

    private static void Line(StringBuilder svg, Panel panel, Curve curve)
    {
        var path = new StringBuilder();
        bool gap = true;
        for (int i = 0; i < curve.X.Length; i++)
        {
            bool drawn = double.IsFinite(curve.X[i]) && double.IsFinite(curve.Y[i]);
            if (drawn)
                path.Append(gap ? 'M' : 'L').Append(Point(panel, curve.X[i], curve.Y[i]));
            gap = !drawn;
        }

        string dash = curve.Dashed ? " stroke-dasharray=\"6 4\"" : "";
        svg.Append(
            $"<path d=\"{path}\" fill=\"none\" stroke=\"{Palette.Line(curve.Color)}\" stroke-width=\"2\" " +
            $"stroke-linejoin=\"round\"{dash}/>");
    }

    private static void Markers(StringBuilder svg, Panel panel, Curve curve)
    {
        string color = Palette.Line(curve.Color);
        bool written = !curve.Line && curve.Labels is not null;
        for (int i = 0; i < curve.X.Length; i++)
        {
            if (!double.IsFinite(curve.X[i]) || !double.IsFinite(curve.Y[i]))
                continue;
            double x = Scale.Across(panel, curve.X[i]), y = Scale.Down(panel, curve.Y[i]);
            string hover = curve.Labels is null ? "" : $"<title>{Escape(curve.Labels[i])}</title>";
            svg.Append(
                $"<circle cx=\"{Px(x)}\" cy=\"{Px(y)}\" r=\"{(curve.Line ? "3" : "4")}\" " +
                $"fill=\"{color}\">{hover}</circle>");
            if (written)
                svg.Append(
                    $"<text x=\"{Px(x)}\" y=\"{Px(y - 7)}\" " +
                    $"text-anchor=\"middle\">{Escape(Elide(curve.Labels![i], 16))}</text>");
        }
    }

    private static void Bars(StringBuilder svg, Panel panel, Curve curve)
    {
        double width = panel.Width * curve.BarWidth / (panel.Across.Max - panel.Across.Min);
        for (int i = 0; i < curve.X.Length; i++)
        {
            if (!double.IsFinite(curve.Y[i]))
                continue;
            double x = Scale.Across(panel, curve.X[i]) - (width / 2), y = Scale.Down(panel, curve.Y[i]);
            double zero = Scale.Down(panel, panel.Down.Log ? panel.Down.Min : 0);
            string name = curve.Name == "" ? "" : $"{curve.Name}, ";
            string hover = Escape($"{name}{panel.Across.Labels[i]}: {Number(curve.Y[i], panel.Down.Digits)}");
            svg.Append(
                $"<rect x=\"{Px(x)}\" y=\"{Px(Math.Min(y, zero))}\" width=\"{Px(width)}\" " +
                $"height=\"{Px(Math.Abs(zero - y))}\" " +
                $"fill=\"{Palette.Line(curve.Color)}\"><title>{hover}</title></rect>");
        }
    }

    private static string Point(Panel panel, double x, double y) =>
        $"{Px(Scale.Across(panel, x))} {Px(Scale.Down(panel, y))}";
}
