using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// GPT-2's own rule for pieces (Radford et al. 2019, section 2.2, and its released <c>encoder.py</c>), which published
/// tokenizers go by; the course's plainer one is <see cref="Pieces"/>. It takes English contractions apart, keeps
/// accents that are characters of their own from their letters, and gives the last blank of several to what follows.
/// </summary>
internal static partial class Gpt2Pieces
{
    /// <summary>The rule as it is published.</summary>
    public const string Pattern =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The pieces of a text, in order; together they are the text.</summary>
    public static IEnumerable<string> Split(string text) => Split(text, Rule());

    /// <summary>The pieces by another rule; what it passes over is a piece, too.</summary>
    /// <exception cref="RegexMatchTimeoutException">The rule takes too long.</exception>
    public static IEnumerable<string> Split(string text, Regex rule)
    {
        int end = 0;
        string plane = OneUnitACharacter(text, out int[]? starts);
        for (Match match = rule.Match(plane); match.Success; match = match.NextMatch())
        {
            int from = Start(match.Index), to = Start(match.Index + match.Length);
            if (from > end) { yield return text[end..from]; }

            if (to > from) { yield return text[from..to]; }

            end = Math.Max(end, to);
        }

        if (end < text.Length) { yield return text[end..]; }

        int Start(int character) => starts is null ? character : starts[character];
    }

    /// <summary>
    /// .NET's expressions see the two halves of a character beyond U+FFFF as two marks. So each such character is
    /// replaced by one of the same class within the plane: a letter by ª, a number by ², anything else by §.
    /// </summary>
    private static string OneUnitACharacter(string text, out int[]? starts)
    {
        starts = null;
        if (!text.Any(char.IsSurrogate))
        {
            return text;
        }

        var places = new List<int>(text.Length + 1);
        var units = new List<char>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            places.Add(i);
            bool pair = char.IsSurrogatePair(text, i) && i + 1 < text.Length;
            units.Add(!char.IsSurrogate(text[i]) ? text[i]
                : char.IsLetter(text, i) ? 'ª' : pair && char.IsNumber(text, i) ? '²' : '§');
            i += pair ? 1 : 0;
        }

        places.Add(text.Length);
        starts = [.. places];
        return new string([.. units]);
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
