using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;
using Whole = System.Func<
    MathNet.Numerics.LinearAlgebra.Matrix<float>, MathNet.Numerics.LinearAlgebra.Matrix<float>,
    MathNet.Numerics.LinearAlgebra.Matrix<float>[], int,
    (MathNet.Numerics.LinearAlgebra.Matrix<float> Output,
        System.Collections.Generic.IReadOnlyList<MathNet.Numerics.LinearAlgebra.Matrix<float>> Weights)>;

namespace Course.Tests;

/// <summary>The cells of chapter 3, with its three solutions, against the library.</summary>
public class Chapter03Tests(Chapter03Tests.Cells cells) : IClassFixture<Chapter03Tests.Cells>
{
    private static readonly Lazy<Translator> s_translator = new(
        () => Translator.Load(Path.Combine(Repository.Find().Data, "en-fr.safetensors")));

    [Fact]
    public void The_attention_of_many_heads_is_the_librarys() => ManyHeads(cells);

    [Fact]
    public void Heads_are_cut_and_glued_as_by_the_library() => Cuts(cells);

    [Fact]
    public void The_two_circuits_of_a_head_are_the_librarys() => TwoCircuits(cells);

    [Fact]
    public void A_lesson_asks_for_both_neighbours() => Lessons(cells);

    [Theory]
    [InlineData("cs-03split0b", "i * width, width)", "0, width)")]
    [InlineData("cs-2618cbff", "left.Append(right)", "right.Append(left)")]
    [InlineData("cs-b69cd705", "Split(memory * W[1], h)", "Split(x * W[1], h)")]
    [InlineData("cs-b69cd705", "head => head.Weights", "head => heads[0].Weights")]
    [InlineData("cs-03qkov0b", "* Piece(layer.Key, layer.Heads, i).Transpose()",
        "* Piece(layer.Query, layer.Heads, i).Transpose()")]
    [InlineData("cs-03ov000b", "SubMatrix(i * layer.HeadWidth,", "SubMatrix(0,")]
    [InlineData("cs-03task0b", "numbers[t + step, c]", "numbers[t, c]")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(ManyHeads, Cuts, TwoCircuits, Lessons);

    private static void ManyHeads(ChapterCode cells)
    {
        var attend = cells.Get<Whole>("MultiHead");
        foreach (var (words, memory, width, heads) in new[] { (1, 1, 2, 1), (6, 6, 8, 4), (3, 7, 12, 3) })
        {
            var layer = new MultiHeadAttention(width, heads, new Random(words)); // its biases are zero
            Matrix<float> x = Matrix<float>.Build.Random(words, width, 1),
                y = Matrix<float>.Build.Random(memory, width, 2);
            var mine = attend(
                x, y,
                [.. new[] { layer.Query, layer.Key, layer.Value, layer.Output }.Select(map => map.Weight.AsMatrix())],
                heads);
            var library = layer.Forward(x, y);
            Close.Matrices(library.Output, mine.Output);
            Assert.Equal(heads, mine.Weights.Count);
            for (int head = 0; head < heads; head++) { Close.Matrices(library.Weights[head], mine.Weights[head]); }
        }
    }

    private static void Cuts(ChapterCode cells)
    {
        var split = cells.Get<Func<Matrix<float>, int, IReadOnlyList<Matrix<float>>>>("Split");
        var merge = cells.Get<Func<IReadOnlyList<Matrix<float>>, Matrix<float>>>("Merge");
        Matrix<float> x = Matrix<float>.Build.Random(5, 12, 3);
        IReadOnlyList<Matrix<float>> heads = MultiHeadAttention.Split(x, 3), mine = split(x, 3);
        for (int head = 0; head < 3; head++) { Close.Matrices(heads[head], mine[head], 0); }
        Close.Matrices(x, merge(heads), 0);
    }

    private static void TwoCircuits(ChapterCode cells)
    {
        var where = cells.Get<Func<MultiHeadAttention, int, Matrix<float>>>("QK");
        var what = cells.Get<Func<MultiHeadAttention, int, Matrix<float>>>("OV");
        MultiHeadAttention layer = s_translator.Value.Model.Encoder[1].Attention;
        foreach (int head in new[] { 0, 2 })
        {
            Close.Matrices(Circuits.QueryKey(layer, head), where(layer, head));
            Close.Matrices(Circuits.OutputValue(layer, head), what(layer, head));
        }
    }

    private static void Lessons(ChapterCode cells)
    {
        var lesson = cells.Get<Func<Random, (Tensor Asked, Tensor Wanted)>>(
            "Lesson", "const int Places = 12, Numbers = 8, Wide = 16, Batch = 16; " +
            "var encoding = PositionalEncoding.Sinusoidal(Places, Numbers, 100);");
        var (asked, wanted) = lesson(new Random(5));
        float Asked(int row, int c) => asked.Data[(row * 16) + c];
        float Wanted(int row, int c) => wanted.Data[(row * 16) + c];
        for (int row = 0; row < 16 * 12; row++)
        {
            for (int c = 0; c < 8; c++)
            {
                Assert.Equal(row % 12 == 0 ? 0 : Asked(row - 1, c), Wanted(row, c));
                Assert.Equal(row % 12 == 11 ? 0 : Asked(row + 1, c), Wanted(row, c + 8));
            }
        }

        double[] drawn = [.. Enumerable.Range(0, 16 * 12).SelectMany(
            row => Enumerable.Range(0, 8).Select(c => (double)Asked(row, c)))];
        Assert.Equal(1, drawn.Average(x => x * x), 0.1);
    }

    public sealed class Cells() : ChapterCode("03");
}
