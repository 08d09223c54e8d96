namespace TransformersFromScratch.Tests.Laboratory;

/// <summary>The learning rates of chapter 17, as they were tried on texts that are kept aside.</summary>
public class MiniLmRatesTests
{
    private static IReadOnlyList<SectionRun> Tried =>
        SectionRun.Load(Path.Combine(Corpus.Folder("minilm-rates.tsv"), "minilm-rates.tsv"));

    [Fact]
    public void The_file_has_each_trial_once_and_judges_by_validation_texts() =>
        Assert.Equal(
            MiniLmSections.RateTrials(seeds: 3).Order(),
            Tried.Where(run => run is { Labels: 60, Tested: SectionLab.Validation })
                .Select(run => (run.Method, run.Rate, run.Seed)).Order());

    [Theory]
    [InlineData(MiniLmSections.LowRank)]
    [InlineData(MiniLmSections.LastLayer)]
    [InlineData(MiniLmSections.Everything)]
    public void The_rate_of_a_method_is_the_one_that_sorted_most_of_them_rightly(string method) =>
        Assert.Equal(
            MiniLmSections.RateOf(method),
            Tried.Where(run => run.Method == method).GroupBy(run => run.Rate).OrderBy(runs => runs.Key)
                .MaxBy(runs => runs.Sum(run => run.Right))!.Key);
}
