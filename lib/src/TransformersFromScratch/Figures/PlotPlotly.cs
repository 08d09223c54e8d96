using System.Text.Json;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

// Any chart that plotly.js can draw.
public static partial class Plot
{
    /// <summary>How many characters a chart may take: a notebook with larger ones is slow to open.</summary>
    private const int MostCharacters = 1_000_000;

    /// <summary>
    /// Any chart that plotly.js can draw, from its JSON, as Plotly.NET and other libraries write it
    /// (plotly.com/javascript/reference). The live chart is drawn where scripts run; its still picture shows lines,
    /// points, bars and heatmaps, and says in words what else there is.
    /// </summary>
    /// <param name="json">
    /// An object with <c>data</c> and, if you like, <c>layout</c> and <c>config</c>; or a list of traces.
    /// </param>
    /// <param name="title">A title above the chart; that of the layout when empty.</param>
    /// <param name="description">What the chart shows, in one line; made from the traces when empty.</param>
    /// <remarks>
    /// Colours of paper, text and axes come from the page, as in all figures; so a template in the layout is left out.
    /// Frames are left out as well: for several states use
    /// <see cref="Interactive(string, FigureControl, Func{int, Figure}, bool)"/>.
    /// </remarks>
    /// <exception cref="ArgumentException">It is no such JSON, has no trace, or is above a million
    /// characters.</exception>
    public static Figure Plotly(string json, string title = "", string description = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(json);
        JsonNode? chart;
        try { chart = JsonNode.Parse(json); }
        catch (JsonException problem)
        {
            throw new ArgumentException($"The chart is not JSON: {problem.Message}", nameof(json));
        }

        var whole = chart as JsonObject;
        return Plotly(whole is null ? chart : whole["data"], whole?["layout"], whole?["config"], title, description);
    }

    /// <summary>
    /// Any chart that plotly.js can draw, from its traces: <c>Plot.Plotly([new { type = "pie", values = new[] { 1, 2 }
    /// }])</c>.
    /// </summary>
    /// <param name="traces">Anonymous objects with the names that plotly.js has for a trace.</param>
    /// <param name="layout">An anonymous object with the names that plotly.js has for a layout; null for
    /// none.</param>
    /// <param name="title">A title above the chart; that of the layout when empty.</param>
    /// <param name="description">What the chart shows, in one line; made from the traces when empty.</param>
    /// <inheritdoc cref="Plotly(string, string, string)" path="/remarks"/>
    /// <exception cref="ArgumentException">There is no trace, or the chart is above a million characters.</exception>
    public static Figure Plotly(
        IReadOnlyList<object> traces, object? layout = null, string title = "", string description = "")
    {
        ArgumentNullException.ThrowIfNull(traces);
        return Plotly(
            JsonSerializer.SerializeToNode(traces, PlotlyDrawing.Numbers),
            layout is null ? null : JsonSerializer.SerializeToNode(layout, PlotlyDrawing.Numbers), null, title,
            description);
    }

    private static Figure Plotly(JsonNode? data, JsonNode? layout, JsonNode? config, string title, string description)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(description);
        if (data is not JsonArray { Count: > 0 } traces || !traces.All(trace => trace is JsonObject))
        {
            throw new ArgumentException(
                "There is no trace to draw. Give an object with \"data\": [{ \"type\": \"scatter\", … }], or a list " +
                "of traces.");
        }

        var chart = new PlotlyDrawing(traces, layout as JsonObject, config as JsonObject);
        int length = chart.Json()!.Length;
        if (length > MostCharacters)
        {
            throw new ArgumentException(
                $"The chart takes {length:N0} characters; above {MostCharacters:N0} a notebook grows too large. Draw " +
                "fewer points, or every k-th.");
        }

        return new Figure(
            chart, title == "" ? chart.Title : title, description == "" ? chart.Description : description, chart.Note,
            chart.Text);
    }
}
