using System.Net;

namespace Course;

/// <summary>The pages before and after a page: address and title.</summary>
internal sealed record Neighbours((string Url, string Title)? Previous, (string Url, string Title)? Next);

/// <summary>The frame that every page of the site shares.</summary>
internal static class Page
{
    public static string Html(string title, string body, IReadOnlyList<Heading> headings, Neighbours around, bool withPlotly, string up = "") => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{up}assets/katex/katex.min.css">
        <link rel="stylesheet" href="{up}assets/site.css">
        <script src="{up}assets/theme.js"></script>
        {(withPlotly ? $"<script src=\"{up}assets/plotly.min.js\"></script>" : "")}
        </head>
        <body>
        <a class="skip" href="#content">Skip to the text</a>
        <header class="top">
        <a href="{up}index.html">Transformers from Scratch <span class="in">in C#</span></a>
        <button type="button" id="theme" aria-label="Switch between dark and light">◐</button>
        </header>
        <div class="page">
        {Contents(headings)}
        <main id="content">
        {body}
        {Navigation(around, up)}
        </main>
        </div>
        </body>
        </html>

        """;

    private static string Contents(IReadOnlyList<Heading> headings)
    {
        var chosen = headings.Where(heading => heading.Level == 2).ToList();
        return chosen.Count < 3 ? "" :
            $"<nav class=\"contents\" aria-label=\"On this page\"><ol>{string.Concat(chosen.Select(heading => $"<li><a href=\"#{heading.Id}\">{heading.Html}</a></li>"))}</ol></nav>";
    }

    private static string Navigation(Neighbours around, string up)
    {
        if (around is { Previous: null, Next: null }) { return ""; }

        string Link((string Url, string Title)? page, string kind, string arrow) => page is null ? "<span></span>"
            : $"<a class=\"{kind}\" rel=\"{kind}\" href=\"{up}{page.Value.Url}\">{arrow.Replace("*", WebUtility.HtmlEncode(page.Value.Title))}</a>";
        return $"<nav class=\"around\" aria-label=\"Chapters\">{Link(around.Previous, "prev", "← *")}{Link(around.Next, "next", "* →")}</nav>";
    }
}
