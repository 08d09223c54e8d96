using System.Text;
using static TransformersFromScratch.FigureText;

namespace TransformersFromScratch;

/// <summary>
/// The tree of a <see cref="BeamSearch"/>: a column a step, what was kept, what was pruned, and the path that won.
/// </summary>
[TypeFormatterSource(typeof(FormatterSource), PreferredMimeTypes = ["text/html"])]
public sealed class SearchTree : IShown
{
    private const double RowHeight = 19, Top = 20, Gap = 34, FontSize = 12;

    private readonly IReadOnlyList<SearchNode> _nodes;
    private readonly Func<int, string> _label;
    private readonly HashSet<int> _won = [];

    /// <summary>Draws a search.</summary>
    /// <param name="nodes">What the search recorded, or its first steps.</param>
    /// <param name="best">What it returned.</param>
    /// <param name="label">What to write for a token.</param>
    public SearchTree(IReadOnlyList<SearchNode> nodes, Hypothesis best, Func<int, string> label)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(best);
        ArgumentNullException.ThrowIfNull(label);
        (_nodes, _label) = (nodes, label);
        Dictionary<int, SearchNode> byId = nodes.ToDictionary(node => node.Id);
        int wanted = best.Tokens.Count + (best.Ended ? 1 : 0);
        // Where only the first steps are drawn, the way to it as far as it goes.
        SearchNode? at = nodes.FirstOrDefault(
            node => node.Length == wanted && Tokens(node).Take(best.Tokens.Count).SequenceEqual(best.Tokens) &&
            node.Fate == (best.Ended ? SearchFate.Ended : SearchFate.Continued))
            ?? nodes.Where(node => node.Length <= best.Tokens.Count && node.Fate == SearchFate.Continued
                && Tokens(node).SequenceEqual(best.Tokens.Take(node.Length))).MaxBy(node => node.Length);
        for (; at is not null; at = byId.GetValueOrDefault(at.Parent))
        {
            _won.Add(at.Id);
        }

        IEnumerable<int> Tokens(SearchNode node) =>
            byId.TryGetValue(node.Parent, out SearchNode? parent) ? Tokens(parent).Append(node.Token) : [node.Token];
    }

    /// <summary>The tree as an inline SVG.</summary>
    public string ToHtml()
    {
        SearchNode[][] columns =
            [.. _nodes.GroupBy(node => node.Length).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var places = new Dictionary<int, (double X, double Y, double Right)> { [0] = (0, Top, 18) };
        double x = 18 + Gap, height = 0;
        var lines = new StringBuilder();
        var texts = new StringBuilder($"<text x=\"0\" y=\"{Px(Top + 4)}\">⟨s⟩</text>");
        foreach (SearchNode[] column in columns)
        {
            double right = x + column.Max(node => Width(Text(node), FontSize)), y = Top;
            foreach (SearchNode node in column.OrderBy(node => places[node.Parent].Y)
                .ThenByDescending(node => node.LogProbability))
            {
                var (_, fromY, from) = places[node.Parent];
                places[node.Id] = (x, y, x + Width(Text(node), FontSize) + 4);
                bool won = _won.Contains(node.Id);
                string style = won ? " stroke=\"#d55e00\" stroke-width=\"2\"" : node.Fate == SearchFate.Pruned
                    ? " stroke-opacity=\".25\""
                    : " stroke-opacity=\".7\"";
                lines.Append($"<path d=\"M{Px(from)} {Px(fromY)}L{Px(x - 4)} {Px(y)}\"{style}/>");
                string text = won ? " fill=\"#d55e00\" font-weight=\"600\"" : node.Fate == SearchFate.Pruned
                    ? " opacity=\".45\""
                    : "";
                texts.Append($"<text x=\"{Px(x)}\" y=\"{Px(y + 4)}\"{text}>{Escape(Text(node))}</text>");
                y += RowHeight;
            }

            (x, height) = (right + Gap, Math.Max(height, y));
        }

        return "<div class=\"tfs-tree\" style=\"overflow-x:auto;margin:1em 0\"><svg " +
            $"xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Px(x)} {Px(height)}\" width=\"{Px(x)}\" " +
            $"height=\"{Px(height)}\" " +
            "role=\"img\" fill=\"currentColor\" font-family=\"system-ui,sans-serif\" " +
            $"font-size=\"{Px(FontSize)}\"><title>{Escape(Description)}</title>" +
            $"<g stroke=\"currentColor\" fill=\"none\">{lines}</g>{texts}</svg></div>";
    }

    /// <summary>What the picture shows, in a line.</summary>
    public override string ToString() => Description;

    private string Description =>
        $"Search tree: {_nodes.Count} hypotheses in {_nodes.Max(node => node.Length)} steps, " +
        $"{_nodes.Count(node => node.Fate == SearchFate.Pruned)} of them pruned, " +
        $"{_nodes.Count(node => node.Fate == SearchFate.Ended)} ended.";

    private string Text(SearchNode node) =>
        FormattableString.Invariant($"{_label(node.Token)} {node.LogProbability:F1}");
}
