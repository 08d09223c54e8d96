using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 8 write, against what the library ships. The functions are those of the cells.</summary>
public class Chapter08Tests
{
    private const int L = 16;
    private static readonly SequenceTask s_task = new(SequenceRule.Reverse, L);

    private static readonly TransformerConfig s_config = new()
    {
        Vocabulary = 13, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1, Dropout = 0,
    };

    // ---- the cells ----
    private static (int[] Reads, int[] Says) Shift(int[] answer) =>
        ([Vocabulary.Start, .. answer], [.. answer, Vocabulary.End]);

    private static Matrix<float> Mirror(double c, int width = 32)
    {
        var mirror = Matrix<float>.Build.Dense(width, width);
        for (int i = 0; i < width; i += 2)
        {
            double angle = c / Math.Pow(10_000, (double)i / width);          // ωc
            (mirror[i, i], mirror[i, i + 1]) = ((float)-Math.Cos(angle), (float)Math.Sin(angle));
            (mirror[i + 1, i], mirror[i + 1, i + 1]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
        }

        return mirror;
    }

    private static int[] Write(Transformer model, int[] source)
    {
        var written = new List<int> { Vocabulary.Start };
        while (written.Count <= source.Length + 2)
        {
            var logits = model.Forward(source, written).Logits;              // T×V
            int next = logits.Row(written.Count - 1).MaximumIndex();         // the last row says what comes next
            if (next == Vocabulary.End) break;
            written.Add(next);
        }

        return [.. written.Skip(1)];
    }

    private static float Leak(int[] sequence, int[] answer, Func<int[], TokenBatch> read, Transformer transformer)
    {
        int[] changed = [.. answer];
        changed[5] = changed[5] == 3 ? 4 : 3;                                // the symbol to be said at place 5
        var source = TokenBatch.Of([sequence], Vocabulary.Padding);
        using var quiet = Tape.NoGradient();
        var before = transformer.Forward(source, read(answer)).Data;         // [1, L + 1, V], place after place
        var after = transformer.Forward(source, read(changed)).Data;
        return before.Zip(after).Take(6 * s_task.Vocabulary).Max(pair => MathF.Abs(pair.First - pair.Second));
    }

    // ---- against the library ----
    [Fact]
    public void The_cells_shift_is_the_batchs()
    {
        IReadOnlyList<(int[] Source, int[] Target)> pairs = s_task.DrawPairs(20, new SeededRandom(1));
        var batch = TranslationBatch.Of(pairs);
        Assert.Equal(pairs.SelectMany(pair => Shift(pair.Target).Reads), batch.Input.Ids);
        Assert.Equal(pairs.SelectMany(pair => Shift(pair.Target).Says), batch.Wanted);
        Assert.Equal(20 * (L + 1), batch.Tokens);
    }

    [Fact]
    public void The_cells_writing_is_greedy_decoding()
    {
        // A little training, so that answers differ from source to source, and some end early.
        var model = new Transformer(s_config, seed: 1);
        var task = new SequenceTask(SequenceRule.Copy, Length: 4);
        var recipe = TaskRecipe.All.First(recipe => recipe.Decoder) with { Task = task, Steps = 60, PeakLearningRate = 5e-3 };
        recipe.Trainer(model.Parameters(), batch => batch.Loss(model.Forward(batch.Source, batch.Input)), seed: 1).Run();

        IReadOnlyList<int[]> sources = task.DrawTest(30, seed: 3);
        IReadOnlyList<int[]> library = Greedy.Decode(model, TokenBatch.Of(sources, Vocabulary.Padding), Vocabulary.Start, Vocabulary.End, longest: 6);
        Assert.True(library.Select(said => string.Join(' ', said)).Distinct().Count() > 5);
        Assert.All(sources.Zip(library), pair => Assert.Equal(pair.Second, Write(model, pair.First)));
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(7, 8)]
    public void The_mirror_turns_the_librarys_positions_round(int length, int width)
    {
        Matrix<float> positions = PositionalEncoding.Sinusoidal(length, width);
        Matrix<float> mirrored = positions * Mirror(length - 1, width);
        for (int t = 0; t < length; t++)
        {
            Assert.True((mirrored.Row(t) - positions.Row(length - 1 - t)).AbsoluteMaximum() < 1e-5);
        }

        Assert.Equal(-1, Mirror(length - 1, width).SubMatrix(0, 2, 0, 2).Determinant(), 1e-5f);
    }

    [Fact]
    public void The_score_of_the_mirror_is_a_sum_of_cosines_and_largest_at_the_mirror_image()
    {
        Matrix<float> positions = PositionalEncoding.Sinusoidal(L, 32);
        Matrix<float> scores = positions * Mirror(L - 1) * positions.Transpose();
        for (int t = 0; t < L; t++)
        {
            for (int s = 0; s < L; s++)
            {
                double sum = Enumerable.Range(0, 16).Sum(i => Math.Cos((L - 1 - t - s) / Math.Pow(10_000, 2.0 * i / 32)));
                Assert.Equal(sum, scores[t, s], 1e-4);
            }

            Assert.Equal(L - 1 - t, scores.Row(t).MaximumIndex());
        }
    }

    [Fact]
    public void The_leak_is_found_in_an_untrained_model()
    {
        var model = new Transformer(s_config, seed: 1);
        int[] sequence = s_task.Draw(new SeededRandom(1)), answer = s_task.Answer(sequence);
        Assert.Equal(0, Leak(sequence, answer, y => TokenBatch.Of([Shift(y).Reads], Vocabulary.Padding), model));
        Assert.True(Leak(sequence, answer, y => TokenBatch.Of([(int[])[.. y, Vocabulary.End]], Vocabulary.Padding), model) > 0.1f);
    }

    [Fact]
    public void The_taggers_loss_is_the_mean_over_places()
    {
        var model = new Tagger(s_config, seed: 1);
        int[] sequence = s_task.Draw(new SeededRandom(2)), answer = s_task.Answer(sequence);
        var source = TokenBatch.Of([sequence], Vocabulary.Padding);
        float[] logits = model.Forward(source).Data;
        double mean = Enumerable.Range(0, L).Average(t =>
        {
            double[] row = [.. logits.Skip(t * 13).Take(13).Select(x => (double)x)];
            return Math.Log(row.Sum(Math.Exp)) - row[answer[t]];
        });

        BatchLoss loss = TaskRecipe.TaggerLoss(model, s_task, source);
        Assert.Equal(mean, loss.Loss.Scalar, 1e-4);
        Assert.Equal(L, loss.Tokens);
    }
}
