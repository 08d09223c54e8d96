using System.Diagnostics;
using Notebooks;
using TransformersFromScratch;

namespace Course;

/// <summary>How a chapter's run ended.</summary>
/// <param name="Chapter">Which.</param>
/// <param name="Executed">The file of the executed notebook, or null if the chapter took its process down.</param>
/// <param name="Cell">The cell it failed in, or the last one.</param>
/// <param name="Error">Null, or what went wrong.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record ChapterResult(Chapter Chapter, string? Executed, int Cell, string? Error, TimeSpan Elapsed);

/// <summary>Runs a chapter in a process of its own.</summary>
internal static class ChapterRun
{
    // Beyond a cell's own time-out, then the process is ended.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task<ChapterResult> RunAsync(
        Chapter chapter, string output, double timeoutSeconds, Action<WorkerReport> progress,
        CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        File.Delete(output);
        using var lifeline = new Lifeline();
        var info = new ProcessStartInfo(
            Environment.ProcessPath!,
            [.. Prefix(), WorkerCommand.Name, chapter.Path, output,
                timeoutSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture), lifeline.End])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        info.Environment[Expected.StrictVariable] = "1"; // a number outside its band is an error
        using Process worker = Process.Start(info)!;
        lifeline.Started();
        worker.StandardInput.Close();
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        TimeSpan limit = TimeSpan.FromSeconds(timeoutSeconds) + s_patience;
        watch.CancelAfter(limit);

        WorkerReport last = new(0, 0, false);
        Task<string> errors = worker.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            while (await worker.StandardOutput.ReadLineAsync(watch.Token).ConfigureAwait(false) is { } line)
            {
                if (WorkerReport.TryRead(line) is { } report)
                {
                    last = report;
                    progress(report);
                    watch.CancelAfter(limit);
                }
            }

            await worker.WaitForExitAsync(watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return new ChapterResult(
                chapter, null, last.Cell,
                $"The cell gave no sign of life for {limit.TotalSeconds:0} s and its process was ended.",
                Stopwatch.GetElapsedTime(start));
        }

        string? error = last.Error;
        if (!File.Exists(output))
        {
            string said = (await errors.ConfigureAwait(false)).Trim();
            said = Quoted.Lines(said, 2000);
            error = last.Cell == 0 && said.Length > 0 ? said // it never began, and says why
                : $"The cell ended its process with exit code {worker.ExitCode}{(said.Length > 0 ? ": " + said : ".")}";
        }

        return new ChapterResult(
            chapter, File.Exists(output) ? output : null, last.Cell, error, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Under <c>dotnet Course.dll</c> the process is dotnet and needs the program's own path first.</summary>
    private static IEnumerable<string> Prefix() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? [typeof(ChapterRun).Assembly.Location] : [];
}
