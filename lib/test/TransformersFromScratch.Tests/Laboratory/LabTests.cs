namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>The runs of chapters 8 and 9, and the files that keep them.</summary>
public sealed class LabTests : IDisposable
{
    private static readonly BreakItSettings s_small = new()
    {
        Task = new SequenceTask(SequenceRule.Copy, Length: 3, Symbols: 4),
        DModel = 16, Heads = 2, DFeedForward = 32, Layers = 1, Steps = 80, Batch = 16, Warmup = 10,
        PeakLearningRate = 1e-2, Tested = 40,
    };

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.tsv");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Every_variant_runs_and_a_seed_gives_the_same_run_again()
    {
        foreach (string variant in BreakIt.Variants)
        {
            LabRun run = BreakIt.Run(s_small, variant, seed: 2);
            Assert.Equal((variant, 2, BreakIt.CurvePoints), (run.Variant, run.Seed, run.Curve.Count));
            Assert.InRange(run.Exact, 0, 1);
            Assert.All(run.Entropy, entropy => Assert.InRange(entropy, 0, Math.Log(3) + 1e-5)); // three places
            Assert.All(run.Gradient, share => Assert.InRange(share, 0, 1));
        }

        var steps = new List<long>();
        LabRun first = BreakIt.Run(s_small, "nothing", seed: 2, report: progress => steps.Add(progress.Step)),
            again = BreakIt.Run(s_small, "nothing", seed: 2);
        Assert.Equal(first.Curve, again.Curve);
        Assert.Equal(first.Entropy, again.Entropy);
        Assert.Equal(first.Gradient, again.Gradient);
        Assert.True(first.Entropy[^1] < first.Entropy[0]); // its attention decides
        Assert.Equal(Enumerable.Range(1, 80).Select(step => (long)step), steps);
        Assert.True(first.Curve[^1] < first.Curve[0] / 2); // it learns
        Assert.NotEqual(first.Curve, BreakIt.Run(s_small, "nothing", seed: 3).Curve);
    }

    [Fact]
    public void The_curve_and_the_end_do_not_depend_on_the_number_of_threads()
    {
        int threads = MatrixProduct.Threads;
        LabRun several = BreakIt.Run(s_small, "nothing", seed: 1);
        MatrixProduct.Threads = 1;
        try { Assert.Equal(several.Curve, BreakIt.Run(s_small, "nothing", seed: 1).Curve); }
        finally { MatrixProduct.Threads = threads; }
    }

    [Fact]
    public void A_run_that_breaks_down_says_so_and_does_not_pretend()
    {
        LabRun run = BreakIt.Run(s_small with { PeakLearningRate = 1e30, Warmup = 1 }, "the layer norms", seed: 1);
        Assert.Equal(0, run.Exact);
        Assert.True(double.IsNaN(run.Curve[^1]));
    }

