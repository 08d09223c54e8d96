using System.Globalization;
using System.Net;
using System.Text;

namespace Course;

/// <summary>
/// A block diagram as an SVG: boxes, arrows along corners, words. It is legible on a light and on a dark page, as it
/// has its own ground and follows the reader's preference; its text is text, so that it can be searched and read aloud.
/// </summary>
internal sealed class Drawing(double width, double height, string title, string description)
{
    private const string Style = """
        :root{--ground:#fffefb;--frame:#e3ded2;--ink:#23272e;--quiet:#69727d;--line:#4a525c;--stack:#f6f3ec;
        --attend:#fbe0bf;--attend-edge:#c98a3a;--feed:#cfe3f5;--feed-edge:#5b8fc0;--norm:#f7f0bd;--norm-edge:#b5a647;
        --embed:#f7d7dc;--embed-edge:#c27c88;--plain:#e4e0f3;--plain-edge:#8c82bd;--soft:#d3ecd6;--soft-edge:#6ba877}
        @media(prefers-color-scheme:dark){
        :root{--ground:#171a1f;--frame:#333a42;--ink:#e7eaee;--quiet:#9aa4b0;--line:#aab3bd;--stack:#1f242a;
        --attend:#5b3d17;--attend-edge:#d99a4a;--feed:#1f3f5e;--feed-edge:#6fa8dc;--norm:#4a4419;--norm-edge:#c9b95a;
        --embed:#55293a;--embed-edge:#d98a9a;--plain:#37325a;--plain-edge:#a49ae0;--soft:#1f4a2c;--soft-edge:#7cc08a}}
        text{fill:var(--ink);font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;
        font-size:15px;text-anchor:middle}
        .quiet{fill:var(--quiet);font-size:13px}.small{font-size:13px}.big{font-size:19px;font-weight:600}
        .start{text-anchor:start}.end{text-anchor:end}
        .math{font-family:'Cambria Math','Latin Modern Math',Georgia,'DejaVu Serif',serif;font-style:italic}
        .line{fill:none;stroke:var(--line);stroke-width:1.6;stroke-linejoin:round}
        .dashed{stroke-dasharray:4 4;stroke:var(--quiet);stroke-width:1.3}
        .head{fill:var(--line)}.dot{fill:var(--ground);stroke:var(--line);stroke-width:1.6}
        .stack{fill:var(--stack);stroke:var(--frame);stroke-width:1.5}
        .ground{fill:var(--ground);stroke:var(--frame)}
        """;

    private readonly StringBuilder _body = new();

    /// <summary>
    /// A box with its words in the middle, a line each; the kind (attend, feed, norm, embed, plain, soft) is its
    /// colour.
    /// </summary>
    public void Box(string kind, double x, double y, double boxWidth, double boxHeight, params string[] lines)
    {
        _body.Append(CultureInfo.InvariantCulture,
            $"<rect x=\"{x}\" y=\"{y}\" width=\"{boxWidth}\" height=\"{boxHeight}\" rx=\"7\" " +
            $"style=\"fill:var(--{kind});stroke:var(--{kind}-edge);stroke-width:1.5\"/>\n");
        for (int i = 0; i < lines.Length; i++)
        {
            Text("", x + (boxWidth / 2), y + (boxHeight / 2) + 5 + ((i - ((lines.Length - 1) / 2.0)) * 18), lines[i]);
        }
    }

    /// <summary>The ground on which a stack of layers stands.</summary>
    public void Stack(double x, double y, double boxWidth, double boxHeight) =>
        _body.Append(CultureInfo.InvariantCulture,
        $"<rect class=\"stack\" x=\"{x}\" y=\"{y}\" width=\"{boxWidth}\" height=\"{boxHeight}\" rx=\"16\"/>\n");

    /// <summary>A line along the points, with an arrow's head at the last one.</summary>
    public void Arrow(params (double X, double Y)[] points)
    {
        var ((fromX, fromY), (x, y)) = (points[^2], points[^1]);
        double length = Math.Sqrt(((x - fromX) * (x - fromX)) + ((y - fromY) * (y - fromY))), dx = (x - fromX) / length,
            dy = (y - fromY) / length;
        Line([.. points[..^1], (x - (6 * dx), y - (6 * dy))]);
        _body.Append(CultureInfo.InvariantCulture,
            $"<path class=\"head\" d=\"M{x:0.##} {y:0.##}L{x - (9 * dx) - (4.5 * dy):0.##} " +
            $"{y - (9 * dy) + (4.5 * dx):0.##}L{x - (9 * dx) + (4.5 * dy):0.##} " +
            $"{y - (9 * dy) - (4.5 * dx):0.##}Z\"/>\n");
    }

    public void Line(params (double X, double Y)[] points) => Path("line", points);

    public void Dashed(params (double X, double Y)[] points) => Path("line dashed", points);

    /// <summary>A small circle in which two arrows are added.</summary>
    public void Plus(double x, double y)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"11\"/>\n");
        Line((x - 6, y), (x + 6, y));
        Line((x, y - 6), (x, y + 6));
    }

    /// <summary>A circle with one period of a sine in it.</summary>
    public void Wave(double x, double y)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"17\"/>\n");
        _body.Append(CultureInfo.InvariantCulture,
            $"<path class=\"line\" d=\"M{x - 17} {y}C{x - 11} {y - 15} {x - 6} {y - 15} {x} {y}S{x + 11} {y + 15} " +
            $"{x + 17} {y}\"/>\n");
    }

    /// <summary>Words; the classes are small, quiet, big, math, start, end.</summary>
    public void Text(string classes, double x, double y, string words, double turned = 0)
    {
        string turn = turned == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" transform=\"rotate({turned} {x} {y})\"");
        _body.Append(CultureInfo.InvariantCulture,
            $"<text{(classes == "" ? "" : $" class=\"{classes}\"")} x=\"{x}\" y=\"{y}\"{turn}>" +
            $"{Subscripts(words)}</text>\n");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" " +
        $"height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\n") +
        $"<title id=\"t\">{WebUtility.HtmlEncode(title)}</title>\n<desc " +
        $"id=\"d\">{WebUtility.HtmlEncode(description)}</desc>\n<style>\n{Style}\n</style>\n" +
        string.Create(
            CultureInfo.InvariantCulture,
            $"<rect class=\"ground\" x=\".5\" y=\".5\" width=\"{width - 1}\" height=\"{height - 1}\" rx=\"14\"/>\n") +
        _body + "</svg>\n";

    private void Path(string classes, (double X, double Y)[] points)
    {
        string path = string.Join(
            'L', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.##} {point.Y:0.##}")));
        _body.Append($"<path class=\"{classes}\" d=\"M{path}\"/>\n");
    }

    /// <summary>A part after an underscore, up to the next blank, stands lower: d_model.</summary>
    private static string Subscripts(string words) =>
        string.Join(' ', WebUtility.HtmlEncode(words).Split(' ').Select(word =>
        word.Split('_', 2) is [var name, var low]
            ? $"{name}<tspan dy=\"4\" font-size=\"75%\">{low}</tspan><tspan dy=\"-4\">&#8203;</tspan>"
            : word));
}
