using System.Globalization;
using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// Draws a figure as SVG: the picture that every host shows, GitHub and untrusted notebooks included. It has no
/// colour of its own but the data's: text and lines take the colour of the text around it, light or dark.
/// </summary>
internal sealed class Svg
{
    private readonly StringBuilder _out = new();
    private readonly ChartSpec _spec;
    private readonly bool _small;
    private int _block = 1;

    private Svg(ChartSpec spec, bool small) => (_spec, _small) = (spec, small);

    /// <summary>
    /// The drawing without its surrounding element, so that a title can be put above it; and how many cells across
    /// and down are drawn as one square (1 but for the largest heatmaps, and for more of them if it is to be small).
    /// </summary>
    public static (string Body, int Block) Draw(ChartSpec spec, bool small = false)
    {
        var svg = new Svg(spec, small);
        foreach (Panel panel in spec.Panels)
            svg.DrawPanel(panel);
        if (spec.Color is { } color)
            svg.DrawColorBar(color);
        foreach (LegendEntry entry in spec.Legend)
            svg.DrawLegend(entry);
        return (svg._out.ToString(), svg._block);
    }

    private void DrawPanel(Panel panel)
    {
        if (panel.Name != "")
            Text(panel.X + (panel.Width / 2), panel.Y - 7, panel.Name, "middle", bold: true);
        if (panel.Heat is not null)
        {
            int budget = SvgHeatmap.BudgetOf(
                panel.Heat, _spec.Panels.Sum(p => p.Heat!.Values.Length), _spec.Panels.Length, _small);
            int block = SvgHeatmap.Draw(_out, panel, _spec.Color!, _spec.FontSize, budget);
            _block = Math.Max(_block, block);
            Rectangle(
                panel.X, panel.Y, panel.Width, panel.Height,
                "fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".35\"");
        }
        else
        {
            DrawGrid(panel);
            SvgCurves.Draw(_out, panel);
        }

        if (panel.Across.ShowTicks)
            DrawTicksAcross(panel);
        if (panel.Down.ShowTicks)
            DrawTicksDown(panel);
        DrawAxisTitles(panel);
    }

    private void DrawGrid(Panel panel)
    {
        var path = new StringBuilder();
        foreach (double tick in panel.Down.TickAt)
            path.Append(
                CultureInfo.InvariantCulture, $"M{Px(panel.X)} {Px(Scale.Down(panel, tick))}h{Px(panel.Width)}");
        if (panel.Across.Labels.Length == 0)
        {
            foreach (double tick in panel.Across.TickAt)
                path.Append(
                    CultureInfo.InvariantCulture, $"M{Px(Scale.Across(panel, tick))} {Px(panel.Y)}v{Px(panel.Height)}");
        }

        _out.Append($"<path d=\"{path}\" stroke=\"currentColor\" stroke-opacity=\".15\" fill=\"none\"/>");
        Zero(panel.Down, Scale.Down(panel, 0), y => $"M{Px(panel.X)} {Px(y)}h{Px(panel.Width)}");

        void Zero(AxisSpec axis, double at, Func<double, string> line)
        {
            if (!axis.Log && axis.Min <= 0 && axis.Max >= 0)
                _out.Append($"<path d=\"{line(at)}\" stroke=\"currentColor\" stroke-opacity=\".5\"/>");
        }
    }

    private void DrawTicksAcross(Panel panel)
    {
        double bottom = panel.Y + panel.Height;
        for (int i = 0; i < panel.Across.TickAt.Length; i++)
        {
            double x = Scale.Across(panel, panel.Across.TickAt[i]);
            string text = panel.Across.TickText[i];
            if (panel.Across.Angle == 0)
                Text(x, bottom + _spec.FontSize + 3, text, "middle");
            else if (panel.Across.Angle == -45)
                Text(x + (_spec.FontSize * 0.35), bottom + (_spec.FontSize * 0.9), text, "end", turn: -45);
            else
                Text(x + (_spec.FontSize * 0.35), bottom + 5, text, "end", turn: -90);
        }
    }

    private void DrawTicksDown(Panel panel)
    {
        for (int i = 0; i < panel.Down.TickAt.Length; i++)
            Text(
                panel.X - 5, Scale.Down(panel, panel.Down.TickAt[i]) + (_spec.FontSize * 0.35),
                panel.Down.TickText[i], "end");
    }

    private void DrawAxisTitles(Panel panel)
    {
        double font = _spec.FontSize;
        if (panel.Across.Title != "")
        {
            double depth = panel.Across.Labels.Length > 0 ? LabelAxis.Depth(panel.Across, font) : font + 8;
            Text(panel.X + (panel.Width / 2), panel.Y + panel.Height + depth + font + 1, panel.Across.Title, "middle");
        }

        if (panel.Down.Title != "")
        {
            double depth = panel.Down.TickText.Max(t => FigureText.Width(t, font)) + 8;
            Text(panel.X - depth - (font * 0.4), panel.Y + (panel.Height / 2), panel.Down.Title, "middle", turn: -90);
        }
    }

