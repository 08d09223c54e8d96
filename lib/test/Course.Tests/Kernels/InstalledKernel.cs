using System.Diagnostics;

namespace Course.Tests;

/// <summary>
/// The kernel installed into a folder of the tests' own, and Debian's Python with Jupyter to talk to it.
/// </summary>
public sealed class InstalledKernel : IAsyncLifetime
{
    public const string Python = "/usr/bin/python3";

    private readonly TempFolder _temp = new();

    public string Name => "transformers-csharp";

    public string JupyterPath => _temp.File("share", "jupyter");

    public async ValueTask InitializeAsync()
    {
        var (code, said) = await CourseProgram.RunAsync(
            Repository.Find().Root, "kernel", "install", "--prefix", _temp.Path);
        Assert.True(code == 0, said);
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    public static bool HasJupyter { get; } =
        File.Exists(Python) && RunAsync(Python, [], "-c", "import jupyter_kernel_test, nbclient, zmq").GetAwaiter()
            .GetResult().ExitCode == 0;

    /// <summary>Skips the test where Jupyter is not installed, unless REQUIRE_JUPYTER=1 says that it must be.</summary>
    public static void RequireJupyter()
    {
        Assert.SkipUnless(HasJupyter || Environment.GetEnvironmentVariable("REQUIRE_JUPYTER") == "1",
            "Jupyter is not installed: apt-get install jupyter-notebook python3-nbclient python3-jupyter-kernel-test");
        Assert.True(
            HasJupyter, "REQUIRE_JUPYTER=1, but Jupyter is not installed: apt-get install jupyter-notebook " +
                "python3-nbclient python3-jupyter-kernel-test");
    }

    /// <summary>Runs one of the Python files beside the tests, with the kernel on Jupyter's path.</summary>
    public Task<(int ExitCode, string Said)> RunScriptAsync(string script, params string[] arguments) =>
        RunAsync(
            Python, JupyterEnvironment(), [Path.Combine(AppContext.BaseDirectory, "Kernels", script), .. arguments]);

    public Dictionary<string, string> JupyterEnvironment() => new()
    {
        ["JUPYTER_PATH"] = JupyterPath, ["KERNEL_NAME"] = Name, ["PYTHONUNBUFFERED"] = "1",
        ["JUPYTER_PREFER_ENV_PATH"] = "0",
    };

    private static async Task<(int ExitCode, string Said)> RunAsync(
        string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var info = new ProcessStartInfo(
            program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            RedirectStandardInput = true
        };
        foreach (var (name, value) in environment) { info.Environment[name] = value; }

        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "thirty minutes have passed");
        }

        return (process.ExitCode, await output + await errors);
    }
}
