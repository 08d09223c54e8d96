namespace TransformersFromScratch.Tests.Training;

/// <summary>
/// A token counts for as much in a small batch as in a large one: in the gradient, in what is reported, and in the
/// curve.
/// </summary>
public class TokenWeightTests
{
    private const int Classes = 5, Width = 3, Rows = 12;

    private static readonly float[] s_inputs = [.. Enumerable.Range(0, Rows * Width).Select(i => MathF.Sin(3 * i + 1))];

    // Padding among them, and one part (the third) with nothing wanted at all.
    private static readonly int[] s_wanted = [3, 0, 0, 1, 2, 4, 1, 3, 2, 1, 0, 0];

    private static Parameter Learned() =>
        new("w",
            new Tensor(
                [.. Enumerable.Range(0, Classes * Width).Select(i => MathF.Cos(i))], Classes,
                Width)
            { RequiresGradient = true });

    private static BatchLoss Loss(Parameter w, int first, int count) => BatchLoss.CrossEntropy(
        Op.Linear(new Tensor(s_inputs[(first * Width)..((first + count) * Width)], count, Width), w.Value),
        s_wanted[first..(first + count)], labelSmoothing: 0.1f, ignore: 0);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public void Parts_of_one_and_nine_and_no_tokens_are_the_one_batch(double maxNorm)
    {
        (int First, int Count)[] parts = [(0, 2), (2, 8), (10, 2)];
        Assert.Equal([1, 7, 0], parts.Select(part => Loss(Learned(), part.First, part.Count).Tokens));
        Parameter together = Learned(), apart = Learned();
        var options = new TrainingOptions { Steps = 4, MaxGradientNorm = maxNorm };
        var one = new Trainer(new Sgd([together], 0.1), _ => Loss(together, 0, Rows), options);
        var several = new Trainer(
            new Sgd([apart], 0.1), step => Loss(apart, parts[step.Part].First, parts[step.Part].Count),
            options with { Accumulation = 3 });
        one.Run();
        several.Run();
        Assert.Equal([8, 8, 8, 8], several.Tokens);
        foreach (var (x, y) in together.Value.Data.Zip(apart.Value.Data))
        {
            Assert.Equal(x, y, 2e-6f);
        }

        foreach (var (x, y) in one.Losses.Zip(several.Losses))
        {
            Assert.Equal(x, y, 2e-6f);
        }
    }

    [Fact]
    public void The_reported_loss_is_the_mean_of_the_tokens()
    {
        // Two batches by turns: one token of loss 8, nine of loss 1.
        Parameter w = new("w", new Tensor([0f], 1) { RequiresGradient = true });
        var reports = new List<TrainingProgress>();
        var trainer = new Trainer(
            new Sgd([w], 0), step => step.Step % 2 == 1
                ? new BatchLoss((w.Value * 0) + new Tensor([8f], 1), 1)
                : new BatchLoss((w.Value * 0) + new Tensor([1f], 1), 9),
            new TrainingOptions { Steps = 4, ReportEvery = TimeSpan.FromDays(1) });
        trainer.Run(reports.Add);
        Assert.Equal(1.7, Assert.Single(reports).Loss, 1e-12); // (8 + 9) / 10, and not (8 + 1) / 2
        Assert.Equal([8, 1, 8, 1], trainer.Losses);
        Assert.Equal([1, 9, 1, 9], reports[0].Tokens);
        Assert.Equal(1.7, trainer.MeanLoss(4), 1e-12);
        Assert.Equal(1.7, trainer.MeanLoss(100), 1e-12);
        Assert.Equal(1, trainer.MeanLoss(1), 1e-12);
        Assert.Equal(
            1.7,
            BatchLoss.Mean([new(new Tensor([8f]), 1), new(new Tensor([float.NaN]), 0), new(new Tensor([1f]), 9)]),
            1e-12);
        Assert.Throws<ArgumentException>(() => BatchLoss.Mean([]));
    }

    [Fact]
    public void A_point_of_the_curve_is_the_mean_of_its_tokens()
    {
        float[] losses = [.. Enumerable.Range(0, 800).Select(i => i % 2 == 0 ? 8f : 1)]; // Two steps a point.
        using var display = new TrainingDisplay("curve");
        display.Report(
            new TrainingProgress(
                800, 800, 0, 0, 0, 0, null)
            {
                Losses = losses,
                Tokens = [.. losses.Select(loss => loss == 8 ? 1 : 9)]
            });
        Assert.Contains(
            "loss 1.700", display.Curve(800, 800).ToString() + display.Curve(800, 800).ToSvg(),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => display.Report(new TrainingProgress(2, 2, 0, 0, 0, 0, null) { Losses = [1, 2], Tokens = [1] }));
    }

    [Fact]
    public void A_step_without_a_token_or_with_less_than_none_is_named()
    {
        Parameter w = new("w", new Tensor([1f], 1) { RequiresGradient = true });
        Trainer Of(int tokens) =>
            new(new Sgd([w], 1), _ => new BatchLoss(w.Value * 2, tokens),
                new TrainingOptions { Steps = 1, Accumulation = 2 });
        Assert.Contains(
            "step 1 has no token", Assert.Throws<ArgumentException>(() => Of(0).Run()).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(-1).Run());
        Assert.Equal(1, w.Value.Data[0]);
    }

    [Theory]
    [InlineData(-1e-3)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_learning_rate_that_is_none_is_refused(double rate)
    {
        Parameter w = new("w", new Tensor([1f], 1) { RequiresGradient = true });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([w], rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(
            new Sgd([w], 1), _ => new BatchLoss(w.Value * 2, 1),
            new TrainingOptions { Steps = 1, Schedule = Schedule.Constant(rate) }).Run());
        Assert.Equal(1, w.Value.Data[0]);
    }
}
