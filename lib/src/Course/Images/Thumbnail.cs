using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>The first figure of an executed chapter as a picture of its own.</summary>
internal static partial class Thumbnail
{
    private const string Style =
        "<style>:root{color:#1f2328;background:#fffefb;font-family:system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}" +
        "@media(prefers-color-scheme:dark){:root{color:#e6edf3;background:#171a1f}}</style>";

    /// <summary>Null for a chapter whose outputs hold no figure.</summary>
    public static string? Of(Notebook notebook) => notebook.Cells.SelectMany(cell => StoredFigures.Join(cell.Outputs)).SelectMany(ChapterFile.TextsOf)
        .Where(text => text.Mime == "text/html" && text.Text.Contains("tfs-figure", StringComparison.Ordinal))
        .Select(text => Picture().Match(text.Text)).Where(match => match.Success)
        .Select(match => FromInline(match.Value)).FirstOrDefault();

    /// <summary>In a file of its own the picture needs a size, and colours that follow the reader's preference.</summary>
    private static string FromInline(string svg)
    {
        int end = svg.IndexOf('>', StringComparison.Ordinal);
        Match box = ViewBox().Match(svg);
        string open = InlineStyle().Replace(svg[..end], "");
        return $"{open} width=\"{box.Groups[1].Value}\" height=\"{box.Groups[2].Value}\">{Style}{Spare().Replace(svg[(end + 1)..], "")}\n";
    }

    /// <summary>From the first opening tag to the closing one that belongs to it: curves that are cut off at the axes lie in a picture inside the picture.</summary>
    [GeneratedRegex("<svg (?>(?<open><svg )|(?<-open></svg>)|(?!</?svg[ >]).)*(?(open)(?!))</svg>", RegexOptions.Singleline)]
    private static partial Regex Picture();

    /// <summary>The image for hosts that strip SVG.</summary>
    [GeneratedRegex("^<desc><img .*?</desc>", RegexOptions.Singleline)]
    private static partial Regex Spare();

    [GeneratedRegex("viewBox=\"0 0 ([0-9.]+) ([0-9.]+)\"")]
    private static partial Regex ViewBox();

    [GeneratedRegex(" style=\"[^\"]*\"")]
    private static partial Regex InlineStyle();
}
