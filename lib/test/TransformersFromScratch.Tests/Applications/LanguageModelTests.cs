namespace TransformersFromScratch.Tests.Applications;

public sealed class LanguageModelTests : IDisposable
{
    private const string Text = "the cat sat on the mat – 😀 “yes”";
    private static readonly BytePairEncoding s_pairs = BytePairEncoding.Train([Text, Text], 12);
    private static readonly Characters s_characters = Characters.Of(Text);
    private readonly string _folder = Directory.CreateTempSubdirectory("language-model").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string File => Path.Combine(_folder, "m.safetensors");

    private static LanguageModel New(ITokenizer tokens, int? end = null, Func<GptConfig, GptConfig>? change = null)
    {
        var config =
            new GptConfig { Vocabulary = tokens.Count, Context = 8, Layers = 2, DModel = 8, Heads = 2, Dropout = 0 };
        return new LanguageModel(new Gpt(change?.Invoke(config) ?? config, seed: 4), tokens, end);
    }

    private static void Says(string what, Exception error) =>
        Assert.Contains(what, error.Message, StringComparison.Ordinal);

    private static string Written(LanguageModel model, string prompt, int seed = 1, int longest = 40) =>
        string.Concat(model.Complete(prompt, longest, new SamplingOptions(), new Random(seed)));

    public static TheoryData<string> Kinds => ["characters", "pairs"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_saved_writes_the_same(string kind)
    {
        LanguageModel model = kind == "pairs" ? New(s_pairs, end: 2) : New(s_characters);
        model.Save(File, half: false);
        LanguageModel whole = LanguageModel.Load(File);
        Assert.Equal(Written(model, "the"), Written(whole, "the"));
        Assert.Equal(
            (model.Model.Config.ToString(), model.End, model.Tokens.Count),
            (whole.Model.Config.ToString(), whole.End, whole.Tokens.Count));
        Assert.Equal(model.Tokens.GetType(), whole.Tokens.GetType());
        Assert.Equal(Text, whole.Decode(whole.Encode(Text)));

        model.Save(File); // Rounded to float16 once, the weights no longer change.
        LanguageModel half = LanguageModel.Load(File);
        half.Save(File);
        Assert.Equal(Written(half, "cat"), Written(LanguageModel.Load(File), "cat"));
    }

    [Fact]
    public void Every_option_of_the_model_comes_back()
    {
        LanguageModel model = New(s_pairs, change: config => config with
        {
            Positions = PositionKind.Rotary,
            Activation = Activation.SwiGlu,
            NormKind = NormKind.RootMeanSquare,
            KeyValueHeads = 1,
            Window = 3,
            Bias = false,
        });
        model.Save(File);
        Assert.Equal(model.Model.Config.ToString(), LanguageModel.Load(File).Model.Config.ToString());
    }

    [Fact]
    public void It_goes_on_with_a_text_as_its_model_does()
    {
        LanguageModel model = New(s_characters);
        int[] prompt = model.Encode("the cat ");
        int[] greedy = [.. Generation.Stream(model.Model, prompt, 20)];
        Assert.Equal(model.Decode(greedy), string.Concat(model.Complete("the cat ", 20)));
        // It reads the last 8 alone.
        Assert.Equal(model.Decode(greedy), string.Concat(model.Complete("sat on the mat the cat ", 20)));

        int end = greedy[3];
        string upToEnd = string.Concat(new LanguageModel(model.Model, s_characters, end).Complete("the cat ", 20));
        Assert.Equal(model.Decode(greedy[..Array.IndexOf(greedy, end)]), upToEnd);
    }

    [Fact]
    public void Pieces_come_one_by_one_and_no_character_comes_in_halves()
    {
        LanguageModel model = New(s_pairs);
        int asked = 0;
        foreach (string piece in model.Complete("the", 50, new SamplingOptions(), new Random(3)))
        {
            asked++;
            Assert.NotEqual("", piece);
            if (asked == 3) { break; }
        }

        Assert.Equal(3, asked);
        for (int seed = 0; seed < 20; seed++)
        {
            int[] ids =
                [.. Generation.Stream(model.Model, model.Encode("the"), 60, new SamplingOptions(), new Random(seed))];
            string[] pieces = [.. model.Complete("the", 60, new SamplingOptions(), new Random(seed))];
            string wanted = model.Decode(ids);
            Assert.Equal(wanted, string.Concat(pieces));
            Assert.DoesNotContain("", pieces);
        }
    }

    [Fact]
    public void What_it_cannot_do_is_said()
    {
        LanguageModel model = New(s_characters);
        Says("Begin with at least one token", Assert.Throws<ArgumentException>(() => model.Complete("")));
        Says("'z'", Assert.Throws<ArgumentException>(() => model.Complete("z")));
        Says(
            "Sampling needs random numbers",
            Assert.Throws<ArgumentException>(() => model.Complete("the", 5, new SamplingOptions())));
        Says($"The model knows {s_characters.Count} tokens, but the tokenizer has {s_pairs.Count}",
            Assert.Throws<ArgumentException>(() => new LanguageModel(model.Model, s_pairs)));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(s_characters, end: s_characters.Count));
        Assert.Throws<OperationCanceledException>(
            () => string.Concat(model.Complete("the", 5, token: new CancellationToken(canceled: true))));
    }

