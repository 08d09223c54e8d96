using System.Globalization;
using Notebooks;

namespace Course.Tests;

/// <summary>
/// Draws of settings keep to what a chapter's metadata bound, so that a hunt does not train for hours.
/// </summary>
public class RandomSettingsTests
{
    public static TheoryData<string> Bounded => [.. Repository.Find().Chapters()
        .Where(chapter => SettingsOf(chapter) is { } settings && TweakMetadata.DrawsOf(settings.Cell).Count > 0)
        .Select(chapter => chapter.Name)];

    [Theory]
    [MemberData(nameof(Bounded))]
    public async Task What_is_bounded_is_never_drawn_larger_and_never_left_at_a_larger_default(string name)
    {
        Repository repository = Repository.Find();
        CourseLibrary.Load(repository); // its manual gives the sentences
        Environment.CurrentDirectory = repository.Notebooks; // as a chapter, which reads ../data
        Chapter chapter = repository.Chapters().Single(chapter => chapter.Name == name);
        SettingsCell settings = SettingsOf(chapter)!;

        IReadOnlyList<Variant> drawn = await RandomSettings.DrawAsync(
            repository, Notebook.Load(chapter.Path), settings, count: 8, seed: 3);

        Assert.Equal(8, drawn.Count);
        foreach (var (setting, bound) in TweakMetadata.DrawsOf(settings.Cell))
        {
            Setting of = settings.Settings.Single(one => one.Name == setting);
            Assert.All(drawn, variant =>
            {
                string value = variant.Set.GetValueOrDefault(setting) ?? of.Default;
                if (of.Range is null) { Assert.Equal(bound, value); }
                else { Assert.InRange(Number(value), of.Range.Least, Number(bound)); }
            });
        }
    }

    [Theory]
    [InlineData("Stepps", "90", "'draws' bounds Stepps, but there is no such setting.")]
    [InlineData("Steps", "9000", "'draws' bounds Steps by 9000, which is no number in 60 to 600.")]
    [InlineData("Steps", "few", "'draws' bounds Steps by few, which is no number in 60 to 600.")]
    public async Task A_bound_of_nothing_or_beyond_the_range_is_named(string setting, string bound, string sentence)
    {
        Repository repository = Repository.Find();
        var notebook = Notebook.Load(repository.Chapters().Single(chapter => chapter.Name == "07-optimisation").Path);
        SettingsCell settings = SettingsCell.Of(notebook.Cells)!;
        settings.Cell.Metadata[OutputHash.Section]![TweakMetadata.Draws]![setting] = bound;

        CourseException problem = await Assert.ThrowsAsync<CourseException>(
            () => RandomSettings.DrawAsync(repository, notebook, settings, count: 1, seed: 1));

        Assert.Equal(sentence, problem.Message);
    }

    private static SettingsCell? SettingsOf(Chapter chapter) => SettingsCell.Of(Notebook.Load(chapter.Path).Cells);

    private static double Number(string value) => double.Parse(value.TrimEnd('f'), CultureInfo.InvariantCulture);
}
