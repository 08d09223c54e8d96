namespace TransformersFromScratch.Tests.Text;

public class TextTests
{
    [Theory]
    [InlineData("The cat sat.", "the|cat|sat|.")]
    [InlineData("Choisissez l'onglet d’aide - Qu'est-ce ?", "choisissez|l'|onglet|d’|aide|-|qu'|est-ce|?")]
    [InlineData("Don't use drag-and-drop (F5)!", "don't|use|drag-and-drop|(|f5|)|!")]
    [InlineData("Répartir régulièrement", "répartir|régulièrement")]
    [InlineData("ok 😀", "ok|😀")]
    [InlineData("👍🏽👩‍🚀🇫🇷!", "👍🏽|👩‍🚀|🇫🇷|!")]
    [InlineData("𝄞 𠮷野 e\u0301t\u00e9", "𝄞|𠮷|野|e\u0301t\u00e9")]
    public void Words_and_marks(string sentence, string words) => Assert.Equal(words.Split('|'), Words.Split(sentence));

    [Fact]
    public void A_vocabulary_puts_the_frequent_first_and_ties_in_order()
    {
        Vocabulary vocabulary = Vocabulary.Build(["b a", "a c"]);
        Assert.Equal(
            ["<pad>", "<s>", "</s>", "<unk>", "a", "b", "c"], vocabulary.Decode(Enumerable.Range(0, vocabulary.Count)));
        Assert.Equal([4, 5, 6], vocabulary.Encode(["a", "b", "c"]));
        Assert.Equal("a", vocabulary[4]);
        Assert.Equal(5, Vocabulary.Build(["b a", "a c"], minimumCount: 2).Count);
    }

    [Fact]
    public void An_unknown_word_is_an_error_that_offers_the_nearest_known_ones()
    {
        Vocabulary vocabulary = Vocabulary.Build(["open the document now"]);
        string message = Assert.Throws<ArgumentException>(() => vocabulary.Encode(["documents"])).Message;
        Assert.Contains("'documents'", message, StringComparison.Ordinal);
        Assert.Contains("are: document,", message, StringComparison.Ordinal);
        Assert.Equal([Vocabulary.Unknown], vocabulary.Encode(["documents"], unknownAllowed: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary[99]);
    }

    [Fact]
    public void A_corpus_that_is_missing_or_malformed_says_where()
    {
        Assert.Contains(
            "data/", Assert.Throws<FileNotFoundException>(() => SentencePair.Load("nowhere.tsv")).Message,
            StringComparison.Ordinal);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "one\tun\nno tab here\n");
            Assert.Contains(
                "line 2", Assert.Throws<InvalidDataException>(() => SentencePair.Load(path)).Message,
                StringComparison.Ordinal);
            File.WriteAllBytes(path, [.. "one\tun\ntwo\td"u8, 0xE9, .. "j\u00e0\n"u8]); // Latin-1
            string message = Assert.Throws<InvalidDataException>(() => SentencePair.Load(path)).Message;
            Assert.Contains(
                $"{path}, line 2 is not valid UTF-8: the byte E9 at place 6", message, StringComparison.Ordinal);
            File.WriteAllText(path, "\u001b[31m" + new string('x', 5000));
            message = Assert.Throws<InvalidDataException>(() => SentencePair.Load(path)).Message;
            Assert.True(message.Length < 400 && !message.Contains('\u001b'), message);
            File.WriteAllText(path, "\uFEFFone\tun\tpage.html\r\n");
            Assert.Equal(new SentencePair("one", "un", "page.html"), Assert.Single(SentencePair.Load(path)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("en-fr", 27_185, "Choisissez")]
    [InlineData("en-de", 28_415, "Wählen")]
    public void The_shipped_pairs_load_and_nothing_of_the_test_stands_in_the_training_file(
        string languages, int pairs, string word)
    {
        var (train, test) = (Corpus.Load($"{languages}.train.tsv"), Corpus.Load($"{languages}.test.tsv"));
        Assert.Equal((pairs, 800), (train.Count, test.Count));
        Assert.Contains(train, pair => pair.Target.Contains(word, StringComparison.Ordinal));
        Assert.Empty(train.Select(pair => pair.Source).Intersect(test.Select(pair => pair.Source)));
        Assert.Empty(train.Select(pair => pair.Target).Intersect(test.Select(pair => pair.Target)));
        Assert.All(
            train.Concat(test), pair => Assert.True(
                pair.Source.Trim() == pair.Source && pair.Target.Trim() == pair.Target, pair.ToString()));
    }
}