    [Fact]
    public void Files_that_are_no_language_models_are_named()
    {
        Says("There is no language model", Assert.Throws<FileNotFoundException>(() => LanguageModel.Load(File)));
        SafeTensors.Save(File, [new("a", new Tensor(1))]);
        Says("no language model of this course", Assert.Throws<InvalidDataException>(() => LanguageModel.Load(File)));
        New(s_characters).Save(File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        foreach (int length in new[] { 0, 5, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            System.IO.File.WriteAllBytes(File, bytes[..length]);
            Says("cannot be read as safetensors", Assert.Throws<InvalidDataException>(() => LanguageModel.Load(File)));
        }
    }

    [Theory]
    [InlineData("config", "{")]
    [InlineData("config", "null")]
    [InlineData("config", "{}")]
    [InlineData("config", "\"Heads\":2>\"Heads\":3")]
    [InlineData("config", "\"Layers\":2>\"Layers\":1")]
    [InlineData("config", "\"Layers\":2>\"Layers\":2000000000")]
    [InlineData("config", "\"DModel\":8>\"DModel\":2000000000")]
    [InlineData("config", "\"Experts\":1>\"Experts\":2")]
    [InlineData("config", "\"Experts\":1>\"Experts\":2000000000")]
    [InlineData("config", "\"DModel\":8>\"DModel\":-8")]
    [InlineData("config", "\"Context\":8>\"Context\":9")]
    [InlineData("config", "\"Positions\":>\"Positions\":7")]
    [InlineData("config", "\"Dropout\":0>\"Dropout\":7")]
    [InlineData("config", "\"KeyValueHeads\":null>\"KeyValueHeads\":1")]
    [InlineData("config", null)]
    [InlineData("characters", "ba")]
    [InlineData("characters", "aab")]
    [InlineData("characters", "ab")]
    [InlineData("characters", "")]
    [InlineData("characters", null)]
    [InlineData("end", "-1")]
    [InlineData("end", "99")]
    [InlineData("end", "x")]
    public void Damaged_metadata_are_named(string key, string? text)
    {
        New(s_characters, end: 1).Save(File);
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
        Exception error = Assert.Throws<InvalidDataException>(() => LanguageModel.Load(File));
        Says("is damaged", error);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_named()
    {
        LanguageModel model = New(s_characters);
        model.Model.Tokens.Weight.Span[3] = float.NaN;
        model.Save(File);
        Says("NaN or infinity", Assert.Throws<InvalidDataException>(() => LanguageModel.Load(File)));
    }
}
