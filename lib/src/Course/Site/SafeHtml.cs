using System.Net;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>Addresses in pages: file names escaped, and none that is a script.</summary>
internal static partial class SafeHtml
{
    /// <summary>The address of a file, from its path with slashes.</summary>
    public static string UrlOf(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Whether following an address would run a script or open a page that the address itself holds.</summary>
    public static bool IsScript(string url)
    {
        string bare = string.Concat(url.Where(c => c > ' ' && !char.IsControl(c))); // browsers skip these, too
        return bare.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
            || bare.StartsWith("vbscript:", StringComparison.OrdinalIgnoreCase)
            || (bare.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && !Media().IsMatch(bare));
    }

    /// <summary>
    /// HTML whose addresses have been replaced, those that are scripts by "#". Without what would lead the whole page
    /// elsewhere, which no policy forbids (meta), or prepare to (link, base).
    /// </summary>
    /// <param name="html">Somebody's HTML.</param>
    /// <param name="linkOf">What becomes of an address.</param>
    public static string WithLinks(string html, Func<string, string> linkOf) => Tag().Replace(html, tag =>
        tag.Value.StartsWith("<script", StringComparison.OrdinalIgnoreCase)
            ? tag.Value
            : IsOfThePage().IsMatch(tag.Value)
            ? ""
            : Address().Replace(tag.Value, match =>
        {
            // .NET does not know the names that HTML has for a colon and for blanks.
            string url = WebUtility.HtmlDecode(
                NamedSign().Replace(match.Groups[2].Value.Trim('"', '\''), sign => sign.Value == "&colon;" ? ":" : ""));
            return $"{match.Groups[1].Value}\"{WebUtility.HtmlEncode(IsScript(url) ? "#" : linkOf(url))}\"";
        }));

    /// <summary>A tag with its attributes, or a whole script, whose text is no markup.</summary>
    [GeneratedRegex("""<script\b.*?</script>|<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>""",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Tag();

    /// <summary>The attributes that hold an address.</summary>
    [GeneratedRegex("""([\s"'/](?:href|src|xlink:href|action|formaction|poster)\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"^<(meta|link|base)\b", RegexOptions.IgnoreCase)]
    private static partial Regex IsOfThePage();

    [GeneratedRegex("&(colon|Tab|NewLine);")]
    private static partial Regex NamedSign();

    [GeneratedRegex("^data:(image|audio|video|font)/", RegexOptions.IgnoreCase)]
    private static partial Regex Media();
}
