namespace TransformersFromScratch;

/// <summary>What the files of the course's own translators say of themselves, beside their weights.</summary>
public static class ShippedTranslator
{
    private const string About = "sentences of LibreOffice's help, of 3 to 24 words and marks each";

    /// <summary>
    /// Lets a translator know what it has learned from, and which α did best on the validation pages (chapter 11 tries
    /// them).
    /// </summary>
    /// <param name="translator">Trained on a corpus of data/.</param>
    /// <param name="corpus">en-fr or en-de.</param>
    /// <param name="learned">The pairs it learned from.</param>
    public static void Describe(Translator translator, string corpus, IEnumerable<SentencePair> learned)
    {
        ArgumentNullException.ThrowIfNull(translator);
        translator.LengthPenalty = corpus == "en-de" ? 1.4 : 1.8;
        translator.Learned = LearnedText.Of(learned.Select(pair => pair.Source), About);
    }
}
