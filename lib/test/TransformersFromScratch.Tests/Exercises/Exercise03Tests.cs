using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise03Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Merge()
    {
        AssertSays("✓", Exercise03.CheckMerge(heads => heads.Aggregate((left, right) => left.Append(right))));
        AssertSays("first head", Exercise03.CheckMerge(heads => heads[0]));
        AssertSays("on top", Exercise03.CheckMerge(heads => heads.Aggregate((left, right) => left.Stack(right))));
        AssertSays("interleaved", Exercise03.CheckMerge(heads => Matrix<float>.Build.DenseOfColumnVectors(
            Enumerable.Range(0, heads[0].ColumnCount)
                .SelectMany(column => heads.Select(head => head.Column(column))))));
        AssertSays("add", Exercise03.CheckMerge(heads => heads.Aggregate((left, right) => left + right)));
        AssertSays(
            "wrong order", Exercise03.CheckMerge(
                heads => heads.Reverse().Aggregate((left, right) => left.Append(right))));
        AssertSays(
            "4×4, but should be 4×6",
            Exercise03.CheckMerge(
                heads => heads.Count == 3 ? heads[0].Append(heads[1]) : MultiHeadAttention.Merge([.. heads])));
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
