using System.Text.RegularExpressions;

namespace TransformersFromScratch;

/// <summary>
/// ROUGE (Lin 2004), the measure of summaries: how many words, pairs of words, or words in the same order, an output
/// shares with a
/// summary that a person wrote.
/// </summary>
/// <remarks>
/// Words are runs of a to z and 0 to 9, in small letters: everything else parts them, an accented letter too.
/// Published figures
/// differ by whether words are stemmed (<see cref="PorterStemmer"/>). This is what Google's <c>rouge_score</c> does,
/// and its figures
/// are these; the first ROUGE, a Perl script, cut and stemmed otherwise.
/// </remarks>
public static partial class Rouge
{
    private const int ShortestStemmed = 4; // rouge_score leaves shorter words alone.

    /// <summary>The words of a text as ROUGE counts them.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="stem">Whether words of four letters and more are stemmed.</param>
    public static IReadOnlyList<string> Words(string text, bool stem = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Word().Matches(text.ToLowerInvariant()).Select(match =>
            stem && match.Length >= ShortestStemmed ? PorterStemmer.Stem(match.Value) : match.Value)];
    }

    /// <summary>ROUGE-1: the words that both have, each as often as it is in both.</summary>
    /// <inheritdoc cref="Of"/>
    public static RougeScore One(string output, string reference, bool stem = false) =>
        Grams(output, reference, 1, stem);

    /// <summary>ROUGE-2: the pairs of neighbouring words that both have, each as often as it is in both.</summary>
    /// <inheritdoc cref="Of"/>
    public static RougeScore Two(string output, string reference, bool stem = false) =>
        Grams(output, reference, 2, stem);

    /// <summary>
    /// ROUGE-L: the longest row of words that stand in both in the same order, whatever is between them (Lin 2004,
    /// section 3.1).
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static RougeScore L(string output, string reference, bool stem = false)
    {
        IReadOnlyList<string> outputWords = Words(output, stem), referenceWords = Words(reference, stem);
        return RougeScore.Of(
            CommonRow.Places(outputWords, referenceWords).Count, outputWords.Count, referenceWords.Count);
    }

    /// <summary>
    /// ROUGE-Lsum: ROUGE-L of texts with a sentence a line (Lin 2004, section 3.2). A word of a reference's sentence
    /// counts if it is in the
    /// longest common row of that sentence and any sentence of the output; and no word counts more often than it is
    /// in the output.
    /// For a text of one line it is ROUGE-L.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static RougeScore Lsum(string output, string reference, bool stem = false)
    {
        IReadOnlyList<string>[] outputLines = Lines(output, stem), referenceLines = Lines(reference, stem);
        Dictionary<string, int> left = Counted(outputLines.SelectMany(line => line));
        Dictionary<string, int> leftOfReference = Counted(referenceLines.SelectMany(line => line));
        int shared = 0;
        foreach (IReadOnlyList<string> line in referenceLines)
        {
            foreach (int place in outputLines.SelectMany(other => CommonRow.Places(other, line)).Distinct().Order())
            {
                if (left.GetValueOrDefault(line[place]) > 0 && leftOfReference[line[place]] > 0)
                {
                    left[line[place]]--;
                    leftOfReference[line[place]]--;
                    shared++;
                }
            }
        }

        return RougeScore.Of(shared, outputLines.Sum(line => line.Count), referenceLines.Sum(line => line.Count));
    }

    /// <summary>The F1 of all four.</summary>
    /// <param name="output">What was written; it may be empty.</param>
    /// <param name="reference">What a person wrote.</param>
    /// <param name="stem">
    /// Whether words are stemmed first: figures of both kinds are published, and they do not compare.
    /// </param>
    public static RougeScores Of(string output, string reference, bool stem = false) => new(
        One(output, reference, stem).F1, Two(output, reference, stem).F1, L(output, reference, stem).F1,
        Lsum(output, reference, stem).F1);

    /// <summary>The scores of each output: what <see cref="Bootstrap"/> draws from.</summary>
    /// <exception cref="ArgumentException">There are no outputs, or not as many references.</exception>
    public static IReadOnlyList<RougeScores> Sentences(
        IReadOnlyList<string> outputs, IReadOnlyList<string> references, bool stem = false)
    {
        References.Check(outputs, References.One(references));
        return [.. outputs.Zip(references, (output, reference) => Of(output, reference, stem))];
    }

    /// <summary>The means of the scores of many outputs: the figures of a test set.</summary>
    /// <exception cref="InvalidOperationException">There are no scores.</exception>
    public static RougeScores Mean(IReadOnlyList<RougeScores> scores) => new(
        scores.Average(score => score.One), scores.Average(score => score.Two), scores.Average(score => score.L),
        scores.Average(score => score.Lsum));

    private static RougeScore Grams(string output, string reference, int n, bool stem)
    {
        Dictionary<string, int> ofOutput = Counted(GramsOf(Words(output, stem), n)),
            ofReference = Counted(GramsOf(Words(reference, stem), n));
        int shared = ofOutput.Sum(gram => Math.Min(gram.Value, ofReference.GetValueOrDefault(gram.Key)));
        return RougeScore.Of(shared, ofOutput.Values.Sum(), ofReference.Values.Sum());
    }

    private static IEnumerable<string> GramsOf(IReadOnlyList<string> words, int n) =>
        Enumerable.Range(0, Math.Max(0, words.Count - n + 1)).Select(i => string.Join(' ', words.Skip(i).Take(n)));

    private static Dictionary<string, int> Counted(IEnumerable<string> grams) =>
        grams.GroupBy(gram => gram, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

    private static IReadOnlyList<string>[] Lines(string text, bool stem) =>
        [.. text.Split('\n').Select(line => Words(line, stem)).Where(line => line.Count > 0)];

    [GeneratedRegex("[a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
