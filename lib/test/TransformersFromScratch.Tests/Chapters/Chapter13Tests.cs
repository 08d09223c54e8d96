namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 13 write, against what the library ships. The functions are those of the cells.</summary>
public class Chapter13Tests
{
    private static readonly Bert s_bert = new(
        new BertConfig { Vocabulary = 17, DModel = 8, Heads = 2, DFeedForward = 16, Layers = 2, Positions = 9, Deviation = 0.3f }, seed: 1);

    private static readonly TokenBatch s_batch = TokenBatch.Of([[2, 7, 9, 11, 3], [2, 5, 3]], 0);

    // ---- the cells ----
    private static Tensor Encode(Bert bert, TokenBatch texts)
    {
        int[] t = [.. Enumerable.Range(0, texts.Length)], kinds = new int[texts.Ids.Length];
        Tensor x = bert.EmbeddingNorm.Forward(bert.Tokens.Forward(texts)
            + Op.Embedding(bert.Positions!.Weight, t, t.Length)
            + Op.Embedding(bert.Types.Weight, kinds, texts.Sentences, texts.Length));
        bool[]? padding = texts.Padding(0);
        foreach (var layer in bert.Layers) { x = layer.Forward(x, causal: false, padding); }

        return x;
    }

    private static Tensor Scores(Bert bert, Tensor x, int[] asked)
    {
        int d = bert.Config.DModel;
        Tensor rows = Op.Embedding(x.Reshape(x.Length / d, d), asked, asked.Length);
        rows = bert.TransformNorm.Forward(Op.Gelu(bert.Transform.Forward(rows)));
        return Op.Linear(rows, bert.Tokens.Weight, bert.OutputBias);
    }

    private static Tensor Classify(BertClassifier model, TokenBatch texts)
    {
        Tensor c = model.Bert.Pool(Encode(model.Bert, texts), texts, model.Pooling);
        return model.Output.Forward(Op.Tanh(model.Pooler.Forward(c)));
    }

    // ---- against the library ----
    private static void AssertNear(Tensor want, Tensor got)
    {
        Assert.Equal(want.Shape.ToArray(), got.Shape.ToArray());
        Assert.All(want.Data.Zip(got.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void The_cells_model_is_the_librarys()
    {
        Tensor x = s_bert.Encode(s_batch);
        Assert.True(x.Data.Distinct().Count() > 20);
        int[] real = [0, 1, 4, 5, 7]; // Rows of padding mean nothing.
        AssertNear(s_bert.MaskedLogits(x, real), Scores(s_bert, Encode(s_bert, s_batch), real));
    }

    [Theory]
    [InlineData(Pooling.First)]
    [InlineData(Pooling.Mean)]
    public void The_cells_classifier_is_the_librarys(Pooling pooling)
    {
        var model = new BertClassifier(s_bert, 6, pooling, seed: 2);
        AssertNear(model.Forward(s_batch), Classify(model, s_batch));
    }

    [Fact]
    public void The_numbers_by_hand_are_right()
    {
        Assert.Equal(1.39, ((2 * Math.Log(2)) + (2 * Math.Log(4)) + (2 * Math.Log(8))) / 6, 0.005);
        Assert.Equal(["package", "##s"], Turn13Pieces.Library("packages", ["p", "pack", "package", "##age", "##ages", "##s"]));
        Assert.Equal(["[UNK]"], Turn13Pieces.Library("café", ["c", "ca", "##f"]));
    }
}
