namespace TransformersFromScratch;

/// <summary>
/// Every character of a text is a token: the smallest vocabulary, and the longest row of ids. The ids 0, 1, 2 … follow
/// the code of the characters, so the same text always gives the same ids.
/// </summary>
/// <remarks>
/// A character here is what C# calls a <see langword="char"/>, a unit of UTF-16. A text of any language can be encoded
/// and decoded, but a few signs, such as emoji, are two of them.
/// </remarks>
public sealed class Characters : ITokenizer
{
    private readonly Dictionary<char, int> _ids;

    private Characters(string all)
    {
        All = all;
        _ids = all.Select((character, id) => (character, id)).ToDictionary(pair => pair.character, pair => pair.id);
    }

    /// <summary>The characters; the one with id i is <c>All[i]</c>.</summary>
    public string All { get; }

    /// <summary>How many there are.</summary>
    public int Count => All.Length;

    /// <summary>The vocabulary of a text: each character that it has.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Characters Of(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return new Characters(string.Concat(text.Distinct().Order()));
    }

    /// <summary>The ids of a text, one a character.</summary>
    /// <exception cref="ArgumentException">
    /// The text has a character that the vocabulary lacks; the message says which, where, and what there is.
    /// </exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] ids = new int[text.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _ids.TryGetValue(text[i], out int id) ? id : throw new ArgumentException(
                $"The character '{Shown(text[i])}' at place {i} is not in this vocabulary. It has these {Count}: " +
                $"{string.Concat(All.Select(Shown))}", nameof(text));
        }

        return ids;
    }

    /// <summary>The text of ids.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return string.Concat(ids.Select(Character));
    }

    /// <summary>
    /// A token to be shown: a space as ␣, the end of a line as ↵, other signs without a shape as \u0009.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string TokenText(int id) => Shown(Character(id));

    private char Character(int id) => (uint)id < (uint)Count
        ? All[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    private static string Shown(char character) => character switch
    {
        ' ' => "␣",
        '\n' => "↵",
        _ => Excerpt.Of(character.ToString()),
    };
}
