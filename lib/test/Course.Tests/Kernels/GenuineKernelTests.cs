namespace Course.Tests;

/// <summary>What the library does in the genuine .NET Interactive kernel, found there by names alone.</summary>
public class GenuineKernelTests
{
    private const string Usings = """
        #r "../lib/bin/TransformersFromScratch.dll"
        using System.Threading;
        using TransformersFromScratch;
        """;

    /// <summary>A training of many steps, each of a few milliseconds.</summary>
    private const string Training = """
        var map = new Linear(1, 1, new Random(1));
        var x = new Tensor(new float[64], 64, 1);
        BatchLoss Slow(TrainingStep step) { Thread.Sleep(5); return new BatchLoss(Op.Sum(map.Forward(x)), 64); }
        var trainer = new Trainer(new Sgd(map.Parameters("map"), 0.02f), Slow,
            new TrainingOptions { Steps = STEPS, ReportEvery = TimeSpan.Zero });
        using (var live = new TrainingDisplay("A line")) { trainer.Run(live.Report); }
        """;

    [Fact]
    public async Task A_training_is_one_display_that_is_updated_in_place()
    {
        GenuineKernel.Require();
        await using GenuineKernel kernel = await GenuineKernel.StartAsync(Repository.Find().Notebooks);
        await kernel.RunAsync(Usings);
        GenuineCell cell = await kernel.RunAsync(Training.Replace("STEPS", "300", StringComparison.Ordinal));

        Assert.Contains(
            "A line: step 300 of 300",
            Assert.Single(OutputText.Shown(cell.Outputs).Split("shown: ", StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        string? place = Assert.Single(cell.Events, item => item.Kind == "DisplayedValueProduced").ValueId;
        (string, string? ValueId)[] updates = [.. cell.Events.Where(item => item.Kind == "DisplayedValueUpdated")];
        Assert.InRange(updates.Length, 2, 300);
        Assert.All(updates, update => Assert.Equal(place, update.ValueId));
    }

    [Fact]
    public async Task The_stop_button_ends_a_training_and_nothing_is_lost()
    {
        GenuineKernel.Require();
        await using GenuineKernel kernel = await GenuineKernel.StartAsync(Repository.Find().Notebooks);
        await kernel.RunAsync(Usings);
        bool stopped = false;
        GenuineCell cell = await kernel.RunAsync(
            Training.Replace("STEPS", "1_000_000", StringComparison.Ordinal), kind =>
        {
            if (kind == "DisplayedValueUpdated" && !stopped)
            {
                stopped = true;
                kernel.Cancel();
            }
        });
        Assert.Contains("cancelled", OutputText.Shown(cell.Outputs), StringComparison.OrdinalIgnoreCase);

        // The cell answers at once; the training in it ends after its step, and the variables of the cell are there.
        GenuineCell next = await kernel.RunAsync(
            "long then = trainer.Step; Thread.Sleep(500); Console.Write($\"{then > 0} {trainer.Step - then}\");");
        Assert.Equal("stdout: True 0", OutputText.Shown(next.Outputs));
    }
}
