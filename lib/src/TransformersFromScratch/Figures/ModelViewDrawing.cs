using System.Text;
using System.Text.Json.Nodes;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>A grid of small maps, a row per layer and a column per head.</summary>
internal sealed class ModelViewDrawing(HeadWeights weights) : Drawing
{
    private const double Font = 12, Left = 62, Top = 26, Gap = 8, Pad = 8, Room = 640;

    /// <summary>
    /// How many characters the maps of the still picture may take together, and how many one of them.
    /// </summary>
    private const int Budget = 60_000, MapBudget = 1500;

    private readonly ColorScale _scale = new(
        0, Math.Max(1e-3, weights.Layers.Max(heads => heads.Max(map => map.Enumerate().Max()))), Palette.Sequential);

    public override double Width => Left + (weights.Heads * (MapWidth + Gap)) + Pad;

    public override double Height => Top + (weights.Layers.Count * (MapHeight + Gap)) + Pad;

    public override double FontSize => Font;

    public override (string Class, string Style) Box =>
        ("tfs-view", $"max-width:{Px(Width)}px;min-width:{Px(Math.Min(Width, 250))}px");

    public override IReadOnlyList<string> Scripts => ["controls.js", "view.js"];

    public override string Shown => $"All maps share one scale, from 0 to {Number(_scale.Max, 2)}.";

    private double MapWidth => Math.Clamp((Room / weights.Heads) - Gap, 42, 110);

    private double MapHeight => Math.Clamp(MapWidth * weights.Queries.Length / weights.Keys.Length, 42, 110);

    public override (string Body, int Block) Draw(bool small = false)
    {
        var svg = new StringBuilder();
        int budget = Math.Min(MapBudget, Budget / (weights.Layers.Count * weights.Heads)) / (small ? 4 : 1), block = 1;
        for (int h = 0; h < weights.Heads; h++)
            svg.Append(
                $"<text x=\"{Px(Left + (h * (MapWidth + Gap)) + (MapWidth / 2))}\" y=\"{Px(Top - 8)}\" " +
                $"text-anchor=\"middle\">{(h == 0 ? "head " : "")}{h + 1}</text>");
        for (int l = 0; l < weights.Layers.Count; l++)
        {
            double y = Top + (l * (MapHeight + Gap));
            svg.Append(
                $"<text x=\"{Px(Left - 8)}\" y=\"{Px(y + (MapHeight / 2) + (Font * 0.35))}\" " +
                $"text-anchor=\"end\">{(l == 0 ? "layer " : "")}{l + 1}</text>");
            for (int h = 0; h < weights.Heads; h++)
                block = Math.Max(
                    block, SvgHeatmap.Draw(svg, Map(l, h, Left + (h * (MapWidth + Gap)), y), _scale, Font, budget));
        }

        return (svg.ToString(), block);
    }

    public override string Json() => new JsonObject
    {
        ["view"] = "model",
        ["queries"] = HeadViewDrawing.Texts(weights.Queries),
        ["keys"] = HeadViewDrawing.Texts(weights.Keys),
        ["weights"] = weights.Packed,
        ["most"] = FigureText.Round(_scale.Max, 4),
        ["colors"] = HeadViewDrawing.Texts(Palette.Sequential),
        ["controls"] = HeadViewDrawing.Controls(weights, 0, 0),
    }.ToJsonString();

    private Panel Map(int layer, int head, double x, double y)
    {
        AxisSpec Axis(string[] tokens) => new() { Min = -0.5, Max = tokens.Length - 0.5, Labels = tokens };
        return new Panel
        {
            X = x,
            Y = y,
            Width = MapWidth,
            Height = MapHeight,
            Across = Axis(weights.Keys),
            Down = Axis(weights.Queries),
            Heat = new Heat(
                weights.Queries.Length, weights.Keys.Length,
                [.. weights.Layers[layer][head].EnumerateRows().SelectMany(row => row)
                    .Select(weight => (double)weight)]),
        };
    }
}
