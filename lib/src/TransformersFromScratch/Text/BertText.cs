using System.Globalization;
using System.Text;

namespace TransformersFromScratch;

/// <summary>
/// The words of a text as BERT sees them (Devlin et al. 2018, the released <c>BasicTokenizer</c> of the model without
/// capitals): small letters without accents; every mark is a word of its own, and so is every Chinese character.
/// </summary>
internal static class BertText
{
    // Chinese is written without spaces: these blocks of ideographs are cut into single characters.
    private static readonly (int First, int Last)[] s_ideographs =
    [
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F),
        (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
    ];

    /// <summary>"Naïve café!" → naive, cafe, !. No words for a text of white space.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="cased">Whether capitals and accents stay, as in the models with capitals.</param>
    public static IEnumerable<string> Split(string text, bool cased = false)
    {
        var word = new StringBuilder();
        foreach (Rune rune in Plain(text, cased).EnumerateRunes())
        {
            bool alone = IsMark(rune) || IsIdeograph(rune);
            if ((alone || Rune.IsWhiteSpace(rune)) && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            if (alone)
            {
                yield return rune.ToString();
            }
            else if (!Rune.IsWhiteSpace(rune))
            {
                word.Append(rune.ToString());
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }

    /// <summary>
    /// Small letters without accents: each letter is taken apart (é is e and U+0301, Unicode's form D), and what is no
    /// letter but an accent on one is left out. Control characters and what is no character go too.
    /// </summary>
    private static string Plain(string text, bool cased)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            // Plain ASCII has no accents: most texts, and ten times as fast.
            return cased ? text : text.ToLowerInvariant();
        }

        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // Half a surrogate pair arrives as U+FFFD.
        {
            if (rune.Value is '\t' or '\n' or '\r')
            {
                clean.Append(' ');
            }
            else if (rune != Rune.ReplacementChar && !IsOther(Rune.GetUnicodeCategory(rune)))
            {
                clean.Append(rune.ToString());
            }
        }

        if (clean.Length == 0 || cased)
        {
            return clean.ToString();
        }

        string apart = clean.ToString().Normalize(NormalizationForm.FormD);
        return string.Concat(apart.EnumerateRunes().Where(IsNoAccent).Select(rune => rune.ToString()))
            .ToLowerInvariant();
    }

    private static bool IsNoAccent(Rune rune) => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark;

    private static bool IsOther(UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>
    /// Whether BERT takes a character for a mark: Unicode's punctuation, and every visible ASCII sign.
    /// </summary>
    private static bool IsMark(Rune rune) => rune.Value is > ' ' and < 0x7F && !Rune.IsLetterOrDigit(rune)
        || Rune.IsPunctuation(rune);

    private static bool IsIdeograph(Rune rune) =>
        rune.Value >= s_ideographs[1].First
            && Array.Exists(s_ideographs, block => rune.Value >= block.First && rune.Value <= block.Last);
}
