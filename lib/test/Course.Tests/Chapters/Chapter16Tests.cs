using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 16, with a solution of its, against the library.</summary>
public class Chapter16Tests(Chapter16Tests.Cells cells) : IClassFixture<Chapter16Tests.Cells>
{
    [Fact]
    public void The_scores_of_heads_are_the_laboratorys() => Scores(cells);

    [Fact]
    public void A_patched_row_is_that_of_the_other_run_and_rows_are_changed_in_place() => Patches(cells);

    [Theory]
    [InlineData("cs-16000004", "t - half + 1", "t - half")]
    [InlineData("cs-16000007", "map[t, t - 1]", "map[t - 1, t]")]
    [InlineData("cs-16000014", "DenseOfRowMajor(x.Length / width, width, x.Data)",
        "Dense(x.Length / width, width, x.Data)")]
    [InlineData("cs-16000022", "data, place * d, d", "data, 0, d")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Scores, Patches);

    private static void Scores(ChapterCode cells)
    {
        var prefix = cells.Get<Func<Matrix<float>, double>>("PrefixScore");
        var previous = cells.Get<Func<Matrix<float>, double>>("PreviousScore");
        foreach (int half in new[] { 1, 5, 10 })
        {
            Matrix<float> map = Softmax.Rows(
                Mask.Causal(2 * half).Apply(Matrix<float>.Build.Random(2 * half, 2 * half, half) * 3));
            var maps = new Tensor(map.ToRowMajorArray(), 1, 1, 2 * half, 2 * half);
            Assert.Equal(HeadScores.PrefixMatching(maps)[0], prefix(map), 1e-6);
            Assert.Equal(HeadScores.PreviousToken(maps)[0], previous(map), 1e-6);
        }
    }

    private static void Patches(ChapterCode cells)
    {
        var patch = cells.Get<Func<Tensor, Tensor, int, Tensor>>("Patch");
        var onRows = cells.Get<Func<Tensor, Func<Matrix<float>, Matrix<float>>, Tensor>>("OnRows");
        foreach (var (places, width) in new[] { (1, 2), (5, 8) })
        {
            var model = new Gpt(
                new GptConfig { Vocabulary = 11, Context = 8, Layers = 2, DModel = width, Heads = 1, Dropout = 0 },
                seed: 1);
            TokenBatch One(int first) => new([.. Enumerable.Range(first, places)], 1, places);
            var streams = new List<Tensor>();
            var keep = new Probe { Residual = (level, x) => { if (level == 1) { streams.Add(x); } return x; } };
            Tensor clean = model.Forward(One(2), probe: keep), other = model.Forward(One(4), probe: keep);

            // The last row of the last level decides the last place's scores: with the clean one patched in, they are
            // the clean run's.
            Tensor patched = model.Forward(
                One(4),
                probe: new Probe
                {
                    Residual = (level, x) => level == 2
                    ? patch(x, LastLevel(model, One(2)), places - 1)
                    : x
                });
            Close.Numbers(clean.Data[^11..], patched.Data[^11..]);
            Close.Numbers(other.Data[..^11], patched.Data[..^11]);

            Tensor doubled = onRows(streams[0], rows => rows.MapIndexed((row, _, value) => value * (row + 1)));
            Assert.Equal(streams[0].Shape.ToArray(), doubled.Shape.ToArray());
            Close.Numbers(streams[0].Data.Select((value, i) => value * (1 + (i / width))), doubled.Data);
        }
    }

    private static Tensor LastLevel(Gpt model, TokenBatch tokens)
    {
        Tensor? found = null;
        model.Forward(tokens, probe: new Probe { Residual = (level, x) => level == 2 ? found = x : x });
        return found!;
    }

    public sealed class Cells() : ChapterCode("16");
}
