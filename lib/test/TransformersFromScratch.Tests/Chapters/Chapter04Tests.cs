using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 4 derive, against what the library ships. The functions are the cells', word for word.</summary>
public class Chapter04Tests
{
    private const int D = 24, Inner = 96, Heads = 4;
    private static readonly Matrix<float> s_x = Matrix<float>.Build.Random(5, D, 2017);

    private static void AssertClose(Matrix<float> want, Matrix<float> got, float tolerance = 1e-5f)
    {
        Assert.Equal((want.RowCount, want.ColumnCount), (got.RowCount, got.ColumnCount));
        Assert.All((want - got).Enumerate(), difference => Assert.InRange(difference, -tolerance, tolerance));
    }

    // ---- the cells ----
    private static Matrix<float> AddToRows(Matrix<float> x, Vector<float> b) =>
        x.MapIndexed((row, column, value) => value + b[column], Zeros.Include);

    private static Matrix<float> ReluOf(Matrix<float> x) => x.Map(value => Math.Max(0, value), Zeros.Include);

    private static Matrix<float> MyFeedForward(Matrix<float> x, Matrix<float> W1, Vector<float> b1, Matrix<float> W2, Vector<float> b2)
    {
        var inner = ReluOf(AddToRows(x * W1, b1));   // T×d_ff
        return AddToRows(inner * W2, b2);            // T×d
    }

    private static Vector<float> Remember(Vector<float> x, Matrix<float> W1, Vector<float> b1, Matrix<float> W2, Vector<float> b2) =>
        Enumerable.Range(0, b1.Count)
            .Select(i => Math.Max(0, x * W1.Column(i) + b1[i]) * W2.Row(i))
            .Aggregate(b2, (sum, answer) => sum + answer);

    private static Vector<float> Normalise(Vector<float> x, float epsilon = 1e-5f)
    {
        var centred = x - x.Sum() / x.Count;
        float variance = centred * centred / x.Count;
        return centred / MathF.Sqrt(variance + epsilon);
    }

