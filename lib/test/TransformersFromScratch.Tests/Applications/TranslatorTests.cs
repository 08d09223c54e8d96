namespace TransformersFromScratch.Tests.Applications;

public sealed class TranslatorTests : IDisposable
{
    private static readonly BytePairEncoding s_tokens = BytePairEncoding.Train(
        [" the cat sat", " le chat assis", " the dog", " le chien"], 12);
    private static readonly string[] s_sentences = ["the cat sat", "dog", "le  chat é", "the dog sat the"];
    private readonly string _folder = Directory.CreateTempSubdirectory("translator").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File => Path.Combine(_folder, "t.safetensors");

    private static Translator New(int vocabulary = 0, int longest = 14) => new(
        new Transformer(
            new TransformerConfig
            {
                Vocabulary = vocabulary == 0 ? s_tokens.Count : vocabulary, DModel = 16, Heads = 2, DFeedForward = 24,
                EncoderLayers = 1, DecoderLayers = 1,
            },
            seed: 2),
        s_tokens, longest);

    private static void Says(string what, Exception error) =>
        Assert.Contains(what, error.Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_saved_translates_the_same()
    {
        Translator translator = New();
        IReadOnlyList<string> before = translator.Translate(s_sentences);
        translator.Save(File, half: false);
        Translator whole = Translator.Load(File);
        Assert.Equal(before, whole.Translate(s_sentences));
        Assert.Equal((14, translator.Model.Config), (whole.Longest, whole.Model.Config));

        translator.Save(File); // Rounded to float16 once, the weights no longer change.
        Translator half = Translator.Load(File);
        IReadOnlyList<string> rounded = half.Translate(s_sentences);
        half.Save(File);
        Assert.Equal(rounded, Translator.Load(File).Translate(s_sentences));
        Assert.Equal(s_sentences.Select(sentence => translator.Translate([sentence])[0]), before); // Together as alone.
        Assert.All(s_sentences, sentence => Assert.Equal(sentence, translator.Decode(translator.Encode(sentence))));
        Assert.Empty(translator.Translate([]));
    }

    [Fact]
    public void Sentences_it_cannot_translate_are_named()
    {
        Translator translator = New();
        Says("Sentence 2 is empty", Assert.Throws<ArgumentException>(() => translator.Translate(["dog", " "])));
        string longer = string.Join(" ", Enumerable.Repeat("xyz", 10));
        Says(
            "Sentence 1 has 40 tokens, but the longest of the training had 14: cut it into sentences of about " +
            "13 characters",
            Assert.Throws<ArgumentException>(() => translator.Translate([longer])));
        Assert.Throws<OperationCanceledException>(
            () => translator.Translate(["dog"], new CancellationToken(canceled: true)));
        Says(
            $"The model knows 9 tokens, but the tokenizer has {s_tokens.Count}",
            Assert.Throws<ArgumentException>(() => New(vocabulary: 9)));
    }

    [Fact]
    public void Its_length_penalty_is_in_the_file_and_used_where_none_is_given()
    {
        Translator translator = New();
        Assert.Equal(0.6, translator.LengthPenalty);
        translator.LengthPenalty = 7.5;
        translator.Save(File, half: false);
        Translator loaded = Translator.Load(File);
        Assert.Equal((7.5, null), (loaded.LengthPenalty, loaded.Learned));
        double Score(double? alpha) => loaded.NBest(["the cat"], 1, 4, alpha)[0][0].Score;
        Assert.Equal(Score(7.5), Score(null));
        Assert.NotEqual(Score(0.6), Score(null));

        SafeTensors file = SafeTensors.Load(File); // as files were before
        var metadata = new Dictionary<string, string>(file.Metadata);
        Assert.True(metadata.Remove("length_penalty"));
        SafeTensors.Save(File, file.Tensors.Select(tensor => new Parameter(tensor.Key, tensor.Value)), metadata);
        Assert.Equal(0.6, Translator.Load(File).LengthPenalty);
        Assert.Throws<ArgumentOutOfRangeException>(() => translator.LengthPenalty = double.NaN);
    }

    [Fact]
    public void Files_that_are_no_translators_are_named()
    {
        Says("There is no translator", Assert.Throws<FileNotFoundException>(() => Translator.Load(File)));
        SafeTensors.Save(File, [new("a", new Tensor(1))]);
        Says("no translator of this course", Assert.Throws<InvalidDataException>(() => Translator.Load(File)));

        Translator translator = New();
        translator.Save(File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        foreach (int length in new[] { 0, 5, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            Says("cannot be read as safetensors", Assert.Throws<InvalidDataException>(() => Translator.Load(File)));
        }
    }

    [Theory]
    [InlineData("config", "{")]
    [InlineData("config", "null")]
    [InlineData("config", "{}")]
    [InlineData("config", "\"Heads\":2>\"Heads\":0")]
    [InlineData("config", "\"Heads\":2>\"Heads\":3")]
    [InlineData("config", "\"DModel\":16>\"DModel\":-16")]
    [InlineData("config", "\"Dropout\":0.1>\"Dropout\":7")]
    [InlineData("config", null)]
    [InlineData("tokens", "what")]
    [InlineData("tokens", null)]
    [InlineData("longest", "0")]
    [InlineData("longest", "x")]
    [InlineData("longest", "99999999999")]
    [InlineData("longest", null)]
    [InlineData("longest", "-3")]
    [InlineData("length_penalty", "0,6")]
    [InlineData("length_penalty", "-1")]
    [InlineData("length_penalty", "NaN")]
    [InlineData("learned_text", "{")]
    [InlineData("learned_text", "null")]
    [InlineData("learned_text", "{\"About\":\"x\",\"Fewest\":0,\"Characters\":\"\",\"Words\":\"\"}")]
    public void Damaged_metadata_are_named(string key, string? text)
    {
        Translator described = New();
        described.Learned = LearnedText.Of(["the cat"], "cats");
        described.Save(File);
        SafeTensors file = SafeTensors.Load(File);
        var metadata = new Dictionary<string, string>(file.Metadata);
        string before = metadata[key];
        metadata[key] = text?.Split('>') is [var from, var to]
            ? before.Replace(from, to, StringComparison.Ordinal)
            : text ?? "";
        Assert.NotEqual(before, metadata[key]);
        if (text is null)
        {
            metadata.Remove(key);
        }

        SafeTensors.Save(
            File, file.Tensors.Select(tensor => new Parameter(tensor.Key, tensor.Value)), metadata, half: true);
        Says("is damaged", Assert.Throws<InvalidDataException>(() => Translator.Load(File)));
    }
}
