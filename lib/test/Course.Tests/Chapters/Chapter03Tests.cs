using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 3 against the library.</summary>
public class Chapter03Tests(Chapter03Tests.Cells cells) : IClassFixture<Chapter03Tests.Cells>
{
    private const string Variables = "int h = 0; Matrix<float>[] WQ = null, WK = null, WV = null; " +
        "Matrix<float> WO = null;";

    private const string MultiHead = """
        (Matrix<float>[] q, Matrix<float>[] k, Matrix<float>[] v, Matrix<float> o,
            Matrix<float> x, Matrix<float> memory) =>
        {
            (h, WQ, WK, WV, WO) = (q.Length, q, k, v, o);
            return MyMultiHead(x, memory);
        }
        """;

    [Fact]
    public void The_attention_of_many_heads_is_the_librarys() => ManyHeads(cells);

    [Fact]
    public void Heads_are_cut_and_glued_as_by_the_library() => Cuts(cells);

    [Theory]
    [InlineData("cs-b69cd705", "memory * WK[i]", "memory * WK[0]")]
    [InlineData("cs-b69cd705", "left.Append(right)", "right.Append(left)")]
    [InlineData("cs-b69cd705", "head => head.Weights", "head => heads[0].Weights")]
    [InlineData("cs-21dbabcb", "from, count);", "0, count);")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(ManyHeads, Cuts);

    private static void ManyHeads(ChapterCode cells)
    {
        var attend = cells.Get<Func<
            Matrix<float>[], Matrix<float>[], Matrix<float>[], Matrix<float>, Matrix<float>, Matrix<float>,
            (Matrix<float> Output, Matrix<float>[] Heads, Matrix<float>[] Weights)>>(MultiHead, Variables);
        foreach (var (words, memory, width, heads) in new[] { (1, 1, 2, 1), (6, 6, 8, 4), (3, 7, 12, 3) })
        {
            var layer = new MultiHeadAttention(width, heads, new Random(words)); // its biases are zero
            Matrix<float> x = Matrix<float>.Build.Random(words, width, 1),
                y = Matrix<float>.Build.Random(memory, width, 2);
            Matrix<float>[] Narrow(Linear map) => [.. MultiHeadAttention.Split(map.Weight.AsMatrix(), heads)];
            var mine = attend(
                Narrow(layer.Query), Narrow(layer.Key), Narrow(layer.Value), layer.Output.Weight.AsMatrix(), x, y);
            var library = layer.Forward(x, y);
            Close.Matrices(library.Output, mine.Output);
            Assert.Equal(heads, mine.Weights.Length);
            for (int head = 0; head < heads; head++) { Close.Matrices(library.Weights[head], mine.Weights[head]); }
        }
    }

    private static void Cuts(ChapterCode cells)
    {
        var columns = cells.Get<Func<Matrix<float>, int, int, Matrix<float>>>("Columns");
        var merge = cells.Get<Func<IReadOnlyList<Matrix<float>>, Matrix<float>>>("Merge");
        Matrix<float> x = Matrix<float>.Build.Random(5, 12, 3);
        IReadOnlyList<Matrix<float>> heads = MultiHeadAttention.Split(x, 3);
        for (int head = 0; head < 3; head++) { Close.Matrices(heads[head], columns(x, head * 4, 4), 0); }
        Close.Matrices(MultiHeadAttention.Merge(heads), merge(heads), 0);
    }

    public sealed class Cells() : ChapterCode("03");
}
