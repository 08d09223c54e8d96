namespace TransformersFromScratch;

/// <summary>
/// Summaries that nobody had to learn: a model that does not beat them has learned nothing worth showing.
/// </summary>
public static class SummaryBaselines
{
    /// <summary>The first words of a text, as white space parts them.</summary>
    public static string FirstWords(string text, int count = 8)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return string.Join(' ', Blanks.Split(text).Take(count));
    }

    /// <summary>
    /// The first sentence of a text: up to the first . ! or ? that white space follows, or all of it.
    /// </summary>
    public static string FirstSentence(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] is '.' or '!' or '?' && char.IsWhiteSpace(text[i + 1]))
            {
                return text[..(i + 1)];
            }
        }

        return text;
    }

    /// <summary>
    /// The summary of the text that is most like a new one, as it stands: what <see cref="TranslationMemory"/> does
    /// for sentences.
    /// </summary>
    public static Func<string, string> Nearest(IReadOnlyList<PackageSummary> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var memory = new TranslationMemory(
            [.. pairs.Select(pair => new SentencePair(pair.Text, pair.Summary, pair.Package))]);
        return text => memory.Nearest(text).Target;
    }
}
