using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Course;

/// <summary>
/// A figure of the library as a PNG on white paper, with its title and note: what a page shows that lets neither
/// scripts nor SVG pass.
/// </summary>
/// <param name="Bytes">The PNG.</param>
/// <param name="Width">How wide it is to be shown, in pixels of a page; it has twice as many, for sharp
/// screens.</param>
/// <param name="Height">How high.</param>
internal sealed partial record FigurePicture(byte[] Bytes, int Width, int Height)
{
    private const int Sharpness = 2;

    private const float Edge = 8, TitleSize = 15, TitleLine = 20, NoteSize = 11.5f, NoteLine = 16;

    /// <summary>Draws the picture, or returns null for HTML that is no figure.</summary>
    /// <param name="html">A figure or a search tree as the library writes it. The same text gives the same
    /// bytes.</param>
    /// <exception cref="NotSupportedException">The figure has a part that is not painted.</exception>
    public static FigurePicture? Of(string html)
    {
        if (!IsFigure(html)) { return null; }

        XElement root;
        try { root = XElement.Parse(Unpainted().Replace(html, "")); }
        catch (XmlException) { return null; } // somebody else's, of the same class

        if (root.Descendants().FirstOrDefault(element => element.Name.LocalName == "svg") is not { } svg
            || svg.Attribute("viewBox")?.Value.Split(' ') is not [_, _, var across, var down]) { return null; }

        float width = float.Parse(across, CultureInfo.InvariantCulture),
            height = float.Parse(down, CultureInfo.InvariantCulture);
        string[] title = Wrap(root.Element("figcaption")?.Value ?? "", width, TitleSize);
        string[] note = Wrap(
            string.Join(
                ' ', root.Elements("div").Where(div => !div.Descendants().Contains(svg)).Select(div => div.Value)),
                    width, NoteSize);
        float above = Edge + (title.Length * TitleLine), below = Edge + (note.Length * NoteLine);
        int fullWidth = (int)MathF.Ceiling(width + (2 * Edge)), fullHeight = (int)MathF.Ceiling(above + height + below);
        var canvas = new Canvas(Sharpness * fullWidth, Sharpness * fullHeight);
        var painter = new SvgPainter(canvas);
        var place = Matrix3x2.CreateScale(Sharpness);
        for (int i = 0; i < title.Length; i++)
        {
            painter.Write(title[i], new(Edge, Edge + (i * TitleLine) + 13), TitleSize, bold: true, place);
        }

        painter.Paint(svg, Matrix3x2.CreateTranslation(Edge, above) * place);
        for (int i = 0; i < note.Length; i++)
        {
            painter.Write(note[i], new(Edge, above + height + (i * NoteLine) + 12), NoteSize, bold: false, place);
        }

        return new FigurePicture(Png.Encode(canvas), fullWidth, fullHeight);
    }

    /// <summary>Whether a text/html output is a picture of the library's.</summary>
    public static bool IsFigure(string html) =>
        html.StartsWith("<figure class=\"tfs-figure\"", StringComparison.Ordinal)
            || html.StartsWith("<div class=\"tfs-tree\"", StringComparison.Ordinal);

    private static string[] Wrap(string text, float width, float size)
    {
        var lines = new List<string>();
        foreach (string word in text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && TrueTypeFont.Sans.Width($"{lines[^1]} {word}") * size <= width)
            {
                lines[^1] += " " + word;
            }
            else { lines.Add(word); }
        }

        return [.. lines];
    }

    /// <summary>Scripts, and the image for hosts that strip SVG.</summary>
    [GeneratedRegex("<script.*?</script>|<desc><img .*?</desc>", RegexOptions.Singleline)]
    private static partial Regex Unpainted();
}
