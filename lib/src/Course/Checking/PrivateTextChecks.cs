using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// What belongs to the author's machine or to somebody else's server, and must not be in a committed chapter.
/// </summary>
internal static partial class PrivateTextChecks
{
    public static IEnumerable<Problem> Of(ChapterFile chapter)
    {
        foreach (var (cell, where) in chapter.Cells)
        {
            var texts = cell.Outputs.SelectMany(ChapterFile.TextsOf).Select(text => (text.Text, Kind: "an output"))
                .Prepend((Text: cell.Source, Kind: "the text"));
            foreach (var (text, kind) in texts)
            {
                if (PathIn(text) is { } path)
                {
                    yield return chapter.Problem(
                        where, $"{kind} has the path '{Quoted.Of(path)}' of one machine",
                        "Use a path relative to the chapter, such as ../data/…, and do not print absolute ones.");
                }

                if (ElsewhereLoaded().Match(text) is { Success: true } loaded)
                {
                    yield return chapter.Problem(
                        where, $"{kind} loads something from another server: {Quoted.Of(loaded.Value)}",
                        "Keep it in the repository, so that the chapter works offline.");
                }
            }
        }
    }

    /// <summary>
    /// A path that only one machine has, or null: a home folder, a temporary one, a drive, or one named after who runs
    /// this.
    /// </summary>
    public static string? PathIn(string text)
    {
        if (MachinePath().Match(text) is { Success: true } match) { return match.Value; }

        string user = Environment.UserName;
        return user.Length > 3 && user != "root"
            && Regex.Match(text, $@"[/\\]{Regex.Escape(user)}[/\\][\w./\\-]*") is { Success: true } own
                ? own.Value
                : null;
    }

    // A drive is recognised by a well-known folder, as LaTeX writes f:\alpha too.
    [GeneratedRegex(
        """(?<![\w.~:/-])/(home|root|work|tmp|Users|var/folders|mnt/[a-z])/[\w.-]+[\w./-]*""" +
        """|\b[A-Za-z]:\\+(Users|Windows|Program Files|Temp|tmp|src|source|dev|git|repos?|work|projects?)\b""" +
        """[\w.\\ -]*""")]
    private static partial Regex MachinePath();

    [GeneratedRegex("""<(script|img|link|iframe|source|video)\b[^>]*\b(src|href)\s*=\s*["']?(https?:)?//[^"'\s>]*""",
        RegexOptions.IgnoreCase)]
    private static partial Regex ElsewhereLoaded();
}
