using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// A chart that came as Plotly's own JSON. The script of all figures draws it; the still picture is ours where the
/// traces are lines, points, bars or a heatmap, and words where they are not.
/// </summary>
internal sealed class PlotlyDrawing : Drawing
{
    private const double PlainWidth = 720, PlainHeight = 360, Font = 13;

    private readonly ChartDrawing? _still;
    private readonly string _json;

    public PlotlyDrawing(JsonArray data, JsonObject? given, JsonObject? config)
    {
        JsonObject layout = given is null ? [] : (JsonObject)given.DeepClone();
        Title = TextOf(layout["title"]);
        var traces = (JsonArray)data.DeepClone();
        Figure? still = PlotlyStill.TryMake(traces, layout);
        _still = still is null ? null : new ChartDrawing(still.Spec);
        string[] kinds = [.. traces.Select(trace => PlotlyStill.TypeOf(trace!))];
        // Where the axes have no titles there is nothing to name.
        Description = still?.Description.Replace(" of  against :", ":", StringComparison.Ordinal)
            .Replace(" ( × )", "", StringComparison.Ordinal) ?? "Plotly chart: " + string.Join(
            ", ", traces.Select((trace, i) => TextOf(trace!["name"]) is { Length: > 0 } name
                ? $"{kinds[i]} \"{name}\"" : kinds[i]).Take(12)) + (kinds.Length > 12 ? " …" : "");
        Text = still?.Text ?? "";
        Note = still?.Note ?? "";
        (Width, Height) = SizeOf(layout, _still);
        // The same places as in the picture, where it has the same size, so that nothing moves.
        bool isSame = Width == _still?.Width && Height == _still.Height;
        _json = Prepared(traces, layout, config, isSame ? still!.Spec.Panels[0] : null);
        Words = $"This chart ({string.Join(", ", kinds.Distinct())}) is drawn by plotly.js, where scripts run and " +
            "plotly.min.js is found.";
    }

    /// <summary>Numbers as JSON has them, and the others, NaN and the infinities, as gaps.</summary>
    public static JsonSerializerOptions Numbers { get; } = new() { Converters = { new Gaps(), new GapsF() } };

    public string Title { get; }

    public string Description { get; }

    public string Note { get; }

    /// <summary>The numbers in words, where they are few.</summary>
    public string Text { get; }

    public override double Width { get; }

    public override double Height { get; }

    public override double FontSize => Font;

    public override (string Class, string Style) Box => ("tfs-box",
        $"max-width:{(Width < 700 ? Px(Width) : "1100")}px;min-width:{Px(Math.Min(250, Width))}px;" +
        $"min-height:{Px(Math.Min(Height, 260))}px");

    public override IReadOnlyList<string> Scripts => ["figure.js"];

    /// <summary>What stands in place of a picture.</summary>
    private string Words { get; }

    public override string Json() => _json;

    public override (string Body, int Block) Draw(bool small = false)
    {
        if (_still is not null)
        {
            var (picture, block) = _still.Draw(small);
            double scale = Math.Min(Width / _still.Width, Height / _still.Height);
            return (scale == 1 ? picture : $"<g transform=\"scale({FigureText.Number(scale)})\">{picture}</g>", block);
        }

        var body = new StringBuilder(
            $"<rect x=\".5\" y=\".5\" width=\"{Px(Width - 1)}\" height=\"{Px(Height - 1)}\" fill=\"none\" " +
            "stroke=\"currentColor\" stroke-opacity=\".35\" stroke-dasharray=\"4 4\"/>");
        string[] lines = Wrap($"{Description}. {Words}", Width - 40, Font);
        for (int i = 0; i < lines.Length; i++)
        {
            body.Append(
                $"<text x=\"{Px(Width / 2)}\" y=\"{Px((Height / 2) + (20 * (i - ((lines.Length - 1) / 2.0))))}\" " +
                $"text-anchor=\"middle\">{Escape(lines[i])}</text>");
        }

        return (body.ToString(), 1);
    }

