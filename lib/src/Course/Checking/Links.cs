using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Notebooks;

namespace Course;

/// <summary>Every relative link and image leads to a file that is there, and every anchor to a heading of it.</summary>
internal static class Links
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseMathematics().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    public static IEnumerable<Problem> Problems(Chapter chapter, Notebook notebook)
    {
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            if (notebook.Cells[i].Kind != CellKind.Markdown) { continue; }

            foreach (string problem in Broken(notebook.Cells[i].Source, chapter.Path))
            {
                yield return new Problem(Path.GetFileName(chapter.Path), i + 1, problem);
            }
        }
    }

    public static IEnumerable<Problem> InMarkdownFile(string path) => File.Exists(path)
        ? Broken(File.ReadAllText(path), path).Select(problem => new Problem(Path.GetFileName(path), null, problem))
        : [new Problem(path, null, "is missing.")];

    private static IEnumerable<string> Broken(string markdown, string file) =>
        Markdown.Parse(markdown, s_pipeline).Descendants<LinkInline>()
            .Select(link => link.Url ?? "")
            .Where(url => !url.Contains("://", StringComparison.Ordinal) && !url.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(url => ProblemOf(url, file))
            .OfType<string>();

    private static string? ProblemOf(string url, string file)
    {
        string[] parts = url.Split('#', 2);
        string target = parts[0].Length == 0 ? file : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(file)!);
        if (!File.Exists(target) && !Directory.Exists(target)) { return $"links to '{url}', which is not there."; }

        return parts.Length == 2 && !AnchorsOf(target).Contains(parts[1]) ? $"links to '{url}', but there is no such heading." : null;
    }

    private static HashSet<string> AnchorsOf(string file)
    {
        string text = Path.GetExtension(file) switch
        {
            ".md" => File.ReadAllText(file),
            ".ipynb" => string.Join("\n\n", Notebook.Load(file).Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => cell.Source)),
            _ => "",
        };
        return [.. Markdown.Parse(text, s_pipeline).Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id ?? "")];
    }
}
