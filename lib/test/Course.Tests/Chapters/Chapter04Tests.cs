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
    public void Two_of_the_sublayers_are_an_encoder_layer() => Sublayers(cells);

    [Theory]
    [InlineData("cs-52f2873b", "Math.Max(0, v)", "Math.Max(0.1f, v)")]
    [InlineData("cs-52f2873b", "AddToRows(inner * W2, b2)", "inner * W2")]
    [InlineData("cs-e5a642e0", "x * W1.Column(i) + b1[i]", "x * W1.Column(i)")]
    [InlineData("cs-fd305fde", "centred * centred / x.Count;", "centred * centred / (x.Count - 1);")]
    [InlineData("cs-fd305fde", "gain.PointwiseMultiply(Normalise(row))", "Normalise(row)")]
    [InlineData("cs-be4db248", "Norm(x + sublayer(x))", "x + Norm(sublayer(x))")]
    [InlineData("cs-be4db248", "x + sublayer(Norm(x))", "sublayer(Norm(x))")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(FeedForwards, Norms, Sublayers);

    private static void FeedForwards(ChapterCode cells)
    {
        var network =
            cells.Get<Func<Matrix<float>, Matrix<float>, Vector<float>, Matrix<float>, Vector<float>, Matrix<float>>>(
                "MyFeedForward");
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
        var norm = cells.Get<Func<Matrix<float>, Vector<float>, Vector<float>, Matrix<float>>>("MyLayerNorm");
        foreach (var (words, width, _) in s_shapes)
        {
            var library = new LayerNorm(width);
            Initialise.Normal(library.Gain, 1, new Random(2));
            Initialise.Normal(library.Bias, 1, new Random(3));
            Matrix<float> x = (Matrix<float>.Build.Random(words, width, 1) * 3) + 1;
            Close.Matrices(library.Forward(x), norm(x, library.Gain.AsVector(), library.Bias.AsVector()));
        }
    }

    private static void Sublayers(ChapterCode cells)
    {
        foreach (NormPlacement placement in new[] { NormPlacement.Post, NormPlacement.Pre })
        {
            var around = cells.Get<Func<int, Matrix<float>, Func<Matrix<float>, Matrix<float>>, Matrix<float>>>($$"""
                (int width, Matrix<float> x, Func<Matrix<float>, Matrix<float>> sublayer) =>
                {
                    d = width;
                    return {{placement}}Norm(x, sublayer);
                }
                """, "int d = 0;");
            foreach (var (words, heads, width) in new[] { (1, 1, 4), (5, 4, 24) })
            {
                var random = new Random(4);
                var attention = new MultiHeadAttention(width, heads, random);
                var feedForward = new FeedForward(width, 4 * width, random);
                Matrix<float> x = Matrix<float>.Build.Random(words, width, 1);
                Matrix<float> mine = around(
                    width, around(width, x, y => attention.Forward(y).Output), feedForward.Forward);
                Close.Matrices(
                    new EncoderLayer(width, heads, 4 * width, new Random(4), norm: placement).Forward(x).Output, mine);
            }
        }
    }

    public sealed class Cells() : ChapterCode("04");
}
