using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 11, with two of its solutions, against the library.</summary>
public class Chapter11Tests(Chapter11Tests.Cells cells) : IClassFixture<Chapter11Tests.Cells>
{
    [Fact]
    public void The_score_of_a_hypothesis_is_the_beams() => Scores(cells);

    [Fact]
    public void The_mean_of_heads_is_the_laboratorys() => Means(cells);

    [Fact]
    public void The_precision_and_the_penalty_of_the_exercises_are_BLEUs() => Parts(cells);

    [Theory]
    [InlineData("cs-f7c236a6", "h.Tokens.Count + 1", "h.Tokens.Count")]
    [InlineData("cs-c1101f3d", "/ heads.Count", "/ 2")]
    [InlineData("cs-5871e89c", "Math.Min(group.Count(), ", "(")]
    [InlineData("cs-8825bf0c", "1 - ((double)reference / output)", "1 - (reference / output)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Scores, Means, Parts);

    private static void Scores(ChapterCode cells)
    {
        var score = cells.Get<Func<double, Hypothesis, double>>("""
            (double alpha, Hypothesis found) =>
            {
                settings = new(Alpha: alpha);
                return ScoreByHand(found);
            }
            """, "Settings settings = null;");
        var sources = TokenBatch.Of(Copier.Task.DrawTest(3, seed: 3), Vocabulary.Padding);
        foreach (double alpha in new[] { 0, 0.6, 1.4 })
        {
            Hypothesis[] found =
                [.. BeamSearch.Decode(Copier.Model, sources, longest: 12, width: 4, alpha: alpha, best: 4)
                .SelectMany(all => all).Where(one => one.Ended)];
            Assert.True(found.Length > 2);
            Assert.All(found, one => Assert.Equal(one.Score, score(alpha, one), 1e-9));
        }
    }

    private static void Means(ChapterCode cells)
    {
        var mean = cells.Get<Func<IReadOnlyList<Matrix<float>>, Matrix<float>>>("Mean");
        foreach (int heads in new[] { 1, 3 })
        {
            Matrix<float>[] maps =
                [.. Enumerable.Range(0, heads).Select(seed => Matrix<float>.Build.Random(4, 5, seed))];
            Close.Matrices(CopyShare.Mean(maps), mean(maps));
        }
    }

    private static void Parts(ChapterCode cells)
    {
        var precision = cells.Get<Func<string[], string[], double>>("Precision");
        var penalty = cells.Get<Func<int, int, double>>("Brevity");
        var random = new SeededRandom(11);
        string[] words = ["the", "cat", "is", "on", "a", "mat"];
        string[] Draw() => [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => words[random.Next(words.Length)])];
        for (int i = 0; i < 200; i++)
        {
            string[] output = Draw(), reference = Draw();
            BleuScore library = Bleu.Sentence(string.Join(' ', output), string.Join(' ', reference));
            Assert.Equal(library.Precisions[0], 100 * precision(output, reference), 1e-9);
            Assert.Equal(library.BrevityPenalty, penalty(output.Length, reference.Length), 1e-9);
        }
    }

    public sealed class Cells() : ChapterCode("11");
}
