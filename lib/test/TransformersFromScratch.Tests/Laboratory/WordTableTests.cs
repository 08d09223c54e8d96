namespace TransformersFromScratch.Tests.Laboratory;

public class WordTableTests
{
    /// <summary>
    /// The textbook's case: "the" goes with "das" because it stands in both, and so the rest falls into place.
    /// </summary>
    [Fact]
    public void Words_that_go_together_find_each_other()
    {
        var table = new WordTable(
            [new("the house", "das Haus"), new("the book", "das Buch"), new("a book", "ein Buch")], rounds: 20);
        Assert.Equal(("das", "Haus", "Buch", "ein"), (table["the"], table["house"], table["book"], table["a"]));
        Assert.Equal("ein Haus zebra", table.Translate("a house zebra"));
        Assert.Null(table["zebra"]);
        Assert.Null(table[""]); // The empty word translates nothing.
        Assert.Equal("", table.Translate(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordTable([], rounds: 0));
    }

    /// <summary>The same expectation maximisation written plainly, with a dictionary for t(f|e).</summary>
    [Fact]
    public void It_chooses_what_model_1_finds_likeliest()
    {
        SentencePair[] pairs = [.. Corpus.Load("en-fr.train.tsv").Take(150)];
        const int Rounds = 4;
        (string[] Source, string[] Target)[] words =
            [.. pairs.Select(
                pair => ((string[])["", .. BleuTokens.Split(pair.Source)], BleuTokens.Split(pair.Target)))];
        var t = new Dictionary<(string E, string F), double>();
        for (int round = 0; round < Rounds; round++)
        {
            Dictionary<(string E, string F), double> counts = [];
            Dictionary<string, double> sums = [];
            foreach (var (source, target) in words)
            {
                foreach (string f in target)
                {
                    double all = source.Sum(e => t.GetValueOrDefault((e, f), 1));
                    foreach (string e in source)
                    {
                        double share = t.GetValueOrDefault((e, f), 1) / all;
                        counts[(e, f)] = counts.GetValueOrDefault((e, f)) + share;
                        sums[e] = sums.GetValueOrDefault(e) + share;
                    }
                }
            }

            t = counts.ToDictionary(count => count.Key, count => count.Value / sums[count.Key.E]);
        }

        var table = new WordTable(pairs, Rounds);
        foreach (var likeliest in t.GroupBy(entry => entry.Key.E).Where(group => group.Key != ""))
        {
            string? chosen = table[likeliest.Key];
            Assert.NotNull(chosen);
            Assert.Equal(likeliest.Max(entry => entry.Value), t[(likeliest.Key, chosen)], 1e-9);
        }
    }
}
