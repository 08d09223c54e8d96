using System.Net;
using Shared;

namespace Course;

/// <summary>
/// What chapters link to besides each other. The site takes along what the repository tracks: C#, HTML and Markdown as
/// pages of their own, folders as lists, anything else as it is.
/// </summary>
/// <param name="repository">Only what lies in it is taken along.</param>
/// <param name="notebooks">Links into this folder lead to chapters' pages.</param>
internal sealed class LinkedFiles(Repository repository, string notebooks)
{
    private readonly PublishedFiles _published = new(repository.Root);
    private readonly Queue<string> _todo = [];
    private readonly Dictionary<string, SortedSet<string>> _readers = [];

    /// <summary>Where a link of the repository leads on the site.</summary>
    /// <param name="url">The link as it stands in the text.</param>
    /// <param name="from">The folder of the text.</param>
    /// <param name="up">How the page gets to the site's root, such as ../../.</param>
    /// <param name="reader">The chapter that has the link, to which the file's page leads back.</param>
    /// <returns>A link that leads to no published file is returned as it is: the check command reports it. One that is
    /// a script leads nowhere.</returns>
    public string UrlOf(string url, string from, string up, string? reader = null)
    {
        if (SafeHtml.IsScript(url)) { return "#"; }

        string[] parts = url.Split('#', 2);
        string name = Uri.UnescapeDataString(parts[0].Split('?')[0]);
        if (name == "" || CourseMarkdown.IsAbsolute(url) || name.Contains('\0', StringComparison.Ordinal))
        {
            return url;
        }

        string path = Path.GetFullPath(name, from);
        return UrlOfFile(path, up, reader) is { } target ? target + Place(path, parts) : url;
    }

    /// <summary>The place on a page that a link names; of a C# file that it names none of, its type.</summary>
    private static string Place(string path, string[] parts) =>
        parts.Length > 1 ? "#" + parts[1]
        : Path.GetExtension(path) == ".cs" && SourceLines.OfType(path) is { } line ? "#" + SourceLines.Place(line)
        : "";

    /// <summary>Where a file or folder is on the site, or null if it is not published.</summary>
    public string? UrlOfFile(string path, string up, string? reader = null)
    {
        string name = Path.GetFileName(path);
        if (Path.GetDirectoryName(path) == notebooks && (name == "README.md" || Path.GetExtension(name) == ".ipynb"))
        {
            return up + (name == "README.md" ? "index.html" : SafeHtml.UrlOf(Path.ChangeExtension(name, ".html")));
        }

        if (path == Path.Combine(notebooks, Glossary.FileName)) { return up + NotationPage.FileName; }

        path = Path.TrimEndingDirectorySeparator(path);
        if (!_published.HasFile(path) && !_published.HasFolder(path)) { return null; }

        if (!_readers.TryGetValue(path, out SortedSet<string>? readers))
        {
            _readers[path] = readers = new(StringComparer.Ordinal);
            _todo.Enqueue(path);
        }

        if (reader is not null) { readers.Add(reader); }

        return up + SafeHtml.UrlOf(TargetOf(path));
    }

    /// <summary>Writes everything linked to that has not been written yet, and what that links to in turn.</summary>
    /// <param name="site">The folder of the site.</param>
    /// <param name="math">For the formulas in Markdown.</param>
    /// <param name="chapters">The chapters' pages by name.</param>
    /// <param name="sidebar">What stands beside each page.</param>
    public void Write(
        string site, MathRenderer math, IReadOnlyDictionary<string, (string Url, string Title)> chapters,
        Sidebar sidebar)
    {
        while (_todo.TryDequeue(out string? path))
        {
            string target = TargetOf(path), file = Path.Combine(site, target.Replace('/', Path.DirectorySeparatorChar));
            string up = string.Concat(Enumerable.Repeat("../", target.Count(c => c == '/')));
            if (target.EndsWith(".html", StringComparison.Ordinal))
            {
                WholeFile.Write(
                    file,
                    PageOf(
                        path, up, math,
                        [.. _readers[path].Where(chapters.ContainsKey).Select(name => chapters[name])], sidebar));
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.Copy(path, file, overwrite: true);
            }
        }
    }

    /// <summary>What several chapters lead to is written once more, when all of them are known.</summary>
    public void Again()
    {
        foreach (string path in _readers.Where(pair => pair.Value.Count > 1).Select(pair => pair.Key))
        {
            _todo.Enqueue(path);
        }
    }

    private string PageOf(
        string path, string up, MathRenderer math, IReadOnlyList<(string Url, string Title)> readers, Sidebar sidebar)
    {
        string title = Path.GetFileName(path);
        var headings = new List<Heading>();
        bool isText = Path.GetExtension(path) == ".md" && _published.HasFile(path);
        string body = isText
            ? "<section class=\"prose\">" +
                new MarkdownRenderer(math, url => UrlOf(url, Path.GetDirectoryName(path)!, up))
                    .Render(File.ReadAllText(path), headings) +
                "</section>"
            : $"<section class=\"prose\"><h1>{WebUtility.HtmlEncode(title)}</h1>" +
                $"<p><code>{WebUtility.HtmlEncode(NameOf(path))}</code></p></section>" +
                (_published.HasFolder(path)
                    ? ListOf(path, up)
                    : $"<pre class=\"code\"><code>{CodeOf(path)}</code></pre>");
        IEnumerable<(string Url, string Title)> back = readers.Count > 0 ? readers : [("index.html", "Syllabus")];
        string links = string.Join(
            " · ", back.Select(page => $"<a href=\"{up}{page.Url}\">{WebUtility.HtmlEncode(page.Title)}</a>"));
        return Page.Html(
            title, $"<nav class=\"back\" aria-label=\"Back\">← {links}</nav>\n{body}", headings,
            new Neighbours(null, null), sidebar, TargetOf(path), up, isWide: !isText);
    }

    private static string CodeOf(string path) =>
        Path.GetExtension(path) == ".cs"
            ? SourceLines.WithPlaces(CodeHighlighter.ToHtml(File.ReadAllText(path)))
            : CodeHighlighter.Lines(WebUtility.HtmlEncode(File.ReadAllText(path)));

    private string ListOf(string folder, string up) => "<ul>" + string.Concat(_published.FilesIn(folder)
        .Where(file => !Path.GetFileName(file).StartsWith('.'))
        .Select(
            file =>
                $"<li><a href=\"{UrlOfFile(file, up)}\">{WebUtility.HtmlEncode(Path.GetFileName(file))}</a></li>")) +
                    "</ul>";

    private string TargetOf(string path)
    {
        string relative = "files/" + NameOf(path);
        return _published.HasFolder(path)
            ? relative + "/index.html"
            : Path.GetExtension(path) is ".cs" or ".md" or ".html" or ".htm" ? relative + ".html" : relative;
    }

    private string NameOf(string path) =>
        Path.GetRelativePath(repository.Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
