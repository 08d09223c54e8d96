using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise02Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Base()
    {
        AssertSays("✓", Exercise02.CheckBase((d, length) => Math.Pow(length / (2 * Math.PI), d / (d - 2.0))));
        AssertSays("✎", Exercise02.CheckBase((_, _) => throw new NotImplementedException()));
        AssertSays("the exponent 1", Exercise02.CheckBase((d, length) => length / (2 * Math.PI)));
        AssertSays(
            "To get b alone", Exercise02.CheckBase((d, length) => Math.Pow(length / (2 * Math.PI), (d - 2.0) / d)));
        AssertSays("2π first", Exercise02.CheckBase((d, length) => Math.Pow(length, d / (d - 2.0))));
        AssertSays("You multiply by 2π", Exercise02.CheckBase(
            (d, length) => Math.Pow(length * 2 * Math.PI, d / (d - 2.0))));
        AssertSays("half a turn", Exercise02.CheckBase((d, length) => Math.Pow(length / Math.PI, d / (d - 2.0))));
        AssertSays("degrees", Exercise02.CheckBase((d, length) => Math.Pow(length / 360, d / (d - 2.0))));
        AssertSays(
            "whole", Exercise02.CheckBase((d, length) => Math.Pow(length / (2 * Math.PI), d / (d - 2))));
        AssertSays("more than 1", Exercise02.CheckBase((_, _) => 0.5));
    }

    [Fact]
    public void Distance()
    {
        static int Right(Vector<float> from, Vector<float> to) =>
            Enumerable.Range(0, 201).MinBy(k => ((from * PositionalEncoding.Shift(k, from.Count)) - to).L2Norm());
        static int FastestHandOnly(Vector<float> from, Vector<float> to) =>
            Enumerable.Range(0, 7).MinBy(
                k => ((from * PositionalEncoding.Shift(k, from.Count)) - to).SubVector(0, 2).L2Norm());

        AssertSays("✓", Exercise02.CheckDistance(Right));
        // Ignores the first row.
        AssertSays(
            "✗", Exercise02.CheckDistance(
                (from, to) => Right(PositionalEncoding.Sinusoidal(11, from.Count).Row(10), to)));
        // Ignores the second.
        AssertSays(
            "✗", Exercise02.CheckDistance(
                (from, to) => Right(from, PositionalEncoding.Sinusoidal(14, from.Count).Row(13))));
        AssertSays("way back", Exercise02.CheckDistance((from, to) => -Right(from, to)));
        AssertSays("200 included", Exercise02.CheckDistance((from, to) => Math.Min(199, Right(from, to))));
        AssertSays("begin with 0", Exercise02.CheckDistance((from, to) => Math.Max(1, Right(from, to))));
        AssertSays("fastest hand", Exercise02.CheckDistance(FastestHandOnly));
        AssertSays("says -1 always", Exercise02.CheckDistance((_, _) => -1));
        AssertSays("farthest apart", Exercise02.CheckDistance((from, to) => Enumerable.Range(0, 201).MaxBy(
            k => (from * PositionalEncoding.Shift(k, from.Count) - to).L2Norm())));
        AssertSays("where the second row stands", Exercise02.CheckDistance((from, to) => Right(
            PositionalEncoding.Sinusoidal(1, from.Count).Row(0), to)));
        // The matrix on the left, and the second row moved: both go back.
        AssertSays("move places back", Exercise02.CheckDistance((from, to) => Enumerable.Range(0, 201).MinBy(
            k => (PositionalEncoding.Shift(k, from.Count) * from - to).L2Norm())));
        AssertSays("move places back", Exercise02.CheckDistance((from, to) => Right(to, from)));
    }

    private static (Matrix<float>, Matrix<float>) LookBack(int d, int dK, int step = -1, float large = 1000)
    {
        Matrix<float> keys = Matrix<float>.Build.Dense(d, dK, (row, column) => row == column ? 1 : 0);
        return (large * PositionalEncoding.Shift(step, d) * keys, keys);
    }

    [Fact]
    public void Look_back_with_few_hands()
    {
        AssertSays("✓", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK)));
        AssertSays("✎", Exercise02.CheckLookBack((_, _) => throw new NotImplementedException()));
        AssertSays("looks at itself", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK, 0)));
        AssertSays("the one after", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK, 1)));
        AssertSays("direction is right", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK, large: 3)));
        AssertSays("each d×d_k", Exercise02.CheckLookBack((d, _) => LookBack(d, d)));
        AssertSays("null", Exercise02.CheckLookBack((_, _) => (null!, null!)));
        AssertSays("infinite", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK, large: float.PositiveInfinity)));
        AssertSays("alike", Exercise02.CheckLookBack((d, dK) => LookBack(d, dK, large: 0)));
        AssertSays("tell these two places apart", Exercise02.CheckLookBack((d, dK) =>
            (Matrix<float>.Build.Random(d, dK, 1), Matrix<float>.Build.Random(d, dK, 2))));
    }

    private static (double, int) MostAlike(int length, int d, double frequencies, int least = 1)
    {
        Matrix<float> rows = PositionalEncoding.Sinusoidal(length, d, frequencies);
        return Enumerable.Range(least, length - least)
            .Select(k => ((double)(rows.Row(0) - rows.Row(k)).L2Norm(), k)).MinBy(one => one.Item1);
    }

    [Fact]
    public void Most_alike()
    {
        AssertSays("✓", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, b), 1600));
        AssertSays("✎", Exercise02.CheckMostAlike((_, _, _) => throw new NotImplementedException(), 1));
        AssertSays("with itself", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, b, 0), 1));
        AssertSays(
            "neighbours only", Exercise02.CheckMostAlike((length, d, b) => MostAlike(2, d, b), 1));
        AssertSays(
            "square", Exercise02.CheckMostAlike(
                (length, d, b) => MostAlike(length, d, b) is var (x, k) ? (x * x, k) : default, 1));
        AssertSays(
            "base 10000 always", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, 10_000), 1));
        AssertSays("between 10", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, b), 1));
        AssertSays("too large", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, b), 10_000));
        AssertSays("larger still", Exercise02.CheckMostAlike((length, d, b) => MostAlike(length, d, b), 1000));
        AssertSays("neighbours of them again", Exercise02.CheckMostAlike(
            (length, d, b) => MostAlike(length, d, b), 100));
    }
}
