using System.Globalization;
using System.Text.RegularExpressions;

namespace Course;

/// <summary>
/// Lines of C# files as places that links lead to: <c>#L34</c>, as on GitHub. A link to Attention.cs leads to the line
/// where Attention, with what is said of it, begins, and not to the usings above.
/// </summary>
internal static partial class SourceLines
{
    /// <summary>The place of a line on its page.</summary>
    public static string Place(int line) => $"L{line.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>
    /// The line, from 1, where a file declares the type that it is named after, or the comment above it; null if it
    /// declares none.
    /// </summary>
    /// <param name="path">A C# file; Rows.Sums.cs is a part of Rows.</param>
    public static int? OfType(string path)
    {
        string name = Path.GetFileName(path).Split('.')[0];
        string[] lines = File.ReadAllLines(path);
        int line = Array.FindIndex(
            lines, text => Declaration().Match(text) is { Success: true } match && match.Groups[1].Value == name);
        if (line < 0) { return null; }

        while (line > 0 && lines[line - 1].TrimStart() is ['/', '/', '/', ..] or ['[', ..]) { line--; }

        return line + 1;
    }

    /// <summary>The code of <see cref="CodeHighlighter.Lines"/>, each of its lines a place.</summary>
    public static string WithPlaces(string html)
    {
        int line = 0;
        return Line().Replace(html, _ => $"<span class=\"line\" id=\"{Place(++line)}\">");
    }

    [GeneratedRegex(@"^\s*(?:[a-z]+\s+)*(?:record struct|record class|class|record|struct|interface|enum)\s+(\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex("<span class=\"line\">")]
    private static partial Regex Line();
}
