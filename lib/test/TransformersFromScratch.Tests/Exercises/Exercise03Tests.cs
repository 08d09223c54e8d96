using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise03Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static Matrix<float> Columns(Matrix<float> w, int h, int[] order) =>
        MultiHeadAttention.Merge([.. order.Select(i => MultiHeadAttention.Split(w, h)[i])]);

    private static Matrix<float> Rows(Matrix<float> w, int h, int[] order) =>
        Columns(w.Transpose(), h, order).Transpose();

    [Fact]
    public void Exchange()
    {
        AssertSays("✓", Exercise03.CheckExchange((w, h, order) =>
            [.. w[..3].Select(one => Columns(one, h, order)), Rows(w[3], h, order)]));
        AssertSays("✎", Exercise03.CheckExchange((_, _, _) => throw new NotImplementedException()));
        AssertSays("unchanged", Exercise03.CheckExchange((w, _, _) => w));
        AssertSays("W^O has stayed", Exercise03.CheckExchange((w, h, order) =>
            [.. w[..3].Select(one => Columns(one, h, order)), w[3]]));
        AssertSays("You move columns of W^O", Exercise03.CheckExchange((w, h, order) =>
            [.. w.Select(one => Columns(one, h, order))]));
        AssertSays("rows of all four", Exercise03.CheckExchange((w, h, order) =>
            [.. w.Select(one => Rows(one, h, order))]));
        AssertSays("You move head i", Exercise03.CheckExchange((w, h, order) =>
            Enumerable.Range(0, h).Select(i => Array.IndexOf(order, i)).ToArray() is var back
                ? [.. w[..3].Select(one => Columns(one, h, back)), Rows(w[3], h, back)] : []));
        AssertSays("Only the queries", Exercise03.CheckExchange((w, h, order) => [Columns(w[0], h, order), .. w[1..]]));
        AssertSays("Only W^O", Exercise03.CheckExchange((w, h, order) => [.. w[..3], Rows(w[3], h, order)]));
        AssertSays("four matrices", Exercise03.CheckExchange((w, h, order) => w[..3]));
    }

    [Fact]
    public void Disguise()
    {
        static Matrix<float>[] Of(Matrix<float>[] w, Matrix<float> r, Matrix<float> key, Matrix<float> output) =>
            [w[0] * r, w[1] * key, w[2] * r, output * w[3]];

        AssertSays("✓", Exercise03.CheckDisguise((w, r) => Of(w, r, r.Inverse().Transpose(), r.Inverse())));
        AssertSays("✓", Exercise03.CheckDisguise((w, r) => Of(w, r, r.Transpose().Inverse(), r.Inverse())));
        AssertSays("✎", Exercise03.CheckDisguise((_, _) => throw new NotImplementedException()));
        AssertSays("unchanged", Exercise03.CheckDisguise((w, _) => w));
        AssertSays("W^K is multiplied by R", Exercise03.CheckDisguise((w, r) => Of(w, r, r, r.Inverse())));
        AssertSays("not transposed", Exercise03.CheckDisguise((w, r) => Of(w, r, r.Inverse(), r.Inverse())));
        AssertSays("W^O is multiplied by R", Exercise03.CheckDisguise((w, r) => Of(w, r, r.Inverse().Transpose(), r)));
        AssertSays("only for rotations", Exercise03.CheckDisguise((w, r) => Of(w, r, r, r.Transpose())));
        AssertSays("values not yet", Exercise03.CheckDisguise((w, r) =>
            [w[0] * r, w[1] * r.Inverse().Transpose(), w[2], w[3]]));
        AssertSays("questions not yet", Exercise03.CheckDisguise((w, r) =>
            [w[0], w[1], w[2] * r, r.Inverse() * w[3]]));
        AssertSays("look elsewhere", Exercise03.CheckDisguise((w, r) => [w[0] * 2, w[1], w[2], w[3]]));
        AssertSays("something else", Exercise03.CheckDisguise((w, r) => [w[0], w[1], w[2] * 2, w[3]]));
        AssertSays("four matrices", Exercise03.CheckDisguise((w, _) => w[..2]));
    }

    [Fact]
    public void Parameters()
    {
        AssertSays("✓", Exercise03.CheckParameters((d, h) => 4 * ((d * d) + d)));
        AssertSays("0 so far", Exercise03.CheckParameters((d, h) => 0));
        AssertSays("bias", Exercise03.CheckParameters((d, h) => 4 * d * d));
        AssertSays("W^O", Exercise03.CheckParameters((d, h) => 3 * ((d * d) + d)));
        AssertSays("one bias", Exercise03.CheckParameters((d, h) => (4 * d * d) + d));
        AssertSays("should be", Exercise03.CheckParameters((d, h) => d == 64 ? 16_640 : 4 * d));
        AssertSays("as wide as d", Exercise03.CheckParameters((d, h) => 4 * h * d * d));
    }

    [Fact]
    public void Grouping()
    {
        AssertSays("✓", Exercise03.CheckGrouping((head, queries, groups) => head / (queries / groups)));
        AssertSays("every query head uses -1", Exercise03.CheckGrouping((_, _, _) => -1));
        AssertSays("Divide by how many", Exercise03.CheckGrouping((head, queries, groups) => head / groups));
        AssertSays(
            "two groups only", Exercise03.CheckGrouping((head, queries, groups) => head < queries / groups ? 0 : 1));
        AssertSays("Compute it", Exercise03.CheckGrouping((head, queries, groups) => head / 4));
        AssertSays("alternates", Exercise03.CheckGrouping((head, _, groups) => head % groups));
        AssertSays(
            "wrong order", Exercise03.CheckGrouping(
                (head, queries, groups) => groups - 1 - (head / (queries / groups))));
        AssertSays(
            "each has its own", Exercise03.CheckGrouping(
                (head, queries, groups) => queries == groups ? 0 : head / (queries / groups)));
    }
}
