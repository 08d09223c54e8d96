using System.Text;

namespace TransformersFromScratch.Tests.Applications;

public sealed class MaskedLanguageModelTests : IDisposable
{
    private static readonly WordPiece s_tokens = WordPiece.Train(
        ["the cat sat on the mat", "the dog sat on the rug"], 60, minimumCount: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("masked").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File => Path.Combine(_folder, "m.safetensors");

    private static MaskedLanguageModel New() => new(
        new Bert(
            new BertConfig
            {
                Vocabulary = s_tokens.Count, DModel = 8, Heads = 2, DFeedForward = 16, Layers = 1,
                Positions = 10
            }, 4), s_tokens);

    [Fact]
    public void What_is_saved_fills_the_same()
    {
        MaskedLanguageModel model = New();
        model.Save(File, half: false);
        MaskedLanguageModel whole = MaskedLanguageModel.Load(File);
        Assert.Equal(model.Fill("the ___ sat")[0], whole.Fill("the ___ sat")[0]);
        Assert.Equal(model.Tokens.Vocabulary, whole.Tokens.Vocabulary);
        Assert.Equal(model.Model.Config.ToString(), whole.Model.Config.ToString());

        model.Save(File); // Rounded to float16 once, the weights no longer change.
        MaskedLanguageModel half = MaskedLanguageModel.Load(File);
        half.Save(File);
        Assert.Equal(half.Fill("the ___ sat")[0], MaskedLanguageModel.Load(File).Fill("the ___ sat")[0]);
    }

    [Fact]
    public void Every_blank_gets_its_words_the_likeliest_first()
    {
        var filled = New().Fill("___ cat sat on the ___", best: s_tokens.Count);
        Assert.Equal(2, filled.Count);
        Assert.All(filled, words => Assert.Equal(1, words.Sum(word => word.Probability), 1e-4));
        Assert.All(
            filled, words => Assert.Equal(
                words.OrderByDescending(word => word.Probability).Select(word => word.Probability),
                words.Select(word => word.Probability)));
        Assert.Equal(4, New().Fill("___ cat", best: 4)[0].Count);
    }

    [Fact]
    public void A_blank_is_a_mask_and_a_long_text_loses_its_end()
    {
        int[] ids = New().Encode("the ___ sat");
        Assert.Equal((s_tokens.First, s_tokens.Mask, s_tokens.Separator), (ids[0], ids[2], ids[^1]));
        Assert.Equal(10, New().Encode(string.Join(' ', Enumerable.Repeat("the", 30))).Length);
    }

    [Theory]
    [InlineData("the cat", "write ___ where")]
    [InlineData("the cat sat on the mat the cat sat on the ___", "first 10 tokens")]
    public void Without_a_blank_it_says_what_to_do(string text, string help) => Assert.Contains(
        help, Assert.Throws<ArgumentException>(() => New().Fill(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Another_tokenizer_is_refused() => Assert.Contains("same training", Assert.Throws<ArgumentException>(
        () => new MaskedLanguageModel(New().Model, WordPiece.Train(["a b c d"], 40, minimumCount: 1))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("\"Layers\":1", "\"Layers\":2", "parameters")]
    [InlineData("\"DModel\":8", "\"DModel\":0", "DModel")]
    [InlineData("[MASK]", "[MUSK]", "[MASK]")]
    [InlineData("masked language model 1", "masked language model 9", "lab bert")]
    public void A_damaged_file_says_what_is_wrong(string part, string instead, string says)
    {
        New().Save(File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        string text = Encoding.Latin1.GetString(bytes);
        string found = text.Contains(part, StringComparison.Ordinal)
            ? part
            : part.Replace("\"", "\\u0022", StringComparison.Ordinal);
        string put = found == part ? instead : instead.Replace("\"", "\\u0022", StringComparison.Ordinal);
        Assert.Contains(found, text, StringComparison.Ordinal);
        System.IO.File.WriteAllBytes(
            File, Encoding.Latin1.GetBytes(text.Replace(found, put, StringComparison.Ordinal)));
        Assert.Contains(
            says, Assert.Throws<InvalidDataException>(() => MaskedLanguageModel.Load(File)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_says_how_to_make_one() => Assert.Contains(
        "lab bert", Assert.Throws<FileNotFoundException>(() => MaskedLanguageModel.Load(File)).Message,
        StringComparison.Ordinal);
}
