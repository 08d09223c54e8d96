namespace TransformersFromScratch.Tests.Laboratory;

public class DateTrainingTests
{
    private static readonly DateRecipe s_small =
        new()
        {
            DModel = 16, Heads = 2, DFeedForward = 32, Layers = 1, Steps = 40, Batch = 16,
            PeakLearningRate = 1e-2
        };

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

    public static TheoryData<DateRecipe, string> Wrong => new()
    {
        { s_small with { DModel = 6 }, "DModel is 6; it has to be 8 to 256." },
        { s_small with { DModel = 15 }, "DModel is 15; it has to be even." },
        { s_small with { Heads = 3 }, "DModel is 16; it has to be a multiple of Heads, which is 3." },
        { s_small with { Heads = 0 }, "Heads is 0; it has to be 1 to 16." },
        { s_small with { DFeedForward = 0 }, "DFeedForward is 0; it has to be 8 to 2048." },
        { s_small with { Layers = 7 }, "Layers is 7; it has to be 1 to 6." },
        { s_small with { Steps = 9 }, "Steps is 9; it has to be 10 to 20000." },
        { s_small with { Batch = 0 }, "Batch is 0; it has to be 1 to 512." },
        { s_small with { PeakLearningRate = double.NaN },
            "PeakLearningRate is NaN; it has to be above 0 and 0.1 at most." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_recipe_out_of_range_is_one_sentence(DateRecipe recipe, string sentence)
    {
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(recipe.Check).Message);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => new DateTraining(recipe, seed: 1)).Message);
    }

    [Fact]
    public void The_ends_of_the_ranges_can_be_trained()
    {
        DateRecipe least =
            new()
            {
                DModel = 8, Heads = 1, DFeedForward = 8, Layers = 1, Steps = 10, Batch = 1,
                PeakLearningRate = 0.1
            };
        Assert.Equal(TrainingEnd.Finished, new DateTraining(least, seed: 0).Trainer.Run().End);
        new DateRecipe
        {
            DModel = 256, Heads = 16, DFeedForward = 2048, Layers = 6, Steps = 20_000,
            Batch = 512
        }.Check();
    }
}
