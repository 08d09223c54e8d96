using System.Diagnostics;
using Notebooks;

namespace Course.Tests;

/// <summary>The library and the command as packages: what somebody else gets who takes them from a feed.</summary>
public sealed class PackageTests : IDisposable
{
    private static readonly string s_configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Feed => _folder.File("feed");

    private static string Library => Path.Combine(Repository.Find().Source, "TransformersFromScratch");

    [Fact]
    public async Task A_program_of_another_folder_runs_what_the_packages_README_shows()
    {
        await DotnetAsync(
            Repository.Find().Root, "pack", Library, "--no-build", "-c", s_configuration, "-o", Feed, "--nologo");
        Assert.Single(Directory.GetFiles(Feed, "*.snupkg")); // The symbols.
        _folder.Write(ShownCode(), "program", "Program.cs");
        _folder.Write($"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreSources>{Feed}</RestoreSources>
                <RestorePackagesPath>{_folder.File("packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{GlobalPackages}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TransformersFromScratch" Version="1.0.0" />
              </ItemGroup>
            </Project>
            """, "program", "program.csproj");
        string said = await DotnetAsync(_folder.File("program"), "run");
        Assert.Contains("DenseMatrix 3x3-Single", said);
        Assert.EndsWith("1 × 3 × 50", said.TrimEnd());
    }

    [Fact]
    public async Task A_notebook_of_another_folder_runs_the_same()
    {
        // A version of its own, because a restore keeps what it has found in the machine's folder of packages.
        string version = $"1.0.0-test.{Environment.ProcessId}.{Environment.TickCount64}";
        try
        {
            await DotnetAsync(
                Repository.Find().Root, "pack", Library, "--no-build", "-c", s_configuration, "-o", Feed, "--nologo",
                $"-p:Version={version}");
            await using var engine = new CSharpEngine(new EngineOptions
            {
                WorkingDirectory = _folder.Path, PackageMemory = _folder.File("memory"),
            });
            var printed = new System.Text.StringBuilder();
            await engine.ExecuteAsync(
                $"#i \"nuget: ./feed\"\n#r \"nuget: TransformersFromScratch, {version}\"\n{ShownCode()}",
                happened =>
                {
                    if (happened is CellEvent.Stream stream) { lock (printed) { printed.Append(stream.Text); } }
                },
                CancellationToken.None);
            lock (printed) { Assert.EndsWith("1 × 3 × 50", $"{printed}".TrimEnd()); }
        }
        finally
        {
            string kept = Path.Combine(GlobalPackages, "transformersfromscratch", version);
            if (Directory.Exists(kept)) { Directory.Delete(kept, recursive: true); }
        }
    }

    /// <summary>The code of the package's README.</summary>
    private static string ShownCode() => File.ReadAllText(Path.Combine(Library, "Package", "README.md"))
        .Split("```csharp\n")[1].Split("```")[0];

    [Fact]
    public async Task The_command_installed_as_a_tool_works_in_a_clone_and_says_so_elsewhere()
    {
        string root = Repository.Find().Root, tool = _folder.File("tool");
        await DotnetAsync(
            root, "pack", Path.Combine(Repository.Find().Source, "Course"), "--no-build", "-c", s_configuration, "-o",
            Feed, "--nologo");
        _folder.Write($"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
            </configuration>
            """, "nuget.config");
        await DotnetAsync(
            _folder.Path, "tool", "install", "TransformersFromScratch.Course", "--version", "1.0.0", "--tool-path",
            tool, "--configfile", _folder.File("nuget.config"), "--no-cache");
        string course = Path.Combine(tool, OperatingSystem.IsWindows() ? "course.exe" : "course");
        string[] translate = ["translate", "Click a filter to select it.", "--beam", "1"];
        var (code, said) = await RunAsync(course, root, translate);
        Assert.True(code == 0, said);
        Assert.Equal((await CourseProgram.RunAsync(root, translate)).Said, said);
        (code, said) = await RunAsync(course, _folder.Path, translate);
        Assert.Equal((1, true), (code, said.Contains("not inside the course", StringComparison.Ordinal)));
    }

    private static string GlobalPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        var (code, said) = await RunAsync("dotnet", folder, arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)}: {said}");
        return said;
    }

    private static async Task<(int Code, string Said)> RunAsync(
        string program, string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        return (process.ExitCode, await output + await errors);
    }
}
