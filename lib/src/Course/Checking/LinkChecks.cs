using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Notebooks;

namespace Course;

/// <summary>Whether what a text links to exists: files, images, headings, and the chapters before and after.</summary>
internal static partial class LinkChecks
{
    /// <summary>The relative links of one text that lead nowhere.</summary>
    public static IEnumerable<(string Url, string What)> Broken(
        string markdown, string file, Func<string, IReadOnlySet<string>?> anchorsOf)
    {
        foreach (string url in Links(markdown))
        {
            if (CourseMarkdown.IsAbsolute(url) || url.StartsWith(AttachedPictures.Scheme, StringComparison.Ordinal))
            {
                continue;
            }

            string[] parts = url.Split('#', 2);
            string relative = Uri.UnescapeDataString(parts[0]);
            string target = relative == "" ? file : relative.Contains('\0')
                ? relative
                : Path.GetFullPath(relative, Path.GetDirectoryName(file)!);
            if (!File.Exists(target) && !Directory.Exists(target))
            {
                yield return (url, "there is no such file");
            }
            else if (parts.Length == 2 && parts[1] != "" && anchorsOf(target) is { } anchors
                && !anchors.Contains(parts[1]))
            {
                yield return (url, $"{Path.GetFileName(target)} has no heading #{Quoted.Of(parts[1])}");
            }
        }
    }

    /// <summary>The pictures of a cell's Markdown that should lie in the cell itself and do not.</summary>
    public static IEnumerable<string> MissingAttachments(Cell cell) =>
        Links(cell.Source).Where(url => url.StartsWith(AttachedPictures.Scheme, StringComparison.Ordinal))
        .Where(url => cell.Attachment(Uri.UnescapeDataString(url[AttachedPictures.Scheme.Length..])) is null);

    /// <summary>
    /// A chapter begins with links to the chapter before it and the one after it, and ends with the one after it.
    /// </summary>
    public static IEnumerable<Problem> Neighbours(IReadOnlyList<ChapterFile> chapters)
    {
        for (int i = 0; i < chapters.Count; i++)
        {
            ChapterFile chapter = chapters[i];
            string[] texts =
                [.. chapter.Notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => cell.Source)];
            if (texts.Length == 0) { continue; }

            string before = i == 0 ? "README.md" : chapters[i - 1].Chapter.Name + ".ipynb";
            string? after = i + 1 < chapters.Count ? chapters[i + 1].Chapter.Name + ".ipynb" : null;
            string[] first = [.. Files(texts[0])], last = [.. Files(texts[^1])];
            if (!first.Contains(before))
            {
                yield return chapter.Problem(
                    "cell 1", "it does not link to what comes before", $"Add: Previous: […]({before})");
            }

            if (after is not null && !first.Contains(after))
            {
                yield return chapter.Problem(
                    "cell 1", "it does not link to the next chapter", $"Add: Next: […]({after})");
            }

            if (after is not null && !last.Contains(after))
            {
                yield return chapter.Problem(
                    "last cell", "it does not link to the next chapter", $"Add: Next: […]({after})");
            }
        }
    }

    /// <summary>The files of the chapters that the syllabus does not link to.</summary>
    public static IEnumerable<string> Unlisted(IReadOnlyList<ChapterFile> chapters, string syllabus) =>
        chapters.Select(chapter => chapter.Chapter.Name + ".ipynb").Except(Files(syllabus));

    private static IEnumerable<string> Files(string markdown) => Links(markdown).Select(url => url.Split('#')[0]);

    private static IEnumerable<string> Links(string markdown)
    {
        MarkdownDocument document = CourseMarkdown.Parse(markdown);
        IEnumerable<string> html = document.Descendants<HtmlInline>().Select(inline => inline.Tag)
            .Concat(document.Descendants<HtmlBlock>().Select(block => block.Lines.ToString()));
        return document.Descendants<LinkInline>().Select(link => link.Url ?? "").Where(url => url != "")
            .Concat(html.SelectMany(text => HtmlLinks().Matches(text)).Select(match => match.Groups[1].Value));
    }

    [GeneratedRegex("""\b(?:src|href)\s*=\s*["']([^"']+)["']""")]
    private static partial Regex HtmlLinks();
}
