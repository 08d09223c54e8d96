using System.Globalization;
using System.Text.Json.Nodes;

namespace TransformersFromScratch;

/// <summary>
/// The figures of all stops of a figure's controls, on common axes and colours, kept as what changes from the start to
/// each.
/// </summary>
internal sealed class Stops
{
    /// <summary>How many stops there may be together, and how many characters they may take.</summary>
    private const int Most = 400, Room = 290_000;

    private readonly string _title;
    private readonly IReadOnlyList<FigureControl> _controls;
    private readonly Figure[] _figures;
    private readonly ChartSpec[] _specs;

    /// <param name="title">The title of the whole; may be empty.</param>
    /// <param name="controls">One control or two.</param>
    /// <param name="figures">The figure of every stop; the second control's stops follow each other.</param>
    /// <param name="oneScale">Whether axes and colours are the same at all stops.</param>
    public Stops(string title, IReadOnlyList<FigureControl> controls, Figure[] figures, bool oneScale)
    {
        (_title, _controls, _figures) = (title, controls, figures);
        Arrangement[] all = [.. figures.Select((figure, stop) => figure?.Arrangement ?? throw new ArgumentException(
            $"At {Name(stop)} there is no heatmap and no chart. Give a figure of Plot.Heatmap, Heads, Encoding, " +
            "Lines, Scatter, Plane or Bars at every stop."))];
        if (Array.FindIndex(all, one => one.GetType() != all[0].GetType()) is >= 0 and var other)
            throw new ArgumentException(
                $"At {Name(other)} there is {Kind(all[other])}, but at {Name(0)} {Kind(all[0])}. Give figures of one " +
                "kind at all stops.");
        _specs = Arrangement.Together(all, oneScale);
        Json = Write();
    }

    /// <summary>How many figures some controls need.</summary>
    /// <exception cref="ArgumentException">Too many.</exception>
    public static int Count(IReadOnlyList<FigureControl> controls)
    {
        int count = controls.Aggregate(1, (product, control) => checked(product * control.Stops.Count));
        return count <= Most ? count : throw new ArgumentException(
            $"The controls have {string.Join(" × ", controls.Select(control => control.Stops.Count))} = {count} " +
            $"stops; a figure may have {Most}. Give fewer stops.");
    }

    /// <summary>The number of the stop that shows first.</summary>
    public int Start => StartOf(_controls);

    /// <summary>The number of the stop at which some controls start.</summary>
    public static int StartOf(IReadOnlyList<FigureControl> controls) =>
        controls.Aggregate(0, (place, control) => (place * control.Stops.Count) + control.Start);

    public ChartSpec StartSpec => _specs[Start];

    /// <summary>What the script reads; null where the charts are not built.</summary>
    public string? Json { get; }

    /// <summary>Which stop the still picture shows.</summary>
    public string Shown => $"Shown: {Name(Start)}, one of {_figures.Length} stop{(_figures.Length == 1 ? "" : "s")}. " +
        "The controls are there where scripts run.";

    /// <summary>What can be moved, in a sentence each.</summary>
    public string InWords => Describe(_controls);

    /// <summary>What controls can be moved, in a sentence each.</summary>
    public static string Describe(IReadOnlyList<FigureControl> controls) => string.Join(" ", controls.Select(control =>
        $"{(control is Slider ? "Slider" : "Selector")} \"{control.Name}\": {control.Stops.Count} " +
        $"stop{(control.Stops.Count == 1 ? "" : "s")}, {control.Stops[0]} to {control.Stops[^1]}, starting at " +
        $"{control.Stops[control.Start]}."));

    /// <summary>The caption at a stop: the title of the whole, then the stop's own.</summary>
    public string Caption(Figure figure) => _title == "" || figure.Title == _title ? figure.Title : figure.Title == ""
        ? _title
        : $"{_title}: {figure.Title}";

    /// <summary>
    /// What a stop's reader must know. That colours do not start at zero is true of a figure alone, and perhaps not on
    /// the scale of all.
    /// </summary>
    public string Note(Figure figure) => StartSpec.Color is { Min: 0 } or { Diverging: true }
        ? figure.Note.Replace(HeatmapLayout.CloseNote, "", StringComparison.Ordinal).Trim() : figure.Note;

    private string Name(int stop)
    {
        var names = new List<string>();
        for (int c = _controls.Count - 1; c >= 0; c--)
        {
            names.Insert(0, $"{_controls[c].Name} {_controls[c].Stops[stop % _controls[c].Stops.Count]}");
            stop /= _controls[c].Stops.Count;
        }

        return string.Join(", ", names);
    }

    private static string Kind(Arrangement one) =>
        one is HeatmapLayout ? "a heatmap" : "a chart of lines, points or bars";

    private string? Write()
    {
        if (PlotlyHost.Json(StartSpec) is not { } start)
            return null;
        JsonObject whole = JsonNode.Parse(start)!.AsObject();
        JsonNode first = whole.DeepClone();
        bool pack = !_specs.Any(spec => spec.Panels.Any(panel => panel.Across.Log || panel.Down.Log));
        whole["controls"] = ControlsJson(_controls);
        whole["stops"] = new JsonArray(
            [.. _specs.Select(
                (spec, i) => i == Start ? new JsonObject() : JsonDelta.Of(
                    first, JsonNode.Parse(PlotlyHost.Json(spec)!)!, pack))]);
        Vary("says", figure => figure.Description);
        Vary("titles", Caption);
        Vary("notes", Note);
        string json = whole.ToJsonString();
        int size = json.Length + Svg.Draw(StartSpec).Body.Length;
        return size <= Room ? json : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"With its {_specs.Length} stops the figure takes {size / 1000} kB; {Room / 1000} kB is the most. Give " +
            $"fewer stops, or fewer cells or points at each."));

        void Vary(string name, Func<Figure, string> text)
        {
            string[] texts = [.. _figures.Select(text)];
            if (texts.Distinct().Count() > 1)
                whole[name] = new JsonArray([.. texts.Select(t => (JsonNode)FigureText.Visible(t))]);
        }
    }

    /// <summary>Controls as the script controls.js reads them.</summary>
    public static JsonArray ControlsJson(IReadOnlyList<FigureControl> controls) =>
        new([.. controls.Select(control => new JsonObject
    {
        ["kind"] = control is Slider ? "slider" : "selector",
        ["name"] = FigureText.Visible(control.Name),
        ["stops"] = new JsonArray([.. control.Stops.Select(stop => (JsonNode)FigureText.Visible(stop))]),
        ["start"] = control.Start,
    })]);
}
