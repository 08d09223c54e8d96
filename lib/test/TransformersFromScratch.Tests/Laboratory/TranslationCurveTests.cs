namespace TransformersFromScratch.Tests.Laboratory;

public class TranslationCurveTests
{
    [Fact]
    public void Every_part_is_seen_equally_often_in_all()
    {
        foreach (var (eighths, dModel) in TranslationCurve.Trainings)
        {
            TranslationRecipe recipe = TranslationCurve.Recipe(eighths, dModel, epochs: 3);
            Assert.Equal(3 * 8, recipe.Epochs * eighths);
            Assert.Equal(8 * 3, recipe.Epochs * recipe.CheckpointsPerEpoch); // As many checkpoints in a run.
            Assert.Equal(4 * dModel, recipe.DFeedForward);
        }

        Assert.Contains(
            "eighths", Assert.Throws<ArgumentOutOfRangeException>(() => TranslationCurve.Recipe(3, 64, 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TranslationCurve.Recipe(8, 64, 0));
    }

    [Fact]
    public void A_point_says_what_was_trained_and_can_be_repeated()
    {
        SentencePair[] pairs = [.. Corpus.Load("en-fr.train.tsv").Where(pair => pair.Source.Length < 60).Take(200)];
        var corpus = new TranslationCorpus(pairs[..160], [], pairs[160..]);
        TranslationRecipe recipe = TranslationCurve.Recipe(
            2, 16, epochs: 1) with
        {
            Merges = 30,
            EncoderLayers = 1,
            DecoderLayers = 1,
            BatchTokens = 600,
            Warmup = 10,
            Epochs = 1
        };
        CurvePoint point = TranslationCurve.Run(corpus, "en-fr", 2, recipe, seed: 1),
            again = TranslationCurve.Run(corpus, "en-fr", 2, recipe, seed: 1);
        Assert.Equal(point, again);
        Assert.Equal(("en-fr", 40), (point.Corpus, point.Pairs));
        Assert.True(point.Steps > 0 && point.Parameters > 0);
        Assert.InRange(point.Bleu.Value, point.Bleu.Low, point.Bleu.High);
        Assert.Throws<OperationCanceledException>(
            () => TranslationCurve.Run(
                corpus, "en-fr", 2, recipe, seed: 1, token: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Points_come_back_from_the_file_and_a_damaged_line_is_named()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.tsv");
        try
        {
            CurvePoint[] points =
                [new("en-fr", 3300, 400_000, 1800, new(12.25, 11.5, 13.75), 30.5),
                    new("en-de", 26_000, 1_400_000, 1790, new(0, 0, 0.5), 9)];
            TranslationCurve.Save(path, points);
            Assert.Equal(points, TranslationCurve.Load(path));

            string[] lines = File.ReadAllLines(path);
            foreach (string damaged in (string[])[lines[2].Replace("26000", "many", StringComparison.Ordinal),
                lines[2] + "\t1", "", lines[2].Replace("26000", "-1", StringComparison.Ordinal)])
            {
                File.WriteAllLines(path, [lines[0], lines[1], damaged]);
                Assert.Contains(
                    "line 3", Assert.Throws<InvalidDataException>(() => TranslationCurve.Load(path)).Message,
                    StringComparison.Ordinal);
            }

            File.WriteAllText(path, "");
            Assert.Contains(
                "does not begin", Assert.Throws<InvalidDataException>(() => TranslationCurve.Load(path)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
