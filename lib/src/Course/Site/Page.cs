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

    /// <summary>
    /// The same page with an engine behind it, which its scripts look for: "server" or "page". The latter is a worker
    /// with WebAssembly, which the page's policy lets it start then.
    /// </summary>
    /// <param name="html">A page.</param>
    /// <param name="engine">Its engine.</param>
    /// <param name="size">What its first cell loads, such as "10.5 MB"; only of the engine in the page.</param>
    public static string WithEngine(string html, string engine, string? size = null)
    {
        string attributes = $"data-engine=\"{engine}\"";
        if (size is not null) { attributes += $" data-engine-size=\"{size}\""; }

        html = html.Replace("<html lang=\"en\"", $"<html lang=\"en\" {attributes}", StringComparison.Ordinal);
        return engine != "page" ? html : html.Replace(
            Policy,
            Policy.Replace("script-src", "worker-src 'self'; script-src 'wasm-unsafe-eval'", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    /// <param name="title">The page's title, as text.</param>
    /// <param name="body">Its content, as HTML.</param>
    /// <param name="headings">Those of level 2 are its sections in the sidebar.</param>
    /// <param name="around">The pages before and after.</param>
    /// <param name="sidebar">What stands beside it.</param>
    /// <param name="here">Its own address from the site's root; it is marked in the sidebar.</param>
    /// <param name="up">How the page gets to the site's root, such as ../../.</param>
    /// <param name="isWide">Whether it needs the room of the sidebar, which is opened by a button then.</param>
    /// <param name="more">Further lines of the page's head: scripts and styles that no other page needs.</param>
    /// <remarks>
    /// Figures find the site's plotly.min.js by data-plotly (figure.js), so that pages without any do not load it.
    /// </remarks>
    public static string Html(
        string title, string body, IReadOnlyList<Heading> headings, Neighbours around, Sidebar sidebar, string here,
        string up = "", bool isWide = false, string more = "") => $"""
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
        <script src="{up}assets/sidebar.js" defer></script>
        <script src="{up}assets/search.js" defer></script>
        <script src="{up}assets/controls.js" defer></script>
        <script src="{up}assets/stops.js" defer></script>
        <script src="{up}assets/view.js" defer></script>
        <script src="{up}assets/tokens.js" defer></script>
        <script src="{up}assets/graph.js" defer></script>
        <script src="{up}assets/fold.js" defer></script>
        <script src="{up}assets/figure.js" defer></script>
        <script src="{up}assets/live.js" defer></script>
        {more}
        </head>
        <body{(isWide ? " class=\"roomy\"" : "")}>
        <a class="skip" href="#content">Skip to the text</a>
        <header class="top">
        <button type="button" id="menu" aria-controls="sidebar" aria-expanded="false" aria-label="Chapters and sections"
        title="Chapters and sections">☰</button>
        <a href="{up}index.html">Transformers from Scratch <span class="in">in C#</span></a>
        <button type="button" id="find" aria-haspopup="dialog" aria-keyshortcuts="/" title="Search: press /"
        aria-label="Search">⌕<span class="in"> Search <kbd>/</kbd></span></button>
        <button type="button" id="theme" aria-label="Switch between dark and light" title="Dark or light">◐</button>
        </header>
        <div class="page">
        {sidebar.Html(here, headings, up)}
        <main id="content">
        {body}
        {Navigation(around, up)}
        </main>
        </div>
        </body>
        </html>

        """;

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
