using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 11, with its solutions, against the library.</summary>
public class Chapter11Tests(Chapter11Tests.Cells cells) : IClassFixture<Chapter11Tests.Cells>
{
    [Fact]
    public void The_score_of_a_hypothesis_is_the_beams() => Scores(cells);

    [Fact]
    public void The_mean_of_heads_is_the_laboratorys() => Means(cells);

    [Fact]
    public void BLEU_is_the_librarys() => Bleus(cells);

    [Fact]
    public void The_batches_have_the_places_of_the_librarys() => Batches(cells);

    [Fact]
    public void The_mean_of_checkpoints_is_the_librarys() => Averages(cells);

    [Fact]
    public void The_search_in_the_open_finds_what_the_library_finds() => Searches(cells);

    [Fact]
    public void The_answers_of_the_exercises_agree_with_the_library() => Answers(cells);

    [Theory]
    [InlineData("cs-f7c236a6", "h.Tokens.Count + 1", "h.Tokens.Count")]
    [InlineData("cs-11next", "length) / 6", "length) / 7")]
    [InlineData("cs-11next", "logits.Row(written.Length)", "logits.Row(0)")]
    [InlineData("cs-11hypo", "Tokens.Length + 1", "Tokens.Length")]
    [InlineData("cs-11search", "OrderByDescending", "OrderBy")]
    [InlineData("cs-c1101f3d", "/ heads.Count", "/ 2")]
    [InlineData("cs-11turnbl", "Math.Min(count, ", "(")]
    [InlineData("cs-11turnba", "open.Count + 1", "open.Count")]
    [InlineData("cs-11turnav", "/ checkpoints.Length", "/ 2")]
    [InlineData("cs-11turnbs", "sum + logP", "logP")]
    [InlineData("cs-5871e89c", "0.025", "0.1")]
    [InlineData("cs-8825bf0c", "(5 + shortLength)", "shortLength")]
    [InlineData("cs-c3b5de6f", "sum + next[last][token]", "sum")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Scores, Means, Bleus, Batches, Averages, Searches, Answers);

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

    private static void Bleus(ChapterCode cells)
    {
        var bleu = cells.Get<Func<string[][], string[][], double>>("MyBleu");
        var random = new SeededRandom(11);
        string[] words = ["the", "cat", "is", "on", "a", "mat"];
        string Draw(int least) => "the cat is on " + string.Join(
            ' ', Enumerable.Range(0, random.Next(least, 9)).Select(_ => words[random.Next(words.Length)]));
        for (int i = 0; i < 50; i++)
        {
            string[] outputs = [Draw(0), Draw(1), Draw(2)], references = [Draw(2), Draw(3), Draw(1)];
            Assert.Equal(
                Bleu.Corpus(outputs, references).Score,
                bleu([.. outputs.Select(Bleu.Words)], [.. references.Select(Bleu.Words)]), 1e-9);
        }
    }

    /// <summary>The library sorts a shuffled corpus, so only the shapes can be compared.</summary>
    private static void Batches(ChapterCode cells)
    {
        var batches = cells.Get<Func<int[], int, List<int[]>>>("MyBatches");
        var random = new SeededRandom(3);
        for (int i = 0; i < 30; i++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(2, 12))];
            int places = random.Next(12, 40);
            var library = new LengthBuckets(
                [.. lengths.Select(length => (new int[length], new int[length - 1]))], places, seed: i);
            IEnumerable<(int, int)> shapes = Enumerable.Range(0, library.PerEpoch)
                .Select(batch => library.Batch(batch).Source).Select(source => (source.Sentences, source.Length));
            Assert.Equal(
                shapes.Order(),
                batches(lengths, places).Select(batch => (batch.Length, batch.Max(one => lengths[one]))).Order());
        }
    }

    private static void Averages(ChapterCode cells)
    {
        var average = cells.Get<Func<float[][], float[]>>("MyAverage");
        var weights = new Tensor(5);
        foreach (int count in new[] { 1, 3, 4 })
        {
            var library = new WeightAverage(count);
            float[][] checkpoints = [.. Enumerable.Range(0, count).Select(seed => Vector<float>.Build
                .Random(5, seed).ToArray())];
            foreach (float[] checkpoint in checkpoints)
            {
                checkpoint.CopyTo(weights.Data, 0);
                library.Add([new Parameter("weights", weights)]);
            }

            library.CopyTo([new Parameter("weights", weights)]);
            Close.Numbers(
                [.. weights.Data.Select(x => (double)x)], [.. average(checkpoints).Select(x => (double)x)], 1e-5);
        }
    }

    private static void Searches(ChapterCode cells)
    {
        var search = cells.Get<Func<Translator, int[], int, double, int, (int[], double)[]>>("""
            (Translator model, int[] source, int width, double alpha, int longest) =>
            {
                live = model;
                return Search(source, width, alpha, longest).Ended
                    .Select(one => (one.Tokens, one.Score(alpha))).ToArray();
            }
            """, "Translator live = null;");
        var tokens = BytePairEncoding.Train(["a"], 0);
        for (int seed = 0; seed < 6; seed++)
        {
            var model = new Transformer(
                new TransformerConfig
                {
                    Vocabulary = tokens.Count, DModel = 8, Heads = 2, DFeedForward = 16, EncoderLayers = 1,
                    DecoderLayers = 1, PaddingId = Vocabulary.Padding,
                }, seed);
            int[] source = [10 + seed, 40, 70];
            foreach (var (width, alpha) in new[] { (1, 0.6), (3, 0), (4, 1.4) })
            {
                Hypothesis best = BeamSearch.Decode(
                    model, TokenBatch.Of([source], Vocabulary.Padding), longest: 6, width, alpha)[0][0];
                var (found, score) = search(new Translator(model, tokens, 10), source, width, alpha, 6)[0];
                Assert.Equal(best.Tokens, found);
                Assert.Equal(best.Score, score, 1e-4);
            }
        }
    }

    private static void Answers(ChapterCode cells)
    {
        var interval = cells.Get<Func<double[], int, Random, (double Low, double High)>>("Interval");
        double[] scores = [.. Enumerable.Range(0, 30).Select(i => 50 + (20 * Math.Sin(i)))];
        ConfidenceInterval library = Bootstrap.Interval(scores, set => set.Average(), new SeededRandom(1), 4000);
        var (low, high) = interval(scores, 4000, new SeededRandom(2));
        Assert.Equal(library.Low, low, 0.5);
        Assert.Equal(library.High, high, 0.5);

        var alpha = cells.Get<Func<double, int, double, int, double>>("AlphaOfChange");
        double same = alpha(-3, 7, -4.2, 13);
        Assert.Equal(-3 / BeamSearch.LengthPenalty(7, same), -4.2 / BeamSearch.LengthPenalty(13, same), 1e-9);

        // A target of two tokens that greedy search, which begins with token 0, does not find.
        var likeliest = cells.Get<Func<double[][], int, int[]>>("Likeliest");
        double[][] table = [[0.3, 0.3, 0.4], [0.9, 0.05, 0.05], [0.5, 0.45, 0.05]];
        double[][] next = [.. table.Select(row => row.Select(p => Math.Log(p)).ToArray())];
        Assert.Equal([0], likeliest(next, 1));
        table[0] = [0.01, 0.01, 0.98];
        table[2] = [0.3, 0.65, 0.05];
        Assert.Equal([1, 0], likeliest([.. table.Select(row => row.Select(p => Math.Log(p)).ToArray())], 3));
    }

    public sealed class Cells() : ChapterCode("11");
}
