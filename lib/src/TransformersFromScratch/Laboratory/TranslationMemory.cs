namespace TransformersFromScratch;

/// <summary>
/// A translation memory, a tool of human translators. It looks up the known sentence that is most like the new one, and
/// gives the translation of that sentence, unchanged. It understands nothing. Still it is hard to beat on a manual,
/// because a manual says many things twice.
/// </summary>
public sealed class TranslationMemory
{
    private readonly IReadOnlyList<SentencePair> _pairs;
    private readonly HashSet<string>[] _words;
    private readonly Dictionary<string, List<int>> _sentencesWith = [];
    private readonly double[] _weights;

    /// <summary>Remembers pairs.</summary>
    public TranslationMemory(IReadOnlyList<SentencePair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfZero(pairs.Count);
        _pairs = pairs;
        _words = [.. pairs.Select(pair => WordsOf(pair.Source))];
        for (int i = 0; i < pairs.Count; i++)
        {
            foreach (string word in _words[i])
            {
                if (!_sentencesWith.TryGetValue(word, out List<int>? sentences))
                {
                    _sentencesWith[word] = sentences = [];
                }

                sentences.Add(i);
            }
        }

        _weights = [.. _words.Select(words => words.Sum(Weight))];
    }

    /// <summary>
    /// The pair whose source is most like a sentence. How alike two sentences are is Dice's coefficient: twice the
    /// weight of the words that they share, over the weight of all words of both. A word weighs log(sentences /
    /// sentences with it), because it says little that two sentences share "the". Of several that are equally alike,
    /// the first.
    /// </summary>
    public SentencePair Nearest(string sentence)
    {
        HashSet<string> words = WordsOf(sentence);
        double all = words.Sum(Weight);
        var shared = new Dictionary<int, double>();
        foreach (string word in words)
        {
            double weight = Weight(word);
            foreach (int i in _sentencesWith.GetValueOrDefault(word) ?? [])
            {
                shared[i] = shared.GetValueOrDefault(i) + weight;
            }
        }

        return shared.Count == 0
            ? _pairs[0]
            : _pairs[shared.MaxBy(entry => (2 * entry.Value / (all + _weights[entry.Key]), -entry.Key)).Key];
    }

    private double Weight(string word) =>
        Math.Log((_pairs.Count + 1.0) / ((_sentencesWith.GetValueOrDefault(word)?.Count ?? 0) + 1)) + 1e-6;

    private static HashSet<string> WordsOf(string sentence) => [.. BleuTokens.Split(sentence.ToLowerInvariant())];
}
