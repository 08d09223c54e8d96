using TransformersFromScratch;

namespace Course;

/// <summary>The pairs of a training, and whether it can come to its end with them.</summary>
internal sealed class TrainingCorpus
{
    private readonly string _training, _test;

    /// <exception cref="CourseException">A file is missing, empty, or not what it should be; the message says which,
    /// and in which line.</exception>
    public TrainingCorpus(string folder, string name)
    {
        (_training, _test) = (Path.Combine(folder, $"{name}.train.tsv"), Path.Combine(folder, $"{name}.test.tsv"));
        try
        {
            Pairs = TranslationCorpus.Load(folder, name);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }

        int all = Pairs.Training.Count + Pairs.Validation.Count;
        if (all == 0)
        {
            throw new CourseException(
                $"{_training} is empty: there is nothing to learn from. It has a line a pair: a sentence, a tab and " +
                "its translation.");
        }
        if (Pairs.Test.Count == 0)
        {
            throw new CourseException(
                $"{_test} is empty: there is nothing to be judged by in the end. It has a line a pair: a sentence, a " +
                "tab and its translation.");
        }
        if (Pairs.Training.Count == 0)
        {
            throw new CourseException(
                $"{_training}: all {all} pairs, lines 1 to {all}, name the same page in the third column, and the " +
                "first of every 60 pages is for validation. Nothing is left to learn from; two pages are the least.");
        }
    }

    public TranslationCorpus Pairs { get; }

    /// <summary>In which line of the training file a pair stands, for a message.</summary>
    public string PlaceOf(SentencePair? pair) => pair is null ? _training : Place(_training, pair);

    /// <exception cref="CourseException">A sentence to be translated after an epoch, or in the end, is longer than any
    /// that is learned from.</exception>
    public void RequireTranslatable(Translator translator)
    {
        Require(_training, Pairs.Validation, "validation");
        Require(_test, Pairs.Test, "test");

        void Require(string file, IReadOnlyList<SentencePair> pairs, string what)
        {
            foreach (SentencePair pair in pairs)
            {
                EncodedText source = translator.Read(pair.Source);
                if (!source.IsTooLong) { continue; }

                throw new CourseException(
                    $"{Place(file, pair)}: this {what} sentence has {source.Ids.Count} tokens, but the longest to " +
                    $"learn from has {translator.Longest}, and places beyond it are never learned. Leave it out, or " +
                    "add a pair as long to learn from.");
            }
        }
    }

    private static string Place(string file, SentencePair pair) =>
        $"{file}, line {SentencePair.Load(file).ToList().IndexOf(pair) + 1}";
}
