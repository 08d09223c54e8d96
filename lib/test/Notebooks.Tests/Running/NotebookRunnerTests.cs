namespace Notebooks.Tests.Running;

public class NotebookRunnerTests
{
    private static Notebook Of(params string[] cells)
    {
        var notebook = new Notebook();
        for (int i = 0; i < cells.Length; i++) { notebook.Cells.Add(Cell.Create(CellKind.Code, $"c{i}", cells[i])); }
        return notebook;
    }

    private static RunOptions Options(double seconds = 60) => new()
    {
        CellTimeout = TimeSpan.FromSeconds(seconds),
        Engine = new EngineOptions { StopGrace = TimeSpan.FromMilliseconds(200) },
    };

    [Fact]
    public async Task Cells_run_in_order_and_keep_what_a_front_end_would_show()
    {
        Notebook notebook = Of(
            "Console.Write(\"a\"); Console.WriteLine(\"b\"); int x = 20;",
            "var shown = display(\"old\"); shown.Update(\"new\"); x + 1",
            "Console.WriteLine(\"gone\"); ClearOutput(); Console.WriteLine(\"stays\");");
        RunResult result = await NotebookRunner.RunAsync(notebook, Options());
        Assert.True(result.Succeeded);
        Assert.Equal([1, 2, 3], notebook.Cells.Select(cell => cell.ExecutionCount!.Value));
        Assert.Equal("ab\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[0].Outputs)).Text);
        Assert.Equal("new", Assert.IsType<DisplayOutput>(notebook.Cells[1].Outputs[0]).Data["text/plain"]);
        Assert.Equal("21", Assert.IsType<ResultOutput>(notebook.Cells[1].Outputs[1]).Data["text/plain"]);
        Assert.Equal("stays\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[2].Outputs)).Text);
    }

    [Fact]
    public async Task An_update_reaches_the_display_of_an_earlier_cell()
    {
        Notebook notebook = Of(
            "var shown = display(\"old\"); display(\"other\"); 7",
            "Console.WriteLine(\"between\"); shown.Update(\"newer\");",
            "shown.Update(\"newest\"); throw new Exception(\"after it\");");
        await NotebookRunner.RunAsync(notebook, Options());
        Output[] first = [.. notebook.Cells[0].Outputs];
        Assert.Equal("newest", Assert.IsType<DisplayOutput>(first[0]).Data["text/plain"]);
        Assert.Equal("other", Assert.IsType<DisplayOutput>(first[1]).Data["text/plain"]);
        Assert.Equal(1, Assert.IsType<ResultOutput>(first[2]).ExecutionCount);
        Assert.Equal("between\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[1].Outputs)).Text);
        Assert.Equal("after it", Assert.IsType<ErrorOutput>(Assert.Single(notebook.Cells[2].Outputs)).Message);
    }

    [Fact]
    public async Task An_update_brings_back_nothing_that_was_cleared()
    {
        Notebook notebook = Of(
            "var shown = display(\"old\"); ClearOutput(); Console.WriteLine(\"stays\");", "shown.Update(\"new\");");
        RunResult result = await NotebookRunner.RunAsync(notebook, Options());
        Assert.True(result.Succeeded);
        Assert.Equal("stays\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[0].Outputs)).Text);
        Assert.Empty(notebook.Cells[1].Outputs);
    }

    [Fact]
    public async Task Of_a_line_that_is_redrawn_the_last_state_is_kept_with_its_colours()
    {
        Notebook notebook = Of(
            "for (int i = 0; i <= 100; i++) { Console.Write($\"\\rstep {i} \"); " +
            "}\nConsole.WriteLine(\"\\u001b[32mdone\\u001b[0m\");");
        await NotebookRunner.RunAsync(notebook, Options());
        Assert.Equal(
            "step 100 \e[0;32mdone\e[0m\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[0].Outputs)).Text);
    }

    [Fact]
    public async Task Two_runs_give_the_same_file()
    {
        Notebook notebook = Of("display(1); HTML(\"<b>x</b>\")", "new[] { 1, 2 }", "Console.WriteLine(3);");
        await NotebookRunner.RunAsync(notebook, Options());
        string first = notebook.ToJson();
        await NotebookRunner.RunAsync(notebook, Options());
        Assert.Equal(first, notebook.ToJson());
    }

    [Fact]
    public async Task The_first_failure_ends_the_run_and_stands_in_the_notebook()
    {
        Notebook notebook = Of("1", "throw new Exception(\"here\");", "3");
        var progress = new List<RunProgress>();
        RunResult result = await NotebookRunner.RunAsync(notebook, Options() with { Progress = progress.Add });
        Assert.Equal(2, Assert.Single(result.Failures).Cell);
        Assert.Equal("here", Assert.IsType<ErrorOutput>(Assert.Single(notebook.Cells[1].Outputs)).Message);
        Assert.Empty(notebook.Cells[2].Outputs);
        Assert.Equal(
            [(1, false), (1, true), (2, false), (2, true)],
            progress.Select(report => (report.Cell, report.Finished is not null)));
    }

    [Fact]
    public async Task A_cell_that_takes_too_long_is_stopped_and_the_notebook_stays_valid()
    {
        Notebook notebook = Of("System.Threading.Thread.Sleep(-1);", "2");
        RunResult result = await NotebookRunner.RunAsync(notebook, Options(seconds: 2));
        Assert.Equal((1, "Timeout"), (Assert.Single(result.Failures).Cell, result.Failures[0].Error.Name));
        Assert.Contains(
            "2 s", Assert.IsType<ErrorOutput>(notebook.Cells[0].Outputs[^1]).Message, StringComparison.Ordinal);
        Assert.Null(notebook.Cells[1].ExecutionCount);
        Assert.Equal(2, Notebook.Parse(notebook.ToJson()).Cells.Count);
    }

    [Fact]
    public async Task Cancelling_stops_the_run_and_its_cell()
    {
        Notebook notebook = Of("await Task.Delay(-1);", "2");
        using var cancellation = new CancellationTokenSource();
        RunOptions options =
            Options() with { Progress = _ => cancellation.CancelAfter(TimeSpan.FromMilliseconds(100)) };
        RunResult result = await NotebookRunner.RunAsync(notebook, options, cancellation.Token);
        Assert.Equal("Cancelled", Assert.Single(result.Failures).Error.Name);
        Assert.Null(notebook.Cells[1].ExecutionCount);
    }
}