    private static (double Width, double Height) SizeOf(JsonObject layout, ChartDrawing? still)
    {
        double? width = Number(layout["width"]), height = Number(layout["height"]);
        // What Plotly.NET writes where nobody has asked for a size; ours then fits a notebook better.
        if (width == 600 && height == 600) { width = height = null; }

        // The library's own heatmap is as large as its cells need, a live one has room for more.
        bool isMap = still?.Spec.Color is not null;
        return (width ?? (isMap ? 480 : still?.Width ?? PlainWidth),
            height ?? (isMap ? 360 : still?.Height ?? PlainHeight));
    }

    /// <summary>What the script of all figures expects of a chart, with the reader's own words kept.</summary>
    private string Prepared(JsonArray traces, JsonObject layout, JsonObject? config, Panel? panel)
    {
        foreach (JsonObject trace in traces.OfType<JsonObject>())
        {
            trace.Remove("meta"); // by it the script knows our own heatmaps
            if (PlotlyStill.TypeOf(trace) is "heatmap" or "contour" or "surface" or "histogram2d"
                && trace["colorscale"] is null && trace["coloraxis"] is null)
            {
                trace["colorscale"] = "Viridis"; // as in all figures
            }

            if (trace["showlegend"] is JsonValue value && value.TryGetValue(out bool shown) && shown)
            {
                trace["name"] ??= "";
            }
        }

        foreach (string name in (string[])["template", "title", "width", "height"]) { layout.Remove(name); }

        layout["width"] = Width;
        layout["height"] = Height;
        JsonObject font = layout["font"] as JsonObject ?? [];
        font["size"] ??= Font;
        layout["font"] ??= font;
        JsonObject margin = layout["margin"] as JsonObject ?? [];
        margin["l"] ??= Math.Round(panel?.X ?? 48);
        margin["r"] ??= Math.Round(panel is null ? 24 : Width - panel.X - panel.Width);
        margin["t"] ??= Math.Round(panel?.Y ?? 24);
        margin["b"] ??= Math.Round(panel is null ? 40 : Height - panel.Y - panel.Height);
        layout["margin"] ??= margin;
        foreach (string name in (string[])["xaxis", "yaxis"])
        {
            if (layout[name] is not JsonObject) { layout[name] = new JsonObject(); }
        }

        layout["colorway"] ??= new JsonArray([.. Palette.Lines.Select(color => (JsonNode)color)]);
        layout["legend"] ??= new JsonObject
        {
            ["orientation"] = "h", ["x"] = 0, ["y"] = 1, ["yanchor"] = "bottom",
        };
        config = (JsonObject?)config?.DeepClone() ?? [];
        config["displayModeBar"] = false;
        config["responsive"] = false; // the script draws again when the box changes
        var chart = new JsonObject { ["data"] = traces, ["layout"] = layout, ["config"] = config };
        RenameColorAxis(chart);
        return chart.ToJsonString();
    }

    /// <summary>By a layout's "coloraxis" the script knows our own heatmaps: this one gets another name.</summary>
    private static void RenameColorAxis(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (JsonNode? inner in list) { RenameColorAxis(inner); }
            return;
        }

        if (node is not JsonObject item) { return; }

        foreach (var (name, value) in item.ToArray())
        {
            RenameColorAxis(value);
            if (name != "coloraxis") { continue; }

            if (value is JsonObject axis)
            {
                item.Remove(name);
                item["coloraxis99"] = axis;
            }
            else if (value?.ToString() == "coloraxis") { item[name] = "coloraxis99"; }
        }
    }

    /// <summary>A title is a text, or an object with one.</summary>
    internal static string TextOf(JsonNode? node) => node switch
    {
        JsonValue value => value.TryGetValue(out string? text) ? text : "",
        JsonObject title => TextOf(title["text"]),
        _ => "",
    };

    internal static double? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out double number) ? number : null;

    private sealed class Gaps : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) { writer.WriteNumberValue(value); }
            else { writer.WriteNullValue(); }
        }
    }

    private sealed class GapsF : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value)) { writer.WriteNumberValue(value); }
            else { writer.WriteNullValue(); }
        }
    }
}
