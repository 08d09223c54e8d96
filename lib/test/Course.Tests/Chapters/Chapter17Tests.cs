using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 17, with its solutions, against the library.</summary>
public class Chapter17Tests(Chapter17Tests.Cells cells) : IClassFixture<Chapter17Tests.Cells>
{
    [Fact]
    public void A_number_of_a_protocol_buffer_is_read() => Numbers(cells);

    [Fact]
    public void A_sentence_has_the_mean_of_its_rows_with_length_1() => Sentences(cells);

    [Fact]
    public void The_nearest_rows_are_found() => Searches(cells);

    [Fact]
    public void What_is_folded_into_a_map_is_what_stood_beside_it() => Folds(cells);

    [Fact]
    public void A_rank_counts_those_that_score_as_much() => Ranks(cells);

    [Theory]
    [InlineData("cs-17turn1", "shift += 7", "shift += 8")]
    [InlineData("cs-17turn2", "!padding[t]", "padding[t] || true")]
    [InlineData("cs-17turn3", "OrderByDescending", "OrderBy")]
    [InlineData("cs-17turn4", "alpha / A.Shape[0]", "alpha / A.Shape[1]")]
    [InlineData("cs-17merge", "i % map.Inputs, i / map.Inputs", "i / map.Inputs, i % map.Inputs")]
    [InlineData("cs-17ranks", "score >= all[right]", "score > all[right]")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Numbers, Sentences, Searches, Folds, Ranks);

    private static void Numbers(ChapterCode cells)
    {
        var number = cells.Get<Func<byte[], int, (long Number, int Next)>>("MyNumber");
        Assert.Equal((150L, 2), number([0x96, 0x01], 0));
        Assert.Equal((7L, 2), number([0x08, 0x07, 0x80], 1));
        Assert.Equal((90_893_278L, 5), number([0x3A, 0xDE, 0xD7, 0xAB, 0x2B], 1));
    }

    private static void Sentences(ChapterCode cells)
    {
        var sentence = cells.Get<Func<Matrix<float>, bool[], Vector<float>>>("MySentence");
        Matrix<float> rows = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 0 }, { 3, 2 }, { 9, 9 } });
        Close.Numbers([2 / MathF.Sqrt(5), 1 / MathF.Sqrt(5)], sentence(rows, [false, false, true]));
    }

    private static void Searches(ChapterCode cells)
    {
        var nearest = cells.Get<Func<Matrix<float>, Vector<float>, int, int[]>>("MyNearest");
        Matrix<float> rows = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 0 }, { 0, 1 }, { 0.6f, 0.8f } });
        Assert.Equal([2, 0], nearest(rows, Vector<float>.Build.Dense([0.8f, 0.6f]), 2));
    }

    private static void Ranks(ChapterCode cells)
    {
        var rank = cells.Get<Func<IEnumerable<double>, int, int>>("Rank");
        Assert.Equal(1, rank([0.9, 0.5, 0.1], 0));
        Assert.Equal(3, rank([0.9, 0.5, 0.5], 2));
    }

    private static void Folds(ChapterCode cells)
    {
        const string Given = "const float alpha = 6; var settings = (Rank: 2, Seed: 1);";
        var lowRank = cells.Get<Func<Tensor, Tensor, Tensor, float, Tensor>>("MyLowRank");
        var fold = cells.Get<Action<Linear, Tensor, Tensor>>("Fold", Given);
        var random = new Random(1);
        Tensor Of(int rows, int columns) =>
            new([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle())], rows, columns);
        var map = new Linear(3, 3, random);
        Tensor x = Of(4, 3), a = Of(2, 3), b = Of(3, 2);
        map.Beside = rows => lowRank(rows, a, b, 6);
        float[] beside = map.Forward(x).Data;
        fold(map, a, b);
        Assert.Null(map.Beside);
        Close.Numbers(beside, map.Forward(x).Data);
    }

    public sealed class Cells() : ChapterCode("17");
}
