namespace TransformersFromScratch;

/// <summary>
/// Cuts text into the pieces inside which byte-pair encoding may merge, so that no token reaches across a word's
/// border.
/// </summary>
/// <remarks>
/// <para>The rule, a plainer form of GPT-2's (Radford et al. 2019, section 2.2): a piece is a run of letters, a run of
/// digits, a run of other marks, or a run of white space; and one space directly before a word, number or mark belongs
/// to it. So "two words, 3" is "two", " ", " words", ",", " 3". Nothing is lost and nothing is twice: the pieces in a
/// row are the text.</para>
/// <para>As a regular expression: <see cref="Pattern"/>.</para>
/// </remarks>
public static class Pieces
{
    /// <summary>The same rule as a regular expression of .NET, for other tokenizers.</summary>
    public const string Pattern = @"\s+(?= \S)| ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+";

    // The halves of a surrogate pair both count as marks, so that no character outside the basic plane is ever cut.
    private enum Kind : byte { Mark, Letter, Digit, Space }

    // By UTF-16 code unit. A look-up, because the encoder asks once for every character.
    private static readonly Kind[] s_kinds =
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(unit => KindOf((char)unit))];

    /// <summary>The pieces of a text, in order; together they are the text. No pieces for an empty text.</summary>
    public static IEnumerable<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = FirstLength(text.AsSpan(start));
            yield return text.Substring(start, length);
        }
    }

    /// <summary>How many UTF-16 code units the first piece of a text has. The text must not be empty.</summary>
    internal static int FirstLength(ReadOnlySpan<char> text)
    {
        int start = text[0] == ' ' && text.Length > 1 && s_kinds[text[1]] != Kind.Space ? 1 : 0;
        Kind kind = s_kinds[text[start]];
        int end = start + 1;
        while (end < text.Length && s_kinds[text[end]] == kind)
        {
            end++;
        }

        bool lastSpaceBelongsToTheNext = kind == Kind.Space && end < text.Length && text[end - 1] == ' ';
        return lastSpaceBelongsToTheNext ? end - 1 : end;
    }

    private static Kind KindOf(char unit) => char.GetUnicodeCategory(unit) switch
    {
        _ when char.IsWhiteSpace(unit) => Kind.Space,
        <= System.Globalization.UnicodeCategory.EnclosingMark => Kind.Letter, // \p{L} and \p{M} come first in the list.
        <= System.Globalization.UnicodeCategory.OtherNumber => Kind.Digit,    // Then \p{N}.
        _ => Kind.Mark,
    };
}
