using System.Diagnostics;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>
/// Installing where it cannot be, over what is not ours, and under a name that shells and JSON must escape.
/// </summary>
public class KernelInstallTests
{
    private static readonly string s_root = Repository.Find().Root;

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_sentence_and_leaves_nothing_behind()
    {
        using var temp = new TempFolder();
        string file = temp.Write("a file", "file");
        List<string> prefixes = [file, Path.Combine(file, "below"), ""];
        if (OperatingSystem.IsLinux()) { prefixes.Add("/proc/x"); }

        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(temp.File("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            if (Environment.UserName != "root") { prefixes.Add(temp.File("closed")); }
        }

        foreach (string prefix in prefixes)
        {
            var (exit, said) = await CourseProgram.RunAsync(s_root, "kernel", "install", "--prefix", prefix);
            Assert.Equal(1, exit);
            Assert.StartsWith("The kernel cannot be installed: ", said, StringComparison.Ordinal);
            Assert.EndsWith("--prefix DIR", said.TrimEnd(), StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }

        Assert.Equal("a file", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("it's")]
    [InlineData("\u001b[2J")]
    public async Task A_name_that_Jupyter_would_not_take_is_a_sentence(string name)
    {
        using var temp = new TempFolder();
        foreach (string command in new[] { "install", "uninstall" })
        {
            var (exit, said) = await CourseProgram.RunAsync(
                s_root, "kernel", command, "--prefix", temp.Path, "--name", name);
            Assert.Equal(1, exit);
            Assert.Contains("cannot be a kernel's name", said, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', said);
        }

        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Theory]
    [InlineData("""{"argv": ["python3"], "display_name": "Python", "language": "python"}""")]
    [InlineData("""{"metadata": "text"}""")]
    [InlineData("[]")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("")]
    public async Task A_kernel_of_another_program_is_neither_replaced_nor_removed(string spec)
    {
        using var temp = new TempFolder();
        string foreign = temp.Write(spec, "share", "jupyter", "kernels", "mine", "kernel.json");
        var (exit, said) = await CourseProgram.RunAsync(
            s_root, "kernel", "install", "--prefix", temp.Path, "--name", "mine");
        Assert.Equal(1, exit);
        Assert.Contains("There is a kernel named 'mine' already", said, StringComparison.Ordinal);

        (exit, said) = await CourseProgram.RunAsync(
            s_root, "kernel", "uninstall", "--prefix", temp.Path, "--name", "mine");
        Assert.Equal(0, exit);
        Assert.Contains("There is nothing here that install wrote.", said, StringComparison.Ordinal);
        Assert.Equal(spec, File.ReadAllText(foreign));
    }

    [Fact]
    public async Task It_installs_twice_and_runs_in_a_folder_whose_name_is_hard_to_write()
    {
        using var temp = new TempFolder();
        string prefix = temp.File("it's a tëst #1 😀");
        for (int times = 0; times < 2; times++)
        {
            var (exit, said) = await CourseProgram.RunAsync(s_root, "kernel", "install", "--prefix", prefix);
            Assert.True(exit == 0, said);
        }

        string folder = Path.Combine(prefix, "share", "jupyter", "kernels", "transformers-csharp");
        Assert.Single(Directory.GetDirectories(folder)); // the program of the first is gone
        string[] command =
            [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))!["argv"]!.AsArray()
                .Select(word => word!.GetValue<string>())];
        await using var kernel = KernelProcess.Start(
            connection => Process.Start(
                new ProcessStartInfo(
                    command[0], command[1..].Select(
                        word => word.Replace("{connection_file}", connection, StringComparison.Ordinal)))
                {
                    WorkingDirectory = prefix, RedirectStandardOutput = true, RedirectStandardError = true,
                    RedirectStandardInput = true,
                })!);
        using var client = new KernelClient(kernel);
        Assert.Equal("42", client.ValueOf("6 * 7"));
        string id = client.Send(Channel.Control, "shutdown_request", new JsonObject { ["restart"] = false });
        Assert.Equal("ok", client.ReplyTo(id, Channel.Control)["status"]!.GetValue<string>());
        Assert.Equal(0, await kernel.EndAsync());
    }
}
