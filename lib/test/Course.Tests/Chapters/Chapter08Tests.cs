using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 8 against the library.</summary>
public class Chapter08Tests(Chapter08Tests.Cells cells) : IClassFixture<Chapter08Tests.Cells>
{
    [Fact]
    public void The_shift_is_the_batchs() => Shifts(cells);

    [Fact]
    public void The_writing_is_greedy_decoding() => Writing(cells);

    [Fact]
    public void The_mirror_turns_the_librarys_positions_round() => Mirrors(cells);

    [Fact]
    public void The_leak_is_found_in_an_untrained_model() => Leaks(cells);

    [Fact]
    public void The_loss_is_the_batchs() => Losses(cells);

    [Fact]
    public void The_loop_is_the_trainers() => Loops(cells);

    [Theory]
    [InlineData("cs-46d04d53", "([Vocabulary.Start, .. answer], [", "([.. answer, Vocabulary.End], [")]
    [InlineData("cs-08over05", "Row(read.Length - 1)", "Row(0)")]
    [InlineData("cs-08turn1b", ", ignore: Vocabulary.Padding", "")]
    [InlineData("cs-08turn2b", "optimizer.ZeroGradients();", "")]
    [InlineData("cs-10bec61e", ", width), c);", ", width), c + 1);")]
    [InlineData("cs-c8868257", "Take((at + 1) * task.Vocabulary)", "Take((at + 2) * task.Vocabulary)")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Shifts, Writing, Mirrors, Leaks, Losses, Loops);

    private static void Shifts(ChapterCode cells)
    {
        var shift = cells.Get<Func<int[], (int[] Reads, int[] Says)>>("Shift");
        foreach (int length in new[] { 1, 7, 16 })
        {
            IReadOnlyList<(int[] Source, int[] Target)> pairs = new SequenceTask(
                SequenceRule.Reverse, length).DrawPairs(20, new SeededRandom(1));
            var batch = TranslationBatch.Of(pairs);
            Assert.Equal(batch.Input.Ids, pairs.SelectMany(pair => shift(pair.Target).Reads));
            Assert.Equal(batch.Wanted, pairs.SelectMany(pair => shift(pair.Target).Says));
        }
    }

    private static void Writing(ChapterCode cells)
    {
        var write = cells.Get<Func<Transformer, int[], int[]>>("Write");
        IReadOnlyList<int[]> sources = Copier.Task.DrawTest(30, seed: 3);
        IReadOnlyList<int[]> library = Greedy.Decode(
            Copier.Model, TokenBatch.Of(sources, Vocabulary.Padding), Vocabulary.Start, Vocabulary.End, longest: 6);
        Assert.True(library.Select(said => string.Join(' ', said)).Distinct().Count() > 5);
        Assert.All(sources.Zip(library), pair => Assert.Equal(pair.Second, write(Copier.Model, pair.First)));
    }

    private static void Mirrors(ChapterCode cells)
    {
        var mirror = cells.Get<Func<int, double, Matrix<float>>>("""
            (int wide, double c) =>
            {
                width = wide;
                return Mirror(c);
            }
            """, "int width = 0;");
        foreach (var (length, width) in new[] { (16, 32), (7, 8), (1, 2) })
        {
            Matrix<float> positions = PositionalEncoding.Sinusoidal(length, width),
                mirrored = positions * mirror(width, length - 1);
            for (int t = 0; t < length; t++) { Close.Numbers(positions.Row(length - 1 - t), mirrored.Row(t)); }
            Assert.Equal(-1, mirror(width, length - 1).SubMatrix(0, 2, 0, 2).Determinant(), 1e-5f);

            // A score is a sum of cosines, so it is largest at the mirror image.
            Matrix<float> scores = mirrored * positions.Transpose();
            Close.Matrices(Matrix<float>.Build.Dense(length, length, (t, s) =>
                (float)Enumerable.Range(0, width / 2)
                    .Sum(i => Math.Cos((length - 1 - t - s) * PositionalEncoding.Frequency(2 * i, width)))),
                        scores, 1e-4);
            Assert.All(Enumerable.Range(0, length), t => Assert.Equal(length - 1 - t, scores.Row(t).MaximumIndex()));
        }
    }

    private static void Leaks(ChapterCode cells)
    {
        var leak = cells.Get<Func<SequenceTask, int[], int, Transformer, (float With, float Without)>>("""
            (SequenceTask which, int[] drawn, int place, Transformer model) =>
            {
                (task, sequence, answer, at) = (which, drawn, which.Answer(drawn), place);
                return (Leak(Shifted, model), Leak(Same, model));
            }
            """, "SequenceTask task = null; int[] sequence = null, answer = null; int at = 0;");
        foreach (var (length, place) in new[] { (16, 5), (6, 0) })
        {
            var task = new SequenceTask(SequenceRule.Reverse, length);
            var model = new Transformer(new TransformerConfig
            {
                Vocabulary = task.Vocabulary, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1,
                DecoderLayers = 1, Dropout = 0,
            }, seed: 1);
            var (with, without) = leak(task, task.Draw(new SeededRandom(1)), place, model);
            Assert.Equal(0, with);
            Assert.True(without > 0.1f);
        }
    }

    private static void Losses(ChapterCode cells)
    {
        var loss = cells.Get<Func<Func<TokenBatch, TokenBatch, Tensor>, (int[] Source, int[] Target)[], Tensor>>(
            "LossOf");
        var random = new SeededRandom(4);
        (int[] Source, int[] Target)[] pairs = [.. new[] { 1, 5, 3 }
            .Select(length => new SequenceTask(SequenceRule.Reverse, length).Draw(random))
            .Select(x => (x, x.Reverse().ToArray()))];
        var model = Small(13);
        var batch = TranslationBatch.Of(pairs);
        Assert.Equal(
            batch.Loss(model.Forward(batch.Source, batch.Input)).Loss.Scalar,
            loss((source, reads) => model.Forward(source, reads), pairs).Scalar);
    }

    private static void Loops(ChapterCode cells)
    {
        var loop = cells.Get<Action<
            Optimizer, Func<Tensor>, Func<long, double>, double, long, Action<long, float>>>("Train");
        var task = new SequenceTask(SequenceRule.Reverse, 4);
        Transformer mine = Small(task.Vocabulary), library = Small(task.Vocabulary);
        Func<long, double> rate = Schedule.Cosine(1e-2, 3, 12);
        BatchLoss Loss(Transformer of, Random random)
        {
            var batch = TranslationBatch.Of(task.DrawPairs(4, random));
            return batch.Loss(of.Forward(batch.Source, batch.Input));
        }

        var trainer = new Trainer(
            new Adam(library.Parameters(), 1e-2), step => Loss(library, step.Random),
            new TrainingOptions { Steps = 12, Seed = 2, Schedule = rate, MaxGradientNorm = 0.7 });
        trainer.Run();
        var (random, losses) = (new SeededRandom(2), new List<float>());
        loop(
            new Adam(mine.Parameters(), 1e-2), () => Loss(mine, random).Loss, rate, 0.7, 12,
            (step, loss) => losses.Add(loss));
        Assert.Equal(trainer.Losses, losses);
    }

    private static Transformer Small(int vocabulary) => new(
        new TransformerConfig
        {
            Vocabulary = vocabulary, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1,
            Dropout = 0,
        }, seed: 1);

    public sealed class Cells() : ChapterCode("08");
}
