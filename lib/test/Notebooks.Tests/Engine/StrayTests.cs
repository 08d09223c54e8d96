namespace Notebooks.Tests.Engine;

/// <summary>
/// What a cell starts and leaves: its words and its exceptions come under its own cell, and the session goes on.
/// </summary>
public class StrayTests
{
    [Theory]
    [InlineData("new System.Threading.Thread(() => throw new Exception(\"oops\")).Start();")]
    [InlineData("var timer = new System.Threading.Timer(_ => throw new Exception(\"oops\"), null, 1, -1);")]
    [InlineData("async void Late() { await Task.Delay(1); throw new Exception(\"oops\"); }\nLate();")]
    [InlineData("async void AtOnce() => throw new Exception(\"oops\");\nAtOnce();")]
    [InlineData("_ = Task.Run(() => { async void Late() { await Task.Yield(); throw new Exception(\"oops\"); } " +
        "Late(); });")]
    [InlineData("System.Threading.ThreadPool.QueueUserWorkItem(_ => throw new Exception(\"oops\"));")]
    [InlineData("var timer = new System.Timers.Timer(1) { AutoReset = false }; timer.Elapsed += async (_, _) => { " +
        "await Task.Yield(); throw new Exception(\"oops\"); }; timer.Start();")]
    [InlineData("_ = Task.Run(() => throw new Exception(\"oops\")); await Task.Delay(20);\nfor (int i = 0; i < 20; " +
        "i++) { GC.Collect(); GC.WaitForPendingFinalizers(); await Task.Delay(5); }")]
    [InlineData("class Fin { ~Fin() => throw new Exception(\"oops\"); }\nvoid Drop() => new Fin();\nDrop(); " +
        "GC.Collect(); GC.WaitForPendingFinalizers();")]
    public async Task An_exception_that_nothing_catches_is_told_and_the_session_goes_on(string code)
    {
        await using var session = new Session();
        var events = await session.BeginAsync(code);
        Assert.Contains("System.Exception: oops", await Session.PrintedAsync(events, "oops"), StringComparison.Ordinal);
        Assert.All(events.OfType<CellEvent.Stream>(), stream => Assert.Equal("stderr", stream.Name));
        Assert.Equal("2", (await session.RunAsync("1 + 1")).Text);
    }

    [Fact]
    public async Task An_exception_after_the_cell_ended_comes_under_the_cell_that_began_it()
    {
        await using var session = new Session();
        var events = await session.BeginAsync("""
            var go = new System.Threading.ManualResetEventSlim();
            new System.Threading.Thread(() => { go.Wait(); throw new Exception("late"); }).Start();
            """);
        Ran next = await session.RunAsync("go.Set();");
        await Session.PrintedAsync(events, "late");
        Assert.Equal("", next.Error);
    }

    [Fact]
    public async Task What_a_task_prints_and_shows_after_its_cell_ended_comes_under_that_cell()
    {
        await using var session = new Session();
        var events = await session.BeginAsync("""
            var go = new TaskCompletionSource();
            _ = Task.Run(async () => { await go.Task; display("shown"); Console.WriteLine("late words"); });
            """);
        Ran next = await session.RunAsync("go.SetResult(); await Task.Delay(50);");
        await Session.PrintedAsync(events, "late words");
        Assert.Contains(events, happened => happened is CellEvent.Display);
        Assert.Equal("", next.Out);
    }

    [Fact]
    public async Task In_a_run_what_a_task_prints_later_lands_in_the_outputs_of_its_cell()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(Cell.Create(CellKind.Code, "c" + notebook.Cells.Count, """
            var go = new TaskCompletionSource(); var said = new TaskCompletionSource();
            _ = Task.Run(async () => { await go.Task; Console.WriteLine("late words"); said.SetResult(); });
            """));
        notebook.Cells.Add(Cell.Create(CellKind.Code, "c" + notebook.Cells.Count, "go.SetResult(); await said.Task;"));
        Assert.True((await NotebookRunner.RunAsync(notebook, new RunOptions())).Succeeded);
        Assert.Equal("late words\n", Assert.IsType<StreamOutput>(Assert.Single(notebook.Cells[0].Outputs)).Text);
        Assert.Empty(notebook.Cells[1].Outputs);
    }
}
