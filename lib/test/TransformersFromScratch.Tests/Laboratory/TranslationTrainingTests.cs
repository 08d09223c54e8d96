namespace TransformersFromScratch.Tests.Laboratory;

public sealed class TranslationTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("translation").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Kept => Path.Combine(_folder, "en-fr.checkpoint.safetensors");

    private static readonly TranslationRecipe s_recipe = new()
    {
        Merges = 50, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1, BatchTokens = 600,
        Warmup = 10, Epochs = 2, Averaged = 2,
    };

    private static readonly Lazy<List<SentencePair>> s_pairs = new(
        () => [.. Corpus.Load("en-fr.train.tsv").Where(pair => pair.Source.Length < 60).Take(200)]);

    private static float[] Weights(TranslationTraining training) =>
        [.. training.Translator.Model.Parameters().SelectMany(parameter => parameter.Value.Data)];

    [Fact]
    public void A_run_can_be_repeated_and_ends_with_the_mean_of_its_epochs()
    {
        var first = new TranslationTraining(s_recipe, s_pairs.Value, seed: 3);
        var epochs = new List<(int Number, float[] Weights)>();
        TrainingResult result = first.Run(afterEpoch: number => epochs.Add((number, Weights(first))));
        Assert.Equal((TrainingEnd.Finished, 2L * first.Batches.PerEpoch), (result.End, result.Step));
        Assert.Equal([1, 2], epochs.Select(epoch => epoch.Number));
        Assert.NotEqual(epochs[0].Weights, epochs[1].Weights);
        Assert.Equal(epochs[0].Weights.Zip(epochs[1].Weights, (x, y) => (x + y) / 2), Weights(first));
        Assert.True(first.Trainer.Losses.TakeLast(5).Average() < first.Trainer.Losses[0]);

        var second = new TranslationTraining(s_recipe, s_pairs.Value, seed: 3);
        second.Run();
        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.Equal(Weights(first), Weights(second));
    }

    [Fact]
    public void Checkpoints_within_an_epoch_are_averaged_but_not_reported_and_a_run_can_be_stopped()
    {
        var training = new TranslationTraining(
            s_recipe with { CheckpointsPerEpoch = 3, Epochs = 1, Averaged = 1 }, s_pairs.Value, seed: 3);
        var epochs = new List<(int Number, long Step, float[] Weights)>();
        training.Run(afterEpoch: number => epochs.Add((number, training.Trainer.Step, Weights(training))));
        var epoch = Assert.Single(epochs);
        Assert.Equal((1, (long)training.Batches.PerEpoch), (epoch.Number, epoch.Step));
        Assert.Equal(epoch.Weights, Weights(training)); // The mean of the last one alone.

        var stopped = new TranslationTraining(s_recipe, s_pairs.Value, seed: 3);
        Assert.Equal(TrainingEnd.Cancelled, stopped.Run(cancellation: new CancellationToken(canceled: true)).End);
    }

    [Fact]
    public void A_run_may_go_on_from_another_with_a_rate_that_falls_to_zero()
    {
        var first = new TranslationTraining(s_recipe, s_pairs.Value, seed: 3);
        first.Run();
        TranslationRecipe again = s_recipe with { PeakRate = 1e-3, Warmup = 4, Averaged = 1, Epochs = 1, Dropout = 0 };
        var second = new TranslationTraining(again, s_pairs.Value, seed: 4, first.Translator);
        Assert.Equal(Weights(first), Weights(second));
        Assert.Same(first.Translator.Tokens, second.Translator.Tokens);
        second.Run();
        Assert.NotEqual(Weights(first), Weights(second));
        Assert.True(second.Trainer.Losses.Average() < first.Trainer.Losses[0]);

        var rate = again.Schedule(100);
        Assert.Equal((2.5e-4, 1e-3, 0), (rate(1), rate(4), rate(100)));
        var error = Assert.Throws<ArgumentException>(
            () => new TranslationTraining(again with { DFeedForward = 16 }, s_pairs.Value, seed: 4, first.Translator));
        Assert.Contains("DFeedForward = 32", error.Message);
    }

    [Fact]
    public void Merges_that_are_passed_over_cut_every_epoch_differently_and_repeat_with_the_seed()
    {
        TranslationTraining Run(float mergeDropout)
        {
            var training = new TranslationTraining(
                s_recipe with { MergeDropout = mergeDropout, Dropout = 0 }, s_pairs.Value, seed: 3);
            training.Run();
            return training;
        }

        TranslationTraining usual = Run(0), first = Run(0.3f), second = Run(0.3f);
        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.Equal(Weights(first), Weights(second));
        Assert.NotEqual(usual.Trainer.Losses, first.Trainer.Losses);
        Assert.Equal(
            (usual.Batches.PerEpoch, usual.Translator.Longest), (first.Batches.PerEpoch, first.Translator.Longest));
    }

    [Theory]
    [InlineData(0f, 1)]
    [InlineData(0.3f, 3)]
    public void A_run_that_is_stopped_again_and_again_is_the_one_that_never_was_bit_for_bit(
        float mergeDropout, int checkpointsPerEpoch)
    {
        TranslationRecipe recipe =
            s_recipe with
            {
                MergeDropout = mergeDropout,
                CheckpointsPerEpoch = checkpointsPerEpoch,
                Epochs = 3,
                Averaged = 5,
                Dropout = 0.1f
            };
        var whole = new TranslationTraining(recipe, s_pairs.Value, seed: 3);
        var wholeEpochs = new List<string>();
        whole.Run(afterEpoch: epoch => wholeEpochs.Add($"{epoch}: {whole.Trainer.MeanLoss(whole.Batches.PerEpoch)}"));

        var stopped = new TranslationTraining(recipe, s_pairs.Value, seed: 3, checkpoint: Kept);
        stopped.Notes["mine"] = "ä\n\"";
        int perEpoch = stopped.Batches.PerEpoch;
        Assert.InRange(perEpoch, 4, 100);
        foreach (int at in (int[])[2, perEpoch - 1, perEpoch + 1, 2 * perEpoch])
        {
            stopped.Trainer.Run(until: at);
            stopped = TranslationTraining.Resume(Kept, s_pairs.Value);
            Assert.Equal((at, "ä\n\""), (stopped.Trainer.Step, stopped.Notes["mine"]));
        }

        // It stands at the end of the second epoch, which nobody has been told of.
        var epochs = new List<string>();
        Assert.Equal(
            TrainingEnd.Finished, stopped.Run(
                afterEpoch: epoch => epochs.Add($"{epoch}: {stopped.Trainer.MeanLoss(perEpoch)}")).End);
        Assert.Equal(wholeEpochs[1..], epochs);
        Assert.Equal(whole.Trainer.Losses, stopped.Trainer.Losses);
        Assert.Equal(Weights(whole), Weights(stopped));
    }

    [Fact]
    public void A_checkpoint_is_gone_on_from_with_its_own_pairs_only()
    {
        var training = new TranslationTraining(s_recipe with { Epochs = 1 }, s_pairs.Value, seed: 3, checkpoint: Kept);
        training.Run();
        Assert.Equal(training.Recipe, TranslationTraining.Resume(Kept, s_pairs.Value).Recipe);
        Assert.Contains(
            "not those", Assert.Throws<InvalidDataException>(
                () => TranslationTraining.Resume(Kept, [.. s_pairs.Value.Skip(1)])).Message, StringComparison.Ordinal);
        SafeTensors file = SafeTensors.Load(Kept);
        foreach (string recipe in (string[])["null", "{", "{\"DModel\":1048576}", "{\"Averaged\":0}"])
        {
            SafeTensors.Save(
                Kept, file.Tensors.Select(tensor => new Parameter(tensor.Key, tensor.Value)),
                new Dictionary<string, string>(file.Metadata) { ["note.recipe"] = recipe });
            Assert.Contains(
                "damaged", Assert.Throws<InvalidDataException>(
                    () => TranslationTraining.Resume(Kept, s_pairs.Value)).Message, StringComparison.Ordinal);
        }

        SafeTensors.Save(Kept, training.Translator.Model.Parameters());
        Assert.Contains(
            "no checkpoint", Assert.Throws<InvalidDataException>(
                () => TranslationTraining.Resume(Kept, s_pairs.Value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_learned_from_is_named()
    {
        Assert.Null(Assert.Throws<SentencePairException>(() => new TranslationTraining(s_recipe, [], seed: 3)).Pair);
        var longest = new SentencePair(string.Join(' ', Enumerable.Range(0, 700)), "x");
        Assert.Same(
            longest, Assert.Throws<SentencePairException>(
                () => new TranslationTraining(s_recipe, [.. s_pairs.Value, longest], seed: 3)).Pair);
        Assert.Contains("rises for 1000 steps", Assert.Throws<ArgumentException>(
            () => new TranslationTraining(
                s_recipe with { PeakRate = 1e-3, Warmup = 1000 }, s_pairs.Value, seed: 3)).Message,
                    StringComparison.Ordinal);
        (TranslationRecipe Recipe, string Name)[] wrong =
        [
            (s_recipe with { Epochs = 0 }, "Epochs"), (s_recipe with { PeakRate = -1e-3 }, "PeakRate"),
            (s_recipe with { PeakRate = double.NaN }, "PeakRate"),
            (s_recipe with { RateFactor = 0 }, "RateFactor"), (s_recipe with { Dropout = 1 }, "dropout"),
            (s_recipe with { Dropout = float.NaN }, "dropout"),
            (s_recipe with { MergeDropout = 1.5f }, "MergeDropout"),
            (s_recipe with { LabelSmoothing = 1 }, "LabelSmoothing"), (s_recipe with { Warmup = 0 }, "Warmup"),
            (s_recipe with { BatchTokens = 0 }, "BatchTokens"), (s_recipe with { Averaged = 0 }, "Averaged"),
            (s_recipe with { CheckpointsPerEpoch = 0 }, "CheckpointsPerEpoch"),
            (s_recipe with { Merges = -1 }, "Merges"), (s_recipe with { Heads = 3 }, "heads"),
            (s_recipe with { DModel = 0 }, "DModel"),
        ];
        foreach (var (recipe, name) in wrong)
        {
            Assert.Contains(
                name, Assert.Throws<ArgumentException>(
                    () => new TranslationTraining(recipe, s_pairs.Value, seed: 3)).Message, StringComparison.Ordinal);
        }
    }
}
