namespace TransformersFromScratch.Tests.Laboratory;

public class TranslationTrainingTests
{
    private static readonly TranslationRecipe s_recipe = new()
    {
        Merges = 50, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1, DecoderLayers = 1, BatchTokens = 600, Warmup = 10, Epochs = 2, Averaged = 2,
    };

    private static readonly Lazy<List<SentencePair>> s_pairs = new(() => [.. Corpus.Load("en-fr.train.tsv").Where(pair => pair.Source.Length < 60).Take(200)]);

    private static float[] Weights(TranslationTraining training) => [.. training.Translator.Model.Parameters().SelectMany(parameter => parameter.Value.Data)];

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
        var training = new TranslationTraining(s_recipe with { CheckpointsPerEpoch = 3, Epochs = 1, Averaged = 1 }, s_pairs.Value, seed: 3);
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
        var error = Assert.Throws<ArgumentException>(() => new TranslationTraining(again with { DFeedForward = 16 }, s_pairs.Value, seed: 4, first.Translator));
        Assert.Contains("DFeedForward = 32", error.Message);
    }

    [Fact]
    public void Merges_that_are_passed_over_cut_every_epoch_differently_and_repeat_with_the_seed()
    {
        TranslationTraining Run(float mergeDropout)
        {
            var training = new TranslationTraining(s_recipe with { MergeDropout = mergeDropout, Dropout = 0 }, s_pairs.Value, seed: 3);
            training.Run();
            return training;
        }

        TranslationTraining usual = Run(0), first = Run(0.3f), second = Run(0.3f);
        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.Equal(Weights(first), Weights(second));
        Assert.NotEqual(usual.Trainer.Losses, first.Trainer.Losses);
        Assert.Equal((usual.Batches.PerEpoch, usual.Translator.Longest), (first.Batches.PerEpoch, first.Translator.Longest));
    }
}
