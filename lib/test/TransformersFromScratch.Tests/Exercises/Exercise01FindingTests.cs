using MathNet.Numerics.LinearAlgebra;
using Answer = (
    MathNet.Numerics.LinearAlgebra.Matrix<float> Queries, MathNet.Numerics.LinearAlgebra.Matrix<float> Keys);

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// Exercises 3 to 5 of chapter 1: the solution is right, the stub says so, and each slip is told in its own words.
/// </summary>
public class Exercise01FindingTests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    // ---- 3: looking back ----
    private static Answer LookBack(int length, int step = -1, float large = 10) => (
        Matrix<float>.Build.Dense(
            length, length, (word, place) => place == word + step ? large * MathF.Sqrt(length) : 0),
                Matrix<float>.Build.DenseIdentity(length));

    [Fact]
    public void Look_back_is_right_in_many_ways()
    {
        AssertSays("✓", Exercise01.CheckLookBack(length => LookBack(length)));
        AssertSays("✓", Exercise01.CheckLookBack(length => LookBack(length) is var (q, k) ? (3 * q, k) : default));
        AssertSays(
            "✓", Exercise01.CheckLookBack(
                length => (LookBack(length).Queries.Append(Matrix<float>.Build.Dense(length, 5)),
            Matrix<float>.Build.DenseIdentity(length).Append(Matrix<float>.Build.Random(length, 5, 1)) * 2)));

        // Places on a circle: two dimensions are enough.
        AssertSays("✓", Exercise01.CheckLookBack(length => (OnCircle(length, -1, 20_000), OnCircle(length, 0, 1))));
    }

    private static Matrix<float> OnCircle(int length, int shift, float radius) =>
        Matrix<float>.Build.Dense(length, 2, (word, c) =>
        radius * MathF.Sin(((word + shift) * 0.05f) + (c == 0 ? 0 : MathF.PI / 2)));

    [Fact]
    public void Look_back_names_the_slip()
    {
        AssertSays("✎", Exercise01.CheckLookBack(_ => throw new NotImplementedException()));
        AssertSays("threw", Exercise01.CheckLookBack(length => (Matrix<float>.Build.Dense(length, -1), null!)));
        AssertSays("null", Exercise01.CheckLookBack(length => (null!, null!)));
        AssertSays("looks at itself", Exercise01.CheckLookBack(length => LookBack(length, 0)));
        AssertSays("after them", Exercise01.CheckLookBack(length => LookBack(length, 1)));
        AssertSays("direction is right", Exercise01.CheckLookBack(length => LookBack(length, large: 3)));
        // √d_k forgotten.
        AssertSays(
            "direction is right", Exercise01.CheckLookBack(
                length => (LookBack(length).Queries / MathF.Sqrt(length), LookBack(length).Keys)));
        AssertSays(
            "alike", Exercise01.CheckLookBack(
                length => (Matrix<float>.Build.Dense(length, 2), Matrix<float>.Build.Dense(length, 2))));
        AssertSays("a row each", Exercise01.CheckLookBack(_ => LookBack(3)));
        AssertSays(
            "same width", Exercise01.CheckLookBack(
                length => (Matrix<float>.Build.Dense(length, 2), Matrix<float>.Build.Dense(length, 3))));
        AssertSays("infinite", Exercise01.CheckLookBack(length => LookBack(length, large: float.PositiveInfinity)));
        AssertSays(
            "looks most at word 0", Exercise01.CheckLookBack(
                length =>
                    (Matrix<float>.Build.Dense(length, 1, 50), Matrix<float>.Build.Dense(length, 1, (i, _) => -i))));
    }

    // ---- 4: too wide ----
    private static double MeanLargest(int dK, int seed, Func<Matrix<float>, Matrix<float>> change)
    {
        var scores = Matrix<float>.Build.Random(1000, dK, seed) * Matrix<float>.Build.Random(16, dK, seed + 1)
            .Transpose();
        return Softmax.Rows(change(scores)).EnumerateRows().Average(row => (double)row.Maximum());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(2017)]
    [InlineData(40)]
    public void Too_wide_is_right_when_it_is_measured(int seed)
    {
        Func<int, double> measured = dK => MeanLargest(dK, seed, s => s);
        AssertSays("✓", Exercise01.CheckTooWide(measured, 150, 14_000));
        AssertSays("✓", Exercise01.CheckTooWide(measured, 256, 16_384));
        AssertSays(
            "✓", Exercise01.CheckTooWide(
                dK => Softmax.Rows(Matrix<float>.Build.Random(1000, 16, seed) * MathF.Sqrt(dK)).EnumerateRows()
                    .Average(row => (double)row.Maximum()), 128, 8192));
    }

    [Fact]
    public void Too_wide_names_the_slip()
    {
        Func<int, double> measured = dK => MeanLargest(dK, 3, s => s);
        AssertSays("✎", Exercise01.CheckTooWide(_ => throw new NotImplementedException(), 1, 1));
        AssertSays(
            "forgets the scaling", Exercise01.CheckTooWide(
                dK => MeanLargest(dK, 3, s => s / MathF.Sqrt(dK)), 150, 14_000));
        AssertSays("always 1/16", Exercise01.CheckTooWide(dK => 1 / 16.0, 150, 14_000));
        AssertSays("all rows together", Exercise01.CheckTooWide(dK => 0.99999, 150, 14_000));
        AssertSays("the others have", Exercise01.CheckTooWide(dK => 1 - MeanLargest(dK, 3, s => s), 150, 14_000));
        AssertSays(
            "multiplied by √d_k twice",
            Exercise01.CheckTooWide(dK => MeanLargest(dK, 3, s => s * MathF.Sqrt(dK)), 150, 14_000));
        AssertSays(
            "largest score", Exercise01.CheckTooWide(
                dK => (Matrix<float>.Build.Random(1000, 16, 5) * MathF.Sqrt(dK)).EnumerateRows()
                    .Average(row => (double)row.Maximum()), 150, 14_000));
        AssertSays("softmax", Exercise01.CheckTooWide(dK => MathF.Sqrt(dK), 150, 14_000));
        AssertSays("should be", Exercise01.CheckTooWide(dK => 0.5, 150, 14_000));
        AssertSays("from 1 on", Exercise01.CheckTooWide(measured, 0, 14_000));
        AssertSays("from 1 on", Exercise01.CheckTooWide(measured, double.NaN, 14_000));
        AssertSays("Go wider", Exercise01.CheckTooWide(measured, 50, 14_000));
        AssertSays("narrower", Exercise01.CheckTooWide(measured, 500, 14_000));
        // Ten times as wide, not a hundred.
        AssertSays("99.0 % is asked. Go wider", Exercise01.CheckTooWide(measured, 150, 1650));
        AssertSays("narrower", Exercise01.CheckTooWide(measured, 150, 100_000));
    }

    // ---- 5: the order ----
    private static Matrix<float> Shuffled(Matrix<float> x, int[] order) =>
        Matrix<float>.Build.DenseOfRowVectors(order.Select(x.Row));

    private static int[] Back(int[] order) => [.. order.Select((_, place) => Array.IndexOf(order, place))];

    [Fact]
    public void Order_is_right()
    {
        AssertSays(
            "✓", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - Shuffled(attend(x), order)).Enumerate()
                    .Max(MathF.Abs)));

        // Shuffling back is as good.
        AssertSays(
            "✗", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, Back(order))) - Shuffled(attend(x), Back(order))).Enumerate()
                    .Max(MathF.Abs)));
        AssertSays(
            "✓", Exercise01.CheckOrder(
                (attend, x, order) => (Shuffled(attend(Shuffled(x, order)), Back(order)) - attend(x)).Enumerate()
                    .Max(MathF.Abs)));
    }

    [Fact]
    public void Order_names_the_slip()
    {
        AssertSays("✎", Exercise01.CheckOrder((_, _, _) => throw new NotImplementedException()));
        AssertSays("with itself", Exercise01.CheckOrder((attend, x, order) => 0));
        AssertSays(
            "with itself", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - attend(Shuffled(x, order))).Enumerate()
                    .Max(MathF.Abs)));
        AssertSays(
            "different orders", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - attend(x)).Enumerate().Max(MathF.Abs)));
        AssertSays(
            "inverse", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - Shuffled(attend(x), Back(order))).Enumerate()
                    .Max(MathF.Abs)));
        AssertSays(
            "inverse", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, Back(order))) - Shuffled(attend(x), order)).Enumerate()
                    .Max(MathF.Abs)));
        AssertSays(
            "other way round", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, Back(order))) - Shuffled(attend(x), Back(order))).Enumerate()
                    .Max(MathF.Abs)));
        AssertSays(
            "absolute", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - Shuffled(attend(x), order)).Enumerate().Max()));
        AssertSays(
            "average", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - Shuffled(attend(x), order)).Enumerate()
                    .Average(Math.Abs)));
        AssertSays(
            "together", Exercise01.CheckOrder(
                (attend, x, order) => (attend(Shuffled(x, order)) - Shuffled(attend(x), order)).FrobeniusNorm()));
        AssertSays(
            "words themselves", Exercise01.CheckOrder(
                (attend, x, order) => (x - Shuffled(x, order)).Enumerate().Max(MathF.Abs)));
        AssertSays("threw", Exercise01.CheckOrder((attend, x, order) => attend(null!)[0, 0]));
    }
}
