namespace TransformersFromScratch;

/// <summary>What the file of the course's own summariser says of itself, beside its weights.</summary>
public static class ShippedSummarizer
{
    private const string About = "descriptions of Debian packages, of 15 to 70 words each";

    /// <summary>Lets a summariser know what it has learned from, and which α did best on the validation pairs (chapter
    /// 14 tries them).</summary>
    public static void Describe(Summarizer summarizer, IEnumerable<PackageSummary> learned)
    {
        ArgumentNullException.ThrowIfNull(summarizer);
        summarizer.LengthPenalty = 1;
        summarizer.Learned = LearnedText.Of(learned.Select(pair => pair.Text), About);
    }
}