    private static Matrix<float> MyLayerNorm(Matrix<float> x, Vector<float> gain, Vector<float> bias) =>
        Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row => gain.PointwiseMultiply(Normalise(row)) + bias));

    private static Matrix<float> Norm(Matrix<float> x) =>
        MyLayerNorm(x, Vector<float>.Build.Dense(x.ColumnCount, 1f), Vector<float>.Build.Dense(x.ColumnCount));

    private static Matrix<float> PostNorm(Matrix<float> x, Func<Matrix<float>, Matrix<float>> sublayer) => Norm(x + sublayer(x));

    private static Matrix<float> PreNorm(Matrix<float> x, Func<Matrix<float>, Matrix<float>> sublayer) => x + sublayer(Norm(x));

    // ---- against the library ----
    private static FeedForward RandomFeedForward()
    {
        var random = new Random(1);
        var feedForward = new FeedForward(D, Inner, random);
        Initialise.Normal(feedForward.Inner.Bias!, 1, random);
        Initialise.Normal(feedForward.Outer.Bias!, 1, random);
        return feedForward;
    }

    [Fact]
    public void The_cells_feed_forward_network_and_its_memory_view_are_the_librarys()
    {
        FeedForward library = RandomFeedForward();
        Matrix<float> w1 = library.Inner.Weight.AsMatrix(), w2 = library.Outer.Weight.AsMatrix();
        Vector<float> b1 = Vector<float>.Build.Dense(library.Inner.Bias!.Data), b2 = Vector<float>.Build.Dense(library.Outer.Bias!.Data);
        AssertClose(library.Forward(s_x), MyFeedForward(s_x, w1, b1, w2, b2));
        AssertClose(library.Forward(s_x), Matrix<float>.Build.DenseOfRowVectors(s_x.EnumerateRows().Select(x => Remember(x, w1, b1, w2, b2))));
    }

    [Fact]
    public void A_word_passes_the_feed_forward_network_by_itself()
    {
        FeedForward library = RandomFeedForward();
        Matrix<float> changed = s_x.Clone();
        changed.SetRow(4, changed.Row(4) * -3);
        Matrix<float> before = library.Forward(s_x), after = library.Forward(changed);
        AssertClose(before.SubMatrix(0, 4, 0, D), after.SubMatrix(0, 4, 0, D), 0);
        Assert.True((before.Row(4) - after.Row(4)).L2Norm() > 0.1);
    }

    [Fact]
    public void Attention_stays_in_the_convex_hull_of_its_values()
    {
        Matrix<float> output = Attention.ScaledDotProduct(s_x, s_x, s_x).Output;
        Matrix<float> directions = Matrix<float>.Build.Random(D, 50, 3);
        Matrix<float> reached = output * directions, possible = s_x * directions;
        Assert.All(Enumerable.Range(0, 50), w => Assert.True(reached.Column(w).Maximum() <= possible.Column(w).Maximum() + 1e-5f));
    }

    [Fact]
    public void The_cells_layer_norm_is_the_librarys()
    {
        var library = new LayerNorm(D);
        Initialise.Normal(library.Gain, 1, new Random(2));
        Initialise.Normal(library.Bias, 1, new Random(3));
        AssertClose(library.Forward(s_x), MyLayerNorm(s_x, Vector<float>.Build.Dense(library.Gain.Data), Vector<float>.Build.Dense(library.Bias.Data)));
    }

    [Fact]
    public void Layer_norm_projects_and_pulls_onto_a_sphere()
    {
        Matrix<float> p = Matrix<float>.Build.DenseIdentity(D) - (1f / D);
        AssertClose(p, p * p);
        Matrix<float> onSphere = (s_x * p).NormalizeRows(2) * MathF.Sqrt(D);
        AssertClose(onSphere, new LayerNorm(D).Forward(s_x), 1e-4f); // not exactly: epsilon pulls a little short of the sphere
        AssertClose(new LayerNorm(D).Forward(s_x), new LayerNorm(D).Forward((7 * s_x) + 3), 1e-4f);
    }

    [Theory]
    [InlineData(NormPlacement.Post)]
    [InlineData(NormPlacement.Pre)]
    public void Two_of_the_cells_sublayers_are_an_encoder_layer(NormPlacement placement)
    {
        var random = new Random(4);
        var attention = new MultiHeadAttention(D, Heads, random);
        var feedForward = new FeedForward(D, Inner, random);
        Func<Matrix<float>, Func<Matrix<float>, Matrix<float>>, Matrix<float>> around = placement == NormPlacement.Post ? PostNorm : PreNorm;

        Matrix<float> mine = around(around(s_x, x => attention.Forward(x).Output), feedForward.Forward);
        Matrix<float> library = new EncoderLayer(D, Heads, Inner, new Random(4), norm: placement).Forward(s_x).Output;
        AssertClose(library, mine);
    }

    [Fact]
    public void A_fresh_feed_forward_network_adds_eight_twentyfifths()
    {
        Matrix<float> normalised = Norm(s_x);
        double added = Enumerable.Range(0, 200).Average(seed =>
            new FeedForward(D, 4 * D, new Random(seed)).Forward(normalised).Enumerate().Average(value => (double)value * value));
        Assert.Equal(8.0 / 25, added, 0.02);
    }

    [Fact]
    public void Attention_alone_cubes_the_differences_between_words()
    {
        // Words that differ by r of their size differ by about r³ after attention: ten times nearer, a thousand times nearer.
        static double Spread(Matrix<float> x) => AddToRows(x, -(x.ColumnSums() / x.RowCount)).FrobeniusNorm() / x.FrobeniusNorm();
        Matrix<float> common = Matrix<float>.Build.DenseOfRowVectors(Enumerable.Repeat(s_x.Row(0), 5));
        double After(float r) => Spread(new MultiHeadAttention(D, Heads, new Random(5)).Forward(common + (r * s_x)).Output);
        Assert.InRange(Math.Log10(After(0.3f) / After(0.03f)), 2.7, 3.3);
    }
}
