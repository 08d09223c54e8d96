using System.Diagnostics;

namespace Course.Tests;

/// <summary>The web service of lib/samples, in a process of its own, on a port that is free.</summary>
internal sealed class TranslationServer : IDisposable
{
    private readonly Process _process;

    private TranslationServer(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <param name="arguments">Such as <c>--page FOLDER</c>.</param>
    public static async Task<TranslationServer> StartAsync(params string[] arguments)
    {
        const string mark = "Now listening on: ";
        string build = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name; // Release, or Debug.
        string program = Path.Combine(
            Repository.Find().Root, "lib", "samples", "TranslationApi", "bin", build, "net10.0", "TranslationApi.dll");
        Process process = Process.Start(new ProcessStartInfo(
            "dotnet", [program, "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        })!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new System.Text.StringBuilder();
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new TranslationServer(process, await address.Task.WaitAsync(TimeSpan.FromMinutes(2)));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            lock (said) { throw new InvalidOperationException($"The service has not started: {said}"); }
        }

        void Note(string? line)
        {
            lock (said) { said.AppendLine(line); }

            if (line?.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at)
            {
                address.TrySetResult(new Uri(line[(at + mark.Length)..].Trim()));
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
