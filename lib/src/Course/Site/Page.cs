using System.Net;

namespace Course;

/// <summary>The pages before and after a page: address and title.</summary>
internal sealed record Neighbours((string Url, string Title)? Previous, (string Url, string Title)? Next);

/// <summary>The frame that every page of the site shares.</summary>
internal static class Page
{
    /// <summary>
    /// What a page may load: the site's own files, and pictures that stand in the page. A script that a stored output
    /// or a text brings along does not run, and nothing is fetched but from the server that the page itself is from, if
    /// there is one (<see cref="LiveServer"/>). (A page opened as a file is its own origin in some browsers, hence
    /// file:.)
    /// </summary>
    private const string Policy = "default-src 'none'; script-src 'self' file:; style-src 'self' file: " +
        "'unsafe-inline'; " +
        "img-src 'self' file: data: blob:; font-src 'self' file: data:; connect-src 'self'; base-uri 'none'; " +
        "form-action 'none'";

    /// <param name="title">The page's title, as text.</param>
    /// <param name="body">Its content, as HTML.</param>
    /// <param name="headings">Those of level 2 make the table of contents, if there are three or more.</param>
    /// <param name="around">The pages before and after.</param>
    /// <param name="up">How the page gets to the site's root, such as ../../.</param>
    /// <remarks>
    /// Figures find the site's plotly.min.js by data-plotly (figure.js), so that pages without any do not load it.
    /// </remarks>
    public static string Html(
        string title, string body, IReadOnlyList<Heading> headings, Neighbours around, string up = "") => $"""
        <!DOCTYPE html>
        <html lang="en" data-plotly="{up}assets/plotly.min.js">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="icon" href="{up}assets/icon.svg">
        <link rel="stylesheet" href="{up}assets/katex/katex.min.css">
        <link rel="stylesheet" href="{up}assets/site.css">
        <link rel="stylesheet" href="{up}assets/live/live.css">
        <script src="{up}assets/site.js"></script>
        <script src="{up}assets/controls.js" defer></script>
        <script src="{up}assets/stops.js" defer></script>
        <script src="{up}assets/view.js" defer></script>
        <script src="{up}assets/tokens.js" defer></script>
        <script src="{up}assets/graph.js" defer></script>
        <script src="{up}assets/fold.js" defer></script>
        <script src="{up}assets/figure.js" defer></script>
        <script src="{up}assets/live.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the text</a>
        <header class="top">
        <a href="{up}index.html">Transformers from Scratch <span class="in">in C#</span></a>
        <button type="button" id="theme" aria-label="Switch between dark and light" title="Dark or light">◐</button>
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
            "<nav class=\"contents\" aria-label=\"On this page\"><details open><summary>On this " +
            "page</summary><ol>" +
            string.Concat(chosen.Select(heading => $"<li><a href=\"#{heading.Id}\">{heading.Html}</a></li>")) +
            "</ol></details></nav>";
    }

    private static string Navigation(Neighbours around, string up)
    {
        if (around is { Previous: null, Next: null }) { return ""; }

        string Link((string Url, string Title)? page, string kind, string label) => page is null ? "<span></span>"
            : $"<a class=\"{kind}\" rel=\"{kind}\" " +
                $"href=\"{up}{page.Value.Url}\"><span>{label}</span>{WebUtility.HtmlEncode(page.Value.Title)}</a>";
        return "<nav class=\"around\" " +
            $"aria-label=\"Chapters\">{Link(around.Previous, "prev", "← Previous")}" +
            $"{Link(around.Next, "next", "Next →")}</nav>";
    }
}
