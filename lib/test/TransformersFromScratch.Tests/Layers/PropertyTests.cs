using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Layers;

/// <summary>What must hold for any weights and any input, shown on random ones from a seed.</summary>
public class PropertyTests
{
    private const int DModel = 24, Heads = 4, DFeedForward = 48;

    private static Matrix<float> RandomMatrix(int rows, int columns, int seed, float scale = 1)
    {
        var random = new Random(seed);
        return Matrix<float>.Build.Dense(rows, columns, (_, _) => scale * ((2 * random.NextSingle()) - 1));
    }

    private static void AssertClose(Matrix<float> want, Matrix<float> got, float tolerance = 1e-5f)
    {
        Assert.Equal((want.RowCount, want.ColumnCount), (got.RowCount, got.ColumnCount));
        Assert.True(
            (want - got).InfinityNorm() <= tolerance * want.ColumnCount,
            $"Largest row difference {(want - got).InfinityNorm()}.");
    }

    private static void AssertBitwiseEqual(Matrix<float> want, Matrix<float> got) =>
        Assert.Equal(want.ToRowMajorArray(), got.ToRowMajorArray());

    private static Matrix<float> Rows(Matrix<float> x, int[] order) =>
        Matrix<float>.Build.DenseOfRows(order.Select(row => (IEnumerable<float>)x.Row(row).ToArray()));

