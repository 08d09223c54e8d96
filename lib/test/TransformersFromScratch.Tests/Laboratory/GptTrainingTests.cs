namespace TransformersFromScratch.Tests.Laboratory;

public class GptTrainingTests
{
    private static readonly GptRecipe s_small = new()
    {
        Layers = 1, Heads = 2, DModel = 16, Context = 8, Batch = 4, Steps = 40, PeakLearningRate = 1e-2,
    };

    private static readonly string s_text = string.Concat(
        Enumerable.Repeat("the cat sat on the mat. the dog ran to the cat. ", 8));

    private static GptTraining New(GptRecipe recipe, int seed, Func<GptConfig, GptConfig>? change = null)
    {
        var characters = Characters.Of(s_text);
        int[] ids = characters.Encode(s_text);
        return new GptTraining(recipe, characters.Count, ids[..^60], ids[^60..], seed, change);
    }

    [Fact]
    public void It_learns_and_can_be_repeated()
    {
        GptTraining first = New(s_small, 1), second = New(s_small, 1), other = New(s_small, 2);
        double before = first.ValidationLoss(5);
        foreach (GptTraining training in new[] { first, second, other })
        {
            training.Trainer.Run();
        }

        Assert.Equal(first.Trainer.Losses, second.Trainer.Losses);
        Assert.Equal(first.ValidationLoss(5), second.ValidationLoss(5));
        Assert.NotEqual(first.Trainer.Losses, other.Trainer.Losses);
        Assert.True(first.ValidationLoss(5) < 0.8 * before);
    }

    [Fact]
    public void Looking_at_the_validation_changes_nothing()
    {
        GptTraining watched = New(s_small, 1), alone = New(s_small, 1);
        for (int step = 10; step <= 40; step += 10)
        {
            watched.Trainer.Run(until: step);
            Assert.Equal(watched.ValidationLoss(3), watched.ValidationLoss(3));
        }

        alone.Trainer.Run();
        Assert.Equal(alone.Trainer.Losses, watched.Trainer.Losses);
    }

    [Fact]
    public void Before_the_first_step_the_loss_is_that_of_a_guess()
    {
        GptTraining training = New(new GptRecipe { Context = 32 }, 1);
        double guess = Math.Log(training.Model.Config.Vocabulary);
        Assert.Equal(guess, training.ValidationLoss(10), 0.05 * guess);
        Assert.Equal(0, training.Trainer.Step);
    }

    [Fact]
    public void The_validation_loss_is_the_mean_over_the_windows_of_the_exam()
    {
        GptTraining training = New(s_small, 3);
        int[] ids = Characters.Of(s_text).Encode(s_text)[^60..];
        double sum = 0;
        foreach (var (inputs, targets) in new TextWindows(ids, 8).Exam(2))
        {
            sum += Op.CrossEntropy(training.Model.Forward(inputs), targets).Scalar;
        }

        Assert.Equal(sum / 2, training.ValidationLoss(2), 5);
    }

    [Fact]
    public void One_window_is_learned_by_heart()
    {
        var characters = Characters.Of(s_text);
        int[] nine = characters.Encode(s_text)[..9]; // The only window there is.
        var training = new GptTraining(
            s_small with { Steps = 150, WeightDecay = 0 }, characters.Count, nine, nine, seed: 1);
        training.Trainer.Run();
        Assert.True(
            training.ValidationLoss(1) < 0.05,
            $"After 150 steps the loss of the only window is {training.ValidationLoss(1)}.");
    }

    [Fact]
    public void A_changed_model_is_trained()
    {
        GptTraining changed = New(
            s_small, 1,
            config =>
                config with { Positions = PositionKind.Rotary, NormKind = NormKind.RootMeanSquare, Bias = false });
        Assert.Equal(
            (PositionKind.Rotary, NormKind.RootMeanSquare, false),
            (changed.Model.Config.Positions, changed.Model.Config.NormKind, changed.Model.Config.Bias));
        changed.Trainer.Run(until: 2);
        Assert.Equal(2, changed.Trainer.Step);
    }

