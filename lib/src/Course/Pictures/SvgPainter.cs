using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Course;

/// <summary>
/// Paints the SVG that the library's figures are made of: paths of straight lines, rectangles, circles, text, groups,
/// and pictures inside pictures. An element it does not know is an error, so that no picture lacks a part in silence.
/// </summary>
internal sealed partial class SvgPainter(Canvas canvas)
{
    private static readonly Vector3 s_ink = new(0x1f, 0x23, 0x28);

    /// <summary>Paints an svg element, its own coordinates placed on the sheet.</summary>
    /// <exception cref="NotSupportedException">It holds something that this does not paint.</exception>
    public void Paint(XElement svg, Matrix3x2 place) =>
        Children(svg, new Style(place, (0, 0, canvas.Width, canvas.Height)).With(svg));

    /// <summary>Paints a line of text in the ink of all text.</summary>
    public void Write(string text, Vector2 at, float size, bool bold, Matrix3x2 place) =>
        Text(text, at, new Style(place, (0, 0, canvas.Width, canvas.Height)) { FontSize = size, Bold = bold });

    private void Children(XElement parent, Style style)
    {
        foreach (XElement element in parent.Elements()) { Paint(element, style); }
    }

    private void Paint(XElement element, Style inherited)
    {
        Style style = inherited.With(element);
        switch (element.Name.LocalName)
        {
            case "g": Children(element, style); break;
            case "svg": Children(element, Inside(element, style)); break;
            case "text": Text(element.Value, new(Number(element, "x"), Number(element, "y")), style); break;
            case "path": Shape(PathLines(Attribute(element, "d")), style); break;
            case "circle":
                Shape(
                [(Circle(Number(element, "cx"), Number(element, "cy"), Number(element, "r")), true)], style); break;
            case "rect":
                (float x, float y, float width, float height) =
                    (Number(element, "x"), Number(element, "y"), Number(element, "width"), Number(element, "height"));
                Shape([([new(x, y), new(x + width, y), new(x + width, y + height), new(x, y + height)], true)], style);
                break;
            case "title" or "desc": break;
            default:
                throw new NotSupportedException(
                $"A figure's picture has the element {element.Name.LocalName}, which SvgPainter does not paint.");
        }
    }

    /// <summary>A picture inside the picture cuts off what lies outside its box.</summary>
    private static Style Inside(XElement svg, Style style)
    {
        float[] box = Numbers(Attribute(svg, "viewBox"));
        Vector2 corner = new(Number(svg, "x"), Number(svg, "y")),
            size = new(Number(svg, "width"), Number(svg, "height"));
        Matrix3x2 place = Matrix3x2.CreateTranslation(-box[0], -box[1]) * Matrix3x2.CreateScale(
            size.X / box[2], size.Y / box[3])
            * Matrix3x2.CreateTranslation(corner) * style.Place;
        Vector2 from = Vector2.Transform(corner, style.Place), to = Vector2.Transform(corner + size, style.Place);
        return style with
        {
            Place = place,
            Clip =
                (Math.Max(style.Clip.Left, (int)MathF.Round(from.X)), Math.Max(
                    style.Clip.Top, (int)MathF.Round(from.Y)),
                Math.Min(style.Clip.Right, (int)MathF.Round(to.X)), Math.Min(
                    style.Clip.Bottom, (int)MathF.Round(to.Y))),
        };
    }

    private void Shape(IReadOnlyList<(Vector2[] Points, bool Closed)> lines, Style style)
    {
        if (style.Fill is { } fill)
        {
            canvas.Fill(
                [.. lines.Select(line => style.OnSheet(line.Points))], fill, style.Opacity * style.FillOpacity,
                style.Clip);
        }

        if (style.Stroke is { } stroke && style.StrokeWidth > 0)
        {
            Vector2[][] parts =
                [.. lines.SelectMany(
                    line => Stroke.Outlines(
                        line.Points, line.Closed, style.StrokeWidth, style.Dashes, style.RoundJoins))
                            .Select(style.OnSheet)];
            canvas.Fill(
                parts.Select(Stroke.SameWayRound).ToArray(), stroke, style.Opacity * style.StrokeOpacity, style.Clip);
        }
    }

