using System.Net;
using Shared;

namespace Course;

/// <summary>
/// What chapters link to besides each other. The site takes it along: C# and Markdown as pages of their own, folders as
/// lists, anything else as it is.
/// </summary>
/// <param name="repository">Only what lies in it is taken along.</param>
/// <param name="notebooks">Links into this folder lead to chapters' pages.</param>
/// <param name="site">Where the site is written.</param>
internal sealed class LinkedFiles(Repository repository, string notebooks, string site)
{
    private readonly Queue<string> _todo = [];
    private readonly HashSet<string> _known = [];

    /// <summary>Where a link of the repository leads on the site.</summary>
    /// <param name="url">The link as it stands in the text.</param>
    /// <param name="from">The folder of the text.</param>
    /// <param name="up">How the page gets to the site's root, such as ../../.</param>
    public string UrlOf(string url, string from, string up)
    {
        if (url.StartsWith('#') || CourseMarkdown.IsAbsolute(url)) { return url; }

        string[] parts = url.Split('#', 2);
        string anchor = parts.Length > 1 ? "#" + parts[1] : "";
        string path = Path.GetFullPath(Uri.UnescapeDataString(parts[0]), from);
        if (Path.GetDirectoryName(path) == notebooks && Path.GetExtension(path) is ".ipynb" or ".md")
        {
            string name = Path.GetFileName(path);
            return up + (name == "README.md" ? "index.html" : Path.ChangeExtension(name, ".html")) + anchor;
        }

        bool isInside = path.StartsWith(repository.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!isInside || !(File.Exists(path) || Directory.Exists(path))) { return url; } // the check command reports it

        path = Path.TrimEndingDirectorySeparator(path);
        if (_known.Add(path)) { _todo.Enqueue(path); }

        return up + TargetOf(path) + anchor;
    }

    /// <summary>Writes everything linked to, and what that links to in turn.</summary>
    public void Write(MathRenderer math)
    {
        while (_todo.TryDequeue(out string? path))
        {
            string target = TargetOf(path), file = Path.Combine(site, target.Replace('/', Path.DirectorySeparatorChar));
            string up = string.Concat(Enumerable.Repeat("../", target.Count(c => c == '/')));
            if (target.EndsWith(".html", StringComparison.Ordinal) && !path.EndsWith(".html", StringComparison.Ordinal))
            {
                WholeFile.Write(file, PageOf(path, up, math));
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.Copy(path, file, overwrite: true);
            }
        }
    }

    private string PageOf(string path, string up, MathRenderer math)
    {
        string name = NameOf(path), title = Path.GetFileName(path);
        var headings = new List<Heading>();
        string body = Path.GetExtension(path) == ".md"
            ? $"<section class=\"prose\">{new MarkdownRenderer(math, url => UrlOf(url, Path.GetDirectoryName(path)!, up)).Render(File.ReadAllText(path), headings)}</section>"
            : $"<section class=\"prose\"><h1>{WebUtility.HtmlEncode(title)}</h1><p><code>{WebUtility.HtmlEncode(name)}</code></p></section>" +
                (Directory.Exists(path) ? ListOf(path, up) : $"<pre class=\"code\"><code>{CodeHighlighter.ToHtml(File.ReadAllText(path))}</code></pre>");
        return Page.Html(title, body, headings, new Neighbours(null, null), up: up);
    }

    private string ListOf(string folder, string up) => "<ul>" + string.Concat(Directory.EnumerateFiles(folder)
        .Order(StringComparer.Ordinal).Select(file => Path.GetFileName(file)).Where(name => !name.StartsWith('.'))
        .Select(name => $"<li><a href=\"{UrlOf(name, folder, up)}\">{WebUtility.HtmlEncode(name)}</a></li>")) + "</ul>";

    private string TargetOf(string path)
    {
        string relative = "files/" + NameOf(path);
        return Directory.Exists(path) ? relative + "/index.html" : Path.GetExtension(path) is ".cs" or ".md" ? relative + ".html" : relative;
    }

    private string NameOf(string path) => Path.GetRelativePath(repository.Root, path).Replace(Path.DirectorySeparatorChar, '/');
}
