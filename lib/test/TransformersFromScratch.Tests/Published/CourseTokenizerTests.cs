namespace TransformersFromScratch.Tests.Published;

/// <summary>The tokenizers of this course, written as files that others read, and read again.</summary>
public sealed class CourseTokenizerTests : IDisposable
{
    private static readonly string[] s_training =
    [
        " The cat sees the dog, and the dog sees the cat.", " L'été, c'est « chaud » !", " Größe: 42 Maße; 1997–2001",
        " You can't, she'd said: they're 3,000.", "\n\n  two   spaces\tand a tab", " été été Größe Größe can't can't",
    ];

    private readonly string _folder = Path.Combine(
        Directory.CreateTempSubdirectory("course-tokenizer-").FullName, "saved");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Byte_pairs_cut_and_join_as_before(bool blankBefore)
    {
        var tokens = BytePairEncoding.Train(s_training, merges: 80, moreSpecialTokens: ["<mask>"]);
        var model = new T5(new T5Config { Vocabulary = tokens.Count, DModel = 8, HeadWidth = 2 }, seed: 1);
        Pretrained.Of(model, tokens, blankBefore).Save(_folder);
        PublishedTokenizer saved = Pretrained.Load(_folder).Tokens!;
        Assert.Equal(tokens.Count, saved.Count);
        Assert.All(Texts(), text =>
        {
            int[] ids = tokens.Encode((blankBefore ? " " : "") + text);
            Assert.Equal(ids, saved.Encode(text));
            Assert.Equal(ids, saved.Sentence(text)); // Nothing stands around it.
            Assert.Equal(text, saved.Decode([BytePairEncoding.Start, .. ids, BytePairEncoding.End]));
        });
        Assert.Equal([3], saved.Encode("<mask>")[^1..]);
    }

    [Fact]
    public void A_GPT_keeps_its_text_as_it_is()
    {
        var tokens = BytePairEncoding.Train(s_training, merges: 80);
        var config = new GptConfig { Vocabulary = tokens.Count, DModel = 8, Heads = 2, Layers = 1, Context = 40 };
        Pretrained.Of(new Gpt(config, seed: 1), tokens).Save(_folder);
        PublishedTokenizer saved = Pretrained.Load(_folder).Tokens!;
        Assert.All(Texts(), text => Assert.Equal(tokens.Encode(text), saved.Encode(text)));
    }

    [Fact]
    public void Word_pieces_cut_as_before_and_are_read_from_either_file()
    {
        var pieces = WordPiece.Train(s_training, size: 90);
        var model = new Bert(new BertConfig { Vocabulary = pieces.Count, DModel = 8, Heads = 2, Layers = 1 }, seed: 1);
        Pretrained.Of(model, pieces).Save(_folder);
        PublishedTokenizer saved = Pretrained.Load(_folder).Tokens!;
        File.Delete(Path.Combine(_folder, "vocab.txt"));
        PublishedTokenizer whole = Pretrained.Load(_folder).Tokens!;
        Assert.All(Texts(), text =>
        {
            Assert.Equal(pieces.Encode(text), saved.Encode(text));
            Assert.Equal(pieces.Sentence(text, 1000), saved.Sentence(text));
            Assert.Equal(saved.Sentence(text), whole.Sentence(text));
        });
        Assert.Contains(pieces.Mask, saved.Encode("the [MASK] sees"));
    }

    [Theory]
    [InlineData("\"prepend\": \" \"", "\"prepend\": \"▁\"", "normalizer")]
    [InlineData("\"Prepend\"", "\"NFC\"", "normalizer")]
    [InlineData("\"start\": 1", "\"start\": -1", "start")]
    public void What_is_put_before_a_text_is_read_as_it_is_written_and_no_otherwise(
        string written, string damaged, string named)
    {
        var tokens = BytePairEncoding.Train(s_training, merges: 8);
        var model = new T5(new T5Config { Vocabulary = tokens.Count, DModel = 8, HeadWidth = 2 }, seed: 1);
        Pretrained.Of(model, tokens, blankBefore: true).Save(_folder);
        string path = Path.Combine(_folder, "tokenizer.json"), text = File.ReadAllText(path);
        Assert.Contains(written, text);
        File.WriteAllText(path, text.Replace(written, damaged, StringComparison.Ordinal));
        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder)).Message);
    }

    [Fact]
    public void A_special_token_that_a_merge_spells_is_named()
    {
        var tokens = BytePairEncoding.Train(["xyxyxyxy"], merges: 1, moreSpecialTokens: ["xy"]);
        Assert.Equal("xy", tokens.Spelling(tokens.Count - 1));
        var problem = Assert.Throws<NotSupportedException>(() => Pretrained.Of(
            new T5(new T5Config { Vocabulary = tokens.Count, DModel = 8, HeadWidth = 2 }, seed: 1), tokens));
        Assert.Contains("'xy'", problem.Message);
    }

    /// <summary>Texts to read, and 500 of characters of all kinds in a row.</summary>
    private static IEnumerable<string> Texts()
    {
        string[] parts =
        [
            " ", "  ", "\n", "\t", "\r\n", "\u00A0", "\u2003", "\u0085", "a", "Été", "größe", "e\u0301", "x²", "42",
            "Ⅷ", "٣", ".", "!?", "«", "’", "'s", "n't", "_", "-", "€", "中", "文字", "한국", "ש\u05B8", "😀",
            "👩‍🚀", "🇫🇷", "\u200B", "\0", "\u001F", "the", " cat", "\uFEFF", "\u00AD", "ﬁ",
        ];
        var random = new Random(5);
        return s_training.Concat(["Hello", " Hello", "  Hello", "can't", "  ", "a\n\nb \n c"]).Concat(
            Enumerable.Range(0, 500).Select(_ => string.Concat(
                Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]))));
    }
}
