using System.Text.Json;
using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch.Tests.Published;

namespace TransformersFromScratch.Tests.Layers;

public class RelativeBiasTests
{
    /// <summary>
    /// T5's own buckets of the distances -200 to 200, in its encoder, its decoder, and with fewer buckets.
    /// </summary>
    [Theory]
    [InlineData("bidirectional", true, 32, 128)]
    [InlineData("causal", false, 32, 128)]
    [InlineData("bidirectional_16_64", true, 16, 64)]
    public void Buckets_are_T5s(string name, bool bidirectional, int buckets, int distance)
    {
        JsonElement table = PublishedFolder.Read(
            Path.Combine(AppContext.BaseDirectory, "Published", "t5", "buckets.json"));
        int[] relative = Ints("relative_position"), wanted = Ints(name);
        Assert.Equal(401, relative.Length);
        Assert.Equal(wanted, relative.Select(r => RelativeBias.Bucket(r, bidirectional, buckets, distance)));

        int[] Ints(string property) => [.. table.GetProperty(property).EnumerateArray().Select(n => n.GetInt32())];
    }

    /// <summary>
    /// In one direction a bucket never falls as the distance grows, each is used, and the last from the distance on.
    /// </summary>
    [Fact]
    public void Buckets_grow_with_the_distance_and_none_is_idle()
    {
        foreach (var (buckets, distance) in new[] { (4, 3), (4, 128), (8, 20), (32, 128), (32, 1000), (64, 40) })
        {
            int own = buckets / 2;
            int[] before = [.. Enumerable.Range(0, distance + 50).Select(away => Bucket(-away))];
            int[] after = [.. Enumerable.Range(1, distance + 50).Select(Bucket)];
            Assert.Equal(before.Order(), before);
            Assert.Equal(after.Order(), after);
            Assert.Equal(before.Skip(1), after.Take(before.Length - 1).Select(bucket => bucket - own));
            Assert.All(before[distance..], bucket => Assert.Equal(own - 1, bucket));
            Assert.Equal(Enumerable.Range(0, Math.Min(own / 2, distance)), before[..Math.Min(own / 2, distance)]);
            Assert.Equal(0, RelativeBias.Bucket(5, bidirectional: false, own, distance));

            int Bucket(int relative) => RelativeBias.Bucket(relative, bidirectional: true, buckets, distance);
        }

        Assert.Equal(15, RelativeBias.Bucket(int.MinValue));
        Assert.Equal(31, RelativeBias.Bucket(int.MaxValue));
    }

    [Fact]
    public void Every_pair_has_the_number_of_its_distance_on_both_levels()
    {
        (int, int, bool)[] shapes = [(5, 5, true), (3, 7, true), (7, 3, true), (1, 6, false), (6, 6, false)];
        foreach (var (queries, keys, bidirectional) in shapes)
        {
            var bias = new RelativeBias(3, bidirectional, 8, 6, 16, new Random(4));
            Tensor y = bias.Forward(queries, keys);
            IReadOnlyList<Matrix<float>> matrices = bias.Matrices(queries, keys);
            Assert.Equal([3, queries, keys], y.Shape.ToArray());
            for (int i = 0; i < y.Length; i++)
            {
                int head = i / (queries * keys), query = i / keys % queries, key = i % keys;
                int bucket = RelativeBias.Bucket(key - (query + keys - queries), bidirectional, 8, 6);
                Assert.Equal(bias.Table.Data[(bucket * 3) + head], y.Data[i]);
                Assert.Equal(y.Data[i], matrices[head][query, key]);
            }
        }
    }

    /// <summary>The table's gradient, through attention with every mask there is, against differences.</summary>
    [Theory]
    [InlineData(false, false, 4, 3)]
    [InlineData(true, false, 4, 3)]
    [InlineData(false, true, 4, 3)]
    [InlineData(true, true, 2, 40)]
    [InlineData(true, false, 1, 40)]
    public void The_gradient_of_the_table_agrees_with_differences(bool causal, bool padded, int groups, int length)
    {
        const int Heads = 4, Width = 8;
        var bias = new RelativeBias(Heads, !causal, 8, 6, 2, new Random(1));
        var attention = new MultiHeadAttention(
            Width, Heads, new Random(2),
            new LayerOptions { KeyValueHeads = groups, HeadWidth = 3, Scaled = groups == 4 });
        bool[]? padding = padded ? [.. Enumerable.Range(0, 2 * length).Select(i => i == (2 * length) - 1)] : null;
        var x = new Tensor(2, length, Width);
        Initialise.Normal(x, 1, new Random(3));
        var pull = new Tensor(2, length, Width);
        Initialise.Normal(pull, 1, new Random(4));
        Tensor Loss() => Op.Sum(Op.Multiply(
            attention.Forward(x, causal, padding, bias: bias.Forward(length, length)), pull));
        Loss().Backward();
        foreach (Tensor parameter in new[] { bias.Table, attention.Query.Weight, attention.Key.Weight })
        {
            double[] differences = GradientCheck.CentralDifferences(Loss, parameter);
            Assert.InRange(GradientCheck.Compare(differences, parameter.Gradient!.Data).Error, 0, 5e-3);
        }
    }

    /// <summary>
    /// A sentence's part of the gradient does not depend on its company, and with 0 everywhere nothing changes.
    /// </summary>
    [Fact]
    public void A_batch_is_its_sentences_and_zeros_add_nothing()
    {
        const int Heads = 2, Width = 8, Length = 45;
        var attention = new MultiHeadAttention(Width, Heads, new Random(2));
        var bias = new RelativeBias(Heads, bidirectional: false, 8, 20, 1, new Random(1));
        var x = new Tensor(3, Length, Width);
        Initialise.Normal(x, 1, new Random(3));
        float[] together = Gradient(x), alone = new float[bias.Table.Length];
        for (int b = 0; b < 3; b++)
        {
            const int Size = Length * Width;
            float[] own = Gradient(new Tensor(x.Data[(b * Size)..((b + 1) * Size)], 1, Length, Width));
            for (int i = 0; i < own.Length; i++) { alone[i] += own[i]; }
        }

        Assert.All(together.Zip(alone), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        bias.Table.Data.AsSpan().Clear();
        Assert.Equal(
            attention.Forward(x, causal: true).Data,
            attention.Forward(x, causal: true, bias: bias.Forward(Length, Length)).Data);

        float[] Gradient(Tensor x)
        {
            bias.Table.ClearGradient();
            Tensor y = attention.Forward(x, causal: true, bias: bias.Forward(Length, Length));
            Op.Sum(Op.Multiply(y, y)).Backward();
            return [.. bias.Table.Gradient!.Data];
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains("even number", Message(() => RelativeBias.Bucket(1, true, 7)), StringComparison.Ordinal);
        Assert.Contains("more than 8", Message(() => RelativeBias.Bucket(1, true, 32, 8)), StringComparison.Ordinal);
        Assert.Contains("2 or more", Message(() => RelativeBias.Bucket(1, false, 1)), StringComparison.Ordinal);
        var attention = new MultiHeadAttention(8, 2, new Random(2));
        Assert.Contains(
            "[2, 3, 3], not [2, 3, 4]",
            Message(() => attention.Forward(new Tensor(1, 3, 8), bias: new Tensor(2, 3, 4))),
            StringComparison.Ordinal);

        static string Message(Action wrong) => Assert.ThrowsAny<ArgumentException>(wrong).Message;
    }
}
