namespace TransformersFromScratch.Tests.Laboratory;

public class DateTrainingTests
{
    private static readonly DateRecipe s_small = new() { DModel = 16, Heads = 2, DFeedForward = 32, Layers = 1, Steps = 40, Batch = 16, PeakLearningRate = 1e-2 };

    [Fact]
    public void It_learns_and_can_be_repeated()
    {
        DateTraining first = new(s_small, seed: 1), second = new(s_small, seed: 1), other = new(s_small, seed: 2);
        first.Trainer.Run();
        second.Trainer.Run();
        other.Trainer.Run();
        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.NotEqual(first.Trainer.Losses, other.Trainer.Losses);
        Assert.True(first.Trainer.Losses.TakeLast(5).Average() < 0.8 * first.Trainer.Losses.Take(5).Average());
    }

    [Fact]
    public void Every_date_fits_and_comes_back_from_its_bytes()
    {
        Translator translator = new DateTraining(s_small, seed: 1).Translator;
        foreach (SentencePair pair in Dates.DrawTest(3000, seed: 3))
        {
            Assert.InRange(translator.Encode(pair.Source).Length, 1, translator.Longest);
            Assert.Equal(pair.Source, translator.Decode(translator.Encode(pair.Source)));
        }
    }
}
