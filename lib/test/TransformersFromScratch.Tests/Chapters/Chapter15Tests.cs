using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 15 write, against what the library ships. The functions are those of the cells.</summary>
public class Chapter15Tests
{
    private const int Places = 24, Width = 32;
    private static readonly Matrix<float> s_rows = Matrix<float>.Build.Random(Places, Width, 5);

    // ---- the cells ----
    private static Matrix<float> Gated(Matrix<float> x, FeedForward network) =>
        Activations.Silu(x * network.Gate!.Weight.AsMatrix())
            .PointwiseMultiply(x * network.Inner.Weight.AsMatrix())
        * network.Outer.Weight.AsMatrix();

    private static Matrix<float> Routed(Matrix<float> x, MixtureOfExperts layer)
    {
        var p = Softmax.Rows(layer.Router.Forward(x));                     // T×E
        return Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select((row, t) =>
        {
            int best = p.Row(t).MaximumIndex();
            return p[t, best] * layer.Experts[best].Forward(row.ToRowMatrix()).Row(0);
        }));
    }

    private static Matrix<float> ModernAttention(Matrix<float> x, MultiHeadAttention layer)
    {
        var queries = MultiHeadAttention.Split(layer.Query.Forward(x), layer.Heads);
        var keys = MultiHeadAttention.Split(layer.Key.Forward(x), layer.KeyValueHeads);
        var values = MultiHeadAttention.Split(layer.Value.Forward(x), layer.KeyValueHeads);
        return layer.Output.Forward(MultiHeadAttention.Merge([.. queries.Select((query, i) =>
        {
            int shared = i * layer.KeyValueHeads / layer.Heads;
            return Attention.ScaledDotProduct(
                Rotary.Rows(query), Rotary.Rows(keys[shared]), values[shared], Mask.Causal(x.RowCount)).Output;
        })]));
    }

    private static double Score(int width, double r) => Enumerable.Range(0, width / 2)
        .Average(i => Math.Cos(r * PositionalEncoding.Frequency(2 * i, width)));

    // ---- against the library ----
    private static void Same(Matrix<float> want, Matrix<float> got) => Assert.True((want - got).Enumerate().Max(Math.Abs) < 1e-5f);

    [Fact]
    public void The_gate_the_mixture_and_the_attention_are_the_librarys()
    {
        var gated = new FeedForward(Width, 40, new Random(1), Activation.SwiGlu, bias: false);
        Same(gated.Forward(s_rows), Gated(s_rows, gated));
        var mixture = new MixtureOfExperts(Width, 16, new Random(2), experts: 4);
        Same(mixture.Forward(s_rows), Routed(s_rows, mixture));
        foreach (int shared in new[] { 1, 2, 4 })
        {
            var layer = new MultiHeadAttention(Width, 4, new Random(3), new() { KeyValueHeads = shared, Positions = PositionKind.Rotary });
            Same(layer.Forward(s_rows, Mask.Causal(Places)).Output, ModernAttention(s_rows, layer));
        }
    }

    [Fact]
    public void Equal_vectors_score_the_mean_of_the_cosines_and_come_back_at_182()
    {
        Matrix<float> rows = Rotary.Rows(Matrix<float>.Build.Dense(200, 16, 0.25f));
        Assert.Equal(1, rows.Row(0).DotProduct(rows.Row(0)), 1e-5);
        Assert.All(Enumerable.Range(0, 200), r => Assert.Equal(Score(16, r), rows.Row(r).DotProduct(rows.Row(0)), 1e-4));
        Assert.Equal(182, Enumerable.Range(64, 192).MaxBy(r => Score(16, r)));
    }

    [Theory]
    [InlineData(PositionKind.Rotary)]
    [InlineData(PositionKind.Alibi)]
    [InlineData(PositionKind.Sinusoidal)]
    public void Both_levels_agree_far_beyond_the_trained_length(PositionKind positions)
    {
        Gpt model = Layers.VariantTests.Lively(new GptConfig
        {
            Vocabulary = 13, Context = 16, Layers = 2, DModel = 16, Heads = 2, Dropout = 0, Positions = positions,
        });
        int[] ids = [.. Enumerable.Range(0, 256).Select(i => i * i % 13)];
        float[] want = model.Forward(ids).ToRowMajorArray(), got = model.Forward(new TokenBatch(ids, 1, ids.Length)).Data;
        Assert.All(want.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 2e-4f * (1 + Math.Abs(pair.First))));
    }
}
