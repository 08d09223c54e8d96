namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>Fine-tuning, on texts whose words say the class.</summary>
public sealed class SectionTests
{
    private static readonly string[] s_words = ["font", "game", "image", "net", "atom", "sound"];
    private static readonly PackageText[] s_texts = [.. Enumerable.Range(0, 90).Select(i => new PackageText(
        PackageText.Sections[i % 6], $"it is a {s_words[i % 6]} of number {i % 11} or so", $"p{i}"))];

    private static readonly WordPiece s_tokens = WordPiece.Train(s_texts.Select(one => one.Text), 100);
    private static readonly MaskedLanguageModel s_model = new(
        new Bert(
            new BertConfig
            {
                Vocabulary = s_tokens.Count, DModel = 16, Heads = 2, DFeedForward = 32, Layers = 2,
                Positions = 24, Deviation = 0.2f
            }, 1),
        s_tokens);

    private static readonly SectionRecipe s_recipe =
        new() { LeastSteps = 200, Epochs = 1, PeakLearningRate = 5e-3, Dropout = 0 };

    private static SectionTraining Training(SectionRecipe recipe) => new(
        recipe, s_model.Model, s_tokens, [.. s_texts.Select(one => one.Text)],
        [.. s_texts.Select(one => one.Class)], 6, 1);

    [Theory]
    [InlineData(SectionLab.Pretrained)]
    [InlineData(SectionLab.Fresh)]
    [InlineData(SectionLab.MeanPooling)]
    [InlineData(SectionLab.Bag)]
    public void Every_method_learns_what_a_word_says(string method)
    {
        SectionRecipe recipe = s_recipe with { Pooling = SectionLab.Recipe(method).Pooling };
        SectionRun run = SectionLab.Run(method, recipe, s_model, s_texts[..60], s_texts[60..], 2);
        Assert.Equal((method, 60, 2, 30), (run.Method, run.Labels, run.Seed, run.Tested));
        Assert.InRange(run.Accuracy, 0.9, 1);
        Assert.Equal(method == SectionLab.Bag ? 0 : recipe.PeakLearningRate, run.Rate);
    }

    [Fact]
    public void The_majority_is_right_as_often_as_its_section_comes()
    {
        PackageText[] learned = [.. s_texts.Where(one => one.Section != "games").Take(11), s_texts[2]];
        SectionRun run = SectionLab.Run(SectionLab.Majority, s_recipe, s_model, learned, s_texts, 1);
        Assert.Equal(15, run.Right);
    }

    [Fact]
    public void The_pretrained_model_stays_as_it_is()
    {
        float[] before = [.. s_model.Model.Parameters().SelectMany(one => one.Value.Data)];
        Training(s_recipe).Trainer.Run(until: 3);
        Assert.Equal(before, s_model.Model.Parameters().SelectMany(one => one.Value.Data));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    public void Only_what_shall_learn_changes(int? learning, int frozen)
    {
        SectionTraining training = Training(s_recipe with { Learning = learning });
        var before = training.Classifier.Parameters()
            .ToDictionary(one => one.Name, one => (float[])one.Value.Data.Clone());
        training.Trainer.Run(until: 3);
        foreach (Parameter one in training.Classifier.Parameters())
        {
            bool below = one.Name.StartsWith("bert.", StringComparison.Ordinal)
                && !one.Name.StartsWith("bert.layers.", StringComparison.Ordinal);
            bool stays = learning is not null
                && (below || Enumerable.Range(0, frozen)
                    .Any(i => one.Name.StartsWith($"bert.layers.{i}.", StringComparison.Ordinal)));
            bool same = before[one.Name].SequenceEqual(one.Value.Data);
            Assert.True(
                stays == same || one.Name == "bert.types.weight", $"{one.Name}: {(same ? "the same" : "changed")}");
        }
    }

    [Fact]
    public void Steps_are_at_least_so_many_and_else_by_epochs()
    {
        var recipe = new SectionRecipe { LeastSteps = 100, Epochs = 5, Batch = 16 };
        Assert.Equal(100, recipe.Steps(60));
        Assert.Equal(5 * 223, recipe.Steps(3562));
    }

    [Fact]
    public void Fewer_labels_are_a_part_of_more()
    {
        string[] Drawn(int count, int seed) => [.. SectionLab.Drawn(s_texts, count, seed).Select(one => one.Package)];
        Assert.Equal(Drawn(40, 3)[..10], Drawn(10, 3));
        Assert.NotEqual(Drawn(40, 3), Drawn(40, 4));
        Assert.Equal(90, Drawn(1000, 1).Distinct().Count());
    }

    [Fact]
    public void Runs_are_read_as_they_were_written()
    {
        string path = Path.GetTempFileName();
        SectionRun[] runs =
            [new("tf-idf", 60, 1, 0, 370, 600, 1), new(SectionLab.MeanPooling, 120, 5, 5e-4, 450, 600, 22)];
        SectionRun.Save(path, runs);
        Assert.Equal(runs, SectionRun.Load(path));
        File.AppendAllText(path, "tf-idf\t60\t1\t0\t601\t600\t1\n");
        Assert.Contains(
            "line 4", Assert.Throws<InvalidDataException>(() => SectionRun.Load(path)).Message,
            StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void The_best_rate_is_that_of_the_best_mean()
    {
        SectionRun[] tried =
            [Of(SectionLab.Pretrained, 1e-3, 380), Of(SectionLab.Pretrained, 1e-3, 300),
                Of(SectionLab.Pretrained, 5e-4, 350),
            Of(SectionLab.Pretrained, 5e-4, 352), Of(SectionLab.Fresh, 2e-3, 100)];
        Assert.Equal(5e-4, SectionLab.BestRate(SectionLab.Pretrained, tried));
        Assert.Equal(5e-4, SectionLab.BestRate(SectionLab.HeadAlone, tried));
        Assert.Equal(2e-3, SectionLab.BestRate(SectionLab.Fresh, tried));
        Assert.Contains(
            "bert-rates", Assert.Throws<InvalidDataException>(
                () => SectionLab.BestRate(SectionLab.Fresh, tried[..3])).Message, StringComparison.Ordinal);

        static SectionRun Of(string method, double rate, int right) => new(method, 60, 1, rate, right, 400, 1);
    }

    [Fact]
    public void There_is_a_trial_for_every_number_and_method()
    {
        var trials = SectionLab.Trials(5).ToArray();
        Assert.Equal(trials.Length, trials.Distinct().Count());
        Assert.Equal(5 * ((6 * 4) + 3), trials.Length);
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused() =>
        Assert.Contains("3 texts and 2 labels", Assert.Throws<ArgumentException>(
        () => new SectionTraining(s_recipe, s_model.Model, s_tokens, ["a", "b", "c"], [0, 1], 2, 1)).Message,
            StringComparison.Ordinal);
}
