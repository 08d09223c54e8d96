using System.Text;
using System.Text.Json.Nodes;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>Query tokens on the left, key tokens on the right, and a line between two for each weight.</summary>
internal sealed class HeadViewDrawing(HeadWeights weights, int layer, int head) : Drawing
{
    /// <summary>Weights below this draw no line: it could not be seen.</summary>
    private const double Least = 0.005;

    private const double Font = 14, Top = 30, Pad = 8, Lines = 260;

    private readonly double _left = Side(weights.Queries), _right = Side(weights.Keys);

    public override double Width => Math.Ceiling(_left + Lines + _right);

    public override double Height => Top + (Pitch * Math.Max(weights.Queries.Length, weights.Keys.Length)) + Pad;

    public override double FontSize => Font;

    public override (string Class, string Style) Box =>
        ("tfs-view", $"max-width:{Px(Width)}px;min-width:{Px(Math.Min(Width, 250))}px");

    public override IReadOnlyList<string> Scripts => ["controls.js", "view.js"];

    public override string Shown => weights.Layers.Count * weights.Heads == 1 ? ""
        : $"Shown: {HeadWeights.Name(layer, head)}, of {weights.Layers.Count} × {weights.Heads}. Layer and head can " +
            "be selected where scripts run.";

    /// <summary>How far two tokens are apart: room for a finger where the sentence is short.</summary>
    private double Pitch => Math.Max(
        weights.Queries.Length, weights.Keys.Length) switch
    { <= 12 => 40, <= 20 => 30, _ => 24 };

    public override (string Body, int Block) Draw(bool small = false)
    {
        var svg = new StringBuilder();
        double from = _left, to = _left + Lines;
        svg.Append(
            $"<g opacity=\".7\" font-size=\"12\"><text x=\"{Px(from)}\" y=\"16\" " +
            $"text-anchor=\"end\">query</text><text x=\"{Px(to)}\" y=\"16\">key</text></g>");
        svg.Append("<g stroke=\"#2b8cd6\" fill=\"none\">");
        for (int i = 0; i < weights.Queries.Length; i++)
        {
            for (int j = 0; j < weights.Keys.Length; j++)
            {
                double weight = Math.Min(1, weights.Layers[layer][head][i, j]);
                if (weight >= Least)
                    svg.Append(
                        $"<path d=\"M{Px(from + 6)} {Px(Y(i))}L{Px(to - 6)} {Px(Y(j))}\" " +
                        $"stroke-width=\"{Px(1 + (4 * weight))}\" stroke-opacity=\"{Px(weight)}\"/>");
            }
        }

        svg.Append("</g>");
        Tokens(weights.Queries, from, " text-anchor=\"end\"");
        Tokens(weights.Keys, to, "");
        return (svg.ToString(), 1);

        void Tokens(string[] tokens, double x, string anchor)
        {
            for (int i = 0; i < tokens.Length; i++)
                svg.Append($"<text x=\"{Px(x)}\" y=\"{Px(Y(i) + 5)}\"{anchor}>{Escape(Elide(tokens[i], 16))}</text>");
        }
    }

    public override string Json() => new JsonObject
    {
        ["view"] = "head",
        ["queries"] = Texts(weights.Queries),
        ["keys"] = Texts(weights.Keys),
        ["pitch"] = Pitch,
        ["weights"] = weights.Packed,
        ["controls"] = Controls(weights, layer, head),
    }.ToJsonString();

    internal static JsonArray Controls(HeadWeights weights, int layer, int head) => Stops.ControlsJson(
    [
        new Selector("layer", [.. Enumerable.Range(1, weights.Layers.Count).Select(l => $"{l}")], layer),
        new Selector("head", [.. Enumerable.Range(1, weights.Heads).Select(h => $"{h}")], head),
    ]);

    internal static JsonArray Texts(string[] tokens) => new([.. tokens.Select(token => (JsonNode)Visible(token))]);

    private double Y(int place) => Top + (Pitch * (place + 0.5));

    private static double Side(string[] tokens) =>
        52 + Math.Max(40, tokens.Max(token => FigureText.Width(Elide(token, 16), Font)));
}
