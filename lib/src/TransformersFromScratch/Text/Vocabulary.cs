namespace TransformersFromScratch;

/// <summary>Numbers for words and words for numbers. Ids 0 to 3 are special; words follow by frequency.</summary>
public sealed class Vocabulary
{
    /// <summary>The id that fills short sentences.</summary>
    public const int Padding = 0;

    /// <summary>The id every target begins with.</summary>
    public const int Start = 1;

    /// <summary>The id every sentence ends with.</summary>
    public const int End = 2;

    /// <summary>The id of a word the vocabulary lacks.</summary>
    public const int Unknown = 3;

    private readonly List<string> _words = ["<pad>", "<s>", "</s>", "<unk>"];
    private readonly Dictionary<string, int> _ids;

    private Vocabulary(IEnumerable<string> words)
    {
        _words.AddRange(words);
        _ids = _words.Select((word, id) => (word, id)).ToDictionary(pair => pair.word, pair => pair.id);
    }

    /// <summary>How many tokens there are, the special ones included.</summary>
    public int Count => _words.Count;

    /// <summary>The token of an id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string this[int id] => id >= 0 && id < Count
        ? _words[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"This vocabulary has ids 0 to {Count - 1}.");

    /// <summary>
    /// A vocabulary of the words in some sentences: the most frequent first, equal ones in alphabetical order, so that
    /// the same sentences always give the same ids.
    /// </summary>
    /// <param name="sentences">Sentences as people write them; <see cref="Words.Split"/> makes words of them.</param>
    /// <param name="minimumCount">Rarer words are left out.</param>
    public static Vocabulary Build(IEnumerable<string> sentences, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var counts = new Dictionary<string, int>();
        foreach (string word in sentences.SelectMany(Words.Split))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
        }

        return new Vocabulary(counts
            .Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Key));
    }

    /// <summary>Whether the word has an id of its own.</summary>
    public bool Contains(string word) => _ids.ContainsKey(word);

    /// <summary>The ids of words.</summary>
    /// <param name="words">Words as <see cref="Words.Split"/> makes them.</param>
    /// <param name="unknownAllowed">True gives an unknown word the id <see cref="Unknown"/>; false makes it an
    /// error.</param>
    /// <exception cref="ArgumentException">A word is unknown; the message offers the nearest ones that are
    /// known.</exception>
    public int[] Encode(IEnumerable<string> words, bool unknownAllowed = false)
    {
        ArgumentNullException.ThrowIfNull(words);
        return [.. words.Select(word =>
            _ids.TryGetValue(word, out int id) ? id
            : unknownAllowed ? Unknown
            : throw new ArgumentException(
                $"The word '{word}' is not in this vocabulary of {Count} tokens. " +
                $"Near it are: {string.Join(", ", Nearest(word))}. Use one of these, or pass unknownAllowed: true.",
                nameof(words)))];
    }

    /// <summary>The tokens of ids.</summary>
    public string[] Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return [.. ids.Select(id => this[id])];
    }

    /// <summary>The three known words that take the fewest edits to reach, the more frequent first.</summary>
    internal IEnumerable<string> Nearest(string word) =>
        _words.Skip(4).OrderBy(known => EditDistance(word, known)).Take(3);

    /// <summary>How many letters must be put in, taken out or changed (Levenshtein 1966), row by row.</summary>
    private static int EditDistance(string from, string to)
    {
        int[] previous = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] current = new int[to.Length + 1];
            current[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int change = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, 1 + Math.Min(previous[j], current[j - 1]));
            }

            previous = current;
        }

        return previous[to.Length];
    }
}
