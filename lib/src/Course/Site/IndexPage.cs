using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// The first page: the syllabus of notebooks/README.md, in which a card a chapter takes the place of what stands
/// between &lt;!-- chapters --&gt; and &lt;!-- /chapters --&gt;. Without these marks the cards follow the first
/// heading's text. Before it all may stand what the course is (<see cref="Landing"/>).
/// </summary>
internal static partial class IndexPage
{
    private const string Place = "<div id=\"chapters\"></div>", Title = "Transformers from Scratch in C#";

    public static string Html(
        IReadOnlyList<ChapterPage> pages, string readme, MarkdownRenderer markdown, Func<Chapter, string?> thumbnailUrl,
        Sidebar sidebar, string landing = "")
    {
        string text = File.Exists(readme) ? File.ReadAllText(readme)
            : $"# {Title}\n\nThe Transformer of *Attention Is All You Need*, built from nothing until it holds no " +
                "secret: every formula derived, every line run, every attention map drawn.\n";
        text = Between().IsMatch(text) ? Between().Replace(text, $"\n{Place}\n", 1) : text.TrimEnd() + $"\n\n{Place}\n";
        text = NotationPage.WithLinkFor(text);
        var headings = new List<Heading>();
        // The first heading of the page is the landing's.
        if (landing != "") { text = FirstHeading().Replace(text, "## The syllabus\n", 1); }

        string cards =
            "<div class=\"cards\" id=\"chapters\">" +
            $"{string.Concat(pages.Select(page => Card(page, markdown, thumbnailUrl(page.Chapter))))}</div>";
        string body = markdown.Render(text, headings).Replace(Place, cards, StringComparison.Ordinal);
        return Page.Html(
            Title, $"{landing}<section class=\"prose index\">{body}</section>", headings, new Neighbours(null, null),
            sidebar, "index.html", more: landing == "" ? "" : Landing.Head);
    }

    private static string Card(ChapterPage page, MarkdownRenderer markdown, string? thumbnail)
    {
        var html = new StringBuilder($"<article class=\"card\">");
        if (thumbnail is not null)
        {
            html.Append($"<div class=\"thumb\"><img src=\"{thumbnail}\" alt=\"\" loading=\"lazy\"></div>");
        }

        html.Append(
            $"<div><h2><a " +
            $"href=\"{page.Link.Url}\">{WebUtility.HtmlEncode(page.Title)}</a></h2>{Promise(page, markdown)}");
        if (page.Minutes is not null) { html.Append($"<p class=\"minutes\">about {page.Minutes} minutes</p>"); }

        return html.Append("</div></article>").ToString();
    }

    /// <summary>As text where it cannot be typeset: the chapter's own page says why.</summary>
    private static string Promise(ChapterPage page, MarkdownRenderer markdown)
    {
        try { return markdown.Render(page.Promise, []); }
        catch (CourseException) { return $"<p>{WebUtility.HtmlEncode(page.Promise)}</p>"; }
    }

    [GeneratedRegex("^# .*$", RegexOptions.Multiline)]
    private static partial Regex FirstHeading();

    [GeneratedRegex("<!-- chapters -->.*?<!-- /chapters -->", RegexOptions.Singleline)]
    private static partial Regex Between();
}