    [Fact]
    public void Names_are_learned_line_by_line()
    {
        string[] names = ["anna", "hanna", "otto", "ada"];
        var characters = TextLines.Vocabulary(names);
        var lines = new TextLines(names, characters);
        var training = new GptTraining(s_small with { Steps = 300 }, characters.Count, lines, lines, seed: 1);
        training.Trainer.Run();
        var model = new LanguageModel(training.Model, characters, characters.Encode(TextLines.End)[0]);
        string[] written = [.. Enumerable.Range(0, 30).Select(seed =>
            string.Concat(model.Complete(TextLines.End, 7, new SamplingOptions(), new Random(seed))))];
        Assert.True(written.Count(names.Contains) >= 20, string.Join(" ", written));
        Assert.Equal(names.Length, written.Where(names.Contains).Distinct().Count());
    }

    public static TheoryData<GptRecipe, string> Wrong => new()
    {
        { s_small with { Layers = 0 }, "Layers is 0; it has to be 1 to 12." },
        { s_small with { Heads = 17 }, "Heads is 17; it has to be 1 to 16." },
        { s_small with { DModel = 6 }, "DModel is 6; it has to be 8 to 512." },
        { s_small with { Heads = 3 }, "DModel is 16; it has to be a multiple of Heads, which is 3." },
        { s_small with { Context = 1 }, "Context is 1; it has to be 2 to 1024." },
        { s_small with { Batch = 513 }, "Batch is 513; it has to be 1 to 512." },
        { s_small with { Steps = 9 }, "Steps is 9; it has to be 10 to 100000." },
        { s_small with { PeakLearningRate = 0 }, "PeakLearningRate is 0; it has to be above 0 and 0.1 at most." },
        { s_small with { LastLearningRate = 0.02 },
            "LastLearningRate is 0.02; it has to be 0 to PeakLearningRate, which is 0.01." },
        { s_small with { WarmUp = -1 }, "WarmUp is -1; it has to be 0 to 10000." },
        { s_small with { WeightDecay = double.NaN }, "WeightDecay is NaN; it has to be 0 to 1." },
        { s_small with { Beta2 = 1 }, "Beta2 is 1; it has to be 0.5 to 0.9999." },
        { s_small with { Dropout = 0.95f }, "Dropout is 0.95; it has to be 0 to 0.9." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_recipe_out_of_range_is_one_sentence(GptRecipe recipe, string sentence)
    {
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(recipe.Check).Message);
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => New(recipe, 1)).Message);
    }

    [Fact]
    public void The_ends_of_the_ranges_can_be_trained()
    {
        GptRecipe least = new()
        {
            Layers = 1, Heads = 1, DModel = 8, Context = 2, Batch = 1, Steps = 10, PeakLearningRate = 0.1,
            LastLearningRate = 0.1,
            WarmUp = 0, WeightDecay = 1, Beta2 = 0.5, Dropout = 0.9f,
        };
        Assert.Equal(TrainingEnd.Finished, New(least, 0).Trainer.Run().End);
        new GptRecipe
        {
            Layers = 12, Heads = 16, DModel = 512, Context = 1024, Batch = 512, Steps = 100_000, WarmUp = 10_000,
            Beta2 = 0.9999,
        }.Check();
    }

    [Fact]
    public void The_learning_rate_rises_in_a_tenth_of_a_short_run()
    {
        Func<long, double> rate = (s_small with { Steps = 100 }).Schedule(), usual = new GptRecipe().Schedule();
        Assert.Equal(1e-2, rate(10), 6);
        Assert.True(rate(9) < rate(10) && rate(11) < rate(10));
        Assert.Equal(
            (1e-3, 1e-4, 5e-4), (Math.Round(usual(100), 9), Math.Round(usual(2000), 9), Math.Round(usual(50), 9)));
    }
}
