namespace TransformersFromScratch.Tests.Text;

public class TranslationCorpusTests
{
    [Theory]
    [InlineData("en-fr")]
    [InlineData("en-de")]
    public void Validation_and_test_are_pages_that_are_not_trained_on(string name)
    {
        var corpus = TranslationCorpus.Load(Corpus.Folder($"{name}.train.tsv"), name);
        HashSet<string> Pages(IReadOnlyList<SentencePair> pairs) => [.. pairs.Select(pair => pair.Origin)];
        HashSet<string> training = Pages(corpus.Training);
        Assert.Empty(training.Intersect(Pages(corpus.Validation)));
        Assert.Empty(training.Intersect(Pages(corpus.Test)));
        Assert.Empty(Pages(corpus.Validation).Intersect(Pages(corpus.Test)));
        Assert.Equal(
            Corpus.Load($"{name}.train.tsv").ToHashSet(), corpus.Training.Concat(corpus.Validation).ToHashSet());
        Assert.InRange(corpus.Validation.Count, 100, 2000);
        Assert.Equal(Corpus.Load($"{name}.test.tsv"), corpus.Test);
        Assert.Equal(corpus.Validation, TranslationCorpus.Load(Corpus.Folder($"{name}.train.tsv"), name).Validation);
    }

    [Fact]
    public void A_corpus_that_is_not_there_is_named() => Assert.Contains(
        "en-xx.train.tsv", Assert.Throws<FileNotFoundException>(
            () => TranslationCorpus.Load(Path.GetTempPath(), "en-xx")).Message, StringComparison.Ordinal);
}
