namespace Notebooks.Tests.Engine;

/// <summary>
/// .NET Interactive's own API in a cell: fetched when a cell names it, or brought by a package. Skipped where no
/// package source answers, unless REQUIRE_PACKAGES=1.
/// </summary>
public class InteractiveTests
{
    private const string Usings = """
        using Microsoft.DotNet.Interactive;
        using Microsoft.DotNet.Interactive.Formatting;
        using Microsoft.DotNet.Interactive.Events;
        using Microsoft.DotNet.Interactive.Commands;
        """;

    private static async Task<Session> SessionAsync(
        string code = Usings, Func<EngineOptions, EngineOptions>? change = null)
    {
        var session = new Session(change);
        Ran ran = await PublishedPackageTests.RunAsync(session, code);
        Assert.Equal("", ran.Trace);
        return session;
    }

    private static MimeBundle Shown(Ran ran)
    {
        Assert.Equal("", ran.Trace);
        return Assert.Single(ran.Events.OfType<CellEvent.Display>()).Data;
    }

    [Theory]
    [InlineData("#r \"nuget: Microsoft.DotNet.Interactive, 1.0.0-beta.26120.1\"")]
    [InlineData("#r \"nuget: Microsoft.DotNet.Interactive\"")]
    [InlineData("using Microsoft.DotNet.Interactive.Formatting;")]
    public async Task The_names_of_the_packages_take_the_place_of_the_engines_own(string first)
    {
        await using var session = new Session();
        Assert.Equal("", (await session.RunAsync("int before = 1;\nvar shown = display(\"early\");\nvar html = " +
            "HTML(\"<b/>\");")).Trace);
        Assert.Equal("", (await PublishedPackageTests.RunAsync(session, first)).Trace);
        Ran ran = await session.RunAsync("display(before + " +
            "1);\nHTML(\"<i>x</i>\").Display();\n\"<u>y</u>\".DisplayAs(\"text/html\");\n" +
            "Microsoft.DotNet.Interactive.Kernel.display(3, \"text/plain\");\nbefore");
        Assert.Equal("", ran.Trace);
        Assert.Equal("1", ran.Text);
        MimeBundle[] all = [.. ran.Events.OfType<CellEvent.Display>().Select(display => display.Data)];
        Assert.Equal("2", all[0]["text/plain"]);
        Assert.Equal("<i>x</i>", all[1]["text/html"]);
        Assert.Equal("<u>y</u>", all[2]["text/html"]);
        Assert.Equal(["text/plain"], all[3].MimeTypes);
        Assert.Equal("2", (await session.RunAsync("before + 1")).Text);
    }

