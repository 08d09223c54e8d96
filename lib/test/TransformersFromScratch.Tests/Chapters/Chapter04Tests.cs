using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 4 derives of the library's layers.</summary>
public class Chapter04Tests
{
    private const int D = 24, Inner = 96;
    private static readonly Matrix<float> s_x = Matrix<float>.Build.Random(5, D, 2017);

    private static void AssertClose(Matrix<float> want, Matrix<float> got, float tolerance = 1e-5f)
    {
        Assert.Equal((want.RowCount, want.ColumnCount), (got.RowCount, got.ColumnCount));
        Assert.All((want - got).Enumerate(), difference => Assert.InRange(difference, -tolerance, tolerance));
    }

    private static FeedForward RandomFeedForward()
    {
        var random = new Random(1);
        var feedForward = new FeedForward(D, Inner, random);
        Initialise.Normal(feedForward.Inner.Bias!, 1, random);
        Initialise.Normal(feedForward.Outer.Bias!, 1, random);
        return feedForward;
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
        Assert.All(
            Enumerable.Range(0, 50),
            w => Assert.True(reached.Column(w).Maximum() <= possible.Column(w).Maximum() + 1e-5f));
    }

    [Fact]
    public void Layer_norm_projects_and_pulls_onto_a_sphere()
    {
        Matrix<float> p = Matrix<float>.Build.DenseIdentity(D) - (1f / D);
        AssertClose(p, p * p);
        Matrix<float> onSphere = (s_x * p).NormalizeRows(2) * MathF.Sqrt(D);
        // Not exactly: epsilon pulls a little short of the sphere.
        AssertClose(onSphere, new LayerNorm(D).Forward(s_x), 1e-4f);
        AssertClose(new LayerNorm(D).Forward(s_x), new LayerNorm(D).Forward((7 * s_x) + 3), 1e-4f);
    }
}
