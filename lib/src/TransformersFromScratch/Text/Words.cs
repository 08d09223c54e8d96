using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// The simplest tokenizer that works on English and French: lower-case words and single punctuation marks. Chapter 10
/// replaces it by byte-pair encoding, which the paper used.
/// </summary>
public static partial class Words
{
    /// <summary>
    /// Splits a sentence: "Choisissez l'onglet." → choisissez, l', onglet, and a full stop. A French elision (l', d',
    /// qu' …) is a word of its own; any other apostrophe or hyphen inside a word stays in it.
    /// </summary>
    /// <exception cref="ArgumentException">The sentence has no word or mark in it.</exception>
    public static string[] Split(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        string[] words = [.. Token().Matches(sentence.ToLowerInvariant()).Select(match => match.Value)];
        return words.Length > 0
            ? words
            : throw new ArgumentException("The sentence is empty: write at least one word.", nameof(sentence));
    }

    [GeneratedRegex(@"(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\p{L})|[\p{L}\p{M}\p{N}]+(?:['’\-][\p{L}\p{M}\p{N}]+)*|[^\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
