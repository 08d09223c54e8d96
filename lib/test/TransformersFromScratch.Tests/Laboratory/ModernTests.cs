namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>
/// The laboratory of chapter 15: sizes that agree, runs that repeat, and files that give back what went in.
/// </summary>
public sealed class ModernTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    private static readonly GptRecipe s_small = Modern.Recipe with
    {
        Layers = 1,
        DModel = 16,
        Heads = 4,
        Context = 16,
        Batch = 4,
        Steps = 150,
        WarmUp = 20,
    };

    public void Dispose() => File.Delete(_file);

    private static (int[] Training, int[] Validation) Text()
    {
        int[] ids = [.. Enumerable.Range(0, 2000).Select(i => i * i % 11)];
        return (ids, ids);
    }

    [Fact]
    public void All_but_the_full_experts_are_as_large_as_the_baseline_within_a_hundredth()
    {
        GptConfig baseline = Modern.Recipe.Config(vocabulary: 76);
        double size = new Gpt(baseline, 1).ParameterCount;
        foreach (ModernVariant variant in ModernVariant.All)
        {
            double ratio = new Gpt(variant.Config(baseline), 1).ParameterCount / size;
            Assert.True(variant.SameSize ? Math.Abs(ratio - 1) < 0.01 : ratio > 1.5, $"{variant.Name}: {ratio}");
        }

        Assert.Equal(ModernVariant.All.Count, ModernVariant.All.Select(variant => variant.Name).Distinct().Count());
        Assert.Equal(baseline with { DFeedForward = 256 }, ModernVariant.All[0].Config(baseline));
    }

    [Fact]
    public void A_run_repeats_and_learns()
    {
        foreach (string name in new[] { "baseline", "RoPE", "4 small experts" })
        {
            ModernVariant variant = ModernVariant.Named(name);
            ModernRun run = Modern.Run(variant, 1, 11, Text(), s_small),
                again = Modern.Run(variant, 1, 11, Text(), s_small);
            Assert.Equal(run.Curve, again.Curve);
            Assert.Equal(run.ByPlace, again.ByPlace);
            Assert.Equal(3, run.Curve.Count); // 150 steps, a point each 50
            Assert.InRange(run.Loss, 0, 1.2); // A guess costs ln 11 = 2.4; the text repeats itself.
            Assert.Equal(name == "RoPE" ? 4 : 1, run.ByPlace.Count); // Learned positions end with the context.
            Assert.NotEqual(run.Curve, Modern.Run(variant, 2, 11, Text(), s_small).Curve);
        }
    }

    [Fact]
    public void The_exams_loss_is_the_mean_by_place()
    {
        var training = new ModernTraining(s_small, s_small.Config(11), Text().Training, Text().Validation, seed: 1);
        double[] parts = LossByPlace.Measure(training.Model, Text().Validation, length: 16, stretch: 4, windows: 30);
        double[] whole = LossByPlace.Measure(training.Model, Text().Validation, length: 16, stretch: 16, windows: 30);
        Assert.Equal(whole[0], parts.Average(), 1e-5);
        Assert.Throws<ArgumentException>(() => LossByPlace.Measure(training.Model, Text().Validation, 16, 5, 1));
    }

    [Fact]
    public void The_rate_rises_and_falls_without_an_end()
    {
        Func<long, double> rate = ModernTraining.Rate(Modern.Recipe);
        Assert.Equal(Modern.Recipe.PeakLearningRate, rate(Modern.Recipe.WarmUp), 1e-9);
        Assert.Equal(Modern.Recipe.PeakLearningRate / 2, rate(Modern.Recipe.WarmUp / 2), 1e-9);
        Assert.Equal(Modern.Recipe.PeakLearningRate / 2, rate(4 * Modern.Recipe.WarmUp), 1e-9);
        Assert.Equal(rate(700), ModernTraining.Rate(Modern.Recipe with { Steps = 9000 })(700));
    }

    [Fact]
    public void A_rate_that_is_too_low_is_seen_and_warm_up_can_be_missing()
    {
        GptRecipe shorter = s_small with { Steps = 60 };
        double good = Modern.RunAt("baseline", 1e-2, 1, 11, Text(), shorter).Loss;
        double slow = Modern.RunAt("baseline", 1e-4, 1, 11, Text(), shorter).Loss;
        Assert.True(good < 1, $"{good}");
        Assert.True(slow > good + 0.5, $"{slow} {good}");
        Assert.NotEqual(good, Modern.RunAt("no warm-up", 1e-2, 1, 11, Text(), shorter).Loss);
        Assert.NotEqual(good, Modern.RunAt("post-norm", 1e-2, 1, 11, Text(), shorter).Loss);
        Assert.All(
            Modern.RateVariants, name => Modern.RunAt(
                name, 1e-3, 1, 11, Text(), shorter with { Steps = 10, WarmUp = 5 }));
        Assert.Contains(
            "RoPE", Assert.Throws<ArgumentException>(() => ModernVariant.Named("rope")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Times_are_of_all_variants_and_in_order()
    {
        IReadOnlyList<ModernTime> times = Modern.Times(11, Text(), rounds: 3, s_small);
        Assert.Equal(ModernVariant.All.Select(variant => variant.Name), times.Select(time => time.Variant));
        Assert.All(
            times, time => Assert.True(
                time.Low > 0 && time.Low <= time.Milliseconds && time.Milliseconds <= time.High));
    }

    [Fact]
    public void Files_give_back_what_went_in()
    {
        ModernRun[] runs = [new("RoPE", 3, 150_000, 256, [2.5, 1.75], [2, 1.5, double.NaN])];
        ModernRun.Save(_file, runs);
        ModernRun run = Assert.Single(ModernRun.Load(_file));
        Assert.Equal(("RoPE", 3, 150_000L, 256), (run.Variant, run.Seed, run.Parameters, run.DFeedForward));
        Assert.Equal(runs[0].Curve, run.Curve);
        Assert.Equal(runs[0].ByPlace, run.ByPlace);

        ModernRate[] rates = [new("no warm-up", 0.03, 2, double.NaN), new("baseline", 0.001, 1, 1.625)];
        ModernRate.Save(_file, rates);
        Assert.Equal(rates, ModernRate.Load(_file));

        ModernTime[] times = [new("ALiBi", 20.5, 20, 21)];
        ModernTime.Save(_file, times);
        Assert.Equal(times, ModernTime.Load(_file));

        File.WriteAllText(_file, "variant\trate\tseed\tloss\nbaseline\t0\t1\t2\n");
        Assert.Contains(
            "line 2", Assert.Throws<InvalidDataException>(() => ModernRate.Load(_file)).Message,
            StringComparison.Ordinal);
    }
}
