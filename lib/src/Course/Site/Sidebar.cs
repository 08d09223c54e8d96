using System.Net;
using System.Text;

namespace Course;

/// <summary>
/// What stands beside every page: all pages of the course in order and, of the page that is open, its sections. It is
/// a part of the page itself: it needs no script, and works from a file and under any path. Where there is no room
/// beside the text, a button of the page's head opens it (sidebar.js).
/// </summary>
/// <param name="pages">Address, seen from the site's root, and title of each.</param>
internal sealed class Sidebar(IReadOnlyList<(string Url, string Title)> pages)
{
    /// <summary>Of a site that has no page but one.</summary>
    public static Sidebar Empty { get; } = new([]);

    /// <summary>The list as one page shows it.</summary>
    /// <param name="here">The page's own address from the root; another one if it is not in the list.</param>
    /// <param name="headings">Those of the page; of level 2 they are its sections.</param>
    /// <param name="up">How the page gets to the site's root, such as ../../.</param>
    public string Html(string here, IReadOnlyList<Heading> headings, string up)
    {
        if (pages.Count == 0) { return ""; }

        var html = new StringBuilder("<nav class=\"sidebar\" id=\"sidebar\" aria-label=\"Chapters and sections\">\n");
        string sections = Sections(headings);
        bool isListed = pages.Any(page => page.Url == here);
        if (!isListed && sections != "") { html.Append("<p>On this page</p>").AppendLine(sections); }

        html.AppendLine("<ol>");
        foreach (var (url, title) in pages)
        {
            bool isHere = url == here;
            html.Append($"<li><a href=\"{up}{url}\"{(isHere ? " aria-current=\"page\"" : "")}>")
                .Append(WebUtility.HtmlEncode(Short(title))).Append("</a>")
                .Append(isHere ? sections : "").AppendLine("</li>");
        }

        return html.Append("</ol>\n</nav>").ToString();
    }

    /// <summary>A chapter's title up to its colon: what comes after it says more than a list has room for.</summary>
    private static string Short(string title) =>
        title.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? title[..colon] : title;

    private static string Sections(IReadOnlyList<Heading> headings)
    {
        List<Heading> chosen = [.. headings.Where(heading => heading.Level == 2)];
        return chosen.Count == 0 ? "" : "<ol class=\"sections\">" +
            string.Concat(chosen.Select(heading => $"<li><a href=\"#{heading.Id}\">{heading.Html}</a></li>")) + "</ol>";
    }
}
