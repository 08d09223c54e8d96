using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Course;

/// <summary>
/// Markdown as the course writes it: tables, footnotes, formulas, and headings with the anchors GitHub gives them.
/// </summary>
internal static class CourseMarkdown
{
    public static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseFootnotes().Use<CourseMath>().UseEmphasisExtras()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <exception cref="CourseException">The text nests deeper than anybody reads.</exception>
    public static MarkdownDocument Parse(string markdown)
    {
        try { return Markdig.Markdown.Parse(markdown, Pipeline); }
        catch (ArgumentException problem)
        {
            throw new CourseException($"Its Markdown cannot be read: {problem.Message}");
        }
    }

    /// <summary>Gives the headings ids that no text before on the same page has, and returns them in order.</summary>
    public static IEnumerable<(HeadingBlock Heading, string Id)> NameHeadings(
        MarkdownDocument document, HashSet<string> taken)
    {
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>())
        {
            string id = heading.GetAttributes().Id ?? "section", unique = id;
            for (int i = 1; !taken.Add(unique); i++) { unique = $"{id}-{i}"; }
            heading.GetAttributes().Id = unique;
            yield return (heading, unique);
        }
    }

    /// <summary>The anchors of a page made of these texts.</summary>
    public static IReadOnlySet<string> Anchors(IEnumerable<string> texts)
    {
        var taken = new HashSet<string>();
        foreach (string text in texts)
        {
            _ = NameHeadings(Parse(text), taken).Count(); // every heading enters its id
        }

        return taken;
    }

    /// <summary>Whether an address leads out of the repository, such as https: or mailto:.</summary>
    public static bool IsAbsolute(string url) => url.StartsWith("//", StringComparison.Ordinal)
        || (Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https" or "mailto" or "data" or "vscode");
}