    [Fact]
    public async Task A_registered_formatter_shows_its_type_as_a_value_and_in_display()
    {
        await using Session session = await SessionAsync();
        Ran ran = await session.RunAsync("""
            public record Point(int X, int Y);
            Formatter.Register<Point>((point, writer) => writer.Write($"<b>{point.X}|{point.Y}</b>"), "text/html");
            new Point(1, 2)
            """);
        Assert.Equal("", ran.Trace);
        Assert.Equal("<b>1|2</b>", ran.Value!["text/html"]);
        Assert.Equal("<b>3|4</b>", Shown(await session.RunAsync("display(new Point(3, 4));"))["text/html"]);

        await session.RunAsync("Formatter.Register<Point>(point => $\"({point.X})\", \"text/plain\");");
        await session.RunAsync("Formatter.SetPreferredMimeTypesFor(typeof(Point), \"text/plain\", \"text/html\");");
        MimeBundle both = (await session.RunAsync("new Point(5, 6)")).Value!;
        Assert.Equal("(5)", both["text/plain"]);
        Assert.Equal("<b>5|6</b>", both["text/html"]);

        Ran failing = await session.RunAsync("""
            public class Bad { }
            Formatter.Register<Bad>((bad, writer) => throw new Exception("on purpose"), "text/html");
            new Bad()
            """);
        Assert.Contains("its formatter threw Exception: on purpose", failing.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_formatter_looks_as_it_did_before()
    {
        await using Session session = await SessionAsync();
        Assert.Contains("<td>b</td>", (await session.RunAsync("new[] { \"a\", \"b\" " +
            "}")).Value!["text/html"], StringComparison.Ordinal);
        Assert.Equal("1.5", (await session.RunAsync("1.5")).Text);
        Assert.Equal("text", (await session.RunAsync("\"text\"")).Text);
        Assert.Equal("<null>", (await session.RunAsync("(object)null")).Text);
        Assert.Contains(
            "<td>a</td>", Shown(await session.RunAsync("display(new[] { \"a\" " +
                "});"))["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Displays_are_updated_in_place_and_have_the_mime_types_asked_for()
    {
        await using Session session = await SessionAsync();
        Ran first = await session.RunAsync(
            "var place = KernelInvocationContext.Current.Display((object)\"one\");\nplace.Update(\"two\");");
        Assert.Equal("", first.Trace);
        var shown = Assert.IsType<CellEvent.Display>(first.Events[0]);
        var updated = Assert.IsType<CellEvent.UpdateDisplay>(first.Events[1]);
        Assert.Equal(("one", "two"), (shown.Data["text/plain"], updated.Data["text/plain"]));
        Assert.Equal(shown.DisplayId, updated.DisplayId);
        Ran later = await session.RunAsync("place.Update(\"three\");");
        Assert.Equal(shown.DisplayId, Assert.IsType<CellEvent.UpdateDisplay>(Assert.Single(later.Events)).DisplayId);

        // The packages' display(x) gives another handle than the one it shows: as in the genuine kernel, the first
        // update appears below, and those after it in its place.
        Ran handle = await session.RunAsync("var other = display(\"a\");\nother.Update(\"b\");\nother.Update(\"c\");");
        Assert.Equal(
            ["Display", "Display", "UpdateDisplay"], handle.Events.Select(happened => happened.GetType().Name));

        MimeBundle both = Shown(await session.RunAsync("display(new { A = 1 }, \"text/plain\", " +
            "\"application/json\");"));
        Assert.Equal(["text/plain", "application/json"], both.MimeTypes);
        Assert.Equal("{\"A\":1}", both["application/json"]);
    }

    [Fact]
    public async Task The_context_of_the_cell_publishes_displays_and_errors_also_after_an_await()
    {
        await using Session session = await SessionAsync();
        Ran ran = await session.RunAsync("""
            await Task.Delay(5);
            var context = KernelInvocationContext.Current;
            context.Display("shown", "text/plain");
            context.DisplayAs("<b>as</b>", "text/html");
            context.Publish(
                new DisplayedValueProduced("raw", context.Command, new[] { new FormattedValue("text/x", "raw") }));
            context.Publish(new ErrorProduced("a warning", context.Command));
            Console.Write(context.HandlingKernel.Name + " " + Kernel.Root.FindKernelByName("csharp").Name);
            """);
        Assert.Equal("", ran.Trace);
        MimeBundle[] all = [.. ran.Events.OfType<CellEvent.Display>().Select(display => display.Data)];
        Assert.Equal("shown", all[0]["text/plain"]);
        Assert.Equal("<b>as</b>", all[1]["text/html"]);
        Assert.Equal("raw", all[2]["text/x"]);
        Assert.Equal("a warning\n", ran.Error);
        Assert.Equal("csharp csharp", ran.Out);
    }

    [Fact]
    public async Task Markup_and_scripts_are_built_and_shown()
    {
        await using Session session = await SessionAsync(
            "using Microsoft.DotNet.Interactive.Formatting;\nusing static " +
                "Microsoft.DotNet.Interactive.Formatting.PocketViewTags;");
        Ran markup = await session.RunAsync("b(i(\"x < y\"))");
        Assert.Equal("", markup.Trace);
        Assert.Equal("<b><i>x &lt; y</i></b>", markup.Value!["text/html"]);
        Assert.Contains(
            "alert(1)", Shown(await session.RunAsync("Javascript(\"alert(1)\");"))["text/html"],
            StringComparison.Ordinal);

        await using var fresh = new Session();
        Assert.Contains(
            "alert(2)", Shown(await PublishedPackageTests.RunAsync(fresh, "Javascript(\"alert(2)\");"))["text/html"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_run_cells_ask_the_person_and_know_the_variables()
    {
        await using Session session = await SessionAsync(
            change: options => options with
            {
                ReadInput = (prompt, password, _) => Task.FromResult($"{prompt}{password}"),
            });
        Ran ran = await session.RunAsync("""
            var asked = await GetInputAsync("name?");
            var secret = await GetPasswordAsync("key?");
            await Kernel.Root.SendAsync(
                new SubmitCode("int nested = 41; Console.Write(nested + 1); display(\"within\");"));
            asked
            """);
        Assert.Equal("", ran.Trace);
        Assert.Equal("name?False", ran.Text);
        Assert.Equal("42", ran.Out);
        Assert.Equal("within", Shown(ran)["text/plain"]);
        Assert.Equal("key?True", (await session.RunAsync("secret.GetClearTextPassword()")).Text);
        Assert.Equal("41", (await session.RunAsync("nested")).Text);
        Ran value = await session.RunAsync("""
            var result = await Kernel.Root.SendAsync(new RequestValue("nested", "application/json", "csharp"));
            result.Events.OfType<ValueProduced>().Single().Value
            """);
        Assert.Equal("41", value.Text);
    }

    [Fact]
    public async Task A_cell_that_throws_prints_and_is_stopped_as_before()
    {
        await using Session session = await SessionAsync();
        Ran thrown = await session.RunAsync("Console.Write(1);\nthrow new InvalidOperationException(\"on purpose\");");
        Assert.Equal("InvalidOperationException", thrown.Result.Error!.Name);
        Assert.Contains("at the cell, cell 2 line 2", thrown.Trace, StringComparison.Ordinal);
        Assert.Equal("1", thrown.Out);
        Ran stopped = await session.InterruptAsync("Console.WriteLine(\"begun\");\nwhile (true) { }");
        Assert.Equal(CellStatus.Cancelled, stopped.Result.Status);
        Assert.Equal("2", (await session.RunAsync("1 + 1")).Text);
        Assert.Equal("[1]\n[2]\n", (await session.RunAsync("for (int i = 1; i < 3; i++) " +
            "Console.WriteLine($\"[{i}]\");")).Out);
    }

    [Fact]
    public async Task The_extension_of_a_package_is_loaded_and_its_script_is_run()
    {
        await using Session session = await SessionAsync();
        string interactive = session.Engine.ReferencedFiles.First(
            file => file.EndsWith("Microsoft.DotNet.Interactive.dll", StringComparison.Ordinal));
        string formatting = session.Engine.ReferencedFiles.First(
            file => file.EndsWith("Microsoft.DotNet.Interactive.Formatting.dll", StringComparison.Ordinal));
        const string code = """
            public class Extension : Microsoft.DotNet.Interactive.IKernelExtension
            {
                public async System.Threading.Tasks.Task OnLoadAsync(Microsoft.DotNet.Interactive.Kernel kernel)
                {
                    Microsoft.DotNet.Interactive.Formatting.Formatter.Register<Thing>(
                        (thing, writer) => writer.Write("<b>a thing</b>"), "text/html");
                    System.DisplayExtensions.Display("hello from " + kernel.Name);
                    await System.Threading.Tasks.Task.Yield();
                }
            }
            public class Thing { }
            """;
        byte[] assembly = PackageFeed.Compiled("Extending", "1.0.0", code, interactive, formatting);
        new PackageFeed(session.Folder).Add(
            "Extending", "1.0.0", references: [interactive, formatting], code: code, more:
        [
            ("interactive-extensions/dotnet/Extending.dll", assembly),
            ("interactive-extensions/dotnet/extension.dib", "#!csharp\n\nint fromScript = 7;\n"u8.ToArray()),
        ]);
        Ran ran = await session.RunAsync("#r \"nuget: Extending, 1.0.0\"\nnew Thing()");
        Assert.Equal("", ran.Trace);
        Assert.Equal("hello from .NET", Shown(ran)["text/plain"]);
        Assert.Equal("<b>a thing</b>", ran.Value!["text/html"]);
        Assert.Equal("7", (await session.RunAsync("fromScript")).Text);
    }

    [Fact]
    public async Task Plotly_NETs_extension_loads_and_its_charts_are_still_drawn_by_the_host()
    {
        await using var session = new Session(
            options => options with { ShowChart = _ => new MimeBundle(("text/html", "drawn")) });
        Ran ran = await PublishedPackageTests.RunAsync(session, """
            #r "nuget: Plotly.NET.Interactive, 6.0.0"
            #r "nuget: Plotly.NET.CSharp, 0.14.0"
            using Plotly.NET.CSharp;
            var chart = Chart.Point<double, double, string>(new double[] { 1, 2 }, new double[] { 3, 4 });
            display(chart);
            chart
            """);
        Assert.Equal("", ran.Trace);
        Assert.Equal("drawn", ran.Value!["text/html"]);
        Assert.Contains(ran.Events.OfType<CellEvent.Display>(), display => display.Data["text/html"] == "drawn");
    }

    [Fact]
    public async Task Where_the_packages_cannot_be_had_it_is_said()
    {
        await using var session = new Session(
            options => options with { PackageMemory = Path.Combine(options.WorkingDirectory, "memory") });
        File.WriteAllText(
            Path.Combine(session.Folder, "nuget.config"), """
            <configuration><config><add key="globalPackagesFolder" value="none" /></config><packageSources><clear />
            <add key="dead" value="http://127.0.0.1:9/index.json" allowInsecureConnections="true" />
            </packageSources></configuration>
            """);
        Ran ran = await session.RunAsync("using Microsoft.DotNet.Interactive.Formatting;");
        Assert.Contains("Microsoft.DotNet.Interactive", ran.Trace, StringComparison.Ordinal);
        Assert.Contains("could not be restored", ran.Trace, StringComparison.Ordinal);
        Assert.Equal("3", Shown(await session.RunAsync("display(1 + 2);"))["text/plain"]);
    }

    [Fact]
    public async Task Tab_knows_the_packages_names()
    {
        await using Session session = await SessionAsync();
        var service = new Notebooks.Language.LanguageService(CSharpEngine.ImplicitUsings);
        service.Add("int before = 1;", []);
        service.Add(Usings, session.Engine.ReferencedFiles);
        foreach (var (code, choice) in new[]
            { ("Formatter.Reg", "Register"), ("disp", "display"), ("bef", "before"), ("1.Disp", "Display") })
        {
            var choices = (await service.CompleteAsync(code, code.Length, session.Engine.ReferencedFiles)).Choices;
            Assert.Contains(choices, offered => offered.Text == choice);
        }
    }
}
