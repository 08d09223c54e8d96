using System.Globalization;
using System.Net;
using System.Text;

namespace Course;

/// <summary>A few shapes of SVG, enough for diagrams of boxes and arrows that are legible on light and on dark paper.</summary>
internal sealed class Drawing(int width, int height, string title)
{
    private readonly StringBuilder _shapes = new();

    /// <summary>A rounded box with lines of text; its kind chooses its colour.</summary>
    public Drawing Box(double x, double y, double w, double h, string kind, params string[] lines)
    {
        _shapes.AppendLine(Invariant($"""<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="7"/>"""));
        for (int i = 0; i < lines.Length; i++)
        {
            double baseline = y + (h / 2) + 5 + ((i - ((lines.Length - 1) / 2.0)) * 17);
            Text(x + (w / 2), baseline, lines[i], "middle");
        }

        return this;
    }

    /// <summary>Text with its baseline at a point; anchor is start, middle or end.</summary>
    public Drawing Text(double x, double y, string text, string anchor = "start", string kind = "label")
    {
        _shapes.AppendLine(Invariant($"""<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{WebUtility.HtmlEncode(text)}</text>"""));
        return this;
    }

    /// <summary>A line through points (x, y, x, y, …), with an arrow at its end.</summary>
    public Drawing Arrow(params double[] points) => Path(points, "arrow", " marker-end=\"url(#head)\"");

    /// <summary>A line through points without an arrow.</summary>
    public Drawing Line(params double[] points) => Path(points, "arrow", "");

    /// <summary>A circle with a sign in it: where two streams are added.</summary>
    public Drawing Plus(double x, double y)
    {
        _shapes.AppendLine(Invariant($"""<circle class="plus" cx="{x}" cy="{y}" r="11"/><path class="arrow" d="M{x - 6} {y}h12M{x} {y - 6}v12"/>"""));
        return this;
    }

    /// <summary>The SVG file.</summary>
    public string ToSvg() => Invariant($$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img" aria-label="{{WebUtility.HtmlEncode(title)}}">
        <title>{{WebUtility.HtmlEncode(title)}}</title>
        <style>
        text { font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1d2126; }
        .small { font-size: 12.5px; fill: #5b6470; } .big { font-size: 17px; font-weight: 600; }
        rect { stroke: #4a5360; stroke-width: 1.2; } .stack { fill: #8881; stroke: #8889; stroke-dasharray: 5 4; }
        .attention { fill: #ffe0c2; } .feed { fill: #cfe8ff; } .norm { fill: #f6f3c9; } .embed { fill: #ffd9e0; } .linear { fill: #dcdcf7; } .softmax { fill: #d3efd9; } .plain { fill: #8882; }
        .arrow { fill: none; stroke: #4a5360; stroke-width: 1.5; } .plus { fill: #fff; stroke: #4a5360; stroke-width: 1.3; } .tip { fill: #4a5360; }
        @media (prefers-color-scheme: dark) {
        text { fill: #e8eaed; } .small { fill: #a9b2bd; } rect, .arrow, .plus { stroke: #aab4bf; } .tip { fill: #aab4bf; } .plus { fill: #20262d; }
        .attention { fill: #6b3d14; } .feed { fill: #163f63; } .norm { fill: #55511b; } .embed { fill: #63283a; } .linear { fill: #36366b; } .softmax { fill: #1f5230; }
        }
        </style>
        <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 0L10 5L0 10z"/></marker></defs>
        {{_shapes}}</svg>

        """);

    private Drawing Path(double[] points, string kind, string attributes)
    {
        var d = new StringBuilder();
        for (int i = 0; i < points.Length; i += 2) { d.Append(Invariant($"{(i == 0 ? 'M' : 'L')}{points[i]} {points[i + 1]}")); }
        _shapes.AppendLine($"""<path class="{kind}" d="{d}"{attributes}/>""");
        return this;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
