using Notebooks.Language;

namespace Notebooks.Tests.Engine;

/// <summary>What Tab, Shift-Tab and Enter offer.</summary>
public class LanguageTests
{
    /// <summary>A library of the tests' own, with its documentation beside it: this assembly.</summary>
    private static readonly string[] s_files = [typeof(Documented).Assembly.Location];

    private static LanguageService Service() => new(CSharpEngine.ImplicitUsings);

    [Theory]
    [InlineData("\"\"\"", "incomplete")]
    [InlineData("var s = \"\"\"\n  abc", "incomplete")]
    [InlineData("var s = $\"\"\"\n  abc {1}", "incomplete")]
    [InlineData("var s = $\"\"\"\n  abc {1", "incomplete")]
    [InlineData("var s = @\"abc", "incomplete")]
    [InlineData("var s = $@\"abc {1} ", "incomplete")]
    [InlineData("var s = $@\"abc {1", "incomplete")]
    [InlineData("var s = \"\"\"\"\n  \"\"\"", "incomplete")]
    [InlineData("/* a comment", "incomplete")]
    [InlineData("1 + 1 /* a comment", "incomplete")]
    [InlineData("#if DEBUG\nint x;", "incomplete")]
    [InlineData("#region R\nint x;", "incomplete")]
    [InlineData("if (true) {", "incomplete")]
    [InlineData("new List<int>(", "incomplete")]
    [InlineData("x.Select(y =>", "incomplete")]
    [InlineData("class C", "incomplete")]
    [InlineData("#!time\nfor (;;) {", "incomplete")]
    [InlineData("var s = \"\"\"\n  abc\n  \"\"\";", "complete")]
    [InlineData("/* a comment */", "complete")]
    [InlineData("#if DEBUG\nint x;\n#endif", "complete")]
    [InlineData("1 + 1", "complete")]
    [InlineData("1+1\n#!time", "complete")]
    [InlineData("#!time", "complete")]
    [InlineData("#r \"x.dll\"", "complete")]
    [InlineData("#r \"nuget: MathNet.Numerics, 5.0.0\"\n1 + 1", "complete")]
    [InlineData("#!markdown\nif (", "complete")]
    [InlineData("#load \"x.cs\"", "complete")]
    [InlineData("", "complete")]
    [InlineData("int x = 3", "incomplete")]
    [InlineData("var s = \"abc", "invalid")]
    [InlineData("int 3 = x;", "invalid")]
    [InlineData(")", "invalid")]
    [InlineData("#!nosuch", "invalid")]
    public void Enter_runs_a_whole_cell_and_continues_a_part_of_one(string code, string status) =>
        Assert.Equal(status, Completeness.Of(code).Status);

    [Theory]
    [InlineData("disp", "display")]
    [InlineData("HT", "HTML")]
    [InlineData("GetIn", "GetInputAsync")]
    [InlineData("Clear", "ClearOutput")]
    [InlineData("Conso", "Console")]
    [InlineData("earl", "earlier")]
    [InlineData("1.Disp", "Display")]
    public async Task Tab_completes_what_every_cell_can_call(string code, string choice)
    {
        LanguageService service = Service();
        service.Add("int earlier = 1;", []);
        Completions completions = await service.CompleteAsync(code, code.Length, []);
        Assert.Contains(completions.Choices, offered => offered.Text == choice);
    }

    [Theory]
    [InlineData("new Documented(")]
    [InlineData("Documented d = new(")]
    [InlineData("new Documented(1, ")]
    public async Task Tab_in_a_call_offers_its_parameters_first_and_then_variables(string code)
    {
        LanguageService service = Service();
        service.Add("using Notebooks.Tests.Engine;\nint earlier = 1;", s_files);
        string[] choices =
            [.. (await service.CompleteAsync(code, code.Length, s_files)).Choices.Select(choice => choice.Text)];
        Assert.Contains("rate:", choices[..2]);
        Assert.Contains("earlier", choices);
        Assert.InRange(choices.Length, 2, 30);
    }

    [Fact]
    public async Task Tab_after_new_still_offers_types_and_after_a_dot_members()
    {
        LanguageService service = Service();
        Assert.Contains(
            (await service.CompleteAsync("var x = new ", 12, [])).Choices, choice => choice.Text == "Random");
        Assert.Contains((await service.CompleteAsync("Math.", 5, [])).Choices, choice => choice.Text == "Sqrt");
    }

    [Theory]
    [InlineData("new Documented(")]
    [InlineData("new Documented(1, 2)")]
    [InlineData("Documented d = new(")]
    public async Task Shift_Tab_tells_parameters_exceptions_and_remarks(string code)
    {
        LanguageService service = Service();
        service.Add("using Notebooks.Tests.Engine;", s_files);
        string? text = await service.InspectAsync(code, code.Length, s_files);
        Assert.Contains("How many steps; the more the better, see Walk.", text, StringComparison.Ordinal);
        Assert.Contains("rate: How long each is.", text, StringComparison.Ordinal);
        Assert.Contains("ArgumentException: There are no steps.", text, StringComparison.Ordinal);
        Assert.Contains("Made for a test.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shift_Tab_tells_what_a_method_returns_and_what_it_inherits()
    {
        LanguageService service = Service();
        service.Add("using Notebooks.Tests.Engine;", s_files);
        foreach (string type in new[] { "Documented", "Inheriting" })
        {
            string? text = await service.InspectAsync($"new {type}(1, 2).Walk(", 22, s_files);
            Assert.Contains("Returns:\n  The way, in metres.", text, StringComparison.Ordinal);
            Assert.Contains("pace: Its pace.", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Completion_in_a_long_session_takes_little_memory_for_each_cell()
    {
        LanguageService service = Service();
        long[] heap = new long[3];
        for (int cell = 1; cell <= 120; cell++)
        {
            service.Add($"int x{cell} = {cell};", s_files);
            if (cell % 40 != 0) { continue; }

            Assert.NotEmpty((await service.CompleteAsync("x1", 2, s_files)).Choices);
            heap[cell / 40 - 1] = GC.GetTotalMemory(forceFullCollection: true);
        }

        Assert.InRange((heap[2] - heap[0]) / 80.0, double.MinValue, 200_000);
    }
}

/// <summary>A walk.</summary>
public class Documented
{
    /// <summary>Begins a walk.</summary>
    /// <param name="steps">How many steps; the more
    /// the better, see <see cref="Walk"/>.</param>
    /// <param name="rate">How long each is.</param>
    /// <exception cref="ArgumentException">There are no steps.</exception>
    /// <remarks>Made for a test.</remarks>
    public Documented(int steps, double rate) => Steps = steps * rate;

    /// <summary>What has been walked.</summary>
    public double Steps { get; }

    /// <summary>Walks on.</summary>
    /// <param name="pace">Its pace.</param>
    /// <returns>The way, in metres.</returns>
    public virtual double Walk(int pace) => pace * Steps;
}

/// <summary>Another walk.</summary>
/// <inheritdoc cref="Documented(int, double)"/>
public class Inheriting(int steps, double rate) : Documented(steps, rate)
{
    /// <inheritdoc/>
    public override double Walk(int pace) => 2 * base.Walk(pace);
}
