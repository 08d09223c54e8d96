using System.Diagnostics;

namespace Course.Tests;

/// <summary>The program as a reader starts it, in a process of its own.</summary>
internal static class CourseProgram
{
    private static readonly string s_program = typeof(Repository).Assembly.Location;

    public static Task<(int ExitCode, string Said)> RunAsync(string folder, params string[] arguments) =>
        RunAsync(folder, TimeSpan.FromMinutes(10), arguments);

    public static async Task<(int ExitCode, string Said)> RunAsync(
        string folder, TimeSpan patience, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{string.Join(' ', arguments)}' has not ended in {patience.TotalMinutes:0} minutes.");
        }

        return (process.ExitCode, await output + await errors);
    }

    public static Process Start(string folder, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [s_program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;

    /// <summary>
    /// Whether SIGINT is ignored: a process that was started so, as every background job of a shell is, hands that on
    /// to its children.
    /// </summary>
    public static bool IgnoresInterrupts() => Ignores(2);

    /// <summary>Whether SIGHUP is: by nohup, for example.</summary>
    public static bool IgnoresHangups() => Ignores(1);

    private static bool Ignores(int signal)
    {
        string? mask = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status")
                .FirstOrDefault(
                    line => line.StartsWith("SigIgn:", StringComparison.Ordinal))?["SigIgn:".Length..].Trim() : null;
        return mask is not null && (Convert.ToUInt64(mask, 16) & (1UL << (signal - 1))) != 0;
    }

    /// <summary>Waits, for as long as a busy machine may need, until a condition holds.</summary>
    /// <param name="condition">What is waited for.</param>
    /// <param name="otherwise">What is said if it does not hold in two minutes.</param>
    public static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        for (int i = 0; i < 1200 && !condition(); i++) { await Task.Delay(100); }

        Assert.True(condition(), otherwise);
    }

    /// <summary>Whether there is a process of that id.</summary>
    public static bool IsAlive(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
