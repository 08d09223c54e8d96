using Notebooks;

namespace Course.Tests;

/// <summary>
/// What the comments of a chapter's settings state is what the record allows: to the bound, and not a step beyond it.
/// </summary>
public class RangeTests
{
    public static TheoryData<string> Chapters => [.. Repository.Find().Chapters()
        .Where(chapter => SettingsCell.Of(Notebook.Load(chapter.Path).Cells) is not null)
        .Select(chapter => chapter.Name)];

    [Theory]
    [MemberData(nameof(Chapters))]
    public async Task Each_bound_is_allowed_and_what_lies_beyond_is_one_sentence_that_names_the_setting_and_its_range(
        string name)
    {
        Repository repository = Repository.Find();
        Environment.CurrentDirectory = repository.Notebooks; // as a chapter, which reads ../data
        var notebook = Notebook.Load(repository.Chapters().Single(chapter => chapter.Name == name).Path);
        SettingsCell settings = SettingsCell.Of(notebook.Cells)!;
        (Setting Setting, SettingRange Range)[] ranges =
            [.. settings.Settings.Where(setting => setting.Range is not null)
                .Select(setting => (setting, setting.Range!))];
        Assert.NotEmpty(ranges);

        await using SettingsTrial trial = await SettingsTrial.StartAsync(repository, notebook, settings);
        await TryAsync(
            trial, ranges, range => range.Inside,
            (where, _, said) => Assert.True(said == "", $"{where} is stated to be allowed, but: {said}"));
        await TryAsync(trial, ranges, range => range.Outside, (where, range, said) =>
        {
            Assert.True(said != "", $"{where} is stated not to be allowed, but it is.");
            Assert.DoesNotContain('\n', said);
            Assert.Contains(where.Split(' ')[0], said, StringComparison.Ordinal);
            Assert.Contains(Plain(range.Text), Plain(said), StringComparison.Ordinal);
        });

        // As the reader does it: the sentence is all that the cell says, and nothing is left for the cells after it to
        // work on.
        var (first, firstRange) = ranges[0];
        var (error, isUndefined) = await trial.RunCellAsync(Set(first, firstRange.Outside[1]));
        Assert.EndsWith(
            (await trial.TryAsync([Set(first, firstRange.Outside[1])]))[0], error, StringComparison.Ordinal);
        Assert.True(isUndefined);
    }

    private static async Task TryAsync(
        SettingsTrial trial, (Setting Setting, SettingRange Range)[] ranges,
        Func<SettingRange, IReadOnlyList<string>> values, Action<string, SettingRange, string> judge)
    {
        var tried = ranges.SelectMany(
            item => values(item.Range).Where(value => value != item.Setting.Default)
                .Select(value => (item.Setting, item.Range, Value: value))).ToList();
        IReadOnlyList<string> said = await trial.TryAsync([.. tried.Select(item => Set(item.Setting, item.Value))]);
        foreach (var (item, sentence) in tried.Zip(said))
        {
            judge($"{item.Setting.Name} = {item.Value}", item.Range, sentence);
        }
    }

    private static Dictionary<string, string> Set(Setting setting, string value) =>
        new() { [setting.Name] = setting.Type.EndsWith("[]", StringComparison.Ordinal) ? $"[{value}]" : value };

    /// <summary>Numbers as either side may write them: 1,000,000 and 1000000, 1e-9 and 1E-09.</summary>
    private static string Plain(string text) =>
        string.Join(
            ' ', text.Split(' ').Select(
                word => double.TryParse(word.TrimEnd('.', ',', ':'), out double number) ? number.ToString("R") : word));
}
