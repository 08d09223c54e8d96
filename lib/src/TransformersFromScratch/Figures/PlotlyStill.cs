using System.Text.Json.Nodes;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// The still picture of a chart that came as Plotly's JSON: lines, points, bars and a heatmap are charts that the
/// library draws itself.
/// </summary>
internal static class PlotlyStill
{
    /// <summary>The figure, or null where the traces are of another kind, or the library cannot draw them.</summary>
    public static Figure? TryMake(JsonArray traces, JsonObject layout)
    {
        try { return Make([.. traces.Select(trace => (JsonObject)trace!)], layout); }
        // Too many points, a logarithm of zero, or a number where Plotly has an object: words have to do.
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException) { return null; }
    }

    /// <summary>The kind of a trace; Plotly takes one without a type for a scatter.</summary>
    public static string TypeOf(JsonNode trace) =>
        PlotlyDrawing.TextOf(trace["type"]) is { Length: > 0 } type ? type : "scatter";

    private static Figure? Make(JsonObject[] traces, JsonObject layout)
    {
        // A second pair of axes, or a shape the library does not know, is not left out silently.
        if (traces.Any(trace => Axis(trace, "xaxis", "x") || Axis(trace, "yaxis", "y"))) { return null; }

        Axis across = AxisOf(layout, "xaxis"), up = AxisOf(layout, "yaxis");
        string[] types = [.. traces.Select(TypeOf).Distinct()];
        return types switch
        {
            ["heatmap"] when traces is [var only] => Heatmap(only, across.Title, up.Title),
            ["bar"] => Bars(traces, up),
            ["scatter"] or ["scattergl"] => Curves(traces, across, up),
            _ => null,
        };

        static bool Axis(JsonObject trace, string name, string first) =>
            PlotlyDrawing.TextOf(trace[name]) is { Length: > 0 } axis && axis != first;
    }

    private static Figure? Curves(JsonObject[] traces, Axis across, Axis up)
    {
        var series = new List<Series>();
        foreach (JsonObject trace in traces)
        {
            double[]? y = Numbers(trace["y"]);
            if (y is null) { return null; }

            double[]? x = trace["x"] is { } given ? Numbers(given)
                : [.. Enumerable.Range(0, y.Length).Select(i => (double)i)];
            if (x is null || x.Length != y.Length || trace["fill"] is not null) { return null; }

            string mode = PlotlyDrawing.TextOf(trace["mode"]);
            bool few = y.Length < 20; // Plotly marks the points of a short line
            series.Add(new Series(PlotlyDrawing.TextOf(trace["name"]), x, y)
            {
                Joined = mode == "" || mode.Contains("lines", StringComparison.Ordinal),
                Markers = mode == "" ? few : mode.Contains("markers", StringComparison.Ordinal),
                Dashed = trace["line"]?["dash"] is { } dash && PlotlyDrawing.TextOf(dash) is not ("" or "solid"),
            });
        }

        return series.Any(one => one.Joined == true) ? Plot.Lines("", across, up, series)
            : Plot.Scatter("", across, up, [.. series]);
    }

    private static Figure? Bars(JsonObject[] traces, Axis up)
    {
        if (traces.Any(trace => PlotlyDrawing.TextOf(trace["orientation"]) == "h")) { return null; }

        string[]? labels = Labels(traces[0]["x"]);
        double[]?[] heights = [.. traces.Select(trace => Numbers(trace["y"]))];
        if (labels is null || heights.Any(values => values?.Length != labels.Length)
            || traces.Any(trace => !(Labels(trace["x"]) ?? []).SequenceEqual(labels)))
        {
            return null;
        }

        (string, IEnumerable<double>)[] groups =
            [.. traces.Zip(heights, (trace, values) => (PlotlyDrawing.TextOf(trace["name"]), values!.AsEnumerable()))];
        return Plot.Bars(labels, groups, "", up);
    }

    private static Figure? Heatmap(JsonObject trace, string across, string down)
    {
        double[]?[]? rows = trace["z"] is JsonArray list ? [.. list.Select(Numbers)] : null;
        if (rows is not [{ Length: > 0 } first, ..] || rows.Any(row => row?.Length != first.Length)) { return null; }

        // Plotly draws row 0 at the bottom.
        var matrix = Matrix<float>.Build.Dense(
            rows.Length, first.Length, (r, c) => (float)rows[rows.Length - 1 - r]![c]);
        float[] finite = [.. matrix.Enumerate().Where(float.IsFinite)];
        float low = finite.DefaultIfEmpty().Min(), high = finite.DefaultIfEmpty().Max();
        string[]? names = Labels(trace["y"]) is { } given && given.Length == rows.Length ? [.. given.Reverse()] : null;
        string[]? columns = Labels(trace["x"]) is { } labels && labels.Length == first.Length ? labels : null;
        return Plot.Heatmap(
            matrix, names ?? [.. Enumerable.Range(0, rows.Length).Reverse().Select(i => $"{i}")],
            columns ?? [.. Enumerable.Range(0, first.Length).Select(i => $"{i}")], "", down, across,
            low < high ? low : null, low < high ? high : null, colors: ColorMap.Sequential);
    }

    private static Axis AxisOf(JsonObject layout, string name)
    {
        Axis axis = new(PlotlyDrawing.TextOf(layout[name]?["title"]))
        {
            Log = PlotlyDrawing.TextOf(layout[name]?["type"]) == "log",
        };
        return layout[name]?["range"] is JsonArray { Count: 2 } range && !axis.Log
            ? axis with { Min = PlotlyDrawing.Number(range[0]), Max = PlotlyDrawing.Number(range[1]) } : axis;
    }

    /// <summary>A list of numbers, its nulls as gaps; null for anything else.</summary>
    private static double[]? Numbers(JsonNode? node)
    {
        if (node is not JsonArray list || list.Count == 0) { return null; }

        double?[] numbers = [.. list.Select(item => item is null ? double.NaN : PlotlyDrawing.Number(item))];
        return numbers.Any(number => number is null) ? null : [.. numbers.Select(number => number!.Value)];
    }

    private static string[]? Labels(JsonNode? node) => node is not JsonArray { Count: > 0 } list ? null
        : [.. list.Select(item => item?.ToString() ?? "")];
}
