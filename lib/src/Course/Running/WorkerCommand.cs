using System.CommandLine;
using Notebooks;

namespace Course;

/// <summary>
/// Runs one chapter in this process and writes it executed. The run starts one such process a chapter, so that a crash
/// or an endless cell of one takes nothing else down, and no chapter sees what another left behind.
/// </summary>
internal static class WorkerCommand
{
    public const string Name = "run-one";

    public static Command Create()
    {
        var chapter = new Argument<string>("chapter");
        var output = new Argument<string>("output");
        var timeout = new Argument<double>("timeout");
        var lifeline = new Argument<string?>("lifeline") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(Name, "Runs one chapter; used by run.") { chapter, output, timeout, lifeline };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(lifeline) is { } end) { Lifeline.Hold(end); }

            return RunAsync(
                parsed.GetValue(chapter)!, parsed.GetValue(output)!, parsed.GetValue(timeout), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string chapter, string output, double timeoutSeconds, CancellationToken cancellation)
    {
        TextWriter reports = Console.Out;
        void Report(WorkerReport report)
        {
            reports.WriteLine(report.ToLine());
            reports.Flush();
        }

        var notebook = Notebook.Load(chapter);
        string folder = Path.GetDirectoryName(Path.GetFullPath(chapter))!;
        Environment.CurrentDirectory = folder; // as VS Code and nbconvert do
        RunResult result = await NotebookRunner.RunAsync(notebook, new RunOptions
        {
            Engine = new EngineOptions
            {
                WorkingDirectory = folder, HelpForMissingFile = HelpForMissingFile, ShowChart = ForeignCharts.Show,
            },
            CellTimeout = TimeSpan.FromSeconds(timeoutSeconds),
            Progress = progress => Report(new WorkerReport(
                progress.Cell, progress.Cells, progress.Finished is not null,
                progress.Finished?.Error is { } error ? Summary(error) : null)),
        }, cancellation).ConfigureAwait(false);

        try { notebook.Save(output); }
        catch (IOException problem) { throw new CourseException(problem.Message); }

        Environment.Exit(result.Succeeded ? 0 : 1); // not return: a cell that was left behind may still hold a thread
        return 0;
    }

    /// <summary>What a chapter says that is opened before the library is built.</summary>
    public static string? HelpForMissingFile(string path) =>
        Path.GetFileName(path) == "TransformersFromScratch.dll"
            ? Repository.BuildFirst + " Then restart the kernel, and run the cells from the top."
            : null;

    /// <summary>
    /// What the run prints of an error: enough of it to act on, and nothing that moves the reader's cursor.
    /// </summary>
    private static string Summary(ErrorOutput error) =>
        Quoted.Lines(string.Join('\n', error.Traceback.Prepend($"{error.Name}: {error.Message}").Distinct()), 4000);
}