    private void Text(string text, Vector2 at, Style style)
    {
        float width = TrueTypeFont.Sans.Width(text) * style.FontSize,
            left = style.Anchor switch { "middle" => -width / 2, "end" => -width, _ => 0 };
        Matrix3x2 place = Matrix3x2.CreateScale(style.FontSize) * Matrix3x2.CreateTranslation(
            at + new Vector2(left, 0)) * style.Place;
        Vector2[][] outlines =
            [.. TrueTypeFont.Sans.Outlines(text)
                .Select(outline => Array.ConvertAll(outline, point => Vector2.Transform(point, place)))];
        canvas.Fill(outlines, style.Fill ?? s_ink, style.Opacity * style.FillOpacity, style.Clip);
        if (style.Bold) // Bold letters are the same ones, painted once more a little to the right.
        {
            Vector2 aside = Vector2.TransformNormal(new Vector2(0.04f, 0), place);
            canvas.Fill(
                [.. outlines.Select(outline => Array.ConvertAll(outline, point => point + aside))], style.Fill ?? s_ink,
                style.Opacity * style.FillOpacity, style.Clip);
        }
    }

    /// <summary>The lines of a path: M, L, H, V and Z, from the origin or from the last point.</summary>
    private static List<(Vector2[] Points, bool Closed)> PathLines(string path)
    {
        var lines = new List<(Vector2[], bool)>();
        var line = new List<Vector2>();
        Vector2 at = default, start = default;
        foreach (Match part in PathParts().Matches(path))
        {
            char kind = part.Value[0];
            Vector2 origin = char.IsLower(kind) ? at : default;
            float[] numbers = Numbers(part.Value[1..]);
            switch (char.ToUpperInvariant(kind))
            {
                case 'M':
                    End(closed: false);
                    line.Add(start = at = origin + new Vector2(numbers[0], numbers[1]));
                    break;
                case 'L': line.Add(at = origin + new Vector2(numbers[0], numbers[1])); break;
                case 'H': line.Add(at = new Vector2(origin.X + numbers[0], at.Y)); break;
                case 'V': line.Add(at = new Vector2(at.X, origin.Y + numbers[0])); break;
                case 'Z':
                    End(closed: true);
                    line.Add(at = start);
                    break;
                default:
                    throw new NotSupportedException(
                    $"A figure's path has the command {kind}, which SvgPainter does not paint.");
            }
        }

        End(closed: false);
        return lines;

        void End(bool closed)
        {
            if (line.Count > 1) { lines.Add(([.. line], closed)); }

            line.Clear();
        }
    }

    private static Vector2[] Circle(float x, float y, float radius) =>
        [.. Enumerable.Range(0, 24)
            .Select(
                i => new Vector2(
                    x + (radius * MathF.Cos(i * MathF.Tau / 24)), y + (radius * MathF.Sin(i * MathF.Tau / 24))))];

    private static string Attribute(XElement element, string name) => element.Attribute(name)?.Value ?? "";

    private static float Number(XElement element, string name) =>
        element.Attribute(name) is { } found ? float.Parse(found.Value, CultureInfo.InvariantCulture) : 0;

