using Plotly.NET;
using Plotly.NET.CSharp;
using Chart = Plotly.NET.CSharp.Chart;

namespace TransformersFromScratch.Charts;

/// <summary>The traces of one panel: heatmaps, lines, points and bars.</summary>
internal static class Traces
{
    // A figure stays below 60 kB. Above the first number of cells, the numbers are packed: 16 bits each instead of some
    // six characters; above the second, 8 bits each, and the number under the pointer is right to 1/254 of the largest.
    // In a grid, whose panels need room too, half as many.
    private const int PlainCells = 2000, WideCells = 8192;

    public static IEnumerable<GenericChart> Of(ChartSpec chart, Panel panel, string axis)
    {
        int cells = chart.Panels.Sum(p => p.Heat?.Values.Length ?? 0),
            bits = Bits(chart.Panels.Length == 1 ? cells : 2 * cells);
        IEnumerable<GenericChart> all =
        [
            .. panel.Heat is { } heat ? new[] { Heatmap(chart, panel, heat, bits, axis == "") } : [],
            .. panel.Curves.Where(c => c.Lower is not null).Select(curve => Band(chart, curve)),
            .. panel.Curves.Select(curve => Curve(chart, panel, curve)),
        ];
        foreach (GenericChart drawn in all)
        {
            Trace trace = drawn.GetTraces()[0];
            if (axis != "")
            {
                trace.SetProperty("xaxis", "x" + axis);
                trace.SetProperty("yaxis", "y" + axis);
            }

            yield return drawn;
        }
    }

    private static int Bits(int cells) => cells > WideCells ? 8 : cells > PlainCells ? 16 : 64;

    private static GenericChart Heatmap(ChartSpec chart, Panel panel, Heat heat, int bits, bool first)
    {
        // All heatmaps of a figure have the same labels: the first one carries them.
        var meta = new Dictionary<string, object>();
        if (first)
        {
            meta["rows"] = panel.Down.Labels.Select(PlotlyText.Escape).ToArray();
            meta["columns"] = panel.Across.Labels.Select(PlotlyText.Escape).ToArray();
        }

        int digits = chart.Color?.Digits ?? 4;
        GenericChart drawn = bits < 64
            ? Chart.Heatmap<string>(Packed(heat, bits == 16, digits, meta), UseDefaults: false)
            : Chart.Heatmap<double, int, int, string>(
                heat.Values.Select(Finite).Chunk(heat.Columns), UseDefaults: false);
        Trace trace = drawn.GetTraces()[0];
        trace.SetProperty("meta", meta);
        trace.SetProperty("coloraxis", "coloraxis");
        trace.SetProperty(
            "hovertemplate", $"%{{customdata}}: <b>%{{z:.{digits}~g}}</b><extra>" + PlotlyText.Escape(panel.Name) +
            "</extra>");
        trace.SetProperty("hoverongaps", false);
        if (heat.Decimals >= 0)
        {
            // The figure's script writes the texts, for a gap must have none.
            meta["decimals"] = heat.Decimals;
            trace.SetProperty("texttemplate", "%{text}");
        }

        return drawn;
    }

    /// <summary>
    /// The cells as whole steps of two bytes or one, which the figure's script turns into numbers again; the lowest
    /// step stands for a gap. Steps are counted from zero if that is among the numbers, so that it stays zero, and else
    /// from their middle. Whole numbers stay whole: with one byte, large ones are multiples of a whole step.
    /// </summary>
    private static EncodedTypedArray Packed(Heat heat, bool wide, int digits, Dictionary<string, object> meta)
    {
        int most = wide ? short.MaxValue : sbyte.MaxValue, gap = -most - 1;
        double[] finite = [.. heat.Values.Where(double.IsFinite)];
        double low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(0).Max();
        double zero = low <= 0 && high >= 0 ? 0 : (low + high) / 2;
        if (heat.Whole())
            zero = Math.Round(zero);
        double step = Math.Max(Math.Abs(low - zero), Math.Abs(high - zero)) / most;
        if (heat.Whole())
            step = Math.Ceiling(step);
        int[] steps =
            [.. heat.Values.Select(
                v => !double.IsFinite(v) ? gap : step == 0 ? 0 : (int)Math.Round((v - zero) / step))];
        meta["zero"] = zero;
        meta["step"] = step;
        meta["digits"] = digits;
        meta["gap"] = gap;
        return wide
            ? EncodedTypedArray.ofInt16Array([.. steps.Select(s => (short)s)], null)
            : EncodedTypedArray.ofInt8Array([.. steps.Select(s => (sbyte)s)], null);
    }

