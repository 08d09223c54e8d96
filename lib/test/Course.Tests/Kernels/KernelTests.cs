using System.Text.Json.Nodes;

namespace Course.Tests;

/// <summary>The kernel as Jupyter's own programs see it. Each test runs one of the Python files beside it.</summary>
[Collection(ExecutedCourseCollection.Name)]
public class KernelTests(InstalledKernel kernel)
{
    [Fact]
    public async Task Passes_Jupyters_own_conformance_suite()
    {
        InstalledKernel.RequireJupyter();
        var (code, said) = await kernel.RunScriptAsync("conformance.py");
        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task Survives_interrupts_floods_crashes_garbage_and_vanished_clients()
    {
        InstalledKernel.RequireJupyter();
        var (code, said) = await kernel.RunScriptAsync("robustness.py");
        Assert.True(code == 0, said);
    }

    [Fact]
    public void Install_writes_a_spec_with_logos_and_the_alias_that_the_chapters_ask_for()
    {
        foreach (string name in new[] { kernel.Name, ".net-csharp" })
        {
            string folder = Path.Combine(kernel.JupyterPath, "kernels", name);
            JsonNode spec = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))!;
            Assert.Equal("message", spec["interrupt_mode"]!.GetValue<string>());
            Assert.Equal("{connection_file}", spec["argv"]!.AsArray()[^1]!.GetValue<string>());
            Assert.True(File.Exists(spec["argv"]![1]!.GetValue<string>()));
            Assert.True(
                File.Exists(Path.Combine(folder, "logo-32x32.png"))
                    && File.Exists(Path.Combine(folder, "logo-64x64.png")));
        }
    }

    [Fact]
    public async Task Uninstall_removes_what_install_wrote_and_spares_what_others_wrote()
    {
        using var temp = new TempFolder();
        string root = Repository.Find().Root;
        string foreign = temp.Write(
            """{"argv": ["dotnet-interactive"], "display_name": ".NET (C#)", "language": "C#"}""", "share", "jupyter",
            "kernels", ".net-csharp", "kernel.json");
        var installed = await CourseProgram.RunAsync(root, "kernel", "install", "--prefix", temp.Path);
        Assert.True(installed.ExitCode == 0, installed.Said);
        Assert.Contains("dotnet-interactive", File.ReadAllText(foreign), StringComparison.Ordinal);
        Assert.True(Directory.Exists(temp.File("share", "jupyter", "kernels", kernel.Name)));

        var removed = await CourseProgram.RunAsync(root, "kernel", "uninstall", "--prefix", temp.Path);
        Assert.True(removed.ExitCode == 0, removed.Said);
        Assert.True(File.Exists(foreign));
        Assert.Equal(
            [".net-csharp"], Directory.GetDirectories(temp.File("share", "jupyter", "kernels"))
                .Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_connection_file_that_is_damaged_is_an_error_with_a_sentence()
    {
        using var temp = new TempFolder();
        var (code, said) = await CourseProgram.RunAsync(
            temp.Path, "kernel", "start", temp.Write("{ \"shell_port\": 1", "connection.json"));
        Assert.Equal(1, code);
        Assert.Contains("cannot be used", said, StringComparison.Ordinal);
    }
}
