using Notebooks;

namespace Course.Tests;

[Collection(ExecutedCourseCollection.Name)]
public class CourseTests(ExecutedCourse course)
{
    [Fact]
    public void Every_chapter_executes()
    {
        Assert.True(course.ExitCode == 0, course.Said);
        Assert.Equal(
            Repository.Find().Chapters().Select(chapter => chapter.Name),
            Repository.Find().Chapters(course.Notebooks).Select(chapter => chapter.Name));
    }

    [Fact]
    public void The_run_leaves_no_absolute_path_and_no_error_in_any_output()
    {
        foreach (Chapter chapter in Repository.Find().Chapters(course.Notebooks))
        {
            var file = new ChapterFile(chapter, chapter.Name, Notebook.Load(chapter.Path));
            Assert.Empty(
                PrivateTextChecks.Of(file).Concat(OutputChecks.Of(file))
                    .Select(problem => $"{problem.File} {problem.Where}: {problem.What}"));
        }
    }

    [Fact]
    public void Every_link_of_the_site_leads_somewhere_and_nothing_comes_from_elsewhere()
    {
        var site = new SiteFiles(course.Site);
        Assert.NotEmpty(site.Pages);
        Assert.Empty(site.BrokenLinks());
        Assert.Empty(site.Elsewhere());
    }

    [Fact]
    public void What_is_committed_passes_the_check()
    {
        Repository repository = Repository.Find();
        Assert.Empty(
            new CourseCheck(repository, repository.Notebooks).Problems()
                .Select(problem => $"{problem.File} {problem.Where}: {problem.What}. {problem.Remedy}"));
    }
}
