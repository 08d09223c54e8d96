using Notebooks;

namespace Course.Tests;

/// <summary>Every chapter, played with in one kernel: in ours and in the genuine one.</summary>
[Collection(ExecutedCourseCollection.Name)]
public class BothKernelsTests(ExecutedCourse course, ChaptersInBothKernels chapters)
    : IClassFixture<ChaptersInBothKernels>
{
    [Fact]
    public void Every_chapter_gives_through_nbclient_what_the_engine_gave_and_every_tweak_and_every_mistake_is_judged()
    {
        InstalledKernel.RequireJupyter();
        Assert.True(chapters.Jupyter.ExitCode == 0, chapters.Jupyter.Said);
        var problems = new List<string>();
        foreach (TweakPlan plan in chapters.Plans)
        {
            var outputs = plan.Split(chapters.Ours[plan.Chapter.Name]);
            problems.AddRange(TweakJudge.Problems(plan, outputs));
            problems.AddRange(Differences(plan, outputs[0], OutputText.All));
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    [Fact]
    public void Every_chapter_gives_in_the_genuine_kernel_what_the_engine_gave_without_a_warning_and_every_tweak_works()
    {
        GenuineKernel.Require();
        var problems = new List<string>();
        foreach (var (plan, mistaken) in chapters.GenuinePlans.Zip(chapters.Plans))
        {
            IReadOnlyList<GenuineCell> cells = chapters.Genuine[plan.Chapter.Name];
            var outputs = plan.Split([.. cells.Select(cell => cell.Outputs)]);
            problems.AddRange(TweakJudge.Problems(plan, outputs));
            problems.AddRange(Differences(plan, outputs[0], OutputText.Shown));
            problems.AddRange(
                cells.SelectMany(
                    (cell, i) => cell.Warnings.Select(
                        warning => $"{plan.Chapter.Name}, cell {i + 1} of all passes: {warning}")));
            if (chapters.Ours.TryGetValue(plan.Chapter.Name, out var ours))
            {
                problems.AddRange(UnlikeOurs(plan, outputs, mistaken, mistaken.Split(ours)));
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n\n", problems));
    }

    /// <summary>Where the default settings gave something else than in the engine.</summary>
    private IEnumerable<string> Differences(
        TweakPlan plan, IReadOnlyList<IReadOnlyList<Output>> first, Func<IEnumerable<Output>, string> text)
    {
        Cell[] executed =
            [.. Notebook.Load(Path.Combine(course.Notebooks, plan.Chapter.Name + ".ipynb")).Cells
                .Where(cell => cell.Kind == CellKind.Code)];
        return first.SelectMany(
            (shown, i) => !plan.Timed.Contains(i + 1)
                && TweakJudge.Difference(text(executed[i].Outputs), text(shown)) is { } difference
            ? new[] { $"{plan.Chapter.Name}, code cell {i + 1}: in the engine {difference}" } : []);
    }

    /// <summary>Where a variant gave something else than in our kernel.</summary>
    private static IEnumerable<string> UnlikeOurs(
        TweakPlan plan, IReadOnlyList<IReadOnlyList<IReadOnlyList<Output>>> outputs, TweakPlan ours,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<Output>>> shown)
    {
        foreach (var (i, pass) in plan.Passes.Index().Where(item => item.Item.Variant is not null))
        {
            int same = ours.Passes.Index().First(item => item.Item.Name == pass.Name).Index;
            foreach (var (cell, mine, genuine) in pass.Cells.Zip(shown[same], outputs[i]))
            {
                if (!plan.Timed.Contains(cell.Number)
                    && TweakJudge.Difference(OutputText.Shown(mine), OutputText.Shown(genuine)) is { } difference)
                {
                    yield return $"{plan.Chapter.Name}, code cell {cell.Number}, {pass.Name}: in our kernel " +
                        $"{difference}";
                }
            }
        }
    }
}
