using Notebooks;

namespace Course.Tests;

/// <summary>
/// Looks for settings that break a chapter, in the genuine kernel. It runs when asked to: TWEAKS_RANDOM=20 draws so
/// many choices from the ranges that each chapter states, TWEAKS_RANDOM=0 takes the declared variants;
/// TWEAKS_CHAPTERS="02 03" names the chapters, TWEAKS_SEED=2 draws others.
/// </summary>
public class HuntTests
{
    [Fact]
    public async Task Any_choice_within_the_ranges_works_in_the_genuine_kernel()
    {
        Assert.SkipUnless(
            int.TryParse(Environment.GetEnvironmentVariable("TWEAKS_RANDOM"), out int count),
            "TWEAKS_RANDOM says how many choices to draw; it is not set.");
        GenuineKernel.Require();
        Repository repository = Repository.Find();
        Environment.CurrentDirectory = repository.Notebooks;
        CourseLibrary.Load(repository);
        int seed = int.TryParse(Environment.GetEnvironmentVariable("TWEAKS_SEED"), out int other) ? other : 1;
        var problems = new List<string>();
        foreach (Chapter chapter in Chapter.Select(
            repository.Chapters(), Environment.GetEnvironmentVariable("TWEAKS_CHAPTERS")?.Split(
                ' ', StringSplitOptions.RemoveEmptyEntries) ?? []))
        {
            var notebook = Notebook.Load(chapter.Path);
            TweakPlan plan = TweakPlan.Of(
                chapter, withFaults: false, count > 0 && SettingsCell.Of(notebook.Cells) is { } settings
                ? await RandomSettings.DrawAsync(repository, notebook, settings, count, seed) : null);
            await using GenuineKernel kernel = await GenuineKernel.StartAsync(repository.Notebooks);
            var cells = new List<GenuineCell>();
            foreach (Cell cell in plan.ToNotebook().Cells) { cells.Add(await kernel.RunAsync(cell.Source)); }

            problems.AddRange(TweakJudge.Problems(plan, plan.Split([.. cells.Select(cell => cell.Outputs)])));
            problems.AddRange(
                cells.SelectMany(cell => cell.Warnings).Distinct().Select(warning => $"{chapter.Name}: {warning}"));
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }
}
