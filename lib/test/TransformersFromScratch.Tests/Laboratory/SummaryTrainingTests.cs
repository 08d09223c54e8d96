using System.Globalization;
using System.Text;

namespace TransformersFromScratch.Tests.Laboratory;

public sealed class SummaryTrainingTests : IDisposable
{
    private static readonly SummaryRecipe s_tiny = new()
    {
        PretrainingEpochs = 2, Epochs = 2, Vocabulary = 300, DModel = 16, Heads = 2, DFeedForward = 32, Layers = 1,
        PretrainingRate = 5e-3, Rate = 5e-3, Warmup = 5, BatchTokens = 96,
    };

    private static readonly SummaryPairs s_pairs = Pairs();

    private readonly string _folder = Directory.CreateTempSubdirectory("summaries").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static SummaryPairs Pairs()
    {
        string[] kinds = ["game", "tool", "font", "codec"], subjects = ["sound", "maps", "mail", "chess", "text"];
        PackageSummary[] all = [.. kinds.SelectMany(kind => subjects.Select(subject =>
            new PackageSummary($"This is a {kind} for {subject}. It is small.", $"{kind} for {subject}",
                $"{kind}-{subject}")))];
        return new SummaryPairs(all[..16], all[16..]);
    }

    private string Checkpoint => Path.Combine(_folder, "run.checkpoint.safetensors");

    [Theory]
    [InlineData(Pretraining.Nothing)]
    [InlineData(Pretraining.Spans)]
    [InlineData(Pretraining.Infilling)]
    public void It_learns_and_can_be_repeated(Pretraining pretraining)
    {
        SummaryRecipe recipe = s_tiny with { Pretraining = pretraining };
        SummaryTraining first = new(recipe, s_pairs, 1), second = new(recipe, s_pairs, 1);
        double before = first.ValidationLoss();
        first.Run();
        second.Run();
        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.True(first.ValidationLoss() < before);
        Assert.Equal(recipe.AllEpochs, first.Log.Count);
        Assert.Equal(recipe.EpochsBefore, first.Log.Count(epoch => epoch.Pretraining != Pretraining.Nothing));
    }

