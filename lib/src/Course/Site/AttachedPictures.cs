using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// Pictures that lie in a Markdown cell itself, as Jupyter keeps what is dropped or pasted into one:
/// <c>![](attachment:name)</c>.
/// </summary>
internal static partial class AttachedPictures
{
    public const string Scheme = "attachment:";

    /// <summary>
    /// A cell's HTML with each attached picture in it. A name that the cell does not have stays as it is; the check
    /// command reports it.
    /// </summary>
    public static string Show(string html, Cell cell) =>
        !html.Contains(Scheme, StringComparison.Ordinal) ? html : Source().Replace(html, match =>
        cell.Attachment(Uri.UnescapeDataString(WebUtility.HtmlDecode(match.Groups["name"].Value))) is { } picture
            && AddressOf(picture) is { } address
            ? $"src=\"{address}\"" : match.Value);

    private static string? AddressOf(MimeBundle picture)
    {
        if (picture.MimeTypes.FirstOrDefault(mime => Image().IsMatch(mime)) is not { } mime) { return null; }

        string data = picture[mime]!;
        bool isMarkup = data.TrimStart().StartsWith('<'); // an SVG kept as text; all else is kept as base64
        string base64 = isMarkup
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes(data))
            : NotBase64().Replace(data, "");
        return $"data:{mime};base64,{base64}";
    }

    [GeneratedRegex("""\bsrc=(["'])attachment:(?<name>[^"'<>]*)\1""")]
    private static partial Regex Source();

    [GeneratedRegex(@"^image/[a-z0-9.+-]+$")]
    private static partial Regex Image();

    [GeneratedRegex("[^A-Za-z0-9+/=]")]
    private static partial Regex NotBase64();
}
