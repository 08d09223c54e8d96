using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// The ranges in which a chapter's settings work. Each check throws one sentence, which names the setting, its value
/// and what is allowed, or does nothing. A <c>Settings</c> record calls them before anything else runs, so that no cell
/// works on nonsense.
/// </summary>
/// <remarks>The name of the setting is the argument as it is written; nobody needs to pass it.</remarks>
public static class Allowed
{
    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both of them allowed.</summary>
    /// <exception cref="ArgumentException">It lies outside, or is not a number at all (NaN).</exception>
    public static void Between<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : INumber<T> =>
        That(
            value >= least && value <= most,
            () => $"{Name(name)} is {Text(value)}, but it may be {Text(least)} to {Text(most)}.");

    /// <summary>A list of numbers, each of them from <paramref name="least"/> to <paramref name="most"/>.</summary>
    /// <exception cref="ArgumentException">One lies outside, or the list is empty.</exception>
    public static void Each<T>(
        IReadOnlyList<T> values, T least, T most, [CallerArgumentExpression(nameof(values))] string name = "")
        where T : INumber<T>
    {
        string allowed = $"{Text(least)} to {Text(most)}";
        That(
            values is { Count: > 0 },
            () => $"{Name(name)} is empty, but it needs at least one number, each {allowed}.");
        foreach (var (i, value) in values.Index())
        {
            That(
                value >= least && value <= most, () => $"{Name(name)}[{i}] is {Text(value)}, but it may be {allowed}.");
        }
    }

    /// <summary>An even number.</summary>
    /// <exception cref="ArgumentException">It is odd.</exception>
    public static void Even(int value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        That(
            int.IsEvenInteger(value),
            () => $"{Name(name)} is {Text(value)}, but it must be even, such as {Text(value / 2 * 2)}.");

    /// <summary>A number that <paramref name="of"/> divides, such as a width that so many heads share.</summary>
    /// <exception cref="ArgumentException">It leaves a remainder.</exception>
    public static void Multiple(
        int value, int of, [CallerArgumentExpression(nameof(value))] string name = "",
        [CallerArgumentExpression(nameof(of))] string ofName = "") =>
        That(of > 0 && value % of == 0, () =>
        {
            string divisor = char.IsDigit(ofName.FirstOrDefault()) ? Text(of) : $"{Name(ofName)}, which is {Text(of)}";
            return $"{Name(name)} is {Text(value)}, but it must be a multiple of {divisor}.";
        });

    /// <summary>One of a few values.</summary>
    /// <exception cref="ArgumentException">It is another one.</exception>
    public static void OneOf<T>(
        T value, IReadOnlyList<T> allowed, [CallerArgumentExpression(nameof(value))] string name = "") =>
        That(
            allowed.Contains(value),
            () => $"{Name(name)} is {Quoted(value)}, but it may be {Either([.. allowed.Select(Quoted)])}.");

    /// <summary>A sentence of so many words and marks, as <see cref="Words.Split"/> counts them.</summary>
    /// <param name="sentence">As people write it.</param>
    /// <param name="least">The fewest words.</param>
    /// <param name="most">The most words.</param>
    /// <param name="known">The words that may be used, such as <see cref="Manual.English"/>; null allows any.</param>
    /// <param name="name">Filled in by the compiler.</param>
    /// <exception cref="ArgumentException">It is shorter or longer, or has a word that is not known; the message offers
    /// the nearest ones.</exception>
    public static void Words(
        string sentence, int least, int most, Vocabulary? known = null,
        [CallerArgumentExpression(nameof(sentence))] string name = "")
    {
        string[] words = string.IsNullOrWhiteSpace(sentence) ? [] : TransformersFromScratch.Words.Split(sentence);
        That(words.Length >= least && words.Length <= most, () =>
            $"{Name(name)} has {(words.Length == 1 ? "1 word" : $"{Text(words.Length)} words and marks")}, but it " +
            $"may have {Text(least)} to {Text(most)}.");
        string? unknown = known is null ? null : words.FirstOrDefault(word => !known.Contains(word));
        That(unknown is null, () =>
            $"{Name(name)} has the word '{unknown}', but it may only have words of the manual; near it are " +
            $"{string.Join(", ", known!.Nearest(unknown!))}.");
    }

    /// <summary>Whatever the other checks cannot say.</summary>
    /// <param name="holds">What must be true of the settings.</param>
    /// <param name="sentence">If it is not: a sentence that names the setting, its value and what is allowed.</param>
    /// <exception cref="ArgumentException">It does not hold.</exception>
    public static void That(bool holds, string sentence) => That(holds, () => sentence);

    private static void That(bool holds, Func<string> sentence)
    {
        if (!holds) { throw new ArgumentException(sentence()); }
    }

    /// <summary>"settings.Heads" → "Heads".</summary>
    private static string Name(string expression) => expression[(expression.LastIndexOf('.') + 1)..];

    private static string Text<T>(T value) =>
        (value as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? value?.ToString() ?? "null";

    private static string Quoted<T>(T value) => value is string text ? $"'{text}'" : Text(value);

    private static string Either(string[] texts) =>
        texts.Length == 1 ? texts[0] : $"{string.Join(", ", texts[..^1])} or {texts[^1]}";
}
