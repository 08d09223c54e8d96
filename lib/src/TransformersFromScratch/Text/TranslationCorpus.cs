namespace TransformersFromScratch;

/// <summary>Sentence pairs to learn from, to choose by, and to be judged by.</summary>
/// <param name="Training">What is learned from.</param>
/// <param name="Validation">
/// Pairs from pages that are not trained on. Whatever is chosen (how many epochs, how much dropout) is chosen by these,
/// so that the test stays unseen.
/// </param>
/// <param name="Test">What is reported: pairs from other pages again.</param>
public sealed record TranslationCorpus(
    IReadOnlyList<SentencePair> Training, IReadOnlyList<SentencePair> Validation, IReadOnlyList<SentencePair> Test)
{
    private const int PagesPerValidationPage = 60;

    /// <summary>
    /// Reads <c>name.train.tsv</c> and <c>name.test.tsv</c>, and sets aside the pairs of every 60th page of the former.
    /// </summary>
    /// <param name="folder">The course's data folder: <c>../data</c> in a notebook.</param>
    /// <param name="name">en-fr or en-de.</param>
    /// <exception cref="FileNotFoundException">There are no such files.</exception>
    public static TranslationCorpus Load(string folder, string name)
    {
        IReadOnlyList<SentencePair> all = SentencePair.Load(Path.Combine(folder, $"{name}.train.tsv"));
        HashSet<string> aside =
            [.. all.Select(pair => pair.Origin).Distinct().Order(StringComparer.Ordinal)
                .Where((_, i) => i % PagesPerValidationPage == 0)];
        return new TranslationCorpus(
            [.. all.Where(pair => !aside.Contains(pair.Origin))], [.. all.Where(pair => aside.Contains(pair.Origin))],
            SentencePair.Load(Path.Combine(folder, $"{name}.test.tsv")));
    }
}
