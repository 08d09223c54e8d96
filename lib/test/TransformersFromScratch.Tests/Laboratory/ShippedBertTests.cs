namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>What data/ says of chapter 13's BERT, against what the model there does.</summary>
public class ShippedBertTests
{
    private static string Data(string name) => Path.Combine(Corpus.Folder(name), name);

    [Fact]
    public void It_fills_blanks_as_its_log_says()
    {
        string path = Data("bert.safetensors");
        Assert.True(new FileInfo(path).Length < 5_000_000);
        MaskedLanguageModel model = MaskedLanguageModel.Load(path);
        Assert.Equal(BertRecipe.Shipped.Config(model.Tokens.Count).ToString(), model.Model.Config.ToString());

        BertLog last = BertLog.Load(Data("bert.log.tsv"))[^1];
        Assert.Equal(BertRecipe.Shipped.Epochs, last.Epoch);
        string[] texts = [.. PackageTexts.OfFolder(Path.GetDirectoryName(path)!).Validation];
        var random = new SeededRandom(1);
        double loss = BatchLoss.Mean(texts.Chunk(16).Select(batch =>
        {
            using var quiet = Tape.NoGradient();
            var (inputs, places, targets) = MaskedWords.Mask(
                TokenBatch.Of([.. batch.Select(text => model.Encode(text))], 0), model.Tokens, random,
                new MaskingRule(Mask: 1, Random: 0));
            return BatchLoss.CrossEntropy(model.Model.MaskedLogits(model.Model.Encode(inputs), places), targets);
        }));
        Assert.Equal(last.Validation, loss, 0.04 * last.Validation); // Other blanks, and float16.
    }

    [Fact]
    public void Its_words_fit_their_places()
    {
        MaskedLanguageModel model = MaskedLanguageModel.Load(Data("bert.safetensors"));
        Assert.Contains("files", model.Fill("This package contains the header ___.", 10)[0].Select(word => word.Piece));
        Assert.Contains(
            "language", model.Fill("Bindings for the Python programming ___.", 3)[0].Select(word => word.Piece));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(120)]
    public void With_few_labels_it_beats_the_bag_of_words_by_five_points(int labels)
    {
        SectionRun[] runs = [.. SectionRun.Load(Data("bert-sections.tsv")).Where(run => run.Labels == labels)];
        double[] Of(string method) =>
            [.. runs.Where(run => run.Method == method).OrderBy(run => run.Seed).Select(run => run.Accuracy)];
        Assert.Equal(5, Of(SectionLab.Pretrained).Length);
        Assert.True(Of(SectionLab.Pretrained).Average() >= Of(SectionLab.Bag).Average() + 0.05);
        Assert.True(Of(SectionLab.Bag).Average() > Of(SectionLab.Fresh).Average());
    }

    [Fact]
    public void The_learning_rates_are_those_that_were_best_on_the_validation_texts()
    {
        IReadOnlyList<SectionRun> tried = SectionRun.Load(Data("bert-rates.tsv"));
        Assert.All(tried, run => Assert.Equal(SectionLab.Validation, run.Tested));
        Assert.All(
            SectionRun.Load(Data("bert-sections.tsv")).Where(run => run.Rate > 0),
            run => Assert.Equal(SectionLab.BestRate(run.Method, tried), run.Rate));
    }
}
