namespace TransformersFromScratch;

/// <summary>
/// What BLEU needs to know of a sentence, or, added up, of a corpus (Papineni et al. 2002, section 2.2). [n − 1] is for
/// runs of n words.
/// </summary>
/// <param name="Matches">How many n-grams of the output stand in a reference, none counted more often than in the
/// reference that has it most.</param>
/// <param name="Totals">How many n-grams the output has.</param>
/// <param name="OutputLength">c: the output's words.</param>
/// <param name="ReferenceLength">r: the words of the reference nearest in length, of two equally near the
/// shorter.</param>
public sealed record BleuCounts(
    IReadOnlyList<long> Matches, IReadOnlyList<long> Totals, long OutputLength, long ReferenceLength)
{
    /// <summary>The longest run of words that counts.</summary>
    public const int Order = 4;

    /// <summary>Counts one output against its references, all cut by the tokenisation 13a.</summary>
    internal static BleuCounts Of(string output, IReadOnlyList<string> references)
    {
        string[] words = BleuTokens.Split(output);
        string[][] others = [.. references.Select(BleuTokens.Split)];
        long[] matches = new long[Order], totals = new long[Order];
        for (int n = 1; n <= Order; n++)
        {
            Dictionary<string, int>[] allowed = [.. others.Select(other => Ngrams(other, n))];
            foreach (var (ngram, count) in Ngrams(words, n))
            {
                totals[n - 1] += count;
                matches[n - 1] += Math.Min(count, allowed.Max(reference => reference.GetValueOrDefault(ngram)));
            }
        }

        int nearest = others.Select(other => other.Length).Order().MinBy(length => Math.Abs(length - words.Length));
        return new BleuCounts(matches, totals, words.Length, nearest);
    }

    /// <summary>The counts of many sentences added up.</summary>
    internal static BleuCounts Sum(IEnumerable<BleuCounts> sentences)
    {
        long[] matches = new long[Order], totals = new long[Order];
        long output = 0, reference = 0;
        foreach (BleuCounts sentence in sentences)
        {
            for (int n = 0; n < Order; n++)
            {
                matches[n] += sentence.Matches[n];
                totals[n] += sentence.Totals[n];
            }

            output += sentence.OutputLength;
            reference += sentence.ReferenceLength;
        }

        return new BleuCounts(matches, totals, output, reference);
    }

    private static Dictionary<string, int> Ngrams(string[] words, int n)
    {
        var counts = new Dictionary<string, int>();
        for (int i = 0; i + n <= words.Length; i++)
        {
            string ngram = string.Join(' ', words, i, n); // No word has a space in it.
            counts[ngram] = counts.GetValueOrDefault(ngram) + 1;
        }

        return counts;
    }
}
