namespace TransformersFromScratch.Tests.Laboratory;

public sealed class BagOfWordsTests
{
    [Fact]
    public void A_vector_has_length_1_and_weighs_the_rare_word_more()
    {
        var words = new TfIdf(["the cat", "the dog", "the the bird"]);
        Assert.Equal(4, words.Count);
        var vector = words.Of("The cat, and the unknown");
        Assert.Equal(1, vector.Sum(entry => entry.Weight * entry.Weight), 12);
        Assert.Equal(["cat", "the"], vector.Select(entry => words.Word(entry.Place)));

        // By hand: "cat" is in 1 of 3 texts, ln(4/2) + 1; "the" in all, ln(4/4) + 1 = 1, and here twice.
        Assert.Equal((Math.Log(2) + 1) / 2, vector[0].Weight / vector[1].Weight, 12);
        Assert.Empty(words.Of("nothing known"));
    }

    [Fact]
    public void It_learns_which_words_speak_for_a_class()
    {
        string[] texts =
            [.. Enumerable.Range(0, 20)
                .Select(i => i % 2 == 0 ? $"sound of music number{i}" : $"picture in colour number{i}")];
        var bag = new BagOfWords(texts, [.. Enumerable.Range(0, 20).Select(i => i % 2)], classes: 2);
        Assert.Equal((0, 1), (bag.Classify("music"), bag.Classify("a colour picture")));
        Assert.Equal(["music", "of", "sound"], bag.Strongest(0, 3).Select(word => word.Word).Order());
        Assert.Equal(1, bag.Probabilities("some sound").Sum(), 12);
        Assert.Throws<ArgumentException>(() => new BagOfWords(texts, [0], 2));
        Assert.Throws<ArgumentException>(() => new BagOfWords(["a"], [2], 2));
    }

    [Fact]
    public void Its_weights_are_at_the_lowest_point()
    {
        // Two texts with nothing in common, two classes: by symmetry each word has w for its own class and -w for the
        // other, and the derivative of the cross-entropies and the squares is 0 where 2·w / (2·C) = 1 - p with p = 1 /
        // (1 + e^(-2w)).
        var bag = new BagOfWords(["aa", "bb"], [0, 1], classes: 2, strength: 3);
        double w = bag.Strongest(0, 1)[0].Weight;
        Assert.Equal(w / 3, 1 - 1 / (1 + Math.Exp(-2 * w)), 6);
        Assert.Equal(-w, bag.Strongest(1, 2)[1].Weight, 9);
    }

    [Fact]
    public void Summaries_that_nobody_learned()
    {
        Assert.Equal("a b c", SummaryBaselines.FirstWords(" a  b c d", 3));
        Assert.Equal("a", SummaryBaselines.FirstWords("a"));
        Assert.Equal("Version 1.2 is out.", SummaryBaselines.FirstSentence("Version 1.2 is out. It is new."));
        Assert.Equal("no end", SummaryBaselines.FirstSentence("no end"));
        Func<string, string> nearest = SummaryBaselines.Nearest(
            [new("a game of chess", "chess", "x"), new("a game of cards", "cards", "y")]);
        Assert.Equal("cards", nearest("play cards"));
    }
}
