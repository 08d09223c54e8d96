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
    [InlineData("#r \"nuget: MathNet.Numerics\"", "Write the package and its version")]
    [InlineData("#!set --name a", "There is no directive '#!set'")]
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
}
