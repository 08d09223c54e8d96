using System.Text.Json;

namespace TransformersFromScratch;

/// <summary>
/// What a translator knows of the sentences that it learned to read. A network answers whatever it is asked: only by
/// this can it say that it has never seen a word, or read a typographic apostrophe as the plain one that it knows.
/// </summary>
public sealed class LearnedText
{
    private readonly HashSet<char> _characters;
    private readonly HashSet<string> _words;

    private LearnedText(string about, int fewest, string characters, string words)
    {
        (About, Fewest) = (about, fewest);
        _characters = [.. characters];
        _words = new HashSet<string>(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
    }

    /// <summary>What the sentences were, in words that complete "it learned from …".</summary>
    public string About { get; }

    /// <summary>How many pieces (words, numbers, runs of marks) the shortest sentence had.</summary>
    public int Fewest { get; }

    /// <summary>Whether this character stood in any of the sentences.</summary>
    public bool Has(char character) => _characters.Contains(character);

    /// <summary>Collects the characters and words of sentences.</summary>
    /// <param name="sentences">At least one.</param>
    /// <param name="about">What they are, in words that complete "it learned from …".</param>
    public static LearnedText Of(IEnumerable<string> sentences, string about)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var characters = new SortedSet<char>();
        var words = new SortedSet<string>(StringComparer.Ordinal);
        int fewest = int.MaxValue;
        foreach (string sentence in sentences)
        {
            string[] pieces = PiecesOf(sentence);
            fewest = Math.Min(fewest, pieces.Length);
            characters.UnionWith(sentence);
            words.UnionWith(pieces.Where(IsWord).Select(word => word.ToLowerInvariant()));
        }

        return fewest < int.MaxValue
            ? new LearnedText(about, fewest, string.Concat(characters), string.Join(' ', words))
            : throw new ArgumentException("There is no sentence to learn from.", nameof(sentences));
    }

    /// <summary>
    /// The sentence in the characters that the translator knows. A character that it has seen stays; one that it has
    /// not is written as people wrote it there: ’ as ', a no-break space as a space, a soft hyphen not at all, an e and
    /// its accent as é. What has no such form stays.
    /// </summary>
    public string Normalise(string sentence) => Typography.Normalise(sentence, Has);

    /// <summary>
    /// The words and marks of a sentence that the translator has never seen, each once; empty for a sentence like those
    /// it learned from.
    /// </summary>
    public IReadOnlyList<string> Strange(string sentence) =>
        [.. PiecesOf(Normalise(sentence)).SelectMany(StrangeOf).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether the sentence is shorter than any that the translator has seen.</summary>
    public bool IsShort(string sentence) => PiecesOf(Normalise(sentence)).Length < Fewest;

    /// <summary>As a text that <see cref="Read"/> understands.</summary>
    internal string Write() => JsonSerializer.Serialize(new Stored(
        About, Fewest, string.Concat(_characters.Order()), string.Join(' ', _words.Order(StringComparer.Ordinal))));

    /// <exception cref="InvalidDataException">That is not what <see cref="Write"/> writes.</exception>
    internal static LearnedText Read(string text) =>
        JsonSerializer.Deserialize<Stored>(
            text) is { About: not null, Characters: not null, Words: not null, Fewest: > 0 } stored
            ? new LearnedText(stored.About, stored.Fewest, stored.Characters, stored.Words)
            : throw new InvalidDataException("what it says of its training text is not whole");

    private IEnumerable<string> StrangeOf(string piece) => !IsWord(piece)
        ? piece.EnumerateRunes().Select(mark => mark.ToString()).Where(mark => !mark.All(Has))
        : _words.Contains(piece.ToLowerInvariant()) ? [] : [piece];

    private static string[] PiecesOf(string sentence) =>
        [.. Pieces.Split(sentence).Select(piece => piece.Trim()).Where(piece => piece.Length > 0)];

    private static bool IsWord(string piece) => char.IsLetter(piece[0]);

    private sealed record Stored(string About, int Fewest, string Characters, string Words);
}
