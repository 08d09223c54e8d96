using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What chapter 5 derives of fresh layers.</summary>
public class Chapter05Tests
{
    private const int D = 24, Heads = 4;
    private static readonly Matrix<float> s_x = Matrix<float>.Build.Random(5, D, 2017);

    [Fact]
    public void A_fresh_feed_forward_network_adds_eight_twentyfifths()
    {
        Matrix<float> normalised = new LayerNorm(D).Forward(s_x);
        double added = Enumerable.Range(0, 200).Average(seed =>
            new FeedForward(D, 4 * D, new Random(seed)).Forward(normalised).Enumerate()
                .Average(value => (double)value * value));
        Assert.Equal(8.0 / 25, added, 0.02);
    }

    [Fact]
    public void Attention_alone_cubes_the_differences_between_words()
    {
        // Words that differ by r of their size differ by about r³ after attention: ten times nearer, a thousand times
        // nearer.
        static double Spread(Matrix<float> x)
        {
            Vector<float> mean = x.ColumnSums() / x.RowCount;
            return x.MapIndexed((_, column, value) => value - mean[column], Zeros.Include)
                .FrobeniusNorm() / x.FrobeniusNorm();
        }

        Matrix<float> common = Matrix<float>.Build.DenseOfRowVectors(Enumerable.Repeat(s_x.Row(0), 5));
        double After(float r) =>
            Spread(new MultiHeadAttention(D, Heads, new Random(5)).Forward(common + (r * s_x)).Output);
        Assert.InRange(Math.Log10(After(0.3f) / After(0.03f)), 2.7, 3.3);
    }
}
