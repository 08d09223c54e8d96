using MathNet.Numerics.LinearAlgebra;
using Cuts = System.Collections.Generic.IReadOnlyList<MathNet.Numerics.LinearAlgebra.Matrix<float>>;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn03Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static Cuts Cut(Matrix<float> x, int count, int width, Func<int, int> from) =>
        [.. Enumerable.Range(0, count).Select(i => x.SubMatrix(0, x.RowCount, from(i), width))];

    private static Matrix<float> Glue(Cuts heads) => heads.Aggregate((left, right) => left.Append(right));

    private static (Matrix<float>, Cuts) MultiHead(
        Matrix<float> x, Matrix<float> keys, Matrix<float> values, Matrix<float>[] w, int h, bool output = true)
    {
        int width = x.ColumnCount / h;
        Cuts q = Cut(x * w[0], h, width, i => i * width), k = Cut(keys * w[1], h, width, i => i * width),
            v = Cut(values * w[2], h, width, i => i * width);
        AttentionResult[] heads =
            [.. Enumerable.Range(0, h).Select(i => Attention.ScaledDotProduct(q[i], k[i], v[i]))];
        Matrix<float> merged = Glue([.. heads.Select(head => head.Output)]);
        return (output ? merged * w[3] : merged, [.. heads.Select(head => head.Weights)]);
    }

    [Fact]
    public void A_right_version_is_used_and_for_a_wrong_one_the_librarys_stands_in()
    {
        Func<Matrix<float>, int, Cuts> split = (x, h) => Cut(x, h, x.ColumnCount / h, i => i * (x.ColumnCount / h));
        Assert.Same(split, Turn03.Split(split));
        Func<Cuts, Matrix<float>> merge = Glue;
        Assert.Same(merge, Turn03.Merge(merge));
        Func<Matrix<float>, Matrix<float>, Matrix<float>[], int, (Matrix<float> Output, Cuts Weights)> whole =
            (x, memory, w, h) => MultiHead(x, memory, memory, w, h);
        Assert.Same(whole, Turn03.MultiHead(whole));

        Matrix<float> four = Matrix<float>.Build.Random(3, 4, 1);
        Assert.Equal(
            four.SubMatrix(0, 3, 2, 2), Turn03.Split((_, _) => throw new NotImplementedException())(four, 2)[1]);
        Assert.Equal(four, Turn03.Merge(heads => heads[0])([four]));
        Matrix<float>[] w = [.. Enumerable.Range(1, 4).Select(seed => Matrix<float>.Build.Random(4, 4, seed))];
        Assert.Equal(
            whole(four, four, w, 2).Output,
            Turn03.MultiHead((_, _, _, _) => throw new NotImplementedException())(four, four, w, 2).Output);
    }

    private static void SplitSays(string part, Func<Matrix<float>, int, Cuts> code) =>
        Says(part, Turn03Cut.ForSplit.Judge(x => code(x.X, x.Heads)));

    [Fact]
    public void Slips_of_the_split()
    {
        SplitSays("in one piece", (x, h) => [x]);
        SplitSays("the memory in another shape", (x, h) => Matrix<float>.Build.DenseOfRowMajor(
            h * x.RowCount, x.ColumnCount / h, x.ToRowMajorArray()) is var rows
            ? [.. Enumerable.Range(0, h).Select(i => rows.SubMatrix(i * x.RowCount, x.RowCount, 0, x.ColumnCount / h))]
            : []);
        SplitSays("get the first columns", (x, h) => Cut(x, h, x.ColumnCount / h, _ => 0));
        SplitSays("wrong order", (x, h) => Cut(x, h, x.ColumnCount / h, i => (h - 1 - i) * (x.ColumnCount / h)));
        SplitSays("deal the columns out", (x, h) => [.. Enumerable.Range(0, h).Select(i =>
            Matrix<float>.Build.Dense(x.RowCount, x.ColumnCount / h, (row, column) => x[row, (column * h) + i]))]);
        SplitSays("h wide", (x, h) => Cut(x, x.ColumnCount / h, h, i => i * h));
        SplitSays("overlap", (x, h) => Cut(x, h, x.ColumnCount / h, i => i));
        SplitSays("with zeros", (x, h) => [.. Enumerable.Range(0, h).Select(i =>
            x.MapIndexed((_, c, v) => c / (x.ColumnCount / h) == i ? v : 0, Zeros.Include))]);
        SplitSays("transposed", (x, h) => [.. MultiHeadAttention.Split(x, h).Select(piece => piece.Transpose())]);
        SplitSays("as many pieces", (x, h) => [.. MultiHeadAttention.Split(x, h).Skip(1)]);
        SplitSays("all rows", (x, h) => [.. MultiHeadAttention.Split(x, h)
            .Select(piece => piece.SubMatrix(0, (piece.RowCount + 1) / 2, 0, piece.ColumnCount))]);
        SplitSays("For x", (x, h) => [.. MultiHeadAttention.Split(x, h).Select(piece => piece * (h > 3 ? 2 : 1))]);
    }

    private static void MergeSays(string part, Func<Cuts, Matrix<float>> code) =>
        Says(part, Turn03Cut.ForMerge.Judge(code));

    [Fact]
    public void Slips_of_the_merge()
    {
        MergeSays("first head", heads => heads[0]);
        MergeSays("last head", heads => heads[^1]);
        MergeSays("on top", heads => heads.Aggregate((left, right) => left.Stack(right)));
        MergeSays("interleaved", heads => Matrix<float>.Build.DenseOfColumnVectors(
            Enumerable.Range(0, heads[0].ColumnCount)
                .SelectMany(column => heads.Select(head => head.Column(column)))));
        MergeSays("You add", heads => heads.Aggregate((left, right) => left + right));
        MergeSays("You average", heads => heads.Aggregate((left, right) => left + right) / heads.Count);
        MergeSays("wrong order", heads => heads.Reverse().Aggregate((left, right) => left.Append(right)));
        MergeSays("transposed", heads => Glue([.. heads.Select(head => head.Transpose())]));
        MergeSays("first two", heads => Glue([.. heads.Take(2)]));
        MergeSays(
            "4×4, but should be 4×6",
            heads => heads.Count == 3 ? heads[0].Append(heads[1]) : MultiHeadAttention.Merge([.. heads]));
    }

    private static void WholeSays(
        string part, Func<Matrix<float>, Matrix<float>, Matrix<float>[], int, (Matrix<float>, Cuts)> code) =>
        Says(part, Turn03MultiHead.Question.Judge(x => code(x.X, x.Memory, x.W, x.Heads)));

    [Fact]
    public void Slips_of_multi_head_attention()
    {
        WholeSays("W^O is missing", (x, m, w, h) => MultiHead(x, m, m, w, h, output: false));
        WholeSays("one wide head", (x, m, w, h) => MultiHead(x, m, m, w, 1));
        WholeSays("Keys and values come from x", (x, m, w, h) => MultiHead(x, x, x, w, h));
        WholeSays("changed places: x asks", (x, m, w, h) => MultiHead(m, x, x, w, h));
        WholeSays("The values come from x", (x, m, w, h) => MultiHead(x, m, x.RowCount == m.RowCount ? x : throw
            new ArgumentException("no"), w, h));
        WholeSays("W^Q and W^K", (x, m, w, h) => MultiHead(x, m, m, [w[1], w[0], w[2], w[3]], h));
        WholeSays("W^K and W^V", (x, m, w, h) => MultiHead(x, m, m, [w[0], w[2], w[1], w[3]], h));
        WholeSays("made with W^Q", (x, m, w, h) => MultiHead(x, m, m, [w[0], w[0], w[2], w[3]], h));
        WholeSays("made with W^K", (x, m, w, h) => MultiHead(x, m, m, [w[0], w[1], w[1], w[3]], h));
        WholeSays("scaling is missing", (x, m, w, h) =>
            MultiHead(x, m, m, [w[0] * MathF.Sqrt(x.ColumnCount / h), w[1], w[2], w[3]], h));
        WholeSays("the root of d.", (x, m, w, h) =>
            MultiHead(x, m, m, [w[0] / MathF.Sqrt(h), w[1], w[2], w[3]], h));
        WholeSays("transposed", (x, m, w, h) =>
            MultiHead(x, m, m, w, h, output: false) is var (merged, weights) ? (merged * w[3].Transpose(), weights)
                : default);
        WholeSays("Nothing is averaged", (x, m, w, h) =>
            MultiHead(x, m, m, w, h) is var (y, weights) ? (y / h, weights) : default);
        WholeSays("weights of the heads are in the wrong order", (x, m, w, h) =>
            MultiHead(x, m, m, w, h) is var (y, weights) ? (y, [.. weights.Reverse()]) : default);
        WholeSays("one head only", (x, m, w, h) =>
            MultiHead(x, m, m, w, h) is var (y, weights) ? (y, [weights[0]]) : default);
        WholeSays("null", (x, m, w, h) => (null!, null!));
        WholeSays("T×d", (x, m, w, h) =>
            MultiHead(x, m, m, w, h) is var (y, weights) ? (y.Stack(y), weights) : default);
        WholeSays("For x", (x, m, w, h) =>
            MultiHead(x, m, m, w, h) is var (y, weights) ? (y + 1, weights) : default);
    }
}
