namespace TransformersFromScratch;

/// <summary>
/// The words of the manual that the course reads (data/README.md): those that occur at least three times in its
/// training pages, which are those that have a vector of their own in chapters 1 to 6.
/// </summary>
public static class Manual
{
    private const int MinimumCount = 3;

    private static readonly Lazy<IReadOnlyList<SentencePair>> s_pairs =
        // A file that was missing may come.
        new(() => SentencePair.Load(Path.Combine("..", "data", "en-fr.train.tsv")),
            LazyThreadSafetyMode.PublicationOnly);

    private static readonly Lazy<Vocabulary> s_english = Of(pair => pair.Source), s_french = Of(pair => pair.Target);

    /// <summary>The pairs of its training pages, English and French.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static IReadOnlyList<SentencePair> Pairs => s_pairs.Value;

    /// <summary>The English words.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static Vocabulary English => s_english.Value;

    /// <summary>The French words.</summary>
    /// <exception cref="FileNotFoundException">The data do not lie in ../data, as seen from a chapter.</exception>
    public static Vocabulary French => s_french.Value;

    private static Lazy<Vocabulary> Of(Func<SentencePair, string> side) =>
        new(() => Vocabulary.Build(s_pairs.Value.Select(side), MinimumCount), LazyThreadSafetyMode.PublicationOnly);
}
