using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 3. Each says what is right, or names the likely mistake.</summary>
public static class Exercise03
{
    /// <summary>Exercise 1: h matrices T×d_k side by side.</summary>
    public static string CheckMerge(Func<IReadOnlyList<Matrix<float>>, Matrix<float>> merge) => Exercise.Run(() =>
    {
        Matrix<float>[] heads = [.. Enumerable.Range(1, 3).Select(i => Matrix<float>.Build.Random(4, 2, i))];
        Matrix<float> got = merge(heads), want = MultiHeadAttention.Merge(heads), stacked = heads[0].Stack(heads[1]).Stack(heads[2]);
        return Exercise.FirstThatHolds(
            (Exercise.Near(got, heads[0]), "Only the first head comes back."),
            (Exercise.Near(got, stacked), "The heads stand on top of each other: 12×2. They belong side by side, T×(h·d_k): each word keeps its row."),
            (Exercise.Near(got, heads[0] + heads[1] + heads[2]), "You add the heads up. That comes later, through W^O; merging keeps them apart."),
            (Exercise.Near(got, heads[2].Append(heads[1]).Append(heads[0])), "The heads are in the wrong order: head 1 comes first."),
            ((got.RowCount, got.ColumnCount) != (4, 6), $"Three heads of 4×2 merge into 4×6, but yours is {Shapes.Of(got)}."),
            (Exercise.Near(got, want), Exercise.Right));
    });

    /// <summary>Exercise 2: 4·(d² + d).</summary>
    public static string CheckParameters(Func<int, int, int> parameters) => Exercise.Run(() =>
    {
        bool Is(Func<int, int, int> formula) => new[] { (64, 8), (512, 8), (12, 3) }.All(c => parameters(c.Item1, c.Item2) == formula(c.Item1, c.Item2));

        return Exercise.FirstThatHolds(
            (parameters(64, 8) == 0, "It returns 0 so far."),
            (Is((d, h) => 4 * d * d), "The weights are right; every one of the four maps also has a bias of d numbers."),
            (Is((d, h) => 3 * ((d * d) + d)) || Is((d, h) => 3 * d * d), "You counted query, key and value. W^O is a map of its own."),
            (Is((d, h) => 4 * h * ((d * d) + d)) || Is((d, h) => 4 * h * d * d), "You counted every head as wide as d. A head is d/h wide: h of them make one d×d matrix."),
            (Is((d, h) => 4 * ((d * d) + d)), Exercise.Right));
    });

    /// <summary>Exercise 3: neighbouring query heads share a key-value head.</summary>
    public static string CheckGrouping(Func<int, int, int, int> keyValueHead) => Exercise.Run(() =>
    {
        int[] Of(int queryHeads, int keyValueHeads) => [.. Enumerable.Range(0, queryHeads).Select(head => keyValueHead(head, queryHeads, keyValueHeads))];

        return Exercise.FirstThatHolds(
            (Of(8, 2).Any(head => head is < 0 or > 1), $"There are key-value heads 0 and 1 only, but some query head uses {Of(8, 2).FirstOrDefault(head => head is < 0 or > 1)}."),
            (Of(8, 2).SequenceEqual([0, 1, 0, 1, 0, 1, 0, 1]), "Yours alternates (head % groups). Neighbours share: 0–3 use the first, 4–7 the second."),
            (Of(8, 2).SequenceEqual([1, 1, 1, 1, 0, 0, 0, 0]), "The groups are in the wrong order."),
            (!Of(6, 6).SequenceEqual([0, 1, 2, 3, 4, 5]), "With as many key-value heads as query heads, each has its own: that is plain multi-head attention."),
            (!Of(6, 1).All(head => head == 0), "With a single key-value head all share it: multi-query attention."),
            (Of(8, 2).SequenceEqual([0, 0, 0, 0, 1, 1, 1, 1]) && Of(12, 4).SequenceEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]), Exercise.Right));
    });
}
