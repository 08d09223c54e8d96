namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>The training by hidden words, on a language of a few words.</summary>
public sealed class BertTests : IDisposable
{
    private static readonly BertRecipe s_recipe = new()
    {
        Pieces = 100, Layers = 1, Heads = 2, DModel = 16, DFeedForward = 32, Length = 12, BatchTokens = 96, Epochs = 4,
        PeakLearningRate = 0.01, Dropout = 0.1f,
    };

    private static readonly string[] s_texts = [.. Enumerable.Range(0, 120).Select(Text)];
    private static readonly string[] s_validation = [.. Enumerable.Range(200, 24).Select(Text)];
    private readonly string _folder = Directory.CreateTempSubdirectory("bert").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Checkpoint => Path.Combine(_folder, "c.safetensors");

    /// <summary>Cats eat fish and dogs eat meat, so that the right side of a blank says what stands there.</summary>
    private static string Text(int i) =>
        i % 2 == 0 ? $"the cat number {i % 7} eats fish" : $"the dog number {i % 5} eats meat";

    [Fact]
    public void It_learns_and_its_log_says_so()
    {
        var (model, log) = BertRun.Of(s_recipe with { Epochs = 40, Dropout = 0 }, s_texts, s_validation, seed: 1);
        Assert.Equal(41, log.Count);
        Assert.Equal(Math.Log(model.Tokens.Count), log[0].Validation, 0.1);
        Assert.True(log[^1].Validation < 0.6 * log[0].Validation, $"{log[^1]}");
        Assert.InRange(log[^1].Right, 0.5, 1);
        Assert.Equal("cat", model.Fill("the ___ number 1 eats fish")[0][0].Piece);
        Assert.Equal("dog", model.Fill("the ___ number 1 eats meat")[0][0].Piece);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(16)]
    public void A_run_that_was_stopped_ends_as_one_that_was_not(int stopAt)
    {
        var (whole, log) = BertRun.Of(s_recipe, s_texts, s_validation, seed: 3);
        using var stop = new CancellationTokenSource();
        int told = 0;
        var training = new BertTraining(s_recipe, whole.Tokens, s_texts, s_validation, 3);
        Assert.True(stopAt < training.Steps);

        // The first run sees a token that is cancelled from the log's second line on.
        Assert.Throws<OperationCanceledException>(() => BertRun.Of(
            s_recipe, s_texts, s_validation, 3, Checkpoint,
            logged: _ => { if (++told == 2 + (stopAt / 12)) { stop.Cancel(); } },
            cancellation: stop.Token));
        Assert.True(File.Exists(Checkpoint));
        var (again, lines) = BertRun.Of(s_recipe, s_texts, s_validation, 3, Checkpoint);
        Assert.Equal(
            whole.Model.Parameters().SelectMany(one => one.Value.Data),
            again.Model.Parameters().SelectMany(one => one.Value.Data));
        Assert.Equal(
            log.Select(line => line with { Seconds = 0 }), lines.Select(line => line with { Seconds = 0 }), Near);

        static bool Near(BertLog? one, BertLog? other) =>
            one!.Step == other!.Step && Math.Abs(one.Validation - other.Validation) < 1e-4
            && Math.Abs(one.Training - other.Training) < 1e-4 && Math.Abs(one.Right - other.Right) < 1e-4;
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => BertRun.Of(
            s_recipe, s_texts, s_validation, 3, Checkpoint, logged: line => { if (line.Step > 0) { stop.Cancel(); } },
            cancellation: stop.Token));
        foreach (BertRecipe other in new[] { s_recipe with { PeakLearningRate = 0.02 }, s_recipe with { Epochs = 5 } })
        {
            Assert.Contains("another training", Assert.Throws<InvalidDataException>(
                () => BertRun.Of(other, s_texts, s_validation, 3, Checkpoint)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_log_is_read_as_it_was_written()
    {
        BertLog[] log = [new(0, 0, 0, 0, 8.25, 0.01), new(710, 1, 88, 6.9, 6.5, 0.0525)];
        string path = Path.Combine(_folder, "log.tsv");
        BertLog.Save(path, log);
        Assert.Equal(log, BertLog.Load(path));
        File.AppendAllText(path, "1\t2\t3\t4\t5\t6\n");
        Assert.Contains(
            "line 4", Assert.Throws<InvalidDataException>(() => BertLog.Load(path)).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, BertRecipe> Wrong => new()
    {
        { "Pieces", s_recipe with { Pieces = 10 } }, { "Layers", s_recipe with { Layers = 0 } },
        { "Heads", s_recipe with { Heads = 17 } }, { "DModel", s_recipe with { DModel = 15 } },
        { "DFeedForward", s_recipe with { DFeedForward = 4 } }, { "Length", s_recipe with { Length = 4 } },
        { "BatchTokens", s_recipe with { BatchTokens = 11 } }, { "Epochs", s_recipe with { Epochs = 0 } },
        { "PeakLearningRate", s_recipe with { PeakLearningRate = 0 } }, { "WarmUp", s_recipe with { WarmUp = 0.6 } },
        { "WeightDecay", s_recipe with { WeightDecay = -1 } }, { "Dropout", s_recipe with { Dropout = 0.95f } },
        { "Rate", s_recipe with { Masking = new MaskingRule(Rate: 2) } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_recipe_out_of_range_is_named(string name, BertRecipe recipe) =>
        Assert.StartsWith(name, Assert.Throws<ArgumentException>(recipe.Check).Message, StringComparison.Ordinal);
}
