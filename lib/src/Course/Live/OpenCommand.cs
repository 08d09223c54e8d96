using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Course;

/// <summary>
/// open: the chapters in the browser, where their cells run; what the program does without a command.
/// </summary>
internal static class OpenCommand
{
    /// <summary>The first port that is tried. A browser keeps a reader's changes by it.</summary>
    public const int FirstPort = 8017;

    private const int Ports = 20;

    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = $"Where to listen on this machine; the first free one from {FirstPort} on, by default.",
        }.Between(0, ushort.MaxValue);
        var noBrowser = new Option<bool>("--no-browser") { Description = "Only say the address." };
        var output = new Option<string?>("--out") { Description = "Where to write; lib/out by default." };
        var command = new Command(
            "open", "Opens the chapters in the browser, where their cells run; the default.") { port, noBrowser,
            output };
        command.SetAction((parsed, cancellation) => RunAsync(
            Repository.Find(), parsed.GetResult(port) is null ? null : parsed.GetValue(port),
            !parsed.GetValue(noBrowser), parsed.GetValue(output), cancellation));
        return command;
    }

    /// <summary>Serves until it is cancelled.</summary>
    /// <param name="repository">The course.</param>
    /// <param name="port">Where to listen; null for the first free one.</param>
    /// <param name="browser">Whether to open the browser.</param>
    /// <param name="outFolder">Where to write; null for lib/out.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<int> RunAsync(
        Repository repository, int? port, bool browser, string? outFolder, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await using LiveServer server = await LiveServer.StartAsync(
            repository, Path.GetFullPath(outFolder ?? repository.Out), port ?? FreePort(), Complain)
            .ConfigureAwait(false);
        // Not AnsiConsole, which would break the address at the screen's edge.
        Console.WriteLine($"Open in a browser: {server.AddressWithToken}");
        Console.WriteLine("Chapters are shown as stored; press Run in one, and its cells run on this machine.");
        Console.WriteLine("Ctrl-C ends it.");
        if (browser) { OpenBrowser(server.AddressForOnce()); }

        Task made = Task.Run(() => server.Site.Make(Complain), CancellationToken.None);
        _ = made.ContinueWith(
            done => Console.WriteLine(
                done.IsCompletedSuccessfully
                    ? $"All pages are made, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s after the start."
                    : $"The pages cannot be made: {done.Exception?.InnerException?.Message}"),
            TaskScheduler.Default);
        // The web host heeds SIGTERM by itself, and would stop serving without ending the program.
        using var stop = new StopSignals(cancellation);
        try { await Task.Delay(Timeout.Infinite, stop.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { Console.WriteLine("Ending the kernels …"); }

        return 0;

        static void Complain(string what) => Console.Error.WriteLine(what);
    }

    private static int FreePort()
    {
        int port = Enumerable.Range(FirstPort, Ports)
            .FirstOrDefault(each => LiveServer.IsFree(IPAddress.Loopback, each));
        if (port != FirstPort && port != 0)
        {
            Console.WriteLine(
                $"Port {FirstPort} is taken, by another 'course open' perhaps. Changes made here are kept apart.");
        }

        return port; // 0, for any, if all are taken
    }

    /// <summary>A machine without a browser shows the address all the same.</summary>
    private static void OpenBrowser(Uri address)
    {
        try
        {
            ProcessStartInfo start = OperatingSystem.IsWindows()
                ? new(address.AbsoluteUri) { UseShellExecute = true }
                : new(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address.AbsoluteUri])
                {
                    RedirectStandardError = true, RedirectStandardOutput = true,
                };
            Process.Start(start)?.Dispose();
        }
        catch (Exception problem) when (problem is Win32Exception or FileNotFoundException)
        {
            Console.WriteLine("No browser could be opened from here: copy the address.");
        }
    }
}
