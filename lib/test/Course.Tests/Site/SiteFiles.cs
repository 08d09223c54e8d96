using System.Net;
using System.Text.RegularExpressions;

namespace Course.Tests;

/// <summary>A site on disk, read as a browser would.</summary>
internal sealed partial class SiteFiles(string folder)
{
    public IReadOnlyList<string> Pages =>
        [.. Directory.EnumerateFiles(folder, "*.html", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public string Read(string name) => File.ReadAllText(Path.Combine(folder, name));

    /// <summary>Every link of every page that leads to a file or an anchor that is not there.</summary>
    public IEnumerable<string> BrokenLinks()
    {
        foreach (string page in Pages)
        {
            foreach (Match match in Link().Matches(WithoutScripts(page)))
            {
                string url = WebUtility.HtmlDecode(match.Groups[1].Value);
                if (CourseMarkdown.IsAbsolute(url)) { continue; }

                string[] parts = url.Split('#', 2);
                string target = parts[0] == ""
                    ? page
                    : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(page)!);
                if (!File.Exists(target)) { yield return $"{Path.GetFileName(page)}: {url}"; }
                else if (parts.Length == 2
                    && !File.ReadAllText(target).Contains($"id=\"{parts[1]}\"", StringComparison.Ordinal))
                {
                    yield return $"{Path.GetFileName(page)}: {url} has no such place";
                }
            }
        }
    }

    /// <summary>Everything that a page would load from another server.</summary>
    public IEnumerable<string> Elsewhere() => Pages.SelectMany(page => Loaded().Matches(WithoutScripts(page)))
        .Select(match => match.Value).Concat(Directory.EnumerateFiles(folder, "*.css", SearchOption.AllDirectories)
            .SelectMany(css => ImportedByCss().Matches(File.ReadAllText(css))).Select(match => match.Value));

    /// <summary>The text of scripts is no markup; their src is kept.</summary>
    private static string WithoutScripts(string page) => ScriptText().Replace(File.ReadAllText(page), "$1");

    [GeneratedRegex("(<script[^>]*>).*?</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptText();

    [GeneratedRegex("""\b(?:href|src)="([^"]*)["]""")]
    private static partial Regex Link();

    [GeneratedRegex("""<(script|img|link|iframe|source)\b[^>]*\b(src|href)="(https?:)?//[^>]*""")]
    private static partial Regex Loaded();

    [GeneratedRegex("""(url\(|@import)\s*["']?(https?:)?//[^)"']*""")]
    private static partial Regex ImportedByCss();
}
