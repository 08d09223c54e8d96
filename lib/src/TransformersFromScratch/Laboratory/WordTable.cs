using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// A dictionary learned from sentence pairs by counting: IBM model 1 (Brown et al. 1993, section 4.2). Nobody says
/// which word of a pair translates which; but whatever translates "file" stands opposite it in many pairs, and other
/// words only in some.
/// </summary>
/// <remarks>
/// With t(f|e) the probability that e is translated as f, each f of a target is shared out among the words e of its
/// source in proportion to t(f|e); the shares are counted, and the counts make a better t. A few rounds of this
/// (expectation maximisation) are enough. Every source has one more word, the empty one, for words that nothing in the
/// source asks for.
/// </remarks>
public sealed class WordTable
{
    private const string Nothing = "";
    private readonly Dictionary<string, string> _best = [];

    /// <summary>Learns from pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="rounds">Of expectation maximisation.</param>
    public WordTable(IReadOnlyList<SentencePair> pairs, int rounds = 5)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        Dictionary<string, int> sourceIds = [], targetIds = [];
        (int[] Source, int[] Target)[] ids = [.. pairs.Select(pair => (
            (int[])[.. BleuTokens.Split(pair.Source).Prepend(Nothing).Select(word => Id(sourceIds, word))],
            (int[])[.. BleuTokens.Split(pair.Target).Select(word => Id(targetIds, word))]))];

        // Every meeting of a source word with a target word, in order; and the number of each kind of meeting, under
        // which its t(f|e) is kept. (Both words in one long would be found twenty times more slowly: its hash, e xor f,
        // is the same for very many of them.)
        var kinds = new Dictionary<(int E, int F), int>();
        int[] meetings =
            [.. ids.SelectMany(pair => pair.Target.SelectMany(f => pair.Source.Select(e => Id(kinds, (e, f)))))];
        int[] sourceOf = [.. kinds.Keys.Select(kind => kind.E)];
        double[] table = new double[kinds.Count];
        Array.Fill(table, 1); // Nothing is known yet: all the same.
        for (int round = 0; round < rounds; round++)
        {
            double[] counts = new double[table.Length], sums = new double[sourceIds.Count];
            int at = 0;
            foreach (var (source, target) in ids)
            {
                for (int t = 0; t < target.Length; t++, at += source.Length)
                {
                    ReadOnlySpan<int> here = meetings.AsSpan(at, source.Length);
                    double sum = 0;
                    foreach (int kind in here) { sum += table[kind]; }
                    foreach (int kind in here) { counts[kind] += table[kind] / sum; }
                }
            }

            for (int kind = 0; kind < counts.Length; kind++) { sums[sourceOf[kind]] += counts[kind]; }
            for (int kind = 0; kind < counts.Length; kind++) { table[kind] = counts[kind] / sums[sourceOf[kind]]; }
        }

        string[] sources = [.. sourceIds.Keys], targets = [.. targetIds.Keys];
        double[] best = new double[sources.Length];
        foreach (var (kind, number) in kinds)
        {
            if (table[number] > best[kind.E] && sources[kind.E] != Nothing)
            {
                best[kind.E] = table[number];
                _best[sources[kind.E]] = targets[kind.F];
            }
        }
    }

    /// <summary>The likeliest translation of a word, or null if it never occurred.</summary>
    public string? this[string word] => _best.GetValueOrDefault(word);

    /// <summary>Every word looked up on its own, in the order of the source; an unknown one is left as it is.</summary>
    public string Translate(string sentence) =>
        string.Join(' ', BleuTokens.Split(sentence).Select(word => this[word] ?? word));

    private static int Id<T>(Dictionary<T, int> ids, T key) where T : notnull
    {
        ref int id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, key, out bool known);
        return known ? id : id = ids.Count - 1;
    }
}