    [Fact]
    public void A_run_that_was_stopped_anywhere_goes_on_as_if_it_had_not()
    {
        var whole = new SummaryTraining(s_tiny, s_pairs, 1);
        whole.Run();
        foreach (long stop in new[] { 1, whole.StepsBefore, whole.StepsBefore + 3 })
        {
            File.Delete(Checkpoint);
            var stopped = new SummaryTraining(s_tiny, s_pairs, 1, checkpoint: Checkpoint);
            using var source = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => stopped.Run(
                progress => { if (progress.Step >= stop) { source.Cancel(); } },
                epoch => { if (stopped.Trainer.Step >= stop) { source.Cancel(); } }, source.Token));
            var resumed = new SummaryTraining(s_tiny, s_pairs, 1, checkpoint: Checkpoint);
            resumed.Resume(Checkpoint);
            Assert.InRange(resumed.Trainer.Step, 1, whole.Trainer.Step - 1);
            resumed.Run();
            Assert.Equal(whole.Trainer.Losses, resumed.Trainer.Losses);
            Assert.Equal(Weights(whole), Weights(resumed));
        }
    }

    [Fact]
    public void In_the_pretraining_the_number_of_epochs_may_still_change()
    {
        var begun = new SummaryTraining(s_tiny with { PretrainingEpochs = 9 }, s_pairs, 1, checkpoint: Checkpoint);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            begun.Run(afterEpoch: _ => source.Cancel(), cancellation: source.Token));
        var shorter = new SummaryTraining(s_tiny, s_pairs, 1);
        shorter.Resume(Checkpoint);
        shorter.Run();
        var straight = new SummaryTraining(s_tiny, s_pairs, 1);
        straight.Run();
        Assert.Equal(Weights(straight), Weights(shorter));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused()
    {
        var begun = new SummaryTraining(s_tiny, s_pairs, 1, checkpoint: Checkpoint);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            begun.Run(afterEpoch: _ => source.Cancel(), cancellation: source.Token));
        SummaryPairs others = s_pairs with { Validation = [.. s_pairs.Validation.Skip(1)] };
        foreach (SummaryTraining other in new[] { new SummaryTraining(s_tiny, s_pairs, 2),
            new(s_tiny with { Rate = 1e-3 }, s_pairs, 1), new(s_tiny, others, 1) })
        {
            Assert.Contains("no checkpoint of this training",
                Assert.Throws<InvalidDataException>(() => other.Resume(Checkpoint)).Message);
            Assert.Equal(0, other.Trainer.Step);
        }
    }

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        (SummaryRecipe Recipe, string Name)[] wrong =
        [
            (s_tiny with { Epochs = 0 }, "Epochs"), (s_tiny with { Vocabulary = 10 }, "Vocabulary"),
                (s_tiny with { Heads = 3 }, "DModel"),
            (s_tiny with { Dropout = 1 }, "Dropout"), (s_tiny with { LabelSmoothing = -1 }, "LabelSmoothing"),
                (s_tiny with { Rate = 0 }, "Rate"),
            (s_tiny with { PretrainingRate = double.NaN }, "PretrainingRate"),
                (s_tiny with { BatchTokens = 1 }, "BatchTokens"), (s_tiny with { Averaged = 0 }, "Averaged"),
        ];
        Assert.All(wrong,
            one => Assert.StartsWith(one.Name,
            Assert.Throws<ArgumentException>(() => new SummaryTraining(one.Recipe, s_pairs, 1)).Message));
    }

    [Fact]
    public void The_file_gives_the_same_summaries_and_maps()
    {
        var training = new SummaryTraining(s_tiny, s_pairs, 1);
        training.Run();
        ShippedSummarizer.Describe(training.Summarizer, s_pairs.Learned);
        string path = Path.Combine(_folder, "tiny.safetensors");
        training.Summarizer.Save(path, half: false);
        Summarizer loaded = Summarizer.Load(path);
        string[] texts = [.. s_pairs.Validation.Select(pair => pair.Text)];
        Assert.Equal(training.Summarizer.Summarise(texts), loaded.Summarise(texts));
        Assert.Equal(training.Summarizer.SummariseByBeam(texts, 3, noRepeat: 2),
            loaded.SummariseByBeam(texts, 3, noRepeat: 2));
        Assert.Equal(training.Summarizer.LengthPenalty, loaded.LengthPenalty);
        Assert.Equal(["zebra"], loaded.Learned!.Strange("This is a zebra for mail."));
        int[] source = loaded.Encode(texts[0]), target = loaded.Encode("game for mail");
        var maps = loaded.CrossAttention(source, target);
        Assert.Single(maps);
        Assert.Equal(2, maps[0].Count);
        Assert.All(maps[0], map => Assert.Equal((target.Length + 1, source.Length), (map.RowCount, map.ColumnCount)));
        Assert.All(maps[0], map => Assert.All(map.RowSums(), sum => Assert.Equal(1, sum, 1e-4)));
    }

    [Fact]
    public void A_damaged_or_foreign_file_says_so()
    {
        string path = Path.Combine(_folder, "tiny.safetensors");
        new SummaryTraining(s_tiny, s_pairs, 1).Summarizer.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path,
            Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\\u0022DModel\\u0022:16",
            "\\u0022DModel\\u0022:32", StringComparison.Ordinal)));
        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => Summarizer.Load(path)).Message);
        Assert.Contains("lab summaries",
            Assert.Throws<FileNotFoundException>(() => Summarizer.Load(Path.Combine(_folder, "none.safetensors")))
            .Message);

        var tokens = BytePairEncoding.Train([" the cat"], merges: 1);
        var config = new TransformerConfig
        {
            Vocabulary = tokens.Count, DModel = 8, Heads = 1, DFeedForward = 8,
            EncoderLayers = 1, DecoderLayers = 1
        };
        new Translator(new Transformer(config, seed: 1), tokens, longest: 9).Save(path);
        Assert.Contains("no summariser", Assert.Throws<InvalidDataException>(() => Summarizer.Load(path)).Message);
    }

    [Fact]
    public void Logs_and_runs_are_read_as_written_and_bad_lines_are_named()
    {
        string path = Path.Combine(_folder, "log.tsv");
        SummaryEpoch[] log =
            [new(1, Pretraining.Spans, 5.5, 4.25, 12), new(2, Pretraining.Infilling, 5, 4, 13),
            new(3, Pretraining.Nothing, 3.5, 3.25, 7)];
        SummaryEpoch.Save(path, log);
        Assert.Equal(log, SummaryEpoch.Load(path));
        File.AppendAllText(path, "4\tpoems\t1\t1\t1\n");
        Assert.Contains("line 5", Assert.Throws<InvalidDataException>(() => SummaryEpoch.Load(path)).Message);

        SummaryRun[] runs = [new(Pretraining.Spans, 2, 4, 3, 1000, 3.5, 20.25, 5.5, 18.5, [0.25, 0.5], 99)];
        SummaryRun.Save(path, runs);
        SummaryRun read = SummaryRun.Load(path).Single();
        Assert.Equal(runs[0] with { Copied = read.Copied }, read);
        Assert.Equal(runs[0].Copied, read.Copied);
        Assert.True(read.IsOf(s_tiny with { Pretraining = Pretraining.Spans, PretrainingEpochs = 4, Epochs = 3 }, 2));
        Assert.False(read.IsOf(s_tiny with { Pretraining = Pretraining.Spans, PretrainingEpochs = 4, Epochs = 3 }, 1));
        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture,
            $"Spans\t1\t4\t3\t1000\t{double.NaN}\t1\t1\t1\t0.5\t9\n"));
        Assert.Contains("line 3", Assert.Throws<InvalidDataException>(() => SummaryRun.Load(path)).Message);
    }

    private static float[] Weights(SummaryTraining training) =>
        [.. training.Summarizer.Model.Parameters().SelectMany(parameter => parameter.Value.Data)];
}
