using System.Xml;
using System.Xml.Linq;
using Notebooks;

namespace Course;

/// <summary>The first figure of an executed chapter as a picture of its own.</summary>
internal static class Thumbnail
{
    private const string Style =
        ":root{color:#1f2328;background:#fffefb;font-family:system-ui,-apple-system,'Segoe " +
        "UI',Helvetica,Arial,sans-serif}" +
        "@media(prefers-color-scheme:dark){:root{color:#e6edf3;background:#171a1f}}";

    /// <summary>Null for a chapter whose outputs hold no figure.</summary>
    public static string? Of(Notebook notebook) =>
        notebook.Cells.SelectMany(cell => StoredFigures.Join(cell.Outputs)).SelectMany(ChapterFile.TextsOf)
        .Where(text => text.Mime == "text/html" && text.Text.Contains("tfs-figure", StringComparison.Ordinal))
        .Select(text => PictureIn(text.Text)).OfType<XElement>().Select(FromInline).FirstOrDefault();

    /// <summary>
    /// The first picture in a figure, or null where it has none: one that is no XML is not the library's.
    /// </summary>
    private static XElement? PictureIn(string html)
    {
        int start = html.IndexOf("<svg ", StringComparison.Ordinal);
        if (start < 0) { return null; }

        using XmlReader reader = XmlReader.Create(
            new StringReader(html[start..]), new XmlReaderSettings { ConformanceLevel = ConformanceLevel.Fragment });
        try
        {
            reader.Read();
            using XmlReader picture = reader.ReadSubtree(); // what follows is HTML
            return XElement.Load(picture, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException) { return null; }
    }

    /// <summary>
    /// In a file of its own the picture needs a size, and colours that follow the reader's preference.
    /// </summary>
    private static string FromInline(XElement svg)
    {
        svg.Attribute("style")?.Remove();
        if (svg.Attribute("viewBox")?.Value.Split(' ') is [_, _, var width, var height])
        {
            svg.SetAttributeValue("width", width);
            svg.SetAttributeValue("height", height);
        }

        // The image for hosts that strip SVG.
        svg.Elements()
            .Where(
                element => element.Name.LocalName == "desc"
                    && element.Elements().Any(inner => inner.Name.LocalName == "img")).Remove();
        svg.AddFirst(new XElement(svg.Name.Namespace + "style", Style));
        // A text has no > of its own there.
        return svg.ToString(SaveOptions.DisableFormatting).Replace(" />", "/>", StringComparison.Ordinal) + "\n";
    }
}