    private static GenericChart Band(ChartSpec chart, Curve curve)
    {
        int[] finite = [.. Enumerable.Range(0, curve.X.Length)
            .Where(
                i => double.IsFinite(curve.X[i]) && double.IsFinite(curve.Lower![i])
                    && double.IsFinite(curve.Upper![i]))];
        int[] back = [.. finite.Reverse()];
        GenericChart band = Chart.Scatter<double, double, string>(
            x: [.. finite.Select(i => curve.X[i]), .. back.Select(i => curve.X[i])],
            y: [.. finite.Select(i => curve.Upper![i]), .. back.Select(i => curve.Lower![i])],
            mode: StyleParam.Mode.Lines,
            ShowLegend: false,
            Opacity: 0.2,
            UseDefaults: false);
        Trace trace = band.GetTraces()[0];
        trace.SetProperty("fill", "toself");
        trace.SetProperty("fillcolor", Color(chart, curve));
        trace.SetProperty("line", new Dictionary<string, object> { ["width"] = 0 });
        trace.SetProperty("hoverinfo", "skip");
        return band;
    }

    private static GenericChart Curve(ChartSpec chart, Panel panel, Curve curve)
    {
        double[] x = [.. curve.X.Select(Finite)], y = [.. curve.Y.Select(Finite)];
        GenericChart drawn = curve.Bars
            ? Chart.Column<double, double, string>(
                y, Keys: new(x, true), Name: PlotlyText.Escape(curve.Name), UseDefaults: false)
            : Chart.Scatter<double, double, string>(
                x, y, Mode(curve), Name: PlotlyText.Escape(curve.Name), UseDefaults: false);
        Trace trace = drawn.GetTraces()[0];
        trace.SetProperty("showlegend", chart.Legend.Length > 0 && curve.Name != "");
        string color = Color(chart, curve);
        if (curve.Bars)
        {
            trace.SetProperty("width", curve.BarWidth);
            trace.SetProperty("marker", new Dictionary<string, object> { ["color"] = color });
            trace.SetProperty("customdata", panel.Across.Labels.Select(PlotlyText.Escape).ToArray());
            trace.SetProperty("hovertemplate", $"%{{customdata}}: <b>%{{y:.{panel.Down.Digits}~g}}</b>" + Extra(curve));
            return drawn;
        }

        trace.SetProperty("line", curve.Dashed
            ? new Dictionary<string, object> { ["color"] = color, ["width"] = 2, ["dash"] = "6px,4px" }
            : new Dictionary<string, object> { ["color"] = color, ["width"] = 2 });
        if (curve.Markers)
            trace.SetProperty(
                "marker", new Dictionary<string, object> { ["color"] = color, ["size"] = curve.Line ? 6 : 8 });
        trace.SetProperty("hovertemplate", (curve.Labels is null ? "" : "%{customdata}<br>") +
            PlotlyText.Escape(panel.Across.Title) + $" %{{x:.{panel.Across.Digits}~g}}<br>" +
            PlotlyText.Escape(panel.Down.Title) + $" <b>%{{y:.{panel.Down.Digits}~g}}</b>" + Extra(curve));
        if (curve.Labels is { } labels)
        {
            trace.SetProperty("customdata", labels.Select(PlotlyText.Escape).ToArray());
            if (!curve.Line)
            {
                trace.SetProperty("text", labels.Select(l => PlotlyText.Escape(FigureText.Elide(l, 16))).ToArray());
                trace.SetProperty("textposition", "top center");
                trace.SetProperty("cliponaxis", false);
            }
        }

        return drawn;
    }

    private static StyleParam.Mode Mode(Curve curve) => (curve.Line, curve.Markers, curve.Labels) switch
    {
        (true, true, _) => StyleParam.Mode.Lines_Markers,
        (false, true, not null) => StyleParam.Mode.Markers_Text,
        (false, true, _) => StyleParam.Mode.Markers,
        _ => StyleParam.Mode.Lines,
    };

    private static string Extra(Curve curve) => $"<extra>{PlotlyText.Escape(curve.Name)}</extra>";

    /// <summary>A gap is a NaN, which Plotly.NET writes as a text and Plotly reads as a gap.</summary>
    private static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;

    private static string Color(ChartSpec chart, Curve curve) =>
        chart.LineColors[curve.Color % chart.LineColors.Length];
}
