using TransformersFromScratch.Tests.Models;

namespace TransformersFromScratch.Tests.Published;

/// <summary>What this course builds, as a published folder and back again.</summary>
public sealed class CourseExportTests : IDisposable
{
    private readonly string _folder = Path.Combine(
        Directory.CreateTempSubdirectory("course-export-").FullName, "saved");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    private static GptConfig Gpt2 => new()
    {
        Vocabulary = SmallModels.Vocabulary, DModel = 16, Heads = 2, Layers = 2, Context = 10, Dropout = 0,
    };

    private static GptConfig Llama => Gpt2 with
    {
        Positions = PositionKind.Rotary,
        RotaryHalves = true,
        NormKind = NormKind.RootMeanSquare,
        Bias = false,
        Activation = Activation.SwiGlu,
        KeyValueHeads = 1,
        RotaryBase = 500,
        TiedOutput = false,
    };

    private static Pretrained Build(string name)
    {
        Bert bert = SmallModels.Lively(new Bert(SmallModels.SmallBert, seed: 1), model => model.Parameters());
        return name switch
        {
            "gpt2" => Pretrained.Of(Lively(new Gpt(Gpt2, seed: 1)), end: 2),
            "gpt2 with a map of its own" => Pretrained.Of(
                Lively(new Gpt(Gpt2 with { TiedOutput = false, DFeedForward = 20 }, seed: 1))),
            "llama" => Pretrained.Of(Lively(new Gpt(Llama, seed: 1)), end: 2),
            "bert" => Pretrained.Of(bert),
            "bert with classes" => Pretrained.Of(SmallModels.Lively(
                new BertClassifier(bert, 3, Pooling.First, seed: 1), model => model.Parameters())),
            "bert that answers" => Pretrained.Of(SmallModels.Lively(
                new BertReader(bert, seed: 1), model => model.Parameters())),
            "marian" => Pretrained.Of(SmallModels.Lively(
                new Transformer(Paper with { SinesFirst = true, OutputBias = true }, seed: 1),
                model => model.Parameters())),
            _ => Pretrained.Of(SmallModels.Build(name)),
        };
    }

    private static TransformerConfig Paper => new()
    {
        Vocabulary = SmallModels.Vocabulary, DModel = 16, Heads = 2, DFeedForward = 20, EncoderLayers = 2,
        DecoderLayers = 2, Dropout = 0,
    };

    private static Gpt Lively(Gpt model) => SmallModels.Lively(model, lively => lively.Parameters());

