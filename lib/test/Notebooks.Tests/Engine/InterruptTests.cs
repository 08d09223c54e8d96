namespace Notebooks.Tests.Engine;

/// <summary>
/// Stopped is stopped: whatever a cell does, an interrupt ends it, what it had assigned is there, and the next cell
/// runs.
/// </summary>
public class InterruptTests
{
    private const string Token =
        $"((System.Threading.CancellationToken)AppContext.GetData(\"{CSharpEngine.CancellationName}\"))";

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
    [InlineData("foreach (var x in Forever()) ;\nIEnumerable<int> Forever() { while (true) yield return 1; }")]
    [InlineData("foreach (var (a, b) in Enumerable.Repeat((1, 2), int.MaxValue)) foreach (int c in " +
        "Enumerable.Range(0, int.MaxValue)) { }")]
    [InlineData("do n++; while (n > 0 || n < 1);")]
    [InlineData("for (;;) try { throw new Exception(); } catch { }")]
    [InlineData("void Again() { again: n++; goto again; }\nAgain();")]
    [InlineData("Enumerable.Repeat(1, int.MaxValue).Count(i => { for (int j = 0; j < 100; j++) { } return true; })")]
    [InlineData("class Slow { public static int Fib(int i) { return i < 2 ? i : Fib(i - 1) + Fib(i - 2); } " +
        "}\nSlow.Fib(90)")]
    [InlineData("async Task Spin() => await Task.Run(() => { while (true) { } });\nawait Spin();")]
    [InlineData("int Fib(int i) => i < 2 ? i : Fib(i - 1) + Fib(i - 2);\nFib(90)")]
    [InlineData("while (true) { await Task.Delay(1); " + Token + ".ThrowIfCancellationRequested(); }")]
    [InlineData("while (!" + Token + ".IsCancellationRequested) { }")]
    [InlineData("await Task.Delay(-1, " + Token + ");")]
    public async Task An_interrupt_stops_a_cell_and_its_variables_are_kept(string code)
    {
        await using var session = new Session();
        await session.RunAsync("int earlier = 9; object gate = new();");
        Ran ran = await session.InterruptAsync(
            "int n = 1; var list = new List<int> { 7 };\nConsole.WriteLine(\"go\");\n" + code);
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
        Assert.Equal(
            ["Interrupted: The cell was interrupted. The variables are kept, and the next cell can run."],
            ran.Result.Error!.Traceback);
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
        Ran ran = await session.InterruptAsync(
            $$"""
            Console.WriteLine(1);
            while (!{{Token}}.IsCancellationRequested) { }
            throw new Exception("half trained");
            """);
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
        Task<Ran> first = session.RunAsync("Console.WriteLine(1); await Task.Delay(300); 1"),
            second = session.RunAsync("2", cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal("Interrupted", (await second).Result.Error!.Name);
        Assert.Equal("1", (await first).Text);
    }

    [Fact]
    public async Task What_cannot_be_stopped_is_left_behind_with_a_word_and_is_silent()
    {
        await using var session = new Session();
        await session.RunAsync("bool stop = false; int earlier = 9;");
        Ran ran = await session.InterruptAsync("""
            Console.WriteLine(1); // then a long computation inside of a library
            Enumerable.Repeat(0, int.MaxValue).SelectMany(_ => Enumerable.Repeat(0, int.MaxValue))
                .TakeWhile(_ => !stop).LongCount();
            Console.WriteLine("noise");
            """);
        Assert.Contains("left behind", ran.Trace, StringComparison.Ordinal);
        Ran next = await session.RunAsync("stop = true; await Task.Delay(100); earlier");
        Assert.Equal(("9", ""), (next.Text, next.Out));
        Assert.DoesNotContain(ran.Events, happened => happened is CellEvent.Stream { Text: "noise\n" });
    }

    [Theory]
    [InlineData("int F(int n) => n;\nF(3)", "3")]
    [InlineData("async Task F() => await Task.Yield();\nawait F(); 3", "3")]
    [InlineData("async Task<int> F() => await Task.FromResult(3);\nawait F()", "3")]
    [InlineData("async System.Threading.Tasks.ValueTask<int> F() => await Task.FromResult(3);\nawait F()", "3")]
    [InlineData("int[] a = [3]; ref int F() => ref a[0];\nF()", "3")]
    [InlineData("int F() => throw new Exception();\n3", "3")]
    [InlineData("void F() => Console.Write(\"\");\nF(); 3", "3")]
    [InlineData("using T = System.Threading.Tasks.Task<int>;\nasync T F() => await Task.FromResult(3);\nawait F()",
        "3")]
    [InlineData("int n = 0; while (n < 3) n++; n", "3")]
    [InlineData("int n = 0; foreach (var x in new[] { 1, 2, 3 })\n#if true\n  n++;\n#endif\nn", "3")]
    [InlineData("System.Linq.Expressions.Expression<Func<int, int>> e = x => x + 1; e.Compile()(2)", "3")]
    [InlineData("abstract class A { public abstract int F(); } class B : A { public override int F() => 3; } " +
        "new B().F()", "3")]
    public async Task What_makes_a_cell_stoppable_changes_nothing_else(string code, string value)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(code);
        Assert.Equal(("", value), (ran.Trace, ran.Text));
    }

    [Fact]
    public async Task An_error_stands_where_the_reader_wrote_it_also_inside_a_loop()
    {
        await using var session = new Session();
        Assert.StartsWith(
            "(1,35): error CS0103", (await session.RunAsync("int F() => 1; while (true) { F(); x++; }")).Trace,
            StringComparison.Ordinal);
        Assert.Contains(
            "cell 2 line 3: throw",
            (await session.RunAsync("foreach (int i in new[] { 1 })\n{\nthrow new Exception();\n}")).Trace,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("int F(int n) => 1 + F(n + 1);\nF(0)")]
    [InlineData("class C { public C Next() { return new C().Next(); } }\nnew C().Next()")]
    [InlineData("await Task.Run(() => { int F(int n) { return 1 + F(n + 1); } return F(0); })")]
    public async Task A_recursion_without_end_is_an_error_and_not_the_end_of_the_process(string code)
    {
        await using var session = new Session();
        await session.RunAsync("int earlier = 9;");
        Ran ran = await session.RunAsync(code);
        Assert.Equal("InsufficientExecutionStackException", ran.Result.Error!.Name);
        Assert.InRange(ran.Result.Error.Traceback.Count, 2, 40);
        Assert.Equal("9", (await session.RunAsync("earlier")).Text);
    }

    [Fact]
    public async Task A_thread_of_a_stopped_cell_ends_when_it_prints()
    {
        await using var session = new Session();
        await session.InterruptAsync("""
            int printed = 0;
            var thread = new System.Threading.Thread(() => { while (true) { Console.WriteLine(printed++); } });
            thread.Start();
            thread.Join();
            """);
        Assert.Equal("True", (await session.RunAsync("thread.Join(60_000)")).Text);
    }
}
