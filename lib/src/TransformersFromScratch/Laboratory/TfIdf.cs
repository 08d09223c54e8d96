namespace TransformersFromScratch;

/// <summary>
/// A text as a bag of weighted words (Spärck Jones 1972): how often each word is in it, times how rare the word is
/// elsewhere. The order of
/// the words is lost. A vector of length 1, most of it zeros.
/// </summary>
public sealed class TfIdf
{
    private readonly Dictionary<string, int> _places = [];
    private readonly double[] _rarity;

    /// <summary>Counts in how many texts each word is.</summary>
    /// <param name="texts">At least one.</param>
    /// <param name="minimumTexts">A word of fewer texts has no place in a vector.</param>
    public TfIdf(IReadOnlyList<string> texts, int minimumTexts = 1)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfZero(texts.Count);
        var counts = texts.SelectMany(text => WordsOf(text).Distinct()).GroupBy(word => word, StringComparer.Ordinal)
            .Where(group => group.Count() >= minimumTexts)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        _rarity = new double[counts.Length];
        foreach (var word in counts)
        {
            // 1 is added to both, as if one more text had every word; and to the logarithm, so that a word of all texts
            // still counts.
            _rarity[_places.Count] = Math.Log((1.0 + texts.Count) / (1 + word.Count())) + 1;
            _places.Add(word.Key, _places.Count);
        }
    }

    /// <summary>How many words have a place.</summary>
    public int Count => _rarity.Length;

    /// <summary>
    /// The vector of a text: the places that are not 0, and what stands there. None for a text of unknown words.
    /// </summary>
    public (int Place, double Weight)[] Of(string text)
    {
        var weights = WordsOf(text).Where(_places.ContainsKey).GroupBy(word => _places[word])
            .Select(group => (Place: group.Key, Weight: group.Count() * _rarity[group.Key]))
            .OrderBy(entry => entry.Place).ToArray();
        double length = Math.Sqrt(weights.Sum(entry => entry.Weight * entry.Weight));
        return Array.ConvertAll(weights, entry => (entry.Place, entry.Weight / length));
    }

    /// <summary>The word of a place.</summary>
    public string Word(int place) => _places.First(entry => entry.Value == place).Key;

    /// <summary>Words of two letters or digits and more, in small letters.</summary>
    private static IEnumerable<string> WordsOf(string text) => Rouge.Words(text).Where(word => word.Length > 1);
}
