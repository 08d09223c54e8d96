using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// The words of a sentence as BLEU counts them: the tokenisation "13a" of NIST's <c>mteval-v13a.pl</c> that WMT and
/// sacreBLEU (Post 2018) use. A BLEU over other words is another number, so figures compare only if all cut alike.
/// </summary>
internal static partial class BleuTokens
{
    /// <summary>
    /// Cuts off every ASCII mark but ' , - and full stop; a comma or full stop unless it stands between digits; and a
    /// hyphen after a digit. "Costs 1,000.50 (don't pay!)" → Costs, 1,000.50, (, don't, pay, !, ).
    /// </summary>
    public static string[] Split(string sentence)
    {
        string text = sentence.TrimEnd(Blanks.All)
            .Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal) // a word hyphenated at a line's end
            .Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        text = Mark().Replace($" {text} ", " $1 ");
        text = StopAfterNoDigit().Replace(text, "$1 $2 ");
        text = StopBeforeNoDigit().Replace(text, " $1 $2");
        text = HyphenAfterDigit().Replace(text, "$1 $2 ");
        return Blanks.Split(text);
    }

    [GeneratedRegex(@"([!-&(-+/:-@\[-`{-~])", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex StopAfterNoDigit();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex StopBeforeNoDigit();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex HyphenAfterDigit();
}
