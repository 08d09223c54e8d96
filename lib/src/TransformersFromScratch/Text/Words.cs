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
    /// qu' …) is a word of its own; any other apostrophe or hyphen inside a word stays in it. A mark is a whole one,
    /// with whatever is joined to it: 😀 and 👍🏽, each of several UTF-16 units, are one word each.
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

    private const string Elision = @"(?:[cdjlmnst]|qu|lorsqu|puisqu|jusqu)['’](?=\p{L})";
    private const string Word = @"[\p{L}\p{M}\p{N}]+(?:['’\-][\p{L}\p{M}\p{N}]+)*";
    // The two halves of a surrogate pair belong together.
    private const string Mark = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\S)";
    // Accents, skin colours, and what a zero-width joiner adds.
    private const string Joined = $@"(?:\p{{M}}|\uD83C[\uDFFB-\uDFFF]|\u200D{Mark})*";
    private const string Flag = @"(?:\uD83C[\uDDE6-\uDDFF]){2}"; // two letters that are drawn as one

    [GeneratedRegex($"{Elision}|{Word}|{Flag}|{Mark}{Joined}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
