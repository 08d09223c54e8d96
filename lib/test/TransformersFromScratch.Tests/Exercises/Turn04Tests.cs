using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn04Tests
{
    private static readonly Random s_chance = new(7);

    private static Matrix<float> Plus(Matrix<float> x, Vector<float> b) =>
        Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row => row + b));

    [Fact]
    public void The_feed_forward_network()
    {
        Turn04.Network mine = (x, w1, b1, w2, b2) => Plus(Plus(x * w1, b1).PointwiseMaximum(0) * w2, b2);
        Assert.Same(mine, Turn04.FeedForward(mine));
        Slips.AreTold(Turn04Network.Question);
        Says("bend is missing", (x, w1, b1, w2, b2) => Plus(Plus(x * w1, b1) * w2, b2));
        Says("first bias", (x, w1, b1, w2, b2) => Plus((x * w1).PointwiseMaximum(0) * w2, b2));
        Says("second bias", (x, w1, b1, w2, b2) => Plus(x * w1, b1).PointwiseMaximum(0) * w2);
        Says("T×d, as", (x, w1, b1, w2, b2) => x.Transpose());
        Says("changes what it was given", (x, w1, b1, w2, b2) =>
        {
            Matrix<float> y = mine(x, w1, b1, w2, b2);
            x.Clear();
            return y;
        });

        static void Says(string part, Turn04.Network code) =>
            Slips.Says(part, Turn04Network.Question.Judge(x => code(x.X, x.W1, x.B1, x.W2, x.B2)));
    }

    [Fact]
    public void The_layer_norm()
    {
        static Vector<float> Row(Vector<float> x, float e) =>
            (x - x.Average()) / MathF.Sqrt(((x - x.Average()) * (x - x.Average()) / x.Count) + e);
        Turn04.Norm mine = (x, gain, bias, e) => Matrix<float>.Build.DenseOfRowVectors(
            x.EnumerateRows().Select(row => Row(row, e).PointwiseMultiply(gain) + bias));
        Assert.Same(mine, Turn04.LayerNorm(mine));
        Slips.AreTold(Turn04Norm.Question);
        Says("inside the square root", (x, gain, bias, e) => Matrix<float>.Build.DenseOfRowVectors(
            x.EnumerateRows().Select(row =>
                ((row - row.Average()) / (MathF.Sqrt(Variance(row)) + e)).PointwiseMultiply(gain) + bias)));
        Says("each column", (x, gain, bias, e) => Matrix<float>.Build.DenseOfColumnVectors(
            x.EnumerateColumnsIndexed().Select(c => (Row(c.Item2, e) * gain[c.Item1]) + bias[c.Item1])));
        Says("keeps the shape", (x, gain, bias, e) => x.Transpose());
        Says("NaN", (x, gain, bias, e) => x * float.NaN);

        static float Variance(Vector<float> x) => (x - x.Average()) * (x - x.Average()) / x.Count;

        static void Says(string part, Turn04.Norm code) =>
            Slips.Says(part, Turn04Norm.Question.Judge(x => code(x.X, x.Gain, x.Bias, x.Epsilon)));
    }

    [Fact]
    public void Dropout()
    {
        Turn04.Drop mine = (x, p, random) =>
            x.Map(v => random.NextDouble() < p ? 0 : v / (1 - p), Zeros.Include);
        Assert.Same(mine, Turn04.Dropout(mine));
        Turn04.Drop library = Turn04Dropout.Library;
        Assert.Same(library, Turn04.Dropout(library));
        Assert.True(Judge((_, _, _) => throw new NotImplementedException()).IsEmpty);

        Says("Nothing is dropped: x", (x, _, _) => x);
        Says("come back as they were", (x, p, random) => Each(x, v => random.NextDouble() < p ? 0 : v));
        Says("multiply by 1 - p", (x, p, random) => Each(x, v => random.NextDouble() < p ? 0 : v * (1 - p)));
        Says("divide by p", (x, p, random) => Each(x, v => random.NextDouble() < p ? 0 : v / Math.Max(p, 1e-9f)));
        Says("probability to stay", (x, p, random) => Each(x, v => random.NextDouble() > p ? 0 : v / (1 - p)));
        Says(
            "probability to stay",
            (x, p, random) => Each(x, v => p > 0 && random.NextDouble() > p ? 0 : p > 0 ? v / p : v));
        Says(
            "for p = 0.3 it should be",
            (x, p, random) => Each(x, v => random.NextDouble() < p ? 0 : v / (1 - (p * p))));
        Says("% of the numbers", (x, p, random) => Each(x, v => random.NextDouble() < p / 2 ? 0 : v / (1 - p)));
        Says("whole words", (x, p, random) => Matrix<float>.Build.DenseOfRowVectors(
            x.EnumerateRows().Select(
                (row, i) => random.NextDouble() < p || (p > 0 && i == 0) ? row * 0 : row / (1 - p))));
        Says("same columns", (x, p, random) => Matrix<float>.Build.DenseOfColumnVectors(
            x.EnumerateColumns().Select(
                (column, i) => i % 10 < (int)((10 * p) + 0.5f) ? column * 0 : column / (1 - p))));
        Says("Two calls drop the same", (x, p, _) => mine(x, p, new Random(4)));
        Says("other numbers the second time", (x, p, _) => mine(x, p, s_chance));
        Says("same factor", (x, p, random) => Each(x, v => random.NextDouble() < p ? 0 : p > 0 ? v + 1 : v));
        Says("Every number is 0", (x, _, _) => x * 0);
        Says("Dropout keeps the shape", (x, _, _) => x.Transpose().Stack(x.Transpose()));
        Says("NaN", (x, p, _) => x * float.NaN);
        Says("returns null", (_, _, _) => null!);
        Says("With p = 0", (x, p, random) => p == 0 ? x * 2 : mine(x, p, random));
        static Matrix<float> Each(Matrix<float> x, Func<float, float> f) => x.Map(f, Zeros.Include);

        static Verdict Judge(Turn04.Drop code) => Turn04Dropout.Question.Judge(x => x.Try(code));

        static void Says(string part, Turn04.Drop code) => Slips.Says(part, Judge(code));
    }

    [Fact]
    public void The_sublayer()
    {
        Turn04.Residual mine = (x, f, drop, norm) => norm(x + drop(f(x)));
        Assert.Same(mine, Turn04.Sublayer(mine));
        Slips.AreTold(Turn04Sublayer.Question);
        Says("x itself must go through whole", (x, f, drop, norm) => norm(drop(x + f(x))));
        Says("pre-norm", (x, f, drop, norm) => x + drop(f(norm(x))));
        Says("x + is missing", (x, f, drop, norm) => norm(drop(f(x))));

        static void Says(string part, Turn04.Residual code) =>
            Slips.Says(part, Turn04Sublayer.Question.Judge(p => code(p.X, p.F, p.D, p.N)));
    }

    [Fact]
    public void For_an_empty_or_wrong_one_the_librarys_stands_in()
    {
        Matrix<float> x = Matrix<float>.Build.DenseOfRowArrays([1, 7, 7, 9]);
        Vector<float> one = Vector<float>.Build.Dense(4, 1f);
        Assert.Equal(
            new LayerNorm(4).Forward(x),
            Turn04.LayerNorm((_, _, _, _) => throw new NotImplementedException())(x, one, one * 0, 1e-5f));
        Assert.Equal(
            x.Map(v => v + 2, Zeros.Include), Turn04.FeedForward((y, _, _, _, _) => y)(
                x, Matrix<float>.Build.DenseIdentity(4), one, Matrix<float>.Build.DenseIdentity(4), one));
        Assert.Equal(x, Turn04.Dropout((_, _, _) => throw new NotImplementedException())(x, 0, new Random(1)));
        Assert.Equal(
            x * 6, Turn04.Sublayer((y, _, _, _) => y)(x, y => y, y => y * 2, y => y * 2));
    }
}
