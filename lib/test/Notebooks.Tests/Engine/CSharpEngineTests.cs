namespace Notebooks.Tests.Engine;

/// <summary>The cell dialect of .NET Interactive, one statement at a time.</summary>
public class CSharpEngineTests
{
    [Fact]
    public async Task A_later_cell_sees_what_an_earlier_one_declared()
    {
        await using var session = new Session();
        await session.RunAsync("int x = 40; int Twice(int n) => 2 * n; record Point(int X, int Y);");
        Assert.Equal("82", (await session.RunAsync("Twice(x + 1)")).Text);
        Assert.Equal("3", (await session.RunAsync("new Point(1, 3).Y")).Text);
        Assert.Equal(3, session.Engine.ExecutionCount);
    }

    [Theory]
    [InlineData("new List<int> { 1 }.Select(n => n + 1).First()", "2")]
    [InlineData("new StringBuilder(\"a\").Append('b').ToString()", "ab")]
    [InlineData("await Task.FromResult(7)", "7")]
    [InlineData("int[] a = [1, .. new[] { 2, 3 }]; a.Length", "3")]
    [InlineData("record struct P(int A); (new P(1) with { A = 5 }).A", "5")]
    [InlineData("class C { public int N { get; set => field = value + 1; } } new C { N = 4 }.N", "5")]
    [InlineData("unsafe { int n = 3; int* p = &n; Console.Write(*p); } 1", "1")]
    [InlineData("static int Twice(this int n) => 2 * n;\n21.Twice()", "42")]
    [InlineData("1.5.ToString()", "1.5")]
    public async Task The_implicit_usings_and_the_newest_language_work(string code, string value)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(code);
        Assert.Equal("", ran.Trace);
        Assert.Equal(value, ran.Text);
    }

    [Theory]
    [InlineData("int y = 1;")]
    [InlineData("Console.Write(1);")]
    [InlineData("void F() { }\nF()")]
    [InlineData("")]
    [InlineData("// nothing")]
    public async Task A_cell_without_a_last_value_shows_none(string code)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(code);
        Assert.Equal(CellStatus.Succeeded, ran.Result.Status);
        Assert.Null(ran.Value);
    }

    [Theory]
    [InlineData("1;")]
    [InlineData("using System.IO")]
    [InlineData("namespace A { }")]
    [InlineData("int = 3;")]
    public async Task What_the_language_forbids_is_a_compile_error(string code)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(code);
        Assert.Equal(CellStatus.Failed, ran.Result.Status);
        Assert.Equal("CompilationError", ran.Result.Error!.Name);
    }

    [Fact]
    public async Task A_compile_error_says_where_and_puts_a_caret_under_it()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("int a = 1;\nint b = \"text\";");
        Assert.Contains("(2,9): error CS0029", ran.Trace, StringComparison.Ordinal);
        Assert.Contains("    int b = \"text\";\n            ^^^^^^", ran.Trace, StringComparison.Ordinal);
        Assert.Equal("7", (await session.RunAsync("7")).Text);
    }

    [Fact]
    public async Task What_was_assigned_before_an_exception_is_kept_and_its_stack_begins_at_the_cell()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(
            "int kept = 5;\nint Fail(int n) => throw new InvalidOperationException(\"on purpose\");\nFail(kept);");
        Assert.Equal("InvalidOperationException", ran.Result.Error!.Name);
        Assert.Equal("on purpose", ran.Result.Error.Message);
        Assert.Contains("at Fail, cell 1 line 2", ran.Trace, StringComparison.Ordinal);
        Assert.Contains("at the cell, cell 1 line 3: Fail(kept);", ran.Trace, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.CodeAnalysis", ran.Trace, StringComparison.Ordinal);
        Assert.DoesNotContain("Notebooks", ran.Trace, StringComparison.Ordinal);
        Assert.Equal("5", (await session.RunAsync("kept")).Text);
    }

    [Fact]
    public async Task An_exception_after_an_await_is_explained_as_well()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(
            "async Task Late() { await Task.Delay(5); throw new ArgumentException(\"late\"); }\nawait Late();");
        Assert.Equal("ArgumentException", ran.Result.Error!.Name);
        Assert.Contains("line 1", ran.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_output_is_caught_as_it_comes_from_every_thread_and_after_awaits()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("""
            Console.Write("a"); Console.WriteLine(1.5);
            await Task.Delay(5);
            var thread = new System.Threading.Thread(() => Console.WriteLine("from a thread"));
            thread.Start(); thread.Join();
            Console.Error.WriteLine("warning");
            """);
        Assert.Equal("a1.5\nfrom a thread\n", ran.Out);
        Assert.Equal("warning\n", ran.Error);
    }

    [Fact]
    public async Task After_the_engine_the_console_is_as_it_was()
    {
        TextWriter before = Console.Out;
        await using (var session = new Session())
        {
            await session.RunAsync("Console.WriteLine(1);");
            Assert.NotSame(before, Console.Out);
        }

        Assert.Same(before, Console.Out);
    }

    [Fact]
    public async Task Things_are_shown_updated_and_cleared()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("""
            var shown = display("first");
            shown.Update("second");
            HTML("<b>x</b>").Display();
            "<i>y</i>".DisplayAs("text/html");
            display(3, "text/plain");
            ClearOutput(wait: true);
            """);
        var first = Assert.IsType<CellEvent.Display>(ran.Events[0]);
        var update = Assert.IsType<CellEvent.UpdateDisplay>(ran.Events[1]);
        Assert.Equal(first.DisplayId, update.DisplayId);
        Assert.Equal("second", update.Data["text/plain"]);
        Assert.Equal("<b>x</b>", Assert.IsType<CellEvent.Display>(ran.Events[2]).Data["text/html"]);
        Assert.Equal("<i>y</i>", Assert.IsType<CellEvent.Display>(ran.Events[3]).Data["text/html"]);
        Assert.Equal("3", Assert.IsType<CellEvent.Display>(ran.Events[4]).Data["text/plain"]);
        Assert.True(Assert.IsType<CellEvent.ClearOutput>(ran.Events[5]).Wait);
    }

    [Fact]
    public async Task Input_is_asked_for_or_refused_with_a_sentence()
    {
        await using var asked = new Session(
            options => options with { ReadInput = (prompt, password, _) => Task.FromResult($"{prompt}{password}") });
        Assert.Equal("name? False", (await asked.RunAsync("await GetInputAsync(\"name? \")")).Text);
        Assert.Equal("key? True", (await asked.RunAsync("await GetPasswordAsync(\"key? \")")).Text);

        await using var alone = new Session();
        Assert.Contains(
            "Nobody can be asked", (await alone.RunAsync("await GetInputAsync()")).Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deep_recursion_has_room()
    {
        await using var session = new Session();
        Assert.Equal(
            "100000",
            (await session.RunAsync("int Depth(int n) => n == 0 ? 0 : 1 + Depth(n - 1);\nDepth(100000)")).Text);
    }

    [Fact]
    public async Task A_cell_that_prints_without_end_is_cut_short_with_a_word()
    {
        await using var session = new Session(options => options with { MaxPrintedCharacters = 1000 });
        Ran ran = await session.RunAsync("for (int i = 0; i < 5000; i++) Console.WriteLine(\"abcdefghi\");");
        Assert.Equal(1000, ran.Out.Length);
        Assert.Contains("the rest is left out", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cut_does_not_go_through_a_character()
    {
        await using var session = new Session(options => options with { MaxPrintedCharacters = 4 });
        Assert.Equal("abc", (await session.RunAsync("Console.Write(\"abc😀def\");")).Out);
    }
}
