using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>
/// The two levels of the library are one truth: a layer gives a batch of tensors what it gives matrices one by one.
/// </summary>
public class LevelTests
{
    private const int DModel = 24, Heads = 4;

    private static readonly int[][] s_sources = [[5, 6, 7, 8, 9], [10, 11, 12], [13, 5, 6, 7]];
    private static readonly int[][] s_targets = [[1, 6, 7], [1, 11, 12], [1, 5, 6]];

    private static TransformerConfig Config(NormPlacement norm) => new()
    {
        Vocabulary = 31, DModel = DModel, Heads = Heads, DFeedForward = 40, EncoderLayers = 2, DecoderLayers = 2,
        Norm = norm, Dropout = 0.5f,
    };

    private static Tensor RandomTensor(params int[] shape)
    {
        var tensor = new Tensor(shape);
        Initialise.Normal(tensor, 1, new Random(11));
        return tensor;
    }

    private static Matrix<float> Sentence(Tensor x, int sentence)
    {
        int rows = x.Shape[1], width = x.Shape[2];
        return Matrix<float>.Build.DenseOfRowMajor(
            rows, width, x.Data[(sentence * rows * width)..((sentence + 1) * rows * width)]);
    }

    private static void AssertClose(IEnumerable<Matrix<float>> want, Tensor got, float tolerance = 2e-5f)
    {
        float[] expected = [.. want.SelectMany(matrix => matrix.ToRowMajorArray())];
        Assert.Equal(expected.Length, got.Length);
        Assert.All(expected.Zip(got.Data), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static void Check(Tensor x, Func<Tensor, Tensor> tensors, Func<Matrix<float>, Matrix<float>> matrices) =>
        AssertClose(Enumerable.Range(0, x.Shape[0]).Select(i => matrices(Sentence(x, i))), tensors(x));

    [Fact]
    public void Layers_of_rows()
    {
        Tensor x = RandomTensor(3, 5, DModel);
        var linear = new Linear(DModel, 17, new Random(1));
        var norm = new LayerNorm(DModel);
        Initialise.Normal(norm.Gain, 1, new Random(2));
        Initialise.Normal(norm.Bias, 1, new Random(3));
        Check(x, linear.Forward, linear.Forward);
        Check(x, norm.Forward, norm.Forward);
        Check(x, Op.Softmax, Softmax.Rows);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            var layer = new FeedForward(DModel, 40, new Random(4), activation);
            Check(x, layer.Forward, layer.Forward);
        }

        var embedding = new Embedding(9, DModel, new Random(5));
        AssertClose([embedding.Forward([3, 8, 3])], embedding.Forward(new TokenBatch([3, 8, 3], 1, 3)));
        Check(x, embedding.Logits, embedding.Logits);
    }

    [Fact]
    public void Attention_and_its_weights_under_every_mask()
    {
        Tensor x = RandomTensor(3, 5, DModel), memory = RandomTensor(3, 5, DModel);
        bool[] padding =
            [false, false, true, false, true, false, false, false, false, false, true, false, false, false, true];
        var attention = new MultiHeadAttention(DModel, Heads, new Random(1));
        foreach (bool causal in new[] { false, true })
        {
            foreach (bool[]? flags in new[] { null, padding })
            {
                var maps = new List<Tensor>();
                Tensor got = attention.Forward(x, memory, causal, flags, maps);
                var want = Enumerable.Range(0, 3).Select(i =>
                {
                    Mask mask = causal ? Mask.Causal(5) : Mask.Where(5, 5, (_, _) => false);
                    mask = flags is null ? mask : mask | Mask.Padding(5, flags[(5 * i)..(5 * (i + 1))]);
                    return attention.Forward(Sentence(x, i), Sentence(memory, i), mask);
                }).ToList();
                AssertClose(want.Select(result => result.Output), got);
                AssertClose(want.SelectMany(result => result.Weights), maps[0]);
            }
        }
    }

    [Theory, InlineData(NormPlacement.Post), InlineData(NormPlacement.Pre)]
    public void A_padded_batch_is_a_loop_over_its_sentences(NormPlacement norm)
    {
        var model = new Transformer(Config(norm), seed: 3);
        // No dropout outside training.
        Tensor logits = model.Forward(TokenBatch.Of(s_sources, 0), TokenBatch.Of(s_targets, 0));
        AssertClose(s_sources.Zip(s_targets, (source, target) => model.Forward(source, target).Logits), logits, 1e-4f);
    }

    [Fact]
    public void More_padding_changes_nothing()
    {
        var model = new Transformer(Config(NormPlacement.Post), seed: 3);
        var longer = TokenBatch.Of([.. s_sources, [.. Enumerable.Repeat(4, 12)]], 0);
        TokenBatch target = TokenBatch.Of([.. s_targets, s_targets[0]], 0);
        float[] want = model.Forward(TokenBatch.Of(s_sources, 0), TokenBatch.Of(s_targets, 0)).Data;
        Assert.All(want.Zip(model.Forward(longer, target).Data), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Padding_gets_no_gradient()
    {
        var model = new Transformer(Config(NormPlacement.Pre), seed: 3);
        TokenBatch source = TokenBatch.Of(s_sources, 0), target = TokenBatch.Of(s_targets, 0);
        Op.CrossEntropy(
            Op.Softmax(model.Decode(target, model.Encode(source), source)), [.. target.Ids.Select(id => id % DModel)])
                .Backward();
        // Row 0 is padding.
        Assert.All(model.Embedding.Weight.Gradient!.Data[..DModel], value => Assert.Equal(0, value));
        Assert.Contains(model.Embedding.Weight.Gradient!.Data, value => value != 0);
    }

    [Fact]
    public void Gpt_on_matrices_and_on_a_batch()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 31, Context = 5, Layers = 2, DModel = DModel, Heads = Heads, Dropout = 0.5f },
            seed: 3);
        AssertClose(s_sources.Select(model.Forward).Take(1), model.Forward(TokenBatch.Of(s_sources[..1], 0)), 1e-4f);
        Assert.Contains(
            "context of 5", Assert.Throws<ArgumentException>(() => model.Forward([1, 2, 3, 4, 5, 6])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_token_of_a_gpt_sees_a_later_one()
    {
        var model = new Gpt(
            new GptConfig { Vocabulary = 31, Context = 80, Layers = 2, DModel = DModel, Heads = Heads }, seed: 3);
        int[] ids = [.. Enumerable.Range(0, 80).Select(i => i % 31)];
        float[] before = model.Forward(new TokenBatch([.. ids], 1, 80)).Data;
        foreach (int changed in new[] { 1, 31, 32, 64, 79 })
        {
            int[] other = [.. ids];
            other[changed] = (other[changed] + 7) % 31;
            float[] after = model.Forward(new TokenBatch(other, 1, 80)).Data;
            Assert.Equal(before[..(changed * 31)], after[..(changed * 31)]);
            Assert.NotEqual(before[(changed * 31)..((changed + 1) * 31)], after[(changed * 31)..((changed + 1) * 31)]);
        }
    }

    [Fact]
    public void Dropout_acts_in_training_alone_and_by_seed()
    {
        var model = new Transformer(Config(NormPlacement.Post), seed: 3);
        TokenBatch source = TokenBatch.Of(s_sources, 0), target = TokenBatch.Of(s_targets, 0);
        float[] Logits(int? seed) => model.Forward(source, target, seed is { } s ? new SeededRandom(s) : null).Data;
        Assert.Equal(Logits(null), Logits(null));
        Assert.Equal(Logits(1), Logits(1));
        Assert.NotEqual(Logits(1), Logits(2));
        Assert.NotEqual(Logits(null), Logits(1));
    }

    /// <summary>
    /// The first update of a model whose embedding is used three times moves it by the sum of three gradients.
    /// </summary>
    [Fact]
    public void A_shared_embedding_is_one_parameter()
    {
        var model = new Transformer(Config(NormPlacement.Post), seed: 3);
        Assert.Single(model.Parameters(), parameter => parameter.Value == model.Embedding.Weight);
        TokenBatch source = TokenBatch.Of(s_sources, 0), target = TokenBatch.Of(s_targets, 0);
        Op.CrossEntropy(model.Forward(source, target), target.Ids).Backward();
        float[] gradient = model.Embedding.Weight.Gradient!.Data;
        Assert.Contains(gradient[(13 * DModel)..(14 * DModel)], value => value != 0); // 13 is in the source alone,
        // 30 is nowhere but in the output.
        Assert.Contains(gradient[(30 * DModel)..], value => value != 0);
    }
}
