using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace TransformersFromScratch.Charts;

/// <summary>
/// Plotly's layout, with the same places for everything as the still picture, so that nothing moves when the chart
/// replaces it. Colours and fonts are not here: the figure's script takes them from the page.
/// </summary>
internal static class LayoutOf
{
    public static Layout Chart(ChartSpec chart)
    {
        double left = chart.Panels.Min(p => p.X), right = chart.Panels.Max(p => p.X + p.Width);
        double top = chart.Panels.Min(p => p.Y), bottom = chart.Panels.Max(p => p.Y + p.Height);
        double Across(double x) => Math.Round((x - left) / (right - left), 4);
        double Up(double y) => Math.Round((bottom - y) / (bottom - top), 4);

        var layout = new Layout();
        layout.SetProperty("width", chart.Width);
        layout.SetProperty("height", chart.Height);
        layout.SetProperty("margin", Map(
            ("l", Px(left)), ("r", Px(chart.Width - right)), ("t", Px(top)), ("b", Px(chart.Height - bottom)),
            ("pad", 0)));
        layout.SetProperty("font", Map(("size", chart.FontSize)));
        layout.SetProperty("showlegend", chart.Legend.Length > 0);
        var annotations = new List<object>();
        var shapes = new List<object>();
        for (int i = 0; i < chart.Panels.Length; i++)
        {
            Panel panel = chart.Panels[i];
            string id = i == 0 ? "" : (i + 1).ToString();
            LinearAxis across = Axis(
                panel.Across, Across(panel.X), Across(panel.X + panel.Width), panel.Heat is not null, "y" + id);
            LinearAxis down = Axis(
                panel.Down, Up(panel.Y + panel.Height), Up(panel.Y), panel.Heat is not null, "x" + id);
            if (panel.Equal)
                down.SetProperty("scaleanchor", "x" + id); // On a phone the box is higher than its picture.
            layout.SetProperty("xaxis" + id, across);
            layout.SetProperty("yaxis" + id, down);
            if (panel.Name != "")
            {
                annotations.Add(Map(
                    ("text", $"<b>{PlotlyText.Escape(panel.Name)}</b>"), ("showarrow", false), ("xref", "paper"),
                    ("yref", "paper"),
                    ("x", Across(panel.X + (panel.Width / 2))), ("y", Up(panel.Y)), ("yanchor", "bottom"),
                    ("xanchor", "center")));
            }

            if (panel.Heat is { Hatch.Length: > 0 } heat)
                shapes.Add(Shapes.Hatch(heat, id));
        }

        if (chart.Color is { Hidden: not "" } bar)
        {
            double side = bar.Width, middle = Up(bar.HiddenY + (side / 2));
            shapes.AddRange(
                Shapes.HiddenKey(Across(bar.X), Across(bar.X + side), Up(bar.HiddenY), Up(bar.HiddenY + side)));
            annotations.Add(Map(
                ("text", PlotlyText.Escape(bar.Hidden)), ("showarrow", false), ("xref", "paper"), ("yref", "paper"),
                ("x", Across(bar.X + side)), ("xshift", 4), ("y", middle), ("yanchor", "middle"), ("xanchor", "left")));
        }

        if (shapes.Count > 0)
            layout.SetProperty("shapes", shapes);
        if (annotations.Count > 0)
            layout.SetProperty("annotations", annotations);
        if (chart.Color is { } color)
            layout.SetProperty("coloraxis", ColorAxis(color, Across, Up, bottom - top));
        if (chart.Legend.Length > 0)
        {
            // Placed on the box and not on the plot: else Plotly would move the plot to make room.
            layout.SetProperty("legend", Map(
                ("orientation", "h"), ("xref", "container"), ("yref", "container"), ("xanchor", "left"),
                ("yanchor", "top"),
                ("x", Math.Round(left / chart.Width, 4)), ("y", 1), ("itemwidth", 30)));
        }

        if (chart.Panels.Any(p => p.Curves.Any(c => c.Bars)))
            layout.SetProperty("barmode", "overlay");
        return layout;
    }

    private static LinearAxis Axis(AxisSpec spec, double from, double to, bool heatmap, string anchor)
    {
        var axis = new LinearAxis();
        axis.SetProperty("domain", new[] { from, to });
        axis.SetProperty("anchor", anchor);
        double[] ends = spec.Log ? [Math.Log10(spec.Min), Math.Log10(spec.Max)] : [spec.Min, spec.Max];
        double[] range = [.. ends.Select(Grain.Of(ends).Round)];
        axis.SetProperty("range", spec.Reversed ? range.Reverse().ToArray() : range);
        if (spec.Log)
            axis.SetProperty("type", "log");
        if (spec.Title != "")
            axis.SetProperty("title", Map(("text", PlotlyText.Escape(spec.Title)), ("standoff", 4)));
        if (!spec.ShowTicks)
        {
            axis.SetProperty("showticklabels", false);
        }
        else if (spec.Labels.Length > 0 || spec.Log)
        {
            axis.SetProperty("tickmode", "array");
            axis.SetProperty("tickvals", spec.TickAt);
            axis.SetProperty("ticktext", spec.TickText.Select(PlotlyText.Escape).ToArray());
            axis.SetProperty("tickangle", spec.Angle);
        }
        else
        {
            axis.SetProperty("nticks", spec.TickAt.Length + 1);
            if (spec.TickText.Any(text => text.Contains(',', StringComparison.Ordinal)))
                axis.SetProperty("exponentformat", "none"); // Written out here, so there too, and not as 10.005k.
        }

        if (heatmap)
        {
            axis.SetProperty("showline", true);
            axis.SetProperty("mirror", true);
        }

        // On an axis of labels lines between the labels mean nothing.
        if (heatmap || spec.Labels.Length > 0)
        {
            axis.SetProperty("showgrid", false);
            axis.SetProperty("zeroline", false);
        }

        return axis;
    }

    private static Dictionary<string, object> ColorAxis(
        ColorScale color, Func<double, double> across, Func<double, double> up, double height) => Map(
        ("cmin", color.Min),
        ("cmax", color.Max),
        ("colorscale", color.Colors.Select((c, i) => new object[] { Math.Round(i / (color.Colors.Length - 1.0), 4), c })
            .ToArray()),
        ("colorbar", Map(
            ("x", across(color.X)), ("xanchor", "left"), ("xpad", 0), ("y", up(color.Y + (color.Height / 2))),
            ("yanchor", "middle"), ("ypad", 0),
            ("len", Math.Round(color.Height / height, 4)), ("thickness", color.Width),
            ("tickmode", "array"), ("tickvals", color.TickAt), ("ticktext", color.TickText))));

    private static Dictionary<string, object> Map(params (string Name, object Value)[] properties) =>
        properties.ToDictionary(p => p.Name, p => p.Value);

    private static double Px(double value) => Math.Round(value, 2);
}
