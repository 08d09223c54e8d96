using System.Net;
using System.Text;
using System.Text.Json;

namespace Course;

/// <summary>
/// The top of the first page: what the course is, seen at once. A translator writes, and its attention forms; the
/// reader chooses a sentence or, where somebody computes, types one (Assets/anatomy/landing.js).
/// </summary>
internal static class Landing
{
    /// <summary>What the scripts of the first page need.</summary>
    public static string Head { get; } = AnatomyPage.Scripts("", ["trace.js", "landing.js"]);

    /// <param name="seen">Sentences with what a translator looked at; the first is shown first.</param>
    /// <param name="pages">The chapters.</param>
    /// <param name="picture">Address of the picture for a page without scripts; null if there is none.</param>
    public static string Html(
        IReadOnlyList<AttentionSeen> seen, IReadOnlyList<ChapterPage> pages, string? picture)
    {
        string first = pages.Count > 0 ? pages[0].Link.Url : "#chapters";
        string second = pages.Count > 1 ? pages[1].Link.Url : "#chapters";
        string words = WebUtility.HtmlEncode(Words(seen[0]));
        string still = picture is null ? "" : $"<img src=\"{picture}\" alt=\"{words}\">";
        return $"""
            <section class="landing" aria-label="What this is">
            <h1>Transformers from Scratch <span>in C#</span></h1>
            <p class="lead">The model of <em>Attention Is All You Need</em>, built from nothing until it holds no
            secret: every formula derived, every line of code run, every attention map drawn. No Python, no
            framework.</p>
            <figure class="see" id="see">
            <div class="see-picture" role="img" aria-label="{words}">{still}</div>
            <form class="an-form"><label for="see-text">Type a sentence, see it</label><input id="see-text" type="text"
            maxlength="200" autocomplete="off" spellcheck="false" disabled>
            <button type="submit" disabled>See it</button></form>
            <div class="an-ready" role="group" aria-label="Sentences">{Buttons(seen)}</div>
            <p class="an-note" role="status"></p>
            <figcaption><span class="see-words">{words}</span> It is a real one, of
            this course: it has learned from a manual of software and from nothing else.
            <a class="see-more" href="{AnatomyPage.FileName}">Open the whole model</a></figcaption>
            <script type="application/json" class="see-data">{DataOf(seen)}</script>
            </figure>
            <p class="go"><a class="start" href="{first}">Start here</a> <a href="{second}">Chapter 1</a>
            <a href="{AnatomyPage.FileName}">{AnatomyPage.Title}</a> <a href="#chapters">All chapters</a></p>
            <div class="three">
            <div><h2 class="plain">For whom</h2><p>.NET developers who want to know what happens inside, and not only to
            call it. You need C# and the mathematics of school; all else is derived when it is needed.</p></div>
            <div><h2 class="plain">What you do</h2><p>Open a notebook, or these pages live. Step through the cells,
            predict, change a number, run again. Write the core of each part yourself; a check names your
            mistake.</p></div>
            <div><h2 class="plain">What you can afterwards</h2><p>Write a Transformer by hand, train it, make it
            translate; change a GPT part by part and measure; look inside, and read weights that others have
            published.</p></div>
            </div>
            </section>

            """;
    }

    /// <summary>The picture in words.</summary>
    private static string Words(AttentionSeen seen) =>
        $"While a translator writes “{seen.Written}” for “{seen.Text}”, it looks at the words that it has read: " +
        "the stronger the line, the more.";

    private static string Buttons(IReadOnlyList<AttentionSeen> seen)
    {
        var html = new StringBuilder();
        foreach (AttentionSeen each in seen)
        {
            html.Append($"<button type=\"button\" data-id=\"{each.Id}\">{WebUtility.HtmlEncode(each.Text)}</button>");
        }

        return html.ToString();
    }

    /// <summary>No sign in it ends the element that holds it: &lt; is escaped.</summary>
    private static string DataOf(IReadOnlyList<AttentionSeen> seen) => JsonSerializer.Serialize(
        seen, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });
}
