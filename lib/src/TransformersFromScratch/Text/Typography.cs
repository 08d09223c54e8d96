using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// Different characters that people write for the same thing. Editors and web pages turn ' into ’ and spaces into
/// no-break spaces; for a model that has not seen them they are bytes without a meaning, and a "don’t" loses its "not".
/// </summary>
internal static class Typography
{
    // Each line: characters that stand for the same, the plainest first. A known one is taken instead of an unknown
    // one.
    private static readonly string[] s_alike =
    [
        "'’‘‛ʼʹ′´`ˈ",
        "\"”“„‟″»«",
        "–—‒―", // dashes
        "-\u2010\u2011\u2043\uFE63−", // hyphens and the minus sign
        ">›",
        "<‹",
        "/⁄∕",
        "*∗",
        ":∶",
        "~∼",
    ];

    /// <summary>Writes a sentence in characters that are known, as far as there are any that mean the same.</summary>
    /// <param name="sentence">Any text; what is no text in it (half a surrogate pair) becomes U+FFFD.</param>
    /// <param name="known">Which characters are.</param>
    public static string Normalise(string sentence, Func<char, bool> known)
    {
        if (sentence.All(known) && !HasIdleSpaces(sentence)) { return sentence; }

        var text = new StringBuilder(sentence.Length);
        foreach (Rune rune in Composed(sentence).EnumerateRunes())
        {
            string own = rune.ToString();
            text.Append(own.All(known) ? own : Known(rune, known) ?? own);
        }

        return string.Join(' ', text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Letters with their accents in one: e and U+0301 as é.</summary>
    private static string Composed(string sentence) =>
        string.Concat(sentence.EnumerateRunes()).Normalize(NormalizationForm.FormC);

    private static bool HasIdleSpaces(string sentence) =>
        sentence.StartsWith(' ') || sentence.EndsWith(' ') || sentence.Contains("  ", StringComparison.Ordinal);

    /// <summary>Known characters for an unknown one, or null.</summary>
    private static string? Known(Rune rune, Func<char, bool> known)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator:
                return " ";
            case UnicodeCategory.Control: return Rune.IsWhiteSpace(rune) ? " " : null;
            // Soft hyphens, zero-width spaces and joiners, marks of direction and of byte order.
            case UnicodeCategory.Format: return "";
            default: break;
        }

        if (rune.Value is >= 0xFE00 and <= 0xFE0F) { return ""; } // which of two drawings of the character before

        if (rune.Value == '…' && known('.')) { return "..."; }

        if (Array.Find(s_alike, alike => alike.Contains(rune.ToString(), StringComparison.Ordinal)) is { } others)
        {
            foreach (char other in others)
            {
                if (known(other)) { return other.ToString(); }
            }

            return rune.Value is >= 0x2012 and <= 0x2015 && known('-') ? "-" : null;
        }

        // Full-width letters, ligatures and such, but not ½ or ², which as 1/2 or 2 would mean something else.
        string compatible = rune.ToString().Normalize(NormalizationForm.FormKC);
        return Rune.GetUnicodeCategory(rune) != UnicodeCategory.OtherNumber && compatible != rune.ToString()
            && compatible.EnumerateRunes().All(part => part.IsBmp && (known((char)part.Value) || part.Value == ' '))
                ? compatible
                : null;
    }
}
