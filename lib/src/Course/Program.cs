using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using Course;

// Numbers and dates are read and written alike wherever the reader lives: by every command, in the worker, in the
// kernel, on every thread.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;

var root = new RootCommand(
    "Transformers from Scratch in C#: opens the chapters, runs them, checks the course.")
{
    OpenCommand.Create(), RunCommand.Create(), SiteCommand.Create(), WorkerCommand.Create(), CheckCommand.Create(),
    TweakCommand.Create(), BandsCommand.Create(), ProgressCommand.Create(),
    DoctorCommand.Create(), ImagesCommand.Create(), KernelCommand.Create(), LabCommand.Create(), TrainCommand.Create(),
    TranslateCommand.Create(),
    SummariseCommand.Create(), AnswerCommand.Create(), CompleteCommand.Create(), EmbedCommand.Create(),
    ExportCommand.Create(),
    ArchitectureCommand.Create(), AnatomyCommand.Create(),
};
root.SetAction((_, cancellation) => OpenCommand.RunAsync(Repository.Find(), null, true, null, cancellation));
Numbers.ReadStrictly(root);

// A log wraps its lines by itself.
if (Console.IsOutputRedirected) { Spectre.Console.AnsiConsole.Profile.Width = 10_000; }

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    // The first Ctrl-C ends the run in order; a second one ends the process.
    key.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

try
{
    ParseResult parsed = root.Parse(args);
    // What is wrong is a sentence; the help is a page.
    if (parsed.Action is ParseErrorAction error) { error.ShowHelp = false; }

    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
        cancellation.Token);
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
