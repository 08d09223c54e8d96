using TransformersFromScratch.Tests.Published;

namespace TransformersFromScratch.Tests.Models;

/// <summary>Models whose weights are rounded, against the same models with the rounded numbers as float32.</summary>
public class CompactModelTests
{
    private static readonly WeightFormat[] s_formats =
        [WeightFormat.Float16, WeightFormat.BFloat16, WeightFormat.Int8];

    public static TheoryData<string, WeightFormat> Folders =>
        [.. from row in PublishedFolder.With("config.json") from format in s_formats select (row.Data, format)];

    [Theory, MemberData(nameof(Folders))]
    public void Every_published_model_computes_with_its_rounded_weights(string name, WeightFormat format)
    {
        var folder = new PublishedFolder(name);
        Pretrained compact = Pretrained.Load(folder.Place, format, tokens: false);
        Pretrained wide = Pretrained.Load(folder.Place, tokens: false);
        Parameter[] rounded = [.. Parameters(compact)];
        int small = 0;
        foreach (var (mine, other) in rounded.Zip(Parameters(wide)))
        {
            Assert.Equal(other.Name, mine.Name);
            if (mine.Value.Compacted is { } weight)
            {
                weight.Widened().Data.CopyTo(other.Value.Data, 0);
                small++;
            }
        }

        Assert.True(small >= rounded.Count(one => one.Value.Shape.Length == 2) - 4, "Few weights were rounded.");
        Assert.True(CompactModels.Bytes(rounded) < 0.8 * CompactModels.Bytes(Parameters(wide)));
        using var quiet = Tape.NoGradient();
        float[] got = Output(compact), want = Output(wide);
        Assert.True(want.Distinct().Count() > want.Length / 8);
        float size = want.Max(Math.Abs);
        Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * size));
    }

    [Fact]
    public void A_weight_that_is_no_number_is_named()
    {
        var model = new Gpt(Small, seed: 1);
        model.Layers[1].FeedForward.Inner.Weight.Data[5] = float.NaN;
        string message = Assert.Throws<ArgumentException>(() => model.Compact(WeightFormat.Int8)).Message;
        Assert.Contains("layers.1.", message);
        Assert.Contains("column 5", message);
    }

    [Fact]
    public void Compacting_twice_is_nothing_new_and_in_another_format_refused()
    {
        var model = new Gpt(Small, seed: 1);
        model.Compact(WeightFormat.Int8);
        model.Compact(WeightFormat.Int8);
        Assert.Contains("load the model again", Assert.Throws<InvalidOperationException>(
            () => model.Compact(WeightFormat.Float16)).Message);
        Assert.Contains("held as Int8", Assert.Throws<InvalidOperationException>(
            () => model.Forward([1, 2, 3])).Message);
        Assert.Contains("load the model again", Assert.Throws<InvalidOperationException>(
            () => Pretrained.Of(model).Save(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()))).Message);
    }

    [Theory]
    [InlineData(WeightFormat.Float16)]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Texts_of_a_batch_are_those_of_single_ones(WeightFormat format)
    {
        var model = new Gpt(Small, seed: 1);
        model.Compact(format);
        int[][] prompts = [[3, 1, 4, 1, 5, 9], [2], [7, 7, 7]];
        Assert.Equal(
            prompts.Select(prompt => Generation.Stream(model, prompt, 20).ToArray()),
            Generation.Batch(model, prompts, 20));
    }

    private static GptConfig Small => new()
    {
        Vocabulary = 41, Context = 30, Layers = 2, DModel = 40, Heads = 4, DFeedForward = 72, Dropout = 0,
    };

    private static IEnumerable<Parameter> Parameters(Pretrained model) =>
        model.Gpt?.Parameters() ?? model.EncoderDecoder?.Parameters() ?? model.Bert!.Parameters();

    private static float[] Output(Pretrained model)
    {
        var tokens = new TokenBatch([5, 6, 7, 8, 9, 10, 11, 12], 2, 4);
        return model.Gpt?.Forward(tokens).Data ?? model.Bert?.Encode(tokens).Data
            ?? model.EncoderDecoder!.Forward(tokens, tokens).Data;
    }
}
