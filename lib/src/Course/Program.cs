using System.CommandLine;
using Course;

var root = new RootCommand("Transformers from Scratch in C#: runs the chapters, makes the site, checks the course.")
{
    RunCommand.Create(), WorkerCommand.Create(), CheckCommand.Create(), DoctorCommand.Create(), ImagesCommand.Create(), KernelCommand.Create(), LabCommand.Create(), TrainCommand.Create(), TranslateCommand.Create(),
};

if (Console.IsOutputRedirected) { Spectre.Console.AnsiConsole.Profile.Width = 10_000; } // a log wraps its lines by itself

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    // The first Ctrl-C ends the run in order; a second one ends the process.
    key.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation.Token);
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return 130;
}
catch (Exception problem) when (problem is CourseException or Notebooks.NotebookFormatException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