    [Theory]
    [InlineData("gpt2", "gpt2", "GPT2LMHeadModel")]
    [InlineData("gpt2 with a map of its own", "gpt2", "GPT2LMHeadModel")]
    [InlineData("llama", "llama", "LlamaForCausalLM")]
    [InlineData("bert", "bert", "BertForMaskedLM")]
    [InlineData("bert with classes", "bert", "BertForSequenceClassification")]
    [InlineData("bert that answers", "bert", "BertForQuestionAnswering")]
    [InlineData("marian", "marian", "MarianMTModel")]
    [InlineData("bart", "bart", "BartForConditionalGeneration")]
    [InlineData("bart pre", "mbart", "MBartForConditionalGeneration")]
    [InlineData("bart of published ids", "bart", "BartForConditionalGeneration")]
    [InlineData("t5", "t5", "T5ForConditionalGeneration")]
    [InlineData("t5 of published ids", "t5", "T5ForConditionalGeneration")]
    [InlineData("t5 1.1", "t5", "T5ForConditionalGeneration")]
    public void A_model_comes_back_from_its_folder_to_the_last_bit(string name, string architecture, string opens)
    {
        Pretrained before = Build(name);
        before.Save(_folder);
        var after = Pretrained.Load(_folder);
        Assert.Equal((architecture, architecture), (before.Architecture, after.Architecture));
        Assert.Equal(
            opens,
            PublishedFolder.Read(Path.Combine(_folder, "config.json")).GetProperty("architectures")[0].GetString());
        Parameter[] wanted = [.. before.Reader?.Parameters() ?? PublishedVariantTests.Parameters(before)];
        Parameter[] got = [.. after.Reader?.Parameters() ?? PublishedVariantTests.Parameters(after)];
        if (got.Length > wanted.Length) // Every published BART has numbers to add to the scores: zeros here.
        {
            Assert.All(got[^1].Value.Data, number => Assert.Equal(0, number));
            got = got[..^1];
        }

        PublishedSaveTests.AssertSame(wanted, got);
        var tokens = new TokenBatch([.. SmallModels.Sentences(3, 6, 6).SelectMany(ids => ids)], 2, 6);
        Assert.Equal(PublishedSaveTests.Logits(before, tokens), PublishedSaveTests.Logits(after, tokens));
        Assert.Equal(before.Generation.Ends, after.Generation.Ends);
        Assert.Equal(
            [.. Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)],
            (string[])(before.Bert is null
                ? ["config.json", "generation_config.json", "model.safetensors"]
                : ["config.json", "model.safetensors"]));
    }

    [Fact]
    public void The_papers_sines_and_cosines_are_put_into_the_published_order_and_nothing_else_changes()
    {
        var model = (Transformer)SmallModels.Build("transformer");
        Assert.False(model.Config.SinesFirst);
        Pretrained.Of((IEncoderDecoder)model).Save(_folder);
        var back = (Transformer)Pretrained.Load(_folder).EncoderDecoder!;
        int width = model.Config.DModel;
        int[] order = SineOrder.Order(width);
        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15], order);
        Assert.All(Enumerable.Range(0, width), place =>
        {
            Assert.Equal(model.Embedding.Weight.Data[width + order[place]], back.Embedding.Weight.Data[width + place]);
            Assert.Equal(
                model.Encoder[1].Attention.Query.Weight.Data[(3 * width) + order[place]],
                back.Encoder[1].Attention.Query.Weight.Data[(3 * width) + place]); // Row 3 stays row 3.
            Assert.Equal(
                model.Decoder[1].CrossAttention.Output.Weight.Data[(order[place] * width) + 5],
                back.Decoder[1].CrossAttention.Output.Weight.Data[(place * width) + 5]); // Column 5 stays column 5.
        });
        Assert.Equal(Sorted(model.Parameters()), Sorted(back.Parameters().SkipLast(1)));
        var tokens = new TokenBatch([.. SmallModels.Sentences(3, 9, 9).SelectMany(ids => ids)], 2, 9);
        float[] wanted = PublishedSaveTests.Logits(model, tokens).Data;
        float[] got = PublishedSaveTests.Logits(back, tokens).Data;
        Assert.All(wanted.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.True(wanted.Max() - wanted.Min() > 0.1);

        static float[][] Sorted(IEnumerable<Parameter> parameters) =>
            [.. parameters.Select(parameter => parameter.Value.Data.Order().ToArray())];
    }

    public static TheoryData<string, string, string> Misfits => new()
    {
        { "transformer pre", "Norm = Pre", "Marian" },
        { "gate", "Activation = GeGlu", "Marian" },
        { "alibi", "Positions = Alibi", "GPT-2" },
        { "post", "Norm = Post", "GPT-2" },
        { "shared keys", "KeyValueHeads = 1", "GPT-2" },
        { "window", "Window = 3", "GPT-2" },
        { "experts", "Experts = 2", "GPT-2" },
        { "pairs side by side", "RotaryHalves = false", "Llama" },
        { "distances", "Buckets = 8", "BERT" },
        { "bert pre", "Norm = Pre", "BERT" },
        { "mean", "Pooling = Mean", "BERT" },
        { "no padding", "PaddingId = -1", "T5" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_a_layout_has_no_place_for_is_said_in_a_sentence(string name, string option, string layout)
    {
        var problem = Assert.Throws<NotSupportedException>(() => name switch
        {
            "transformer pre" => Pretrained.Of(SmallModels.Build(name)),
            "gate" => Pretrained.Of(
                (IEncoderDecoder)new Transformer(Paper with { Activation = Activation.GeGlu }, seed: 1)),
            "alibi" => Pretrained.Of(new Gpt(Gpt2 with { Positions = PositionKind.Alibi }, seed: 1)),
            "post" => Pretrained.Of(new Gpt(Gpt2 with { Norm = NormPlacement.Post }, seed: 1)),
            "shared keys" => Pretrained.Of(new Gpt(Gpt2 with { KeyValueHeads = 1 }, seed: 1)),
            "window" => Pretrained.Of(new Gpt(Gpt2 with { Window = 3 }, seed: 1)),
            "experts" => Pretrained.Of(new Gpt(Gpt2 with { Experts = 2 }, seed: 1)),
            "pairs side by side" => Pretrained.Of(new Gpt(Llama with { RotaryHalves = false }, seed: 1)),
            "distances" => Pretrained.Of(new Bert(SmallModels.SmallBert with { Buckets = 8 }, seed: 1)),
            "bert pre" => Pretrained.Of(new Bert(SmallModels.SmallBert with { Norm = NormPlacement.Pre }, seed: 1)),
            "no padding" => Pretrained.Of(new T5(SmallModels.SmallT5 with { PaddingId = -1 }, seed: 1)),
            _ => Pretrained.Of(new BertClassifier(
                new Bert(SmallModels.SmallBert, seed: 1), 3, Pooling.Mean, seed: 1)),
        });
        Assert.Contains(option, problem.Message);
        Assert.Contains($"layout of {layout} ", problem.Message);
    }

    [Fact]
    public void A_folder_with_something_in_it_is_left_alone_and_an_empty_one_is_taken()
    {
        Directory.CreateDirectory(_folder);
        Build("gpt2").Save(_folder);
        byte[] before = File.ReadAllBytes(Path.Combine(_folder, "model.safetensors"));
        var problem = Assert.Throws<IOException>(() => Build("bert").Save(_folder));
        Assert.Contains("not an empty folder", problem.Message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(_folder, "model.safetensors")));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder)!));
    }

    [Fact]
    public void What_fails_on_the_way_leaves_nothing()
    {
        string place = Path.Combine(Path.GetDirectoryName(_folder)!, "copy");
        Directory.CreateDirectory(place);
        foreach (string file in Directory.GetFiles(new PublishedFolder("t5").Place))
        {
            File.Copy(file, Path.Combine(place, Path.GetFileName(file)));
        }

        var loaded = Pretrained.Load(place);
        File.Delete(Path.Combine(place, "spiece.model")); // It is copied only now.
        Assert.Throws<FileNotFoundException>(() => loaded.Save(_folder));
        Assert.Equal([place], Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder)!));
    }
}
