namespace TransformersFromScratch.Tests.Laboratory;

public class TranslationMemoryTests
{
    [Fact]
    public void Rare_words_weigh_more_than_frequent_ones()
    {
        var memory = new TranslationMemory(
            [new("Open the file", "a"), new("Close the window", "b"), new("Delete the row", "c"),
                new("Save the chart", "d")]);
        Assert.Equal("d", memory.Nearest("the chart").Target); // "the" stands everywhere and says nothing.
        Assert.Equal("b", memory.Nearest("THE WINDOW").Target); // Case does not count.
        Assert.Equal("a", memory.Nearest("file").Target);
    }

    [Fact]
    public void Of_equal_ones_and_where_nothing_is_shared_the_first()
    {
        var memory = new TranslationMemory([new("one two", "a"), new("one two", "b"), new("three", "c")]);
        Assert.Equal("a", memory.Nearest("two").Target);
        Assert.Equal("a", memory.Nearest("zebra").Target);
        Assert.Equal("a", memory.Nearest("").Target);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TranslationMemory([]));
    }

    /// <summary>Nothing has a higher Dice coefficient, worked out anew from its definition for every pair.</summary>
    [Fact]
    public void It_is_the_nearest_of_all()
    {
        SentencePair[] pairs = [.. Corpus.Load("en-fr.train.tsv").Take(400)];
        var memory = new TranslationMemory(pairs);
        HashSet<string>[] words = [.. pairs.Select(pair => Words(pair.Source))];
        foreach (SentencePair asked in Corpus.Load("en-fr.test.tsv").Take(40))
        {
            HashSet<string> query = Words(asked.Source);
            double[] likeness =
                [.. words.Select(
                    known => 2 * known.Intersect(query).Sum(Weight) / (known.Sum(Weight) + query.Sum(Weight)))];
            int found = Array.IndexOf(pairs, memory.Nearest(asked.Source));
            Assert.Equal(likeness.Max(), likeness[found], 1e-9);
        }

        double Weight(string word) =>
            Math.Log((pairs.Length + 1.0) / (words.Count(known => known.Contains(word)) + 1)) + 1e-6;
        static HashSet<string> Words(string sentence) => [.. BleuTokens.Split(sentence.ToLowerInvariant())];
    }
}
