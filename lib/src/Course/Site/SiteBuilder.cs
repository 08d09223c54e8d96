using System.Net;
using System.Text;
using Notebooks;

namespace Course;

/// <summary>Makes the static site: a page a chapter, an index, the sources that chapters link to, and nothing from elsewhere.</summary>
internal sealed class SiteBuilder(Repository repository, string folder)
{
    private readonly MathRenderer _math = new(Asset("katex", "katex.min.js"));
    private readonly HashSet<string> _linkedFiles = [];

    /// <summary>Writes all pages. The chapters are read from where they lie, executed or not.</summary>
    public void Build(IReadOnlyList<Chapter> chapters)
    {
        Directory.CreateDirectory(folder);
        CopyAssets();
        string[] titles = [.. chapters.Select(chapter => TitleOf(Notebook.Load(chapter.Path), chapter.Name))];
        for (int i = 0; i < chapters.Count; i++)
        {
            var around = new Neighbours(
                i > 0 ? (chapters[i - 1].Name + ".html", titles[i - 1]) : ("index.html", "Syllabus"),
                i + 1 < chapters.Count ? (chapters[i + 1].Name + ".html", titles[i + 1]) : null);
            Write(chapters[i].Name + ".html", ChapterPage(chapters[i], titles[i], around));
        }

        Write("index.html", IndexPage());
        foreach (string file in _linkedFiles) { CopyLinked(file); }
    }

    private string ChapterPage(Chapter chapter, string title, Neighbours around)
    {
        var notebook = Notebook.Load(chapter.Path);
        var headings = new List<Heading>();
        var markdown = new MarkdownRenderer(_math, url => SiteUrl(url, repository.Notebooks, ""));
        var body = new StringBuilder();
        for (int i = 0; i < notebook.Cells.Count; i++)
        {
            Cell cell = notebook.Cells[i];
            try
            {
                body.AppendLine(cell.Kind switch
                {
                    CellKind.Markdown => $"<section class=\"prose\">{markdown.Render(cell.Source, headings)}</section>",
                    CellKind.Code => CodeCell(cell, markdown),
                    _ => $"<pre>{WebUtility.HtmlEncode(cell.Source)}</pre>",
                });
            }
            catch (CourseException problem)
            {
                throw new CourseException($"{chapter.Name}, cell {i + 1}: {problem.Message}");
            }
        }

        return Page.Html(title, body.ToString(), headings, around, withPlotly: body.ToString().Contains("Plotly", StringComparison.Ordinal));
    }

    private string IndexPage()
    {
        string readme = Path.Combine(repository.Notebooks, "README.md");
        var headings = new List<Heading>();
        var markdown = new MarkdownRenderer(_math, url => SiteUrl(url, repository.Notebooks, ""));
        string body = File.Exists(readme) ? markdown.Render(File.ReadAllText(readme), headings) : "<h1>Transformers from Scratch in C#</h1>";
        return Page.Html("Transformers from Scratch in C#", $"<section class=\"prose\">{body}</section>", headings, new Neighbours(null, null), withPlotly: false);
    }

    private static string CodeCell(Cell cell, MarkdownRenderer markdown)
    {
        var html = new StringBuilder("<div class=\"cell\">");
        html.Append("<pre class=\"code\"><code>").Append(CodeHighlighter.ToHtml(cell.Source)).Append("</code></pre>");
        foreach (Output output in cell.Outputs) { html.Append("<div class=\"output\">").Append(OutputHtml(output, markdown)).Append("</div>"); }
        return html.Append("</div>").ToString();
    }

    private static string OutputHtml(Output output, MarkdownRenderer markdown) => output switch
    {
        StreamOutput stream => $"<pre class=\"{(stream.Name == "stderr" ? "stderr" : "stdout")}\">{WebUtility.HtmlEncode(stream.Text)}</pre>",
        DisplayOutput display => DataHtml(display.Data, markdown),
        ResultOutput result => DataHtml(result.Data, markdown),
        ErrorOutput error => $"<pre class=\"error\">{WebUtility.HtmlEncode(string.Join('\n', error.Traceback))}</pre>",
        _ => "",
    };

    private static string DataHtml(MimeBundle data, MarkdownRenderer markdown) =>
        data["text/html"] ?? data["image/svg+xml"]
        ?? (data["text/markdown"] is { } text ? markdown.Render(text, []) : $"<pre class=\"result\">{WebUtility.HtmlEncode(data["text/plain"] ?? "")}</pre>");

    private static string TitleOf(Notebook notebook, string otherwise) =>
        notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .SelectMany(cell => cell.Source.Split('\n'))
            .FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() ?? otherwise;

    /// <summary>
    /// Where a link of the repository leads on the site: chapters and the syllabus to their pages, any other file of the
    /// repository to a copy, which is made when the pages are written.
    /// </summary>
    private string SiteUrl(string url, string from, string prefix)
    {
        if (url.StartsWith('#') || Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && absolute.Scheme is "http" or "https" or "mailto") { return url; }

        string[] parts = url.Split('#', 2);
        string anchor = parts.Length > 1 ? "#" + parts[1] : "";
        string path = Path.GetFullPath(parts[0], from);
        if (path.StartsWith(repository.Notebooks, StringComparison.Ordinal))
        {
            return prefix + (Path.GetFileName(path) == "README.md" ? "index.html" : Path.ChangeExtension(Path.GetFileName(path), ".html")) + anchor;
        }

        if (!File.Exists(path)) { return url; } // the check command reports it

        _linkedFiles.Add(path);
        return prefix + TargetOf(path) + anchor;
    }

    /// <summary>files/lib/src/…: C# as a page of its own, all else as it is.</summary>
    private string TargetOf(string file)
    {
        string relative = "files/" + Path.GetRelativePath(repository.Root, file).Replace(Path.DirectorySeparatorChar, '/');
        return file.EndsWith(".cs", StringComparison.Ordinal) ? relative + ".html" : relative;
    }

    private void CopyLinked(string file)
    {
        string target = TargetOf(file);
        if (file.EndsWith(".cs", StringComparison.Ordinal))
        {
            string name = Path.GetRelativePath(repository.Root, file).Replace(Path.DirectorySeparatorChar, '/');
            string up = string.Concat(Enumerable.Repeat("../", target.Count(c => c == '/')));
            string body = $"<section class=\"prose\"><h1>{WebUtility.HtmlEncode(Path.GetFileName(file))}</h1><p><code>{WebUtility.HtmlEncode(name)}</code></p></section>" +
                $"<div class=\"cell\"><pre class=\"code\"><code>{CodeHighlighter.ToHtml(File.ReadAllText(file))}</code></pre></div>";
            Write(target, Page.Html(Path.GetFileName(file), body, [], new Neighbours(null, null), withPlotly: false, up));
        }
        else
        {
            string path = Path.Combine(folder, target.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path, overwrite: true);
        }
    }

    private void CopyAssets()
    {
        string assets = Directory.CreateDirectory(Path.Combine(folder, "assets")).FullName;
        foreach (string file in Directory.EnumerateFiles(Asset(""), "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("katex.min.js", StringComparison.Ordinal)))
        {
            string target = Path.Combine(assets, Path.GetRelativePath(Asset(""), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        if (File.Exists(repository.PlotlyScript)) { File.Copy(repository.PlotlyScript, Path.Combine(assets, "plotly.min.js"), overwrite: true); }
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".tmp", text, new UTF8Encoding(false));
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static string Asset(params string[] path) => Path.Combine([AppContext.BaseDirectory, "Assets", .. path]);
}
