using System.CommandLine;
using Notebooks;
using Notebooks.Jupyter;
using Spectre.Console;

namespace Course;

/// <summary>kernel: makes the course's C# kernel known to Jupyter front ends, and runs it for them.</summary>
internal static class KernelCommand
{
    public static Command Create()
    {
        var user = new Option<bool>("--user") { Description = "For this user; the default." };
        var prefix = new Option<string?>("--prefix")
        { Description = "Under DIR/share/jupyter instead, as in a virtual environment." };
        var name = new Option<string>("--name")
        { Description = "The kernel's name.", DefaultValueFactory = _ => KernelSpec.DefaultName };
        var install = new Command(
            "install", "Writes a kernelspec, so that Jupyter front ends offer the kernel. Needs no Python.") { user,
            prefix, name };
        install.SetAction(parsed => Guarded("installed", () =>
        {
            foreach (string folder in KernelSpec.Install(
                JupyterPaths.DataFolder(parsed.GetValue(prefix)), parsed.GetValue(name)!))
            {
                AnsiConsole.WriteLine($"Wrote {folder}");
            }

            AnsiConsole.WriteLine("Restart the front end, open a chapter, and choose the kernel if it asks.");
        }));

        var uninstall = new Command(
            "uninstall", "Removes what install wrote, and nothing else.") { user, prefix, name };
        uninstall.SetAction(parsed => Guarded("removed", () =>
        {
            IReadOnlyList<string> removed = KernelSpec.Uninstall(
                JupyterPaths.DataFolder(parsed.GetValue(prefix)), parsed.GetValue(name)!);
            foreach (string folder in removed) { AnsiConsole.WriteLine($"Removed {folder}"); }

            if (removed.Count == 0) { AnsiConsole.WriteLine("There is nothing here that install wrote."); }
        }));

        var file = new Argument<string>("connection-file");
        var start = new Command("start", "Serves a Jupyter client; started by it.") { file };
        start.Hidden = true;
        start.SetAction(async parsed =>
        {
            TextWriter log = Console.Error; // taken before the engine captures the console for its cells
            var options = new EngineOptions
            {
                HelpForMissingFile = WorkerCommand.HelpForMissingFile, ShowChart = ForeignCharts.Show,
            };
            try
            {
                await JupyterKernel.RunAsync(
                    parsed.GetValue(file)!, options, line => log.WriteLine($"[C# kernel] {line}"))
                        .ConfigureAwait(false);
                Environment.Exit(0); // not return: a cell that was left behind may still hold a thread
                return 0;
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException)
            {
                throw new CourseException(problem.Message);
            }
        });
        return new Command(
            "kernel", "The course's own C# kernel for Jupyter front ends.") { install, uninstall, start };
    }

    /// <summary>What the disk, or its owner, refuses is a sentence.</summary>
    private static int Guarded(string done, Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception problem)
            when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CourseException(
                $"The kernel cannot be {done}: {problem.Message.TrimEnd('.')}. Name a folder that you may write to, " +
                "and that has room: --prefix DIR");
        }
    }
}
