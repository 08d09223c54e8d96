using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Notebooks.Tests.Engine;

/// <summary>#r, #load, #!import, #!time, #!csharp and #!markdown.</summary>
public class DirectiveTests
{
    /// <summary>Compiles a library and one that it needs into a folder, as a build would leave them.</summary>
    private static void BuildLibraries(string folder)
    {
        string[] framework =
            [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))];
        void Build(string name, string code, params string[] references)
        {
            var compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(code)],
                framework.Concat(references).Select(path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
            Assert.True(compilation.Emit(Path.Combine(folder, name + ".dll")).Success);
        }

        string suffix = Path.GetFileName(folder).Replace("-", "", StringComparison.Ordinal)
            .Replace(".", "", StringComparison.Ordinal);
        Build("Needed" + suffix, "namespace Needed { public static class Answer { public static int Value => 42; } }");
        Build(
            "Library" + suffix, "namespace Library { public static class Ask { public static int Now() => " +
                "Needed.Answer.Value; } }", Path.Combine(folder, $"Needed{suffix}.dll"));
        Suffix = suffix;
    }

    private static string Suffix { get; set; } = "";

    [Fact]
    public async Task One_reference_brings_what_lies_beside_it()
    {
        await using var session = new Session();
        BuildLibraries(session.Folder);
        Ran first = await session.RunAsync($"#r \"Library{Suffix}.dll\"\nusing Library;\nAsk.Now()");
        Assert.Equal("", first.Trace);
        Assert.Equal("42", first.Text);
        Assert.Equal("42", (await session.RunAsync("using Needed;\nAnswer.Value")).Text);
    }

    [Fact]
    public async Task A_missing_file_is_one_clear_sentence_with_the_callers_help()
    {
        await using var session = new Session(
            options =>
                options with
                {
                    HelpForMissingFile = path => path.EndsWith("Course.dll", StringComparison.Ordinal)
                    ? "Build first: dotnet build"
                    : null
                });
        Ran helped = await session.RunAsync("#r \"../lib/Course.dll\"");
        Assert.Equal("Build first: dotnet build", helped.Result.Error!.Message);
        Assert.DoesNotContain("CS0006", helped.Trace, StringComparison.Ordinal);
        Ran general = await session.RunAsync("int a = 1;\n#r \"nowhere.dll\"");
        Assert.Contains("There is no file nowhere.dll", general.Result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", general.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_assembly_is_said_to_be_none()
    {
        await using var session = new Session();
        File.WriteAllText(Path.Combine(session.Folder, "text.dll"), "not an assembly");
        Assert.Contains(
            "is not a .NET assembly", (await session.RunAsync("#r \"text.dll\"")).Result.Error!.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_is_restored_once_and_a_second_version_is_refused()
    {
        await using var session = new Session();
        Ran first = await session.RunAsync(
            "#r \"nuget: MathNet.Numerics, 5.0.0\"\nusing " +
            "MathNet.Numerics.LinearAlgebra;\nMatrix<float>.Build.DenseIdentity(2).Trace()");
        Assert.Equal("", first.Trace);
        Assert.Equal("2", first.Text);
        Assert.Contains(
            "5.0.0 is already loaded", (await session.RunAsync("#r \"nuget: MathNet.Numerics, 4.15.0\"")).Trace,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"nuget: No.Such.Package.At.All, 1.0.0\"", "could not be restored")]
    [InlineData("#!set --name b", "#!set needs a name and a value")]
    [InlineData("#!set --value 3", "#!set needs a name")]
    [InlineData("#!set --name b --value @csharp:c", "There is no variable 'c' yet")]
    [InlineData("#!set --name b --value @value:c", "No #!value has kept a text under the name 'c'")]
    [InlineData("#!set --name b --value @fsharp:c", "There is no kernel 'fsharp' here")]
    [InlineData("#!set --name 3b --value 1", "'3b' is no name of a C# variable")]
    [InlineData("#!share --from fsharp a", "There is no kernel 'fsharp' here")]
    [InlineData("#!share", "#!share needs a name")]
    [InlineData("#!value", "#!value needs a name")]
    [InlineData("#!value --name b --from-url https://example.org/", "Only --from-file and the text")]
    [InlineData("#r nuget: MathNet.Numerics", "#r needs a file or a package in quotes")]
    [InlineData("#i nowhere", "#i needs a package source in quotes")]
    [InlineData("#load a.cs", "#load needs the path of a file in quotes")]
    [InlineData("#!fsharp", "#r \"nuget: Package, version\"")]
    [InlineData("#!import", "needs the path")]
    [InlineData("#!import nowhere.ipynb", "There is no file nowhere.ipynb")]
    public async Task A_directive_that_cannot_be_followed_says_why(string directive, string why)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("int a = 1;\n" + directive);
        Assert.Equal(CellStatus.Failed, ran.Result.Status);
        Assert.Contains(why, ran.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notebooks_dibs_and_scripts_are_imported()
    {
        await using var session = new Session();
        var notebook = new Notebook();
        notebook.Cells.Add(Cell.Create(CellKind.Markdown, "a", "not code"));
        notebook.Cells.Add(Cell.Create(CellKind.Code, "b", "int one = 1;"));
        notebook.Save(Path.Combine(session.Folder, "a.ipynb"));
        File.WriteAllText(
            Path.Combine(session.Folder, "b.dib"), "#!markdown\n\n# Title\n\n#!csharp\n\nint two = one + 1;\n");
        File.WriteAllText(Path.Combine(session.Folder, "c.cs"), "class Three { public static int Value => 3; }");
        Ran ran = await session.RunAsync(
            "#!import a.ipynb\n#!import \"b.dib\"\n#load \"c.cs\"\none + two + Three.Value");
        Assert.Equal("", ran.Trace);
        Assert.Equal("6", ran.Text);
        Assert.Contains(ran.Events.OfType<CellEvent.Display>(), display => display.Data["text/markdown"] == "# Title");
    }

    [Fact]
    public async Task Time_is_told_and_line_numbers_count_the_directives()
    {
        await using var session = new Session();
        Assert.Contains("Wall time:", (await session.RunAsync("#!time\n1 + 1")).Out, StringComparison.Ordinal);
        Assert.Contains(
            "(3,9): error", (await session.RunAsync("#!time\n#!csharp\nint x = \"a\";")).Trace,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("var text = \"\"\"\n#r \"nowhere.dll\"\n#!nosuch\n\"\"\";\ntext.Length", "25")]
    [InlineData("var text = @\"\n#r nowhere\n#!nosuch\";\ntext.Length", "20")]
    [InlineData("/*\n#r \"nowhere.dll\"\n#!nosuch\n*/ 1", "1")]
    [InlineData("#if false\n#r \"nowhere.dll\"\n#!nosuch\n#endif\n2", "2")]
    [InlineData("#if true\n#!time // how long\n#endif\n3", "3")]
    [InlineData("#region one\n#pragma warning disable CS0168\n4\n#endregion", "4")]
    [InlineData("int Five()\n{\n#!time\n    return 5;\n}\nFive()", "5")]
    public async Task A_directive_stands_only_where_CSharp_has_one(string code, string value)
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync(code);
        Assert.Equal("", ran.Trace);
        Assert.Equal(value, ran.Text);
    }

    [Fact]
    public async Task A_file_loads_others_from_beside_itself_and_errors_name_it()
    {
        await using var session = new Session();
        string inner = Directory.CreateDirectory(Path.Combine(session.Folder, "inner")).FullName;
        File.WriteAllText(Path.Combine(inner, "a.csx"), "#load \"b.csx\" // beside it\nint a = b + 1;");
        File.WriteAllText(Path.Combine(inner, "b.csx"), "int b = 1;\nint Fail() => throw new Exception(\"in b\");");
        Assert.Equal("2", (await session.RunAsync("#!import inner/a.csx // one\na")).Text);
        Assert.Contains("at Fail, b.csx line 2", (await session.RunAsync("Fail()")).Trace, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(inner, "c.csx"), "\nint c = \"text\";");
        File.WriteAllText(Path.Combine(inner, "d.csx"), "#load \"nowhere.csx\"");
        File.WriteAllText(Path.Combine(inner, "e.csx"), "throw new Exception(\"in e\");");
        File.WriteAllText(Path.Combine(inner, "f.ipynb"), "{ no notebook");
        Assert.Contains(
            "c.csx(2,9): error CS0029", (await session.RunAsync("#load " +
                "\"inner/c.csx\"")).Trace, StringComparison.Ordinal);
        Ran missing = await session.RunAsync("#load \"inner/d.csx\"");
        Assert.Contains("In d.csx:\nline 1: nowhere.csx", missing.Trace, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(inner, "nowhere.csx"), missing.Trace, StringComparison.Ordinal);
        Assert.Contains(
            "e.csx line 1: throw new", (await session.RunAsync("int x;\n#load \"inner/e.csx\"")).Trace,
            StringComparison.Ordinal);
        Assert.Contains(
            "inner/f.ipynb cannot be read", (await session.RunAsync("#!import inner/f.ipynb")).Trace,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_loads_itself_is_said_and_one_that_is_loaded_twice_is_not_refused()
    {
        await using var session = new Session();
        File.WriteAllText(Path.Combine(session.Folder, "a.csx"), "#load \"b.csx\"");
        File.WriteAllText(Path.Combine(session.Folder, "b.csx"), "#load \"a.csx\"");
        Ran ran = await session.RunAsync("#load \"a.csx\"");
        Assert.Contains("a.csx loads itself: a.csx → b.csx → a.csx", ran.Trace, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(session.Folder, "c.csx"), "int c = 3;");
        Assert.Equal("3", (await session.RunAsync("#load \"c.csx\"\n#load \"c.csx\"\nc")).Text);
    }

    [Fact]
    public async Task Values_are_kept_set_and_shared_between_cells()
    {
        await using var session = new Session();
        Ran kept = await session.RunAsync("#!value --name data --mime-type application/json\n{ \"it's\": \"\"\"1 " +
            "}\n#r not one");
        Assert.Equal("", kept.Trace);
        Assert.Contains(
            kept.Events.OfType<CellEvent.Display>(),
            shown => shown.Data["application/json"]!.Contains("it's", StringComparison.Ordinal));
        Ran ran = await session.RunAsync("""
            int y = 20;
            #!set --name x --value @csharp:y // another name
            #!set --name n --value 1.5
            #!set --name s --value "two words"
            #!share data --from value
            #!share --from csharp y --as z
            #!share --from csharp y
            $"{x + z} {n} {s} {data.Split('\n').Length}"
            """);
        Assert.Equal("", ran.Trace);
        Assert.Equal("40 1.5 two words 2", ran.Text);
        File.WriteAllText(Path.Combine(session.Folder, "kept.txt"), "of a file");
        Assert.Equal(
            "of a file",
            (await session.RunAsync("#!value --name f --from-file kept.txt\n#!set --name g --value @value:f\ng")).Text);
    }

    [Fact]
    public async Task A_value_may_be_asked_for()
    {
        await using var session = new Session(
            options => options with { ReadInput = (prompt, password, _) => Task.FromResult($"{prompt}{password}") });
        Assert.Equal(
            "What now?False",
            (await session.RunAsync("#!set --name answer --value @input:\"What now?\"\nanswer")).Text);
        Assert.Equal(
            "KeyTrue", (await session.RunAsync("#!set --name key --value @password:Key\nkey")).Text);
    }

    [Fact]
    public async Task Variables_directives_and_the_kernel_are_told()
    {
        await using var session = new Session();
        await session.RunAsync("int n = 1; string text = \"abc\";");
        await session.RunAsync("double n = 2.5;");
        Assert.Equal("n\ntext", Shown(await session.RunAsync("#!who"))["text/plain"]);
        MimeBundle values = Shown(await session.RunAsync("#!whos // all"));
        Assert.Contains("<td>n</td><td>Double</td><td>2.5</td>", values["text/html"], StringComparison.Ordinal);
        Assert.Contains("abc", values["text/plain"], StringComparison.Ordinal);
        string directives = Shown(await session.RunAsync("#!lsmagic"))["text/plain"]!;
        Assert.All(
            "about csharp html import javascript lsmagic markdown set share time value who whos".Split(' '),
            name => Assert.Contains("#!" + name, directives, StringComparison.Ordinal));
        Assert.Contains("Roslyn", Shown(await session.RunAsync("#!about"))["text/plain"], StringComparison.Ordinal);

        static MimeBundle Shown(Ran ran) => Assert.Single(ran.Events.OfType<CellEvent.Display>()).Data;
    }

    [Fact]
    public async Task Markup_below_its_directive_is_shown_as_such()
    {
        await using var session = new Session();
        Ran ran = await session.RunAsync("#!html\n<b>it's bold</b>\n#!csharp\n1 + 1");
        Assert.Equal("<b>it's bold</b>", Assert.Single(ran.Events.OfType<CellEvent.Display>()).Data["text/html"]);
        Assert.Equal("2", ran.Text);
    }
}
