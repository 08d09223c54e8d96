using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A chrF score and what it is made of, all in per cent.</summary>
/// <param name="Score">chrF2, 0 to 100.</param>
/// <param name="Precision">chrP: the share of the output's character n-grams that stand in the reference, averaged over
/// n.</param>
/// <param name="Recall">chrR: the share of the reference's character n-grams that stand in the output, averaged over
/// n.</param>
public sealed record ChrFScore(double Score, double Precision, double Recall)
{
    /// <summary>The line that sacreBLEU prints: <c>chrF2 = 61.34</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"chrF2 = {Score:F2}");
}

/// <summary>
/// What chrF needs to know of a sentence, or, added up, of a corpus. [n − 1] is for runs of n characters.
/// </summary>
/// <param name="Matches">The n-grams that output and reference share.</param>
/// <param name="Output">The n-grams of the output.</param>
/// <param name="Reference">The n-grams of the reference.</param>
public sealed record ChrFCounts(IReadOnlyList<long> Matches, IReadOnlyList<long> Output, IReadOnlyList<long> Reference);

/// <summary>
/// chrF2 (Popović 2015): the F-score of character n-grams, n = 1 to 6, recall counting twice as much as precision. It
/// gives credit for a right stem with a wrong ending, where BLEU gives none, and needs no tokenisation.
/// </summary>
/// <remarks>
/// The figures are those of sacreBLEU's <c>case:mixed|eff:yes|nc:6|nw:0|space:no</c>; white space does not count.
/// </remarks>
public static class ChrF
{
    private const int Order = 6, Beta = 2;

    /// <summary>The chrF of a corpus: the counts of all sentences are added up before anything is divided.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static ChrFScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        Of(Sentences(outputs, References.One(references)));

    /// <summary>
    /// The chrF of a corpus with several references for each sentence, of which the one that gives the highest score
    /// counts.
    /// </summary>
    /// <param name="outputs">The translations to be measured.</param>
    /// <param name="references">[sentence][reference]: at least one for each.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static ChrFScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<string>> references) =>
        Of(Sentences(outputs, references));

    /// <summary>
    /// The counts of each sentence: what <see cref="Of"/> takes and <see cref="Bootstrap"/> draws from.
    /// </summary>
    public static IReadOnlyList<ChrFCounts> Sentences(
        IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<string>> references)
    {
        References.Check(outputs, references);
        return [.. outputs.Zip(references, Best)];
    }

    /// <summary>The counts of each sentence, with one reference for each.</summary>
    public static IReadOnlyList<ChrFCounts> Sentences(
        IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        Sentences(outputs, References.One(references));

    /// <summary>The chrF of sentences that have been counted.</summary>
    public static ChrFScore Of(IEnumerable<ChrFCounts> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        long[] matches = new long[Order], output = new long[Order], reference = new long[Order];
        foreach (ChrFCounts sentence in sentences)
        {
            for (int n = 0; n < Order; n++)
            {
                matches[n] += sentence.Matches[n];
                output[n] += sentence.Output[n];
                reference[n] += sentence.Reference[n];
            }
        }

        int[] orders = [.. Enumerable.Range(0, Order).Where(n => output[n] > 0 && reference[n] > 0)];
        if (orders.Sum(n => matches[n]) == 0)
        {
            return new ChrFScore(0, 0, 0);
        }

        double precision = orders.Average(n => (double)matches[n] / output[n]);
        double recall = orders.Average(n => (double)matches[n] / reference[n]);
        double score = (1 + Beta * Beta) * precision * recall / (Beta * Beta * precision + recall);
        return new ChrFScore(100 * score, 100 * precision, 100 * recall);
    }

    /// <summary>The counts against the reference that gives the highest score, the first of equals.</summary>
    private static ChrFCounts Best(string output, IReadOnlyList<string> references)
    {
        Dictionary<string, int>[] ngrams = Ngrams(output);
        return references.Select(reference => Count(ngrams, Ngrams(reference))).MaxBy(counts => Of([counts]).Score)!;
    }

    private static ChrFCounts Count(Dictionary<string, int>[] output, Dictionary<string, int>[] reference) => new(
        [.. output.Zip(
            reference, (ours, theirs) => ours.Sum(
                ngram => (long)Math.Min(ngram.Value, theirs.GetValueOrDefault(ngram.Key))))],
        // An order that the reference is too short for does not count against the output (nor does sacreBLEU count it).
        [.. output.Zip(reference, (ours, theirs) => theirs.Count > 0 ? ours.Values.Sum(count => (long)count) : 0)],
        [.. reference.Select(theirs => theirs.Values.Sum(count => (long)count))]);

    /// <summary>
    /// [n − 1]: how often each run of n characters occurs. A character is a code point, not a UTF-16 unit.
    /// </summary>
    private static Dictionary<string, int>[] Ngrams(string text)
    {
        string[] characters = [.. string.Concat(Blanks.Split(text)).EnumerateRunes().Select(rune => rune.ToString())];
        return [.. Enumerable.Range(1, Order).Select(n =>
            Enumerable.Range(0, Math.Max(0, characters.Length - n + 1))
                .CountBy(start => string.Concat(characters.AsSpan(start, n)))
                .ToDictionary())];
    }
}
