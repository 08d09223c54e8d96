using System.Text;
using System.Text.Json.Nodes;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>A computation as a graph: boxes with numbers, and an arrow from each to what is made of it.</summary>
internal sealed class GraphDrawing : Drawing
{
    private const double Font = 14, BoxWidth = 112, BoxHeight = 62, Across = 158, Down = 92, Pad = 8;

    private readonly GraphNode[] _nodes;
    private readonly (int From, int To)[] _arrows;
    private readonly IReadOnlyList<FigureControl> _controls;
    private readonly GraphStep[] _steps;
    private readonly double _left, _top;

    /// <param name="nodes">The boxes.</param>
    /// <param name="arrows">From which box to which.</param>
    /// <param name="controls">One or two.</param>
    /// <param name="steps">What stands in the boxes at each stop; the second control's stops follow each other.</param>
    /// <exception cref="ArgumentException">A part does not fit the nodes.</exception>
    public GraphDrawing(
        IReadOnlyList<GraphNode> nodes, IReadOnlyList<(int From, int To)> arrows,
        IReadOnlyList<FigureControl> controls, IReadOnlyList<GraphStep> steps)
    {
        (_nodes, _arrows, _controls, _steps) = ([.. nodes], [.. arrows], controls, [.. steps]);
        if (_nodes.Length == 0)
            throw new ArgumentException("There is no node to show. Give at least one.", nameof(nodes));
        foreach (var (from, to) in _arrows)
        {
            if (!Has(from) || !Has(to))
                throw new ArgumentException(
                    $"An arrow leads from {from} to {to}, but the nodes are 0 to {_nodes.Length - 1}.", nameof(arrows));
        }

        int wrong = Array.FindIndex(_steps, step => step.Texts.Count != _nodes.Length);
        if (wrong >= 0)
            throw new ArgumentException(
                $"Step {wrong} has {_steps[wrong].Texts.Count} texts, but there are {_nodes.Length} nodes. Give one " +
                "per node, empty where there is nothing yet.", nameof(steps));
        (_left, _top) = (_nodes.Min(node => node.Across), _nodes.Min(node => node.Down));
    }

    public override double Width => Math.Ceiling(
        ((_nodes.Max(node => node.Across) - _left) * Across) + BoxWidth + (2 * Pad));

    public override double Height => ((_nodes.Max(node => node.Down) - _top) * Down) + BoxHeight + (2 * Pad);

    public override double FontSize => Font;

    public override (string Class, string Style) Box =>
        ("tfs-graph", $"max-width:{Px(Width)}px;min-width:{Px(Math.Min(Width, Math.Max(330, Width * 0.7)))}px");

    public override IReadOnlyList<string> Scripts => ["controls.js", "graph.js"];

    public override string Shown =>
        $"Shown: {string.Join(", ", _controls.Select(control => $"{control.Name} {control.Stops[control.Start]}"))}, " +
        $"one of {_steps.Length} states. The controls are there where scripts run.";

    /// <summary>The state that shows first, in words: each box with its text.</summary>
    public string Text => string.Join('\n', _nodes.Zip(Start.Texts, (node, text) =>
        $"{node.Name}: {text.Replace('\n', ' ')}"));

    private GraphStep Start => _steps[Stops.StartOf(_controls)];

    public override (string Body, int Block) Draw(bool small = false)
    {
        var svg = new StringBuilder();
        foreach (var (from, to) in _arrows)
        {
            bool active = Start.Active == to;
            var (start, end) = Ends(_nodes[from], _nodes[to]);
            string line = active
                ? "stroke=\"#d55e00\" stroke-width=\"2.4\""
                : "stroke=\"currentColor\" opacity=\".55\"";
            svg.Append($"<path class=\"tfs-arrow\" data-to=\"{to}\" fill=\"none\" {line} " +
                $"d=\"M{Px(start.X)} {Px(start.Y)}L{Px(end.X)} {Px(end.Y)}{Head(start, end)}\"/>");
        }

        for (int i = 0; i < _nodes.Length; i++)
        {
            var (x, y) = Corner(_nodes[i]);
            bool active = Start.Active == i;
            svg.Append($"<rect class=\"tfs-node\" x=\"{Px(x)}\" y=\"{Px(y)}\" width=\"{Px(BoxWidth)}\" " +
                $"height=\"{Px(BoxHeight)}\" rx=\"7\" fill=\"{(active ? "#d55e00" : "#2b8cd6")}\" " +
                $"fill-opacity=\".14\" stroke=\"{(active ? "#d55e00" : "#2b8cd6")}\" " +
                $"stroke-width=\"{(active ? "2.4" : "1.2")}\"/>");
            Word(_nodes[i].Name, 17, " font-weight=\"600\"", "");
            string[] lines = Start.Texts[i].Split('\n');
            for (int row = 0; row < 2; row++)
                Word(row < lines.Length ? lines[row] : "", 35 + (18 * row), " font-size=\"13\"", $"{i}-{row}");

            void Word(string text, double down, string style, string place) => svg.Append(
                $"<text{(place == "" ? "" : $" data-at=\"{place}\"")} x=\"{Px(x + (BoxWidth / 2))}\" " +
                $"y=\"{Px(y + down)}\" text-anchor=\"middle\"{style}>{Escape(text)}</text>");
        }

        return (svg.ToString(), 1);
    }

    public override string Json() => new JsonObject
    {
        ["controls"] = Stops.ControlsJson(_controls),
        ["names"] = HeadViewDrawing.Texts([.. _nodes.Select(node => node.Name)]),
        ["steps"] = new JsonArray([.. _steps.Select(step => (JsonNode)new JsonArray(
            step.Active, Visible(step.Says),
            new JsonArray([.. step.Texts.Select(text => (JsonNode)text)])))]),
    }.ToJsonString();

    private bool Has(int node) => node >= 0 && node < _nodes.Length;

    private (double X, double Y) Corner(GraphNode node) =>
        (Pad + ((node.Across - _left) * Across), Pad + ((node.Down - _top) * Down));

    /// <summary>Where an arrow leaves its box and meets the other: at their sides, or above and below.</summary>
    private ((double X, double Y) Start, (double X, double Y) End) Ends(GraphNode from, GraphNode to)
    {
        var ((x0, y0), (x1, y1)) = (Corner(from), Corner(to));
        const double halfWidth = BoxWidth / 2, halfHeight = BoxHeight / 2;
        int right = Math.Sign(to.Across - from.Across);
        return right != 0
            ? ((x0 + halfWidth + (right * halfWidth), y0 + halfHeight),
                (x1 + halfWidth - (right * (halfWidth + 3)), y1 + halfHeight))
            : ((x0 + halfWidth, y0 + (y1 > y0 ? BoxHeight : 0)), (x1 + halfWidth, y1 + (y1 > y0 ? -3 : BoxHeight + 3)));
    }

    private static string Head((double X, double Y) start, (double X, double Y) end)
    {
        double angle = Math.Atan2(end.Y - start.Y, end.X - start.X);
        (double X, double Y) At(double turned) =>
            (end.X - (8 * Math.Cos(angle + turned)), end.Y - (8 * Math.Sin(angle + turned)));
        return $"M{Px(At(0.5).X)} {Px(At(0.5).Y)}L{Px(end.X)} {Px(end.Y)}L{Px(At(-0.5).X)} {Px(At(-0.5).Y)}";
    }
}
