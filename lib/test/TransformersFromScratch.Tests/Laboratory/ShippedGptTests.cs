namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>What data/ says of the small GPTs, against what the models there do.</summary>
public class ShippedGptTests
{
    private static string Data(string name) => Path.Combine(Corpus.Folder(name), name);

    [Fact]
    public void The_language_model_foretells_the_validation_text_as_its_log_says()
    {
        string path = Data("austen-gpt.safetensors");
        Assert.True(new FileInfo(path).Length < 5_000_000);
        LanguageModel model = LanguageModel.Load(path);
        Assert.Equal(AustenGpt.Recipe.Config(model.Tokens.Count).ToString(), model.Model.Config.ToString());
        Assert.Equal(AustenGpt.Merges, Assert.IsType<BytePairEncoding>(model.Tokens).Merges.Count);

        string text = Austen.Split(Austen.Load(Data("austen.txt"))).Validation;
        var windows = new TextWindows(model.Encode(text), AustenGpt.Recipe.Context);
        double loss = BatchLoss.Mean(windows.Exam(20).Select(batch =>
        {
            using var quiet = Tape.NoGradient();
            return BatchLoss.CrossEntropy(model.Model.Forward(batch.Inputs), batch.Targets);
        }));
        AustenGptLog last = AustenGpt.Load(Data("austen-gpt.log.tsv"))[^1];
        Assert.Equal(last.Validation, loss, 0.03 * last.Validation); // A tenth of the log's batches, and float16.
        Assert.Equal(AustenGpt.Recipe.Steps, last.Step);
    }

    [Fact]
    public void It_writes_words_that_the_novels_have()
    {
        LanguageModel model = LanguageModel.Load(Data("austen-gpt.safetensors"));
        string novels = Austen.Load(Data("austen.txt"));
        string[] words =
            [.. string.Concat(
                model.Complete(
                    "She was not at all surprised", 150, new SamplingOptions { TopP = 0.9 }, new SeededRandom(1)))
            .Split(
                (char[])[' ', '\n', ',', '.', ';', '!', '?', '"', '-', '_', '\''],
                StringSplitOptions.RemoveEmptyEntries)];
        Assert.InRange(
            words.Count(word => novels.Contains($" {word}", StringComparison.Ordinal)), 0.8 * words.Length,
            words.Length);
        Assert.InRange(words.Length, 60, 150);
    }

    [Fact]
    public void The_runs_on_Emma_are_below_the_reference()
    {
        IReadOnlyList<GptRun> runs = GptRun.Load(Data("gpt-rates.tsv"));
        Assert.All(runs, run => Assert.Equal(("emma", 811_264L, 2000), (run.Text, run.Parameters, run.Steps)));
        GptRun[] best =
            [.. runs.GroupBy(run => run.Peak).Where(group => group.Count() >= 3)
                .MinBy(group => group.Average(run => run.Loss))!];
        Assert.True(best.Average(run => run.Loss) <= 1.58);
    }

    [Fact]
    public void A_larger_size_has_a_lower_loss()
    {
        IReadOnlyList<GptRun> runs = GptRun.Load(Data("gpt-sizes.tsv"));
        Assert.Equal(
            runs.OrderBy(run => run.Parameters).Select(run => run.Loss),
            runs.Select(run => run.Loss).OrderDescending());
        Assert.All(
            runs, run => Assert.Contains(GptLab.Sizes, size => run.IsOf("austen", GptLab.OfSize(size), run.Seed)));
    }
}
