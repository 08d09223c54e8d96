namespace TransformersFromScratch.Tests.Laboratory;

public sealed class GptRunTests : IDisposable
{
    private static readonly string s_text = string.Concat(
        Enumerable.Repeat("the cat sat on the mat. the dog ran to the cat. ", 20));

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tsv");

    public void Dispose() => File.Delete(_path);

    private static GptRecipe Small =>
        GptLab.AtRate(1e-2) with { Layers = 1, Heads = 2, DModel = 16, Context = 8, Batch = 4, Steps = 20 };

    [Fact]
    public void A_run_says_what_was_trained_and_can_be_repeated()
    {
        GptRun run = GptRun.Of("cats", s_text, Small, seed: 3), again = GptRun.Of("cats", s_text, Small, seed: 3);
        Assert.Equal((run.Loss, string.Join(' ', run.Curve)), (again.Loss, string.Join(' ', again.Curve)));
        Assert.Equal((1, 2, 16, 1e-2, 20, 3), (run.Layers, run.Heads, run.DModel, run.Peak, run.Steps, run.Seed));
        Assert.Equal([2, 4, 6, 8, 10, 12, 14, 16, 18, 20], run.Curve.Select(point => point.Step));
        Assert.True(run.Loss < run.Curve[0].Loss);
        Assert.True(run.IsOf("cats", Small, 3));
        Assert.False(
            run.IsOf("cats", Small, 4) || run.IsOf("dogs", Small, 3) || run.IsOf("cats", GptLab.AtRate(1e-3), 3));
        Assert.Throws<OperationCanceledException>(
            () => GptRun.Of("cats", s_text, Small, 3, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Runs_come_back_from_the_file_and_a_damaged_line_is_named()
    {
        GptRun[] runs =
        [
            new("emma", 4, 4, 128, 811_264, 1e-3, 2000, 1, 1.5961, 241, [(200, 2.25), (2000, 1.5)]),
            new("austen", 6, 6, 192, 2_697_216, 0.002, 2500, 2, 1.25, 1800, [(2500, 1.25)]),
        ];
        GptRun.Save(_path, runs);
        Assert.Equal(runs.Select(Written), GptRun.Load(_path).Select(Written));

        string[] lines = File.ReadAllLines(_path);
        foreach (string damaged in (string[])
            [lines[2].Replace("2500:", "many:", StringComparison.Ordinal), lines[2] + "\t1", "",
                lines[2].Replace("\t6\t", "\t6.5\t", StringComparison.Ordinal),
                lines[2].Replace("1.2500", "-1", StringComparison.Ordinal),
                lines[2].Replace("1.2500", "NaN", StringComparison.Ordinal)])
        {
            File.WriteAllLines(_path, [lines[0], lines[1], damaged]);
            Assert.Contains(
                "line 3", Assert.Throws<InvalidDataException>(() => GptRun.Load(_path)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_sizes_are_those_of_the_reference()
    {
        long[] parameters =
            [.. GptLab.Sizes.Select(
                size => new Gpt(GptLab.OfSize(size).Config(vocabulary: 80), seed: 1).ParameterCount)];
        Assert.Equal([30_080, 109_312, 209_280, 811_776, 2_697_216], parameters);
        Assert.Equal(
            [0.012, 0.006, 0.006, 0.003, 0.002],
            GptLab.Sizes.Select(size => Math.Round(GptLab.OfSize(size).PeakLearningRate, 9)));
        Assert.All(GptLab.Sizes, size => GptLab.OfSize(size).Check());
    }

    [Fact]
    public void The_shipped_models_training_writes_its_log()
    {
        GptRecipe recipe = Small with { Steps = 30 };
        var (model, log) = AustenGpt.Train(recipe, merges: 12, s_text, seed: 1);
        Assert.Equal(10, log.Count);
        Assert.Equal(30, log[^1].Step);
        Assert.True(log[^1].Validation < log[0].Validation);
        var pairs = Assert.IsType<BytePairEncoding>(model.Tokens);
        Assert.Equal(12, pairs.Merges.Count);
        string last = Austen.Split(s_text).Validation;
        Assert.Equal(
            log[^1].Validation / Math.Log(2) * pairs.Encode(last).Length / last.Length, log[^1].BitsPerCharacter, 6);

        AustenGpt.Save(_path, log);
        Assert.Equal(log.Select(line => line.Step), AustenGpt.Load(_path).Select(line => line.Step));
        File.AppendAllText(_path, "1\t2\n");
        Assert.Contains(
            "line 12", Assert.Throws<InvalidDataException>(() => AustenGpt.Load(_path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<OperationCanceledException>(
            () => AustenGpt.Train(recipe, 12, s_text, 1, cancellation: new CancellationToken(canceled: true)));
    }

    private static string Written(GptRun run) => $"{run with { Curve = [] }} {string.Join(' ', run.Curve)}";
}
