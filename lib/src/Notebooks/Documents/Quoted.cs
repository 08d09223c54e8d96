using System.Globalization;
using System.Text;

namespace Notebooks;

/// <summary>
/// A reader's data as a message may quote it: on one line, without control characters, and never more than a little of
/// it.
/// </summary>
public static class Quoted
{
    /// <summary>
    /// The text with what a terminal would obey written as escapes, cut after <paramref name="most"/> characters.
    /// </summary>
    public static string Of(string text, int most = 100)
    {
        var quoted = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate becomes U+FFFD
        {
            if (quoted.Length + rune.Utf16SequenceLength > most) { return quoted.Append('…').ToString(); }

            quoted.Append(rune.Value switch
            {
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when IsObeyed(rune) => string.Create(CultureInfo.InvariantCulture, $@"\u{rune.Value:x4}"),
                _ => rune.ToString(),
            });
        }

        return quoted.ToString();
    }

    /// <summary>
    /// Text of several lines, such as a traceback: its lines stay, and nothing else in it moves a terminal's cursor.
    /// </summary>
    public static string Lines(string text, int most) =>
        string.Join(
            '\n', text[..Math.Min(text.Length, most)].Split('\n')
                .Select(line => Of(line.TrimEnd('\r').Replace("\t", "    "), most))) + (text.Length > most ? "…" : "");

    private static bool IsObeyed(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Format && rune.Value is not (0x200D or 0x00AD);
}