    private static float[] Numbers(string text) =>
        [.. NumberPattern().Matches(text).Select(match => float.Parse(match.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"[A-Za-z][^A-Za-z]*")]
    private static partial Regex PathParts();

    [GeneratedRegex(@"-?(\d+\.?\d*|\.\d+)")]
    private static partial Regex NumberPattern();

    /// <summary>What an element takes over from those around it.</summary>
    private sealed record Style(Matrix3x2 Place, (int Left, int Top, int Right, int Bottom) Clip)
    {
        public Vector3? Fill { get; init; } = s_ink;

        public Vector3? Stroke { get; init; }

        public float StrokeWidth { get; init; } = 1;

        public float StrokeOpacity { get; init; } = 1;

        public float FillOpacity { get; init; } = 1;

        public float Opacity { get; init; } = 1;

        public float FontSize { get; init; } = 16;

        public bool Bold { get; init; }

        public string Anchor { get; init; } = "start";

        public float[] Dashes { get; init; } = [];

        public bool RoundJoins { get; init; }

        public bool Crisp { get; init; }

        /// <summary>
        /// Where points lie on the sheet; crisp ones on the border between two pixels, so that squares side by side
        /// leave no seam.
        /// </summary>
        public Vector2[] OnSheet(Vector2[] points) => Array.ConvertAll(points, point =>
        {
            var at = Vector2.Transform(point, Place);
            return Crisp ? new Vector2(MathF.Round(at.X), MathF.Round(at.Y)) : at;
        });

        public Style With(XElement element)
        {
            Style style = this;
            foreach (XAttribute attribute in element.Attributes())
            {
                string value = attribute.Value;
                float Value() => float.Parse(value, CultureInfo.InvariantCulture);
                style = attribute.Name.LocalName switch
                {
                    "fill" => style with { Fill = Color(value) },
                    "stroke" => style with { Stroke = Color(value) },
                    "stroke-width" => style with { StrokeWidth = Value() },
                    "stroke-opacity" => style with { StrokeOpacity = Value() },
                    "fill-opacity" => style with { FillOpacity = Value() },
                    "opacity" => style with { Opacity = style.Opacity * Value() },
                    "font-size" => style with { FontSize = Value() },
                    "font-weight" => style with { Bold = value is "600" or "700" or "bold" },
                    "text-anchor" => style with { Anchor = value },
                    "stroke-dasharray" => style with { Dashes = Numbers(value) },
                    "stroke-linejoin" => style with { RoundJoins = value == "round" },
                    "shape-rendering" => style with { Crisp = value == "crispEdges" },
                    "transform" => style with { Place = Transform(value) * style.Place },
                    _ => style,
                };
            }

            return style;
        }

        private static Vector3? Color(string value) => value switch
        {
            "none" or "transparent" => null,
            "currentColor" => s_ink,
            ['#', _, _, _] => Hex($"#{value[1]}{value[1]}{value[2]}{value[2]}{value[3]}{value[3]}"),
            ['#', _, _, _, _, _, _] => Hex(value),
            "white" => new Vector3(255),
            "black" => Vector3.Zero,
            _ => throw new NotSupportedException($"A figure has the colour {value}, which SvgPainter does not know."),
        };

        private static Vector3 Hex(string value) =>
            new(Convert.ToInt32(value[1..3], 16), Convert.ToInt32(value[3..5], 16), Convert.ToInt32(value[5..7], 16));

        private static Matrix3x2 Transform(string value) =>
            Transforms().Matches(value).Aggregate(Matrix3x2.Identity, (all, match) =>
        {
            float[] numbers = Numbers(match.Groups[2].Value);
            float second = numbers.Length > 1 ? numbers[1] : 0;
            return match.Groups[1].Value switch
            {
                "translate" => Matrix3x2.CreateTranslation(numbers[0], second),
                "scale" => Matrix3x2.CreateScale(numbers[0], numbers.Length > 1 ? second : numbers[0]),
                "rotate" => Matrix3x2.CreateRotation(numbers[0] * MathF.PI / 180),
                var other => throw new NotSupportedException(
                    $"A figure has the transform {other}, which SvgPainter does not know."),
            } * all;
        });
    }

    [GeneratedRegex(@"([a-z]+)\(([^)]*)\)")]
    private static partial Regex Transforms();
}
