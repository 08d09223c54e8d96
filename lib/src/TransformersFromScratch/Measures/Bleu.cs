using System.Globalization;

namespace TransformersFromScratch;

/// <summary>A BLEU score and what it is made of.</summary>
/// <param name="Score">BLEU, 0 to 100.</param>
/// <param name="Precisions">p₁ to p₄ in per cent, smoothed where there was no match.</param>
/// <param name="BrevityPenalty">BP, 1 for an output at least as long as its references.</param>
/// <param name="Counts">The counts it was computed from.</param>
public sealed record BleuScore(double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, BleuCounts Counts)
{
    /// <summary>
    /// The line that sacreBLEU prints: <c>BLEU = 43.01 100.0/80.0/50.0/16.7 (BP = 0.846 ratio = 0.857 hyp_len = 6
    /// ref_len = 7)</c>.
    /// </summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"BLEU = {Score:F2} " +
        $"{string.Join('/', Precisions.Select(p => p.ToString("F1", CultureInfo.InvariantCulture)))} " +
        $"(BP = {BrevityPenalty:F3} ratio = " +
        $"{(Counts.ReferenceLength == 0 ? 0 : (double)Counts.OutputLength / Counts.ReferenceLength):F3} " +
        $"hyp_len = {Counts.OutputLength} ref_len = {Counts.ReferenceLength})");
}

/// <summary>
/// BLEU (Papineni, Roukos, Ward and Zhu 2002): how many runs of one to four words of a translation stand in a person's
/// translation,
/// <c>BLEU = BP · exp(¼ Σ log pₙ)</c> with <c>BP = min(1, exp(1 − r/c))</c>.
/// </summary>
/// <remarks>
/// The figures are those of sacreBLEU (Post 2018) with its usual settings, <c>case:mixed|eff:no|tok:13a|smooth:exp</c>:
/// the first n without any match gets the precision of half a match, the next that of a quarter, and so on (Chen and
/// Cherry 2014, method 3). Give sentences as a reader sees them: neither cut into tokens nor in lower case.
/// </remarks>
public static class Bleu
{
    /// <summary>The BLEU of a corpus: the counts of all sentences are added up before anything is divided.</summary>
    /// <param name="outputs">The translations to be measured.</param>
    /// <param name="references">A person's translation of each.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        Of(Sentences(outputs, References.One(references)));

    /// <summary>The BLEU of a corpus with several references for each sentence.</summary>
    /// <param name="outputs">The translations to be measured.</param>
    /// <param name="references">[sentence][reference]: at least one for each; not all need have the same
    /// number.</param>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<string>> references) =>
        Of(Sentences(outputs, references));

    /// <summary>
    /// The BLEU of one sentence, for looking at examples: only the orders up to the first of which the output has no
    /// n-gram count, as in sacreBLEU's <c>sentence_bleu</c>. It is too rough to average over a corpus.
    /// </summary>
    public static BleuScore Sentence(string output, params IReadOnlyList<string> references)
    {
        References.Check([output], [references]);
        return Score(BleuCounts.Of(output, references), onlyOrdersThatExist: true);
    }

    /// <summary>
    /// The words of a sentence as BLEU counts them: cut by the tokenisation 13a, which takes marks for words of
    /// their own.
    /// </summary>
    public static string[] Words(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return BleuTokens.Split(sentence);
    }

    /// <summary>
    /// The counts of each sentence: what <see cref="Of"/> takes and <see cref="Bootstrap"/> draws from.
    /// </summary>
    public static IReadOnlyList<BleuCounts> Sentences(
        IReadOnlyList<string> outputs, IReadOnlyList<IReadOnlyList<string>> references)
    {
        References.Check(outputs, references);
        return [.. outputs.Zip(references, BleuCounts.Of)];
    }

    /// <summary>The counts of each sentence, with one reference for each.</summary>
    public static IReadOnlyList<BleuCounts> Sentences(
        IReadOnlyList<string> outputs, IReadOnlyList<string> references) =>
        Sentences(outputs, References.One(references));

    /// <summary>The BLEU of sentences that have been counted.</summary>
    public static BleuScore Of(IEnumerable<BleuCounts> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        return Score(BleuCounts.Sum(sentences), onlyOrdersThatExist: false);
    }

    private static BleuScore Score(BleuCounts counts, bool onlyOrdersThatExist)
    {
        double penalty = counts.OutputLength >= counts.ReferenceLength ? 1
            : counts.OutputLength == 0 ? 0
            : Math.Exp(1 - (double)counts.ReferenceLength / counts.OutputLength);
        double[] precisions = new double[BleuCounts.Order];
        if (counts.Matches.All(matches => matches == 0))
        {
            return new BleuScore(0, precisions, penalty, counts);
        }

        double smoothed = 1, sumOfLogs = 0;
        int orders = onlyOrdersThatExist ? counts.Totals.Count(total => total > 0) : BleuCounts.Order;
        for (int n = 0; n < orders; n++)
        {
            double matches = counts.Matches[n] > 0 ? counts.Matches[n] : smoothed /= 2;
            precisions[n] = counts.Totals[n] > 0 ? 100 * matches / counts.Totals[n] : 0;
            sumOfLogs += Math.Log(precisions[n]); // log 0 = −∞, and so BLEU = 0
        }

        return new BleuScore(penalty * Math.Exp(sumOfLogs / orders), precisions, penalty, counts);
    }
}
