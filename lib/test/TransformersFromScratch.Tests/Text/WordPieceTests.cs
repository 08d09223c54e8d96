using System.Text.Json;
using CsCheck;

namespace TransformersFromScratch.Tests.Text;

public sealed class WordPieceTests
{
    private static readonly JsonElement s_theirs = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Text", "wordpiece.json"))).RootElement;

    private static readonly WordPiece s_tokens = WordPiece.Of(
        s_theirs.GetProperty("vocabulary").EnumerateArray().Select(piece => piece.GetString()!));

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, s_theirs.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Awkward_texts_are_cut_and_joined_as_by_Hugging_Face(int number)
    {
        JsonElement one = s_theirs.GetProperty("cases")[number];
        int[] ids = s_tokens.Sentence(one.GetProperty("text").GetString()!);
        Assert.Equal(Numbers(one, "ids"), ids);
        Assert.Equal(one.GetProperty("decoded").GetString(), s_tokens.Decode(ids));
    }

    [Fact]
    public void Two_texts_share_a_row_as_by_Hugging_Face()
    {
        foreach (JsonElement pair in s_theirs.GetProperty("pairs").EnumerateArray())
        {
            var (ids, types) = s_tokens.Pair(
                pair.GetProperty("first").GetString()!, pair.GetProperty("second").GetString()!);
            Assert.Equal(Numbers(pair, "ids"), ids);
            Assert.Equal(Numbers(pair, "types"), types);
        }
    }

    [Fact]
    public void The_longest_piece_comes_first_and_a_word_that_does_not_fit_is_unknown_whole()
    {
        WordPiece tokens = WordPiece.Of([.. WordPiece.SpecialTokens, "play", "p", "##ing", "##in", "##s", "##lay"]);
        Assert.Equal(["play", "##ing"], tokens.Tokens("Playing"));
        Assert.Equal(["play", "##in", "##s"], tokens.Tokens("plaẏins")); // the dot above is an accent
        Assert.Equal(["[UNK]", "play"], tokens.Tokens("playinz play"));
        Assert.Equal(["play", "[MASK]", "play", "[UNK]", "[UNK]"], tokens.Tokens("play [MASK]play [mask"));
        Assert.Equal("playing play", tokens.Decode(tokens.Sentence("PLAYING play")));
    }

    [Fact]
    public void Pieces_are_learned_by_how_often_they_stand_together()
    {
        // h-u-g: 10 hug, 5 pug, 12 pun, 4 bun, 5 hugs, the example of Hugging Face's course.
        string[] texts =
            [.. "hug:10 pug:5 pun:12 bun:4 hugs:5".Split(' ')
                .SelectMany(part => Enumerable.Repeat(part.Split(':')[0], int.Parse(part.Split(':')[1])))];
        WordPiece tokens = WordPiece.Train(texts, WordPiece.SpecialTokens.Count + 7 + 3);
        Assert.Equal(["##g", "##n", "##s", "##u", "b", "h", "p"], tokens.Vocabulary.Skip(5).Take(7));
        Assert.Equal(["##ug", "##un", "hug"], tokens.Vocabulary.Skip(12)); // 20 times, 16 times, 15 times
        Assert.Equal(["hug", "##s"], tokens.Tokens("hugs"));
        Assert.Equal((0, 1, 2, 3, 4), (tokens.Padding, tokens.Unknown, tokens.First, tokens.Separator, tokens.Mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => WordPiece.Train(texts, 11));
    }

    [Fact]
    public void A_piece_that_two_ways_lead_to_is_there_once_and_is_found_both_ways()
    {
        string[] texts =
            [.. Enumerable.Repeat("abc", 9), .. Enumerable.Repeat("abd", 5), .. Enumerable.Repeat("xbc", 8),
                .. Enumerable.Repeat("ybc", 8)];
        WordPiece tokens = WordPiece.Train(texts, 100);
        Assert.Equal(tokens.Count, tokens.Vocabulary.Distinct().Count());
        Assert.All(texts, text => Assert.Equal([text], tokens.Tokens(text)));
    }

    [Fact]
    public void The_same_texts_in_any_order_give_the_same_vocabulary()
    {
        string[] texts = [.. Corpus.Load("en-fr.test.tsv").Select(pair => pair.Source)];
        WordPiece tokens = WordPiece.Train(texts, 600, minimumCount: 1);
        Assert.Equal(tokens.Vocabulary, WordPiece.Train(texts.Reverse(), 600, minimumCount: 1).Vocabulary);
        Assert.Equal(600, tokens.Count);
        Assert.All(texts, text => Assert.DoesNotContain(tokens.Unknown, tokens.Encode(text)));
        Assert.True(WordPiece.Train(texts, 1200).Encode(texts[0]).Length <= tokens.Encode(texts[0]).Length);
    }

    [Fact]
    public void Letters_in_a_row_are_the_word_without_what_BERT_takes_away() =>
        Gen.String[Gen.Char.AlphaNumeric, 0, 30].Array[0, 8].Sample(words =>
    {
        string text = string.Join(' ', words);
        WordPiece tokens = WordPiece.Train([text], 500, minimumCount: 1);
        string[] plain = [.. words.Where(word => word.Length > 0).Select(word => word.ToLowerInvariant())];
        Assert.Equal(plain, WordPiece.Words(text));
        Assert.Equal(string.Join(' ', plain), tokens.Decode(tokens.Encode(text)));
    });

    [Fact]
    public void No_text_is_too_strange_to_be_cut() => Gen.String.Sample(text =>
    {
        int[] ids = s_tokens.Encode(text);
        Assert.All(ids, id => Assert.InRange(id, 0, s_tokens.Count - 1));
    });

    [Fact]
    public void A_sentence_that_is_too_long_loses_its_end_and_keeps_its_separator()
    {
        Assert.Equal([2, 3], s_tokens.Sentence("click a filter", longest: 2));
        Assert.Equal(3, s_tokens.Sentence("click a filter", longest: 4)[^1]);
        Assert.Equal(4, s_tokens.Sentence("click a filter", longest: 4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_tokens.Sentence("a", longest: 1));
    }

    [Fact]
    public void A_vocabulary_is_saved_as_a_piece_a_line_and_loaded_again()
    {
        string path = Path.GetTempFileName();
        try
        {
            s_tokens.Save(path);
            Assert.Equal(s_tokens.Vocabulary, WordPiece.Load(path).Vocabulary);
            File.WriteAllLines(path, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"]);
            Assert.Contains(
                "[MASK]", Assert.Throws<InvalidDataException>(() => WordPiece.Load(path)).Message,
                StringComparison.Ordinal);
            File.WriteAllLines(path, [.. WordPiece.SpecialTokens, "a", "a"]);
            Assert.Contains(
                "Piece 6", Assert.Throws<InvalidDataException>(() => WordPiece.Load(path)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int[] Numbers(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];
}
