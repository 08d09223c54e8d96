namespace TransformersFromScratch;

/// <summary>Chapter 11, BLEU of a corpus, from words to the score (Papineni et al. 2002, section 2).</summary>
internal static class Turn11Bleu
{
    private const int Order = 4;

    public static Question<(string[][] Outputs, string[][] References), double> Question { get; } = new(Corpora)
    {
        Right = Library,
        Tolerance = 1e-6,
        Say = x => $"{x.Outputs.Length} sentences, the first \"{string.Join(' ', x.Outputs[0])}\" against " +
            $"\"{string.Join(' ', x.References[0])}\"",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Library(x) / 100, "That is BLEU as a share. By custom it is given from 0 to 100: times 100."),
            (x => Score(x, Clipped, penalty: (_, _) => 1), "The brevity penalty is missing: an output that is " +
                "shorter than its references is punished by e^(1 - r/c)."),
            (x => Score(x, Clipped, penalty: (c, r) => Math.Exp(1 - (r / c))), "The brevity penalty rewards an " +
                "output that is too long. It is never above 1."),
            (x => Score(x, Clipped, penalty: (c, r) => c >= r ? 1 : Math.Exp(1 - (c / r))), "The fraction of the " +
                "brevity penalty is upside down: e^(1 - r/c), with r the words of the references."),
            (x => Score(x, Clipped, penalty: (c, r) => Math.Min(1, c / r)), "Your brevity penalty is c/r. The " +
                "paper's is an exponential, e^(1 - r/c)."),
            (x => Score(x, (output, reference) => output.Sum(one => reference.ContainsKey(one.Key) ? one.Value : 0)),
                "An n-gram counts each time the output has it. It may count only as often as the reference has it: " +
                "take the smaller of the two counts."),
            (x => Score(x, (output, reference) => output.Count(one => reference.ContainsKey(one.Key))), "Each kind " +
                "of n-gram counts once. One that stands twice on both sides is right twice: take the smaller of the " +
                "two counts."),
            (x => Score(([Joined(x.Outputs)], [Joined(x.References)]), Clipped), "All sentences are counted as one " +
                "long text, so that a word of one sentence is right for another. Count each sentence against its " +
                "own reference, then add the counts."),
            (x => x.Outputs.Select((output, i) => Library(([output], [x.References[i]]))).Average(), "You average " +
                "the BLEU of the sentences. Add up the matches and the totals of all sentences first, and divide " +
                "once at the end."),
            (x => Score(x, Clipped, mean: p => p.Average()), "You take the arithmetic mean of the four p_n. BLEU " +
                "takes the geometric one: e to the mean of their logarithms."),
            (x => Score(x, Clipped, mean: p => p.Aggregate(1.0, (all, one) => all * one)), "You multiply the four " +
                "p_n. Take the fourth root of the product: e to the mean of the logarithms."),
            (x => Score(x, Clipped, mean: p => p[0]), "Only single words are counted. BLEU takes n = 1 to 4."),
            (x => Score(x, Clipped, mean: p => Geometric(p[..3])), "You stop at triples. BLEU takes n = 1 to 4."),
            (x => Score((x.References, x.Outputs), Clipped, penalty: (c, r) => r >= c ? 1 : Math.Exp(1 - (c / r))),
                "You divide by the n-grams of the reference: that is recall. Divide by those of the output."),
        ],
        Symptoms =
        [
            ((_, y) => !(y is >= 0 and <= 100.000001), "BLEU lies between 0 and 100."),
            ((x, y) => y is > 0 and <= 1, "BLEU is given from 0 to 100."),
        ],
    };

    /// <summary>BLEU as it is, with no smoothing.</summary>
    public static double Library((string[][] Outputs, string[][] References) x) => Score(x, Clipped);

    private static double Score(
        (string[][] Outputs, string[][] References) x,
        Func<Dictionary<string, int>, Dictionary<string, int>, int> matches,
        Func<double, double, double>? penalty = null, Func<double[], double>? mean = null)
    {
        double[] precisions = new double[Order];
        for (int n = 1; n <= Order; n++)
        {
            double right = 0, all = 0;
            foreach (var (output, reference) in x.Outputs.Zip(x.References))
            {
                Dictionary<string, int> ngrams = Ngrams(output, n);
                right += matches(ngrams, Ngrams(reference, n));
                all += ngrams.Values.Sum();
            }

            precisions[n - 1] = all == 0 ? 0 : right / all;
        }

        double c = x.Outputs.Sum(words => words.Length), r = x.References.Sum(words => words.Length);
        double factor = penalty?.Invoke(c, r) ?? (c >= r ? 1 : Math.Exp(1 - (r / c)));
        return 100 * factor * (mean ?? Geometric)(precisions);
    }

    private static double Geometric(double[] precisions) => Math.Exp(precisions.Average(Math.Log));

    private static int Clipped(Dictionary<string, int> output, Dictionary<string, int> reference) =>
        output.Sum(one => Math.Min(one.Value, reference.GetValueOrDefault(one.Key)));

    private static Dictionary<string, int> Ngrams(string[] words, int n) =>
        Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).CountBy(i => string.Join(' ', words, i, n))
            .ToDictionary();

    private static string[] Joined(string[][] sentences) => [.. sentences.SelectMany(words => words)];

    private static IEnumerable<(string[][], string[][])> Corpora()
    {
        yield return (
            [["the", "cat", "the", "cat", "is", "on", "the", "mat"], ["a", "dog", "sleeps", "on", "a"]],
            [["the", "cat", "is", "on", "the", "mat", "the", "cat", "is"], ["a", "dog", "sleeps", "on", "a", "mat"]]);
        foreach (var input in Samples.Random(random =>
        {
            string[][] references = [.. Enumerable.Range(0, random.Next(1, 5))
                .Select(_ => Sentence(random, random.Next(5, 11)))];
            string[][] outputs = [.. references.Select((reference, i) => Changed(random, reference, whole: i == 0))];
            return (outputs, references);
        })) { yield return input; }
    }

    private static string[] Sentence(Random random, int length)
    {
        string[] words = ["the", "cat", "is", "on", "a", "mat"];
        return [.. Enumerable.Range(0, length).Select(_ => words[random.Next(words.Length)])];
    }

    /// <summary>The reference with words lost, doubled or exchanged; of the first, a run of five stays.</summary>
    private static string[] Changed(Random random, string[] reference, bool whole)
    {
        List<string> words = [.. whole ? reference[..5] : []];
        foreach (string word in reference[words.Count..])
        {
            words.AddRange(random.Next(6) switch
            {
                0 => [],
                1 => [word, word],
                2 => Sentence(random, 1),
                _ => [word],
            });
        }

        return words.Count == 0 ? [reference[0]] : [.. words];
    }
}
