using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 4 against the library.</summary>
public class Chapter04Tests(Chapter04Tests.Cells cells) : IClassFixture<Chapter04Tests.Cells>
{
    private static readonly (int Words, int Width, int Inner)[] s_shapes = [(1, 2, 3), (5, 24, 96), (8, 6, 4)];

    [Fact]
    public void The_feed_forward_network_and_its_memory_view_are_the_librarys() => FeedForwards(cells);

    [Fact]
    public void The_layer_norm_is_the_librarys() => Norms(cells);

    [Fact]
    public void Dropout_keeps_the_expectation_as_the_librarys_does() => Drops(cells);

    [Fact]
    public void Two_of_the_sublayers_are_an_encoder_layer() => Sublayers(cells);

    [Fact]
    public void A_network_of_corners_is_a_feed_forward_network() => Curves(cells);

    [Fact]
    public void Fresh_weights_keep_the_mean_square() => Sizes(cells);

    [Theory]
    [InlineData("cs-52f2873b", "Math.Max(0, value)", "Math.Max(0.1f, value)")]
    [InlineData("cs-52f2873b", "Plus(inner * W2, b2)", "inner * W2")]
    [InlineData("cs-e5a642e0", "x * W1.Column(i) + b1[i]", "x * W1.Column(i)")]
    [InlineData("cs-fd305fde", "centred * centred / row.Count;", "centred * centred / (row.Count - 1);")]
    [InlineData("cs-fd305fde", "gain.PointwiseMultiply(centred / MathF", "(centred / MathF")]
    [InlineData("cs-04drop02", "value / (1 - p)", "value")]
    [InlineData("cs-04drop02", "< p ? 0", "> p ? 0")]
    [InlineData("cs-be4db248", "norm(x + drop(sublayer(x)))", "x + norm(drop(sublayer(x)))")]
    [InlineData("cs-be4db248", "norm(x + drop(sublayer(x)))", "norm(drop(sublayer(x)))")]
    [InlineData("cs-04many01", "(wanted - slope)", "wanted")]
    [InlineData("cs-04he0001", "MathF.Sqrt(c / inputs)", "(c / inputs)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(FeedForwards, Norms, Drops, Sublayers, Curves, Sizes);

    private static void FeedForwards(ChapterCode cells)
    {
        var network =
            cells.Get<Func<Matrix<float>, Matrix<float>, Vector<float>, Matrix<float>, Vector<float>, Matrix<float>>>(
                "Feed");
        var memory = cells.Get<Func<
            Vector<float>, Matrix<float>, Vector<float>, Matrix<float>, Vector<float>, Vector<float>>>("""
            (Vector<float> x, Matrix<float> first, Vector<float> c, Matrix<float> second, Vector<float> e) =>
            {
                (W1, b1, W2, b2) = (first, c, second, e);
                return Remember(x);
            }
            """, "Matrix<float> W1 = null, W2 = null; Vector<float> b1 = null, b2 = null;");
        foreach (var (words, width, inner) in s_shapes)
        {
            var random = new Random(words);
            var library = new FeedForward(width, inner, random);
            Initialise.Normal(library.Inner.Bias!, 1, random);
            Initialise.Normal(library.Outer.Bias!, 1, random);
            Matrix<float> x = Matrix<float>.Build.Random(words, width, 1), w1 = library.Inner.Weight.AsMatrix(),
                w2 = library.Outer.Weight.AsMatrix();
            Vector<float> b1 = library.Inner.Bias!.AsVector(), b2 = library.Outer.Bias!.AsVector();
            Close.Matrices(library.Forward(x), network(x, w1, b1, w2, b2));
            Close.Matrices(
                library.Forward(x), Matrix<float>.Build.DenseOfRowVectors(
                    x.EnumerateRows().Select(row => memory(row, w1, b1, w2, b2))));
        }
    }

    private static void Norms(ChapterCode cells)
    {
        var norm = cells.Get<Func<Matrix<float>, Vector<float>, Vector<float>, float, Matrix<float>>>("Normalise");
        foreach (var (words, width, _) in s_shapes)
        {
            var library = new LayerNorm(width);
            Initialise.Normal(library.Gain, 1, new Random(2));
            Initialise.Normal(library.Bias, 1, new Random(3));
            Matrix<float> x = (Matrix<float>.Build.Random(words, width, 1) * 3) + 1;
            Close.Matrices(
                library.Forward(x), norm(x, library.Gain.AsVector(), library.Bias.AsVector(), library.Epsilon));
        }
    }

    private static void Drops(ChapterCode cells)
    {
        var drop = cells.Get<Func<Matrix<float>, float, Random, Matrix<float>>>("Drop");
        Matrix<float> ones = Matrix<float>.Build.Dense(60, 50, 1f);
        foreach (float p in new[] { 0, 0.1f, 0.5f, 0.9f })
        {
            Tensor library = Op.Dropout(new Tensor(ones.ToRowMajorArray(), 60, 50), p, new Random(1));
            Matrix<float> mine = drop(ones, p, new Random(1));
            Assert.Equal(library.Data.Distinct().Order(), mine.Enumerate().Distinct().Order());
            double margin = 5 * Math.Sqrt(p * (1 - p) / 3000);
            Assert.InRange(mine.Enumerate().Count(value => value == 0) / 3000.0, p - margin, p + margin);
        }
    }

    private static void Sublayers(ChapterCode cells)
    {
        var sublayer = cells.Get<Func<
            Matrix<float>, Func<Matrix<float>, Matrix<float>>, Func<Matrix<float>, Matrix<float>>,
            Func<Matrix<float>, Matrix<float>>, Matrix<float>>>("Sublayer");
        foreach (var (words, heads, width) in new[] { (1, 1, 4), (5, 4, 24) })
        {
            var random = new Random(4);
            var attention = new MultiHeadAttention(width, heads, random);
            var feedForward = new FeedForward(width, 4 * width, random);
            var norm = new LayerNorm(width);
            Matrix<float> x = Matrix<float>.Build.Random(words, width, 1);
            Matrix<float> mine = sublayer(
                sublayer(x, y => attention.Forward(y).Output, y => y, norm.Forward), feedForward.Forward, y => y,
                norm.Forward);
            Close.Matrices(new EncoderLayer(width, heads, 4 * width, new Random(4)).Forward(x).Output, mine);
        }
    }

    private static void Curves(ChapterCode cells)
    {
        var bent = cells.Get<Func<Func<double, double>, int, double, double>>("Bent");
        foreach (int units in new[] { 1, 2, 7 })
        {
            double step = 6.0 / units;
            for (int i = 0; i <= units; i++) // at the corners it meets the curve
            {
                double x = -3 + (i * step);
                Assert.Equal(Math.Sin(x), bent(Math.Sin, units, x), 1e-9);
            }
        }
    }

    private static void Sizes(ChapterCode cells)
    {
        var fresh = cells.Get<Func<int, int, float, int, Matrix<float>>>("Fresh");
        foreach (var (inputs, outputs, c) in new[] { (400, 300, 1f), (100, 900, 2f) })
        {
            Matrix<float> weights = fresh(inputs, outputs, c, 3);
            Assert.Equal(c / inputs, weights.Enumerate().Average(w => (double)w * w), 0.05 * c / inputs);
        }
    }

    public sealed class Cells() : ChapterCode("04");
}
