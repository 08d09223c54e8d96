namespace Notebooks.Tests.Engine;

/// <summary>Stopped is stopped: whatever a cell does, an interrupt ends it, what it had assigned is there, and the next cell runs.</summary>
public class InterruptTests
{
    private const string Token = $"((System.Threading.CancellationToken)AppContext.GetData(\"{CSharpEngine.CancellationName}\"))";

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { n++; }")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) { await Task.Delay(1); }")]
    [InlineData("await Task.Yield(); while (true) { }")]
    [InlineData("while (true) { try { System.Threading.Thread.Sleep(1); } catch (Exception) { } }")]
    [InlineData("while (true) { Console.Write('.'); }")]
    [InlineData("while (true) { display(1); }")]
    [InlineData("while (true) { try { Console.Write('.'); } catch (Exception) { } }")]
    [InlineData("Parallel.For(0, int.MaxValue, i => System.Threading.Thread.Sleep(10));")]
    [InlineData("lock (gate) { await0(); } void await0() { System.Threading.Monitor.Wait(gate); }")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Count(i => i < -1 || Enumerable.Range(0, int.MaxValue).All(j => j >= 0))")]
    [InlineData("int Fib(int i) => i < 2 ? i : Fib(i - 1) + Fib(i - 2);\nFib(90)")]
    [InlineData("while (true) { await Task.Delay(1); " + Token + ".ThrowIfCancellationRequested(); }")]
    [InlineData("while (!" + Token + ".IsCancellationRequested) { }")]
    [InlineData("await Task.Delay(-1, " + Token + ");")]
    public async Task An_interrupt_stops_a_cell_and_its_variables_are_kept(string code)
    {
        await using var session = new Session();
        await session.RunAsync("int earlier = 9; object gate = new();");
        Ran ran = await session.InterruptAsync("int n = 1; var list = new List<int> { 7 };\nConsole.WriteLine(\"go\");\n" + code);
        Assert.Equal(CellStatus.Cancelled, ran.Result.Status);
        Assert.Equal("Interrupted", ran.Result.Error!.Name);
        Assert.StartsWith("The cell was interrupted.", ran.Result.Error.Message, StringComparison.Ordinal);
        Assert.Same(ran.Result.Error, Assert.IsType<CellEvent.Failed>(ran.Events[^1]).Error);
        Ran after = await session.RunAsync("(n > 0, list[0], earlier)");
        Assert.Equal("", after.Trace);
        Assert.Equal("(True, 7, 9)", after.Text);
    }

    [Fact]
    public async Task A_loop_that_ends_by_itself_when_told_has_no_force_used_on_it()
    {
        await using var session = new Session(options => options with { StopGrace = TimeSpan.FromMinutes(5) });
        Ran ran = await session.InterruptAsync($$"""
            int steps = 0; Console.WriteLine("go");
            while (!{{Token}}.IsCancellationRequested) { steps++; }
            System.Threading.Thread.Sleep(300);
            string said = "after the loop";
            """);
        Assert.Equal(CellStatus.Cancelled, ran.Result.Status);
        Assert.Equal(["Interrupted: The cell was interrupted. The variables are kept, and the next cell can run."], ran.Result.Error!.Traceback);
        Assert.Equal("after the loop", (await session.RunAsync("said")).Text);
    }

    [Fact]
    public async Task A_stop_says_where_the_cell_was()
    {
        await using var session = new Session();
        Ran ran = await session.InterruptAsync("Console.WriteLine(1);\nSystem.Threading.Thread.Sleep(-1);");
        Assert.Contains("cell 1 line 2: System.Threading.Thread.Sleep(-1);", ran.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_after_the_interrupt_is_told_as_well()
    {
        await using var session = new Session();
        Ran ran = await session.InterruptAsync($$"""Console.WriteLine(1); while (!{{Token}}.IsCancellationRequested) { } throw new Exception("half trained");""");
        Assert.Equal("Interrupted", ran.Result.Error!.Name);
        Assert.Contains("half trained", ran.Result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_interrupted_before_it_begins_has_an_error_too()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("int never = 1;", new CancellationToken(canceled: true));
        Assert.Equal(CellStatus.Cancelled, ran.Result.Status);
        Assert.Equal("Interrupted", Assert.IsType<CellEvent.Failed>(Assert.Single(ran.Events)).Error.Name);
        Assert.Equal(1, session.Engine.ExecutionCount);
        Assert.Equal("2", (await session.RunAsync("1 + 1")).Text);
    }

    [Fact]
    public async Task A_cell_interrupted_while_another_runs_has_an_error_too()
    {
        await using var session = new Session();
        using var cancellation = new CancellationTokenSource();
        Task<Ran> first = session.RunAsync("Console.WriteLine(1); await Task.Delay(300); 1"), second = session.RunAsync("2", cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal("Interrupted", (await second).Result.Error!.Name);
        Assert.Equal("1", (await first).Text);
    }

    [Fact]
    public async Task What_cannot_be_stopped_is_left_behind_with_a_word_and_is_silent()
    {
        await using var session = new Session();
        await session.RunAsync("bool stop = false; int earlier = 9;");
        Ran ran = await session.InterruptAsync("Console.WriteLine(1); try { } finally { while (!stop) { } } Console.WriteLine(\"noise\");");
        Assert.Contains("left behind", ran.Trace, StringComparison.Ordinal);
        Ran next = await session.RunAsync("stop = true; await Task.Delay(100); earlier");
        Assert.Equal(("9", ""), (next.Text, next.Out));
        Assert.DoesNotContain(ran.Events, happened => happened is CellEvent.Stream { Text: "noise\n" });
    }

    [Fact]
    public async Task A_thread_of_a_stopped_cell_ends_when_it_prints()
    {
        await using var session = new Session();
        await session.InterruptAsync("""
            int printed = 0;
            var thread = new System.Threading.Thread(() => { while (true) { Console.WriteLine(printed++); } }); thread.Start();
            thread.Join();
            """);
        Assert.Equal("True", (await session.RunAsync("thread.Join(60_000)")).Text);
    }
}