    private static Transformer TinyTransformer(NormPlacement norm = NormPlacement.Post, int seed = 7) => new(
        new TransformerConfig
        {
            Vocabulary = 31, DModel = DModel, Heads = Heads, DFeedForward = DFeedForward,
            EncoderLayers = 2, DecoderLayers = 2, Norm = norm,
        }, seed);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 7, 1)]
    [InlineData(5, 9, 1000)]
    [InlineData(64, 64, 30)]
    public void Rows_of_weights_sum_to_one_however_large_the_scores(int queries, int keys, float scale)
    {
        Matrix<float> weights = Softmax.Rows(RandomMatrix(queries, keys, seed: 1, scale));
        Assert.All(weights.RowSums(), sum => Assert.Equal(1f, sum, 5));
        Assert.All(weights.Enumerate(), weight => Assert.InRange(weight, 0, 1));
    }

    [Fact]
    public void Adding_a_constant_to_a_row_of_scores_changes_nothing()
    {
        Matrix<float> scores = RandomMatrix(4, 6, seed: 2);
        AssertClose(Softmax.Rows(scores), Softmax.Rows(scores + 100), 1e-4f);
    }

    [Fact]
    public void A_fully_masked_row_gives_zeros_and_no_NaN()
    {
        Matrix<float> x = RandomMatrix(4, 8, seed: 3);
        Mask mask = Mask.Where(4, 4, (query, _) => query == 2);
        var (output, weights) = Attention.ScaledDotProduct(x, x, x, mask);
        Assert.All(weights.Row(2), weight => Assert.Equal(0f, weight));
        Assert.All(output.Row(2), value => Assert.Equal(0f, value));
        Assert.Equal(1f, weights.Row(1).Sum(), 5);
    }

    [Fact]
    public void Causal_and_padding_masks_combine()
    {
        Mask mask = Mask.Causal(4) | Mask.Padding(4, [false, true, false, false]);
        for (int query = 0; query < 4; query++)
        {
            for (int key = 0; key < 4; key++)
            {
                Assert.Equal(key > query || key == 1, mask.Hides(query, key));
                Assert.Equal(mask.Hides(query, key) ? 0f : 1f, mask.ToMatrix()[query, key]);
            }
        }
    }

    [Fact]
    public void Under_a_causal_mask_the_past_is_bitwise_blind_to_the_future()
    {
        var attention = new MultiHeadAttention(DModel, Heads, new Random(4));
        Matrix<float> x = RandomMatrix(9, DModel, seed: 5), changed = x.Clone();
        changed.SetSubMatrix(6, 0, RandomMatrix(3, DModel, seed: 6, scale: 50));
        AssertBitwiseEqual(
            attention.Forward(x, Mask.Causal(9)).Output.SubMatrix(0, 6, 0, DModel),
            attention.Forward(changed, Mask.Causal(9)).Output.SubMatrix(0, 6, 0, DModel));
        Assert.NotEqual(
            attention.Forward(x).Output.Row(0).ToArray(),
            attention.Forward(changed).Output.Row(0).ToArray());
    }

    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void The_whole_decoder_is_bitwise_blind_to_later_target_tokens(NormPlacement norm)
    {
        Transformer model = TinyTransformer(norm);
        int[] source = [4, 8, 15, 16], target = [1, 23, 12, 9, 5], changed = [1, 23, 12, 30, 29];
        Matrix<float> first = model.Forward(source, target).Logits, second = model.Forward(source, changed).Logits;
        AssertBitwiseEqual(first.SubMatrix(0, 3, 0, first.ColumnCount), second.SubMatrix(0, 3, 0, second.ColumnCount));
        Assert.NotEqual(first.Row(3).ToArray(), second.Row(3).ToArray());
    }

    [Fact]
    public void Without_positions_a_permuted_sentence_gives_the_permuted_output()
    {
        var layer = new EncoderLayer(DModel, Heads, DFeedForward, new Random(8));
        Matrix<float> x = RandomMatrix(6, DModel, seed: 9);
        int[] order = [3, 0, 5, 1, 4, 2];
        AssertClose(Rows(layer.Forward(x).Output, order), layer.Forward(Rows(x, order)).Output);
    }

    [Fact]
    public void With_positions_a_permuted_sentence_gives_another_output()
    {
        Transformer model = TinyTransformer();
        Matrix<float> there = model.Encode([5, 6, 7, 8]).Memory, back = model.Encode([8, 7, 6, 5]).Memory;
        Assert.True((there.Row(0) - back.Row(3)).L2Norm() > 0.1);
    }

    [Fact]
    public void Heads_computed_apart_equal_heads_computed_at_once()
    {
        var attention = new MultiHeadAttention(DModel, Heads, new Random(10));
        Matrix<float> x = RandomMatrix(5, DModel, seed: 11), memory = RandomMatrix(7, DModel, seed: 12);
        var together = attention.Forward(x, memory);
        Matrix<float> output = Matrix<float>.Build.Dense(5, DModel);
        for (int head = 0; head < Heads; head++)
        {
            int from = head * attention.HeadWidth, width = attention.HeadWidth;
            Matrix<float> Narrow(Linear linear, Matrix<float> input) =>
                input * linear.Weight.AsMatrix().SubMatrix(0, DModel, from, width);
            var alone = Attention.ScaledDotProduct(
                Narrow(attention.Query, x), Narrow(attention.Key, memory), Narrow(attention.Value, memory));
            AssertClose(together.Weights[head], alone.Weights);
            output += alone.Output * attention.Output.Weight.AsMatrix().SubMatrix(from, width, 0, DModel);
        }

        AssertClose(together.Output, output);
    }

    [Fact]
    public void Split_and_merge_undo_each_other()
    {
        Matrix<float> x = RandomMatrix(5, DModel, seed: 13);
        AssertBitwiseEqual(x, MultiHeadAttention.Merge(MultiHeadAttention.Split(x, Heads)));
        AssertBitwiseEqual(x.SubMatrix(0, 5, 6, 6), MultiHeadAttention.Split(x, Heads)[1]);
    }

    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void A_padded_sentence_gives_what_it_gives_alone(NormPlacement norm)
    {
        Transformer model = TinyTransformer(norm);
        int[] source = [4, 8, 15], padded = [4, 8, 15, 0, 0, 0], target = [1, 23, 12], longer = [1, 23, 12, 0, 0];
        var alone = model.Forward(source, target);
        var batched = model.Forward(padded, longer);
        AssertClose(alone.Encoder.Memory, batched.Encoder.Memory.SubMatrix(0, 3, 0, DModel));
        AssertClose(alone.Logits, batched.Logits.SubMatrix(0, 3, 0, 31));
        Assert.All(batched.Decoder.CrossAttention, layer => Assert.All(layer, head =>
            Assert.Equal(0f, head.SubMatrix(0, 5, 3, 3).RowSums().Sum())));
    }

    [Fact]
    public void Layer_norm_brings_every_row_to_mean_zero_and_variance_one()
    {
        Matrix<float> y = new LayerNorm(64).Forward(RandomMatrix(5, 64, seed: 14, scale: 9) + 3);
        foreach (Vector<float> row in y.EnumerateRows())
        {
            Assert.Equal(0f, row.Average(), 4);
            Assert.Equal(1f, row.Average(value => value * value), 3);
        }
    }

    [Fact]
    public void A_constant_row_is_normalised_to_zero_because_epsilon_is_inside_the_root() =>
        Assert.All(
            new LayerNorm(8).Forward(Matrix<float>.Build.Dense(1, 8, 3f)).Row(0), value => Assert.Equal(0f, value));

    [Theory]
    [InlineData(16)]
    [InlineData(128)]
    public void A_shift_of_the_positions_is_a_rotation(int dModel)
    {
        Matrix<float> encoding = PositionalEncoding.Sinusoidal(60, dModel);
        foreach (int offset in new[] { -5, 0, 1, 17 })
        {
            Matrix<float> shift = PositionalEncoding.Shift(offset, dModel);
            AssertClose(encoding.SubMatrix(10 + offset, 30, 0, dModel), encoding.SubMatrix(10, 30, 0, dModel) * shift);
            AssertClose(Matrix<float>.Build.DenseIdentity(dModel), shift.TransposeAndMultiply(shift));
        }
    }

    [Fact]
    public void Nearness_of_two_positions_depends_on_their_distance_alone()
    {
        Matrix<float> encoding = PositionalEncoding.Sinusoidal(50, 32);
        Matrix<float> products = encoding.TransposeAndMultiply(encoding);
        for (int distance = 0; distance < 20; distance++)
        {
            Assert.Equal(products[0, distance], products[25, 25 + distance], 3);
            Assert.Equal(products[25, 25 - distance], products[25, 25 + distance], 3);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_and_another_seed_another()
    {
        static float[] Weights(int seed) =>
            [.. TinyTransformer(seed: seed).Parameters().SelectMany(parameter => parameter.Value.Data)];
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void Xavier_keeps_to_its_bound_and_its_variance()
    {
        var weight = new Tensor(300, 100);
        Initialise.XavierUniform(weight, new Random(15));
        float bound = MathF.Sqrt(6f / 400);
        Assert.All(weight.Data, value => Assert.InRange(value, -bound, bound));
        Assert.Equal(2.0 / 400, weight.Data.Average(value => (double)value * value), 0.0002);
    }
}
