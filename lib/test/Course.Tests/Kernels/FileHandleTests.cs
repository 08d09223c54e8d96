using System.Diagnostics;
using System.Text.Json.Nodes;
using Notebooks.Jupyter;

namespace Course.Tests;

/// <summary>A process that may open few files, or has opened all it may.</summary>
public class FileHandleTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public async Task Too_few_are_a_sentence(int handles)
    {
        RequireLinux();
        await using var kernel = Start(handles);
        Assert.Equal(1, await kernel.EndAsync());
        await kernel.ErrorWithAsync("No file handles are left");
        Assert.Single(kernel.Errors);
    }

    [Fact]
    public async Task A_cell_that_uses_them_up_is_told_and_the_kernel_goes_on()
    {
        RequireLinux();
        await using var kernel = Start(500);
        using var client = new KernelClient(kernel);
        Assert.Equal("42", client.ValueOf("6 * 7"));
        client.Run("var held = new List<System.IO.FileStream>();");
        JsonObject reply = client.Run("while (true) held.Add(System.IO.File.OpenRead(\"/dev/null\"));").Reply;
        Assert.Equal("IOException", reply["ename"]!.GetValue<string>());
        Assert.NotNull(client.Run("6 * 7").Reply["status"]); // an error where this still needs an assembly
        Assert.Equal(
            "ok", client.ReplyTo(client.Send(Channel.Control, "kernel_info_request", []), Channel.Control)["status"]!
                .GetValue<string>());
    }

    private static void RequireLinux() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by Linux's shell here.");

    private static KernelProcess Start(int handles) => KernelProcess.Start(connection => Process.Start(
        new ProcessStartInfo(
            "/bin/sh",
            ["-c", $"ulimit -n {handles}; exec dotnet \"$0\" kernel start \"$1\"", typeof(Repository).Assembly.Location,
                connection])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        })!);
}