    private void DrawColorBar(ColorScale bar)
    {
        // Short strokes on top of each other: a gradient would need an id, and ids of two figures on a page may clash.
        const int steps = 44;
        double thick = bar.Height / steps;
        _out.Append($"<g stroke-width=\"{Px(thick + 0.6)}\">");
        for (int i = 0; i < steps; i++)
            _out.Append(
                $"<path stroke=\"{Palette.At((i + 0.5) / steps, bar.Colors)}\" d=\"M{Px(bar.X)} " +
                $"{Px(bar.Y + bar.Height - ((i + 0.5) * thick))}h{Px(bar.Width)}\"/>");
        _out.Append("</g>");
        Rectangle(bar.X, bar.Y, bar.Width, bar.Height, "fill=\"none\" stroke=\"currentColor\" stroke-opacity=\".35\"");
        for (int i = 0; i < bar.TickAt.Length; i++)
        {
            double y = bar.Y + (bar.Height * (bar.Max - bar.TickAt[i]) / (bar.Max - bar.Min));
            Text(bar.X + bar.Width + 5, y + (_spec.FontSize * 0.35), bar.TickText[i], "start");
        }

        if (bar.Hidden == "")
            return;
        double side = bar.Width;
        Rectangle(
            bar.X, bar.HiddenY, side, side,
            "fill=\"currentColor\" fill-opacity=\".07\" stroke=\"currentColor\" stroke-opacity=\".35\"");
        _out.Append(
            $"<path d=\"M{Px(bar.X)} {Px(bar.HiddenY + (side / 2))}l{Px(side / 2)} {Px(-side / 2)}M{Px(bar.X)} " +
            $"{Px(bar.HiddenY + side)}l{Px(side)} {Px(-side)}" +
            $"M{Px(bar.X + (side / 2))} {Px(bar.HiddenY + side)}l{Px(side / 2)} {Px(-side / 2)}\" " +
            $"stroke=\"currentColor\" stroke-opacity=\".45\" fill=\"none\"/>");
        Text(bar.X + side + 5, bar.HiddenY + (side / 2) + (_spec.FontSize * 0.35), bar.Hidden, "start");
    }

    private void DrawLegend(LegendEntry entry)
    {
        Curve curve = _spec.Panels[0].Curves[entry.Curve];
        double y = entry.Y + 12;
        string color = Palette.Line(curve.Color);
        if (curve.Bars)
            Rectangle(entry.X, y - 6, 12, 12, $"fill=\"{color}\"");
        if (curve.Line)
            _out.Append(
                $"<path d=\"M{Px(entry.X)} {Px(y)}h20\" stroke=\"{color}\" " +
                $"stroke-width=\"2\"{(curve.Dashed ? " stroke-dasharray=\"6 4\"" : "")}/>");
        if (curve.Markers)
            _out.Append($"<circle cx=\"{Px(entry.X + 10)}\" cy=\"{Px(y)}\" r=\"4\" fill=\"{color}\"/>");
        Text(entry.X + 26, y + (_spec.FontSize * 0.35), entry.Name, "start");
    }

    private void Rectangle(double x, double y, double width, double height, string style) =>
        _out.Append($"<rect x=\"{Px(x)}\" y=\"{Px(y)}\" width=\"{Px(width)}\" height=\"{Px(height)}\" {style}/>");

    private void Text(double x, double y, string text, string anchor, int turn = 0, bool bold = false)
    {
        string place = turn == 0
            ? $"x=\"{Px(x)}\" y=\"{Px(y)}\""
            : $"transform=\"translate({Px(x)} {Px(y)}) rotate({turn})\"";
        string style = (anchor == "start" ? "" : $" text-anchor=\"{anchor}\"") + (bold ? " font-weight=\"600\"" : "");
        _out.Append($"<text {place}{style}>{Escape(text)}</text>");
    }
}

/// <summary>From the numbers of an axis to pixels of the box.</summary>
internal static class Scale
{
    public static double Across(Panel panel, double value) => panel.X + (panel.Width * Fraction(panel.Across, value));

    public static double Down(Panel panel, double value)
    {
        double fraction = Fraction(panel.Down, value);
        return panel.Y + (panel.Height * (panel.Down.Reversed ? fraction : 1 - fraction));
    }

    private static double Fraction(AxisSpec axis, double value) => axis.Log
        ? Math.Log(value / axis.Min) / Math.Log(axis.Max / axis.Min)
        : (value - axis.Min) / (axis.Max - axis.Min);
}
