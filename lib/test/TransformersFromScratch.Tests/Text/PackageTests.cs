namespace TransformersFromScratch.Tests.Text;

public sealed class PackageTests
{
    private static readonly string s_data = Corpus.Folder("package-sections.tsv");

    [Fact]
    public void The_shipped_texts_are_split_the_same_way_every_time_and_no_text_is_in_both_parts()
    {
        IReadOnlyList<PackageText> texts = PackageText.Load(Path.Combine(s_data, "package-sections.tsv"));
        Assert.Equal(4162, texts.Count);
        Assert.All(texts, text => Assert.Equal(text.Section, PackageText.Sections[text.Class]));
        var (training, test) = PackageText.Split(texts);
        Assert.Equal((3562, 600), (training.Count, test.Count));
        Assert.Equal(
            texts.Select(text => text.Package).Order(), training.Concat(test).Select(text => text.Package).Order());
        Assert.Equal(test, PackageText.Split(texts).Test);
        Assert.All(PackageText.Sections, section => Assert.True(test.Count(text => text.Section == section) >= 40));
        Assert.Equal("ssm", texts[1].Package);
    }

    [Fact]
    public void What_is_read_without_labels_has_nothing_of_any_test()
    {
        var (training, test) = PackageText.Split(PackageText.Load(Path.Combine(s_data, "package-sections.tsv")));
        IReadOnlyList<PackageSummary> summaries = Summaries("train"), summariesTest = Summaries("test");
        IReadOnlyList<string> texts = PackageText.Unlabelled(training, test, summaries, summariesTest);
        Assert.Equal(texts.Count, texts.Distinct().Count());
        HashSet<string> hidden =
            [.. test.Select(text => text.Package), .. summariesTest.Select(summary => summary.Package)];
        HashSet<string> allowed =
            [.. summaries.Where(one => !hidden.Contains(one.Package)).Select(one => one.Text),
                .. training.Where(one => !hidden.Contains(one.Package)).Select(one => one.Text)];
        Assert.Equal(allowed.Order(), texts.Order());
        Assert.InRange(texts.Count, 15_000, 16_500);
    }

    [Fact]
    public void The_summaries_are_split_the_same_way_every_time_and_the_test_is_new()
    {
        IReadOnlyList<PackageSummary> all = Summaries("train"), test = Summaries("test");
        Assert.Equal((13_000, 500), (all.Count, test.Count));
        Assert.Empty(all.Select(one => one.Text).Intersect(test.Select(one => one.Text)));
        var (training, validation) = PackageSummary.Split(all);
        Assert.Equal((12_500, 500), (training.Count, validation.Count));
        Assert.Equal(validation, PackageSummary.Split(all).Validation);
        Assert.Equal(
            all.Select(one => one.Package).Order(), training.Concat(validation).Select(one => one.Package).Order());
    }

    [Theory]
    [InlineData("net\tA text.\tname\nkitchen\tA text.\tname\n", "line 2")]
    [InlineData("net\tA text.\n", "line 1")]
    [InlineData("net\t \tname\n", "line 1")]
    [InlineData("net\tA text.\tname\textra\n", "line 1")]
    public void A_line_that_is_none_is_named(string file, string line)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, file);
            Assert.Contains(
                line, Assert.Throws<InvalidDataException>(() => PackageText.Load(path)).Message,
                StringComparison.Ordinal);
            if (!file.StartsWith("net\tA text.\tname\nk", StringComparison.Ordinal))
            {
                Assert.Contains(
                    line, Assert.Throws<InvalidDataException>(() => PackageSummary.Load(path)).Message,
                    StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => PackageSummary.Load("nowhere.tsv"));
        Assert.Throws<ArgumentException>(() => PackageText.Split([new PackageText("net", "a", "b")]));
        Assert.Throws<ArgumentException>(() => PackageSummary.Split([new PackageSummary("a", "b", "c")]));
    }

    private static IReadOnlyList<PackageSummary> Summaries(string part) =>
        PackageSummary.Load(Path.Combine(s_data, $"package-summaries.{part}.tsv"));
}