    [Fact]
    public void An_unknown_variant_is_named_with_those_there_are()
    {
        string message = Assert.Throws<ArgumentException>(() => BreakIt.Run(s_small, "the gravity", seed: 1)).Message;
        Assert.Contains("'the gravity'", message, StringComparison.Ordinal);
        Assert.All(BreakIt.Variants, variant => Assert.Contains(variant, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_can_be_stopped()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => BreakIt.Run(s_small, "nothing", seed: 1, cancellation: stop.Token));
        Assert.Throws<OperationCanceledException>(
            () => Small(TaskRecipe.All[0]).Run(seed: 1, cancellation: stop.Token));
        Assert.Throws<OperationCanceledException>(
            () => Small(TaskRecipe.All[^1]).Run(seed: 1, cancellation: stop.Token));
    }

    private static TaskRecipe Small(TaskRecipe recipe) => recipe with
    {
        Task = recipe.Task with { Length = 3, Symbols = 4 },
        DModel = 16,
        Heads = 2,
        Steps = 150,
        Batch = 32,
        PeakLearningRate = 1e-2,
    };

    [Fact]
    public void A_recipe_trains_and_counts_what_is_right()
    {
        foreach (TaskRecipe recipe in TaskRecipe.All.Where(recipe => recipe.Task.Rule == SequenceRule.Copy))
        {
            var losses = new List<double>();
            TaskRun run = Small(recipe).Run(seed: 1, report: progress => losses.Add(progress.Loss));
            Assert.Equal((recipe.Name, 1, 5000), (run.Recipe, run.Seed, run.Tested));
            Assert.InRange(run.Right, 4500, 5000); // untrained it would be 78
            Assert.Equal(150, losses.Count);       // told of every step
        }
    }

    [Fact]
    public void The_recipes_are_the_chapters()
    {
        Assert.Equal(6, TaskRecipe.All.Count);
        Assert.Equal(6, TaskRecipe.All.Select(recipe => recipe.Name).Distinct().Count());
        TaskRecipe reverse = TaskRecipe.All.Single(recipe => recipe.Name == "reverse, encoder");
        Assert.Equal(
            (32, 1, 1, 16, 10),
            (reverse.DModel, reverse.Heads, reverse.Config.EncoderLayers, reverse.Task.Length, reverse.Task.Symbols));
    }

    [Fact]
    public void Runs_come_back_from_their_files_as_they_went()
    {
        LabRun[] runs =
            [
                new("the ε of the layer norms", 3, 0.125, [2.5, 0.0123, double.NaN])
                { Entropy = [2, 1.5, double.NaN], Gradient = [0.5, 0.25, double.NaN] },
                new("nothing", 1, 1, [0.5, 0.25, 0]) { Entropy = [2, 1, 0], Gradient = [0, 0.125, 1] },
                new("the positions", 2, 0, [0.5, 0.25]),
            ];
        LabFile.Save(_file, runs);
        Assert.Equal(runs.Select(Text), LabFile.Load(_file).Select(Text));

        TaskRun[] tasks = [new("sort, encoder–decoder", 4, 4999, 5000)];
        TaskRun.Save(_file, tasks);
        Assert.Equal(tasks, TaskRun.Load(_file));
        Assert.False(File.Exists($"{_file}.tmp"));

        static string Text(LabRun run) => $"{run.Variant} {run.Seed} {run.Exact} " +
            $"{string.Join(' ', run.Curve.Concat(run.Entropy).Concat(run.Gradient))}";
    }

    [Theory]
    [InlineData("nothing\t1\t0.5")]
    [InlineData("nothing\t1\t0.5\t1 2")]
    [InlineData("nothing\tone\t0.5\t1 2\t1 1\t0 0")]
    [InlineData("nothing\t1\thalf\t1 2\t1 1\t0 0")]
    [InlineData("nothing\t1\t0.5\t1 two\t1 1\t0 0")]
    [InlineData("nothing\t1\t0.5\t1 2\t1\t0 0")]
    [InlineData("")]
    public void A_line_that_is_no_run_of_the_laboratory_is_named(string line)
    {
        File.WriteAllLines(
            _file, ["without\tseed\texact\tloss\tentropy\tgradient", "nothing\t1\t0.5\t1 2\t1 1\t0 0", line]);
        string message = Assert.Throws<InvalidDataException>(() => LabFile.Load(_file)).Message;
        Assert.Contains("line 3", message, StringComparison.Ordinal);
        Assert.Contains("lab break-it", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("copy, encoder\t1\t5000")]
    [InlineData("copy, encoder\t1.5\t5000\t5000")]
    [InlineData("copy, encoder\t1\tall\t5000")]
    [InlineData("copy, encoder\t1\t5000\tmany")]
    public void A_line_that_is_no_run_of_the_first_tasks_is_named(string line)
    {
        File.WriteAllLines(_file, ["task\tseed\tright\ttested", line]);
        string message = Assert.Throws<InvalidDataException>(() => TaskRun.Load(_file)).Message;
        Assert.Contains("line 2", message, StringComparison.Ordinal);
        Assert.Contains("lab first-tasks", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        File.WriteAllText(_file, "");
        Assert.Throws<InvalidDataException>(() => TaskRun.Load(_file));
        Assert.Throws<InvalidDataException>(() => LabFile.Load(_file));
        File.WriteAllText(_file, "something else\n");
        Assert.Throws<InvalidDataException>(() => TaskRun.Load(_file));
        Assert.Throws<InvalidDataException>(() => LabFile.Load(_file));
    }
}
