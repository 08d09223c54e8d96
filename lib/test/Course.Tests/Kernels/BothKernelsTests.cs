using Notebooks;

namespace Course.Tests;

/// <summary>Every chapter, twice in one kernel: in ours and in the genuine one.</summary>
[Collection(ExecutedCourseCollection.Name)]
public class BothKernelsTests(ExecutedCourse course, ChaptersInBothKernels chapters) : IClassFixture<ChaptersInBothKernels>
{
    [Fact]
    public void Every_chapter_runs_twice_through_nbclient_and_gives_what_the_engine_gave()
    {
        InstalledKernel.RequireJupyter();
        Assert.True(chapters.Jupyter.ExitCode == 0, chapters.Jupyter.Said);
        Assert.All(chapters.Chapters, chapter => Assert.Equal(2 * chapter.Count, chapters.Ours[chapter.Chapter.Name].Count));
        string[] faults = [.. chapters.Chapters.SelectMany(chapter => chapter.Faults(chapters.Ours[chapter.Chapter.Name], Executed(chapter), OutputText.All))];
        Assert.True(faults.Length == 0, string.Join("\n\n", faults));
    }

    [Fact]
    public void Every_chapter_runs_twice_in_the_genuine_kernel_without_a_warning_and_gives_what_the_engine_gave()
    {
        GenuineKernel.Require();
        var faults = new List<string>();
        foreach (ChapterTwice chapter in chapters.Chapters)
        {
            IReadOnlyList<GenuineCell> cells = chapters.Genuine[chapter.Chapter.Name];
            Assert.Equal(2 * chapter.Count, cells.Count);
            faults.AddRange(chapter.Faults([.. cells.Select(cell => cell.Outputs)], Executed(chapter), OutputText.Shown));
            faults.AddRange(cells.SelectMany((cell, i) => cell.Warnings.Select(warning => $"{chapter.Chapter.Name}, code cell {i % chapter.Count + 1}: {warning}")));
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private Notebook Executed(ChapterTwice chapter) => Notebook.Load(Path.Combine(course.Notebooks, chapter.Chapter.Name + ".ipynb"));
}
