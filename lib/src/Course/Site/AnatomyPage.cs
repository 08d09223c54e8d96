using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// The page that opens a whole model with real numbers, one operation at a time. Its scripts (Assets/anatomy) draw a
/// committed trace, or what an engine makes of the reader's own sentence; the explanations of the operations are
/// text of the page, which is all that there is without scripts.
/// </summary>
internal static partial class AnatomyPage
{
    public const string FileName = "anatomy.html", Title = "Anatomy of a Transformer";

    /// <summary>What the page's scripts need, in order.</summary>
    private static readonly string[] s_scripts =
    [
        "trace.js", "draw.js", "heat.js", "attention.js", "steps.js", "frame.js", "overview.js", "page.js",
    ];

    private const string Intro = $"""
        # {Title}

        A trained model, opened: what it computes for one sentence, from the tokens to the next word, one operation at a
        time. Choose a block, a token, a head; the formula shows its numbers. The translator is the Transformer of 2017,
        as [chapter 11](11-translation.ipynb) trains it; the GPT is that of [chapter 12](12-gpt.ipynb).
        """;

    private const string Keys = """
        <kbd>→</kbd> and <kbd>←</kbd> a step on or back · <kbd>↓</kbd> and <kbd>↑</kbd> another token · <kbd>1</kbd> to
        <kbd>4</kbd> a head · <kbd>P</kbd> play · <kbd>Home</kbd>, <kbd>End</kbd>. Blue is below zero and red above it,
        the page's own colour is zero; orange is a share of attention. A token with an orange foot was written by
        the model. The stronger the colour, the larger the number (its root,
        so that small ones can be seen). What you read are a model's own numbers, rounded to three digits.
        """;

    public static string Html(MarkdownRenderer markdown, Sidebar sidebar)
    {
        var headings = new List<Heading>();
        string traces = JsonSerializer.Serialize(
            AnatomyTraces.All.Select(trace => new { id = trace.Id, model = trace.Model, text = trace.Text }));
        var body = new StringBuilder("<section class=\"prose an-intro\">").Append(markdown.Render(Intro, headings))
            .Append("</section>\n<div id=\"anatomy\" class=\"anatomy\" data-traces=\"")
            .Append(WebUtility.HtmlEncode(traces)).Append("\"><p class=\"an-note\">The figure needs scripts. ")
            .Append("What it shows at each step stands below in words.</p></div>\n<p class=\"an-keys\">").Append(Keys)
            .Append("</p>\n<p class=\"an-live\">").Append(Live).AppendLine("</p>")
            .Append("<section class=\"prose\">").Append(markdown.Render("## The steps in words", headings));
        foreach (AnatomyStep step in AnatomySteps.All)
        {
            body.Append($"<div class=\"an-step\" id=\"step-{step.Id}\"><h3>{WebUtility.HtmlEncode(step.Title)}</h3>")
                .Append(markdown.Render(step.Text, [])).AppendLine("</div>");
        }

        body.AppendLine("</section>");
        return Page.Html(
            Title, body.ToString(), headings, new Neighbours(null, null), sidebar, FileName, isWide: true,
            more: Scripts("", s_scripts));
    }

    /// <summary>The names of the chapters that it leads to: a site without one of them has no such page.</summary>
    public static IReadOnlySet<string> Chapters { get; } = new[] { Intro }
        .Concat(AnatomySteps.All.Select(step => step.Text))
        .SelectMany(text => ChapterLink().Matches(text)).Select(match => match.Groups[1].Value).ToHashSet();

    /// <summary>What the search finds of it.</summary>
    public static IReadOnlyList<Section> Sections() =>
        PlainText.Sections([Intro, "## The steps in words", .. AnatomySteps.All.Select(step => step.Text)]);

    /// <summary>What a page without somebody who computes says; with one it is hidden.</summary>
    internal const string Live = """
        Your own sentence needs somebody who computes. On your machine: <code>dotnet run --project lib/src/Course</code>
        in a clone of the course opens this page live; then type any sentence of up to 24 tokens.
        """;

    /// <summary>The lines of a page's head for scripts and style of Assets/anatomy.</summary>
    internal static string Scripts(string up, IEnumerable<string> scripts) =>
        $"<link rel=\"stylesheet\" href=\"{up}assets/anatomy/anatomy.css\">\n" + string.Concat(
            scripts.Select(script => $"<script src=\"{up}assets/anatomy/{script}\" defer></script>\n"));

    [GeneratedRegex(@"\((\d\d-[^).#]+)\.ipynb")]
    private static partial Regex ChapterLink();
}
