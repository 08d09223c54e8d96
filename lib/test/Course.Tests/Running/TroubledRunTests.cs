using Notebooks;

namespace Course.Tests;

public class TroubledRunTests(TroubledRun run) : IClassFixture<TroubledRun>
{
    [Fact]
    public void The_exit_code_tells()
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 of 9 chapters ran to their end", run.Said);
    }

    [Fact]
    public void A_good_chapter_is_executed_and_written_in_place()
    {
        foreach (string json in new[] { run.Executed("01-good"), run.Files()["01-good.ipynb"] })
        {
            var notebook = Notebook.Parse(json);
            Assert.Equal(
                [1, 2], notebook.Cells.Where(cell => cell.Kind == CellKind.Code)
                    .Select(cell => cell.ExecutionCount!.Value));
            Assert.Equal(
                "42\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[^1].Outputs)).Text
                    .ReplaceLineEndings("\n"));
            Assert.Empty(OutputHash.Stale(notebook));
        }
    }

    [Fact]
    public void Chapters_after_a_bad_one_still_run() => Assert.Contains("the last one", run.Executed("09-last"));

    [Theory]
    [InlineData("02-fails", "code cell 2", "IndexOutOfRangeException", "line 2: int more = few[5];")]
    [InlineData("03-endless", "code cell 1", "took longer than 20 s")]
    [InlineData("04-exits", "code cell 2", "exit code 3")]
    [InlineData("05-malformed", "is not a notebook that can be read", "line")]
    [InlineData("06-leaks", "code cell 1", "CS0103", "'secret'")]
    [InlineData("07-unbuilt", "code cell 1", Repository.BuildFirst + " Then restart the kernel")]
    [InlineData("08-does-not-compile", "code cell 1", "(2,9)", "CS0029")]
    public void What_went_wrong_is_said_with_its_place(string chapter, params string[] expected)
    {
        foreach (string part in expected) { Assert.Contains(part, run.About(chapter)); }
    }

    [Theory]
    [InlineData("02-fails")]
    [InlineData("03-endless")]
    [InlineData("04-exits")]
    [InlineData("05-malformed")]
    [InlineData("06-leaks")]
    [InlineData("07-unbuilt")]
    [InlineData("08-does-not-compile")]
    public void A_chapter_that_failed_is_left_as_it_was(string chapter) =>
        Assert.Equal(run.Before[chapter + ".ipynb"], run.Files()[chapter + ".ipynb"]);

    [Fact]
    public void No_other_file_is_left_behind() => Assert.Equal(run.Before.Keys.Order(), run.Files().Keys.Order());

    [Fact]
    public void The_executed_notebook_of_a_failure_keeps_the_error_where_it_happened()
    {
        var notebook = Notebook.Parse(run.Executed("02-fails"));
        Assert.Contains(
            notebook.Cells[1].Outputs, output => output is StreamOutput { Text: var text } && text.Contains("before"));
        Assert.Contains(
            notebook.Cells[1].Outputs, output => output is ErrorOutput { Name: "IndexOutOfRangeException" });
        Assert.Empty(notebook.Cells[2].Outputs);
    }

    [Fact]
    public void The_site_shows_what_there_is()
    {
        Assert.Contains("42", run.Page("01-good"));
        Assert.Contains("IndexOutOfRangeException", run.Page("02-fails"));
        Assert.Contains("09-last.html", run.Page("index"));
        Assert.DoesNotContain("05-malformed", run.Page("index"));
    }
}
