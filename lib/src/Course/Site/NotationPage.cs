using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// The page of all symbols and terms: what stands between &lt;!-- notation --&gt; and &lt;!-- /notation --&gt; in
/// notebooks/README.md, and the glossary.
/// </summary>
internal static partial class NotationPage
{
    public const string FileName = "notation.html", Title = "Notation and glossary";

    /// <summary>The text between the marks; empty if they are not there.</summary>
    public static string NotationIn(string readme) =>
        File.Exists(readme) ? Between().Match(File.ReadAllText(readme)).Groups[1].Value.Trim() : "";

    /// <summary>A text in which a link stands for what is between the marks.</summary>
    public static string WithLinkFor(string text) => Between().Replace(
        text, $"\n## Notation and terms\n\nAll symbols of the course, and its terms in a sentence each: [{Title}]" +
            $"({Glossary.FileName}).\n");

    public static string Html(
        string notation, IReadOnlyList<Term> terms, MarkdownRenderer markdown, Sidebar sidebar)
    {
        var headings = new List<Heading>();
        var body = new StringBuilder(markdown.Render($"# {Title}\n\n{notation}\n\n## Glossary\n", headings));
        body.AppendLine("<dl class=\"glossary\">");
        foreach (Term term in terms)
        {
            body.AppendLine(
                $"<dt id=\"{term.Id}\">{WebUtility.HtmlEncode(term.Name)}</dt><dd>" +
                Paragraph().Replace(
                    markdown.Render($"{term.Meaning}. → chapter {term.Link}", []), "") + "</dd>");
        }

        body.AppendLine("</dl>");
        return Page.Html(
            Title, $"<section class=\"prose\">{body}</section>", headings, new Neighbours(null, null), sidebar,
            FileName);
    }

    /// <summary>What the search finds of it: a place for each term.</summary>
    public static IReadOnlyList<Section> Sections(string notation, IReadOnlyList<Term> terms) =>
    [
        .. PlainText.Sections([$"# {Title}", notation]),
        .. terms.Select(term => new Section(term.Id, 2, term.Name, term.PlainMeaning)),
    ];

    [GeneratedRegex("<!-- notation -->(.*?)<!-- /notation -->", RegexOptions.Singleline)]
    private static partial Regex Between();

    [GeneratedRegex("</?p>")]
    private static partial Regex Paragraph();
}
