using System.CommandLine;
using Spectre.Console;

namespace Course;

/// <summary>doctor: what a reader's machine has, what it misses, and what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor", "Says what this machine has for the course, what is missing, and what to do.");
        command.SetAction(
            _ => Show(
                [.. new Examination(Repository.Find(), Examination.OnPath, JupyterPaths.DataFolders()).Findings()]));
        return command;
    }

    private static int Show(IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            string mark =
                finding.Health switch
                {
                    Health.Fine => "[green]✓[/]",
                    Health.Optional => "[yellow]–[/]",
                    _ => "[red]✗[/]"
                };
            AnsiConsole.MarkupLine($"{mark} [bold]{Markup.Escape(finding.Subject)}[/]: {Markup.Escape(finding.Found)}");
            if (finding.Advice is not null) { AnsiConsole.MarkupLineInterpolated($"  [grey]{finding.Advice}[/]"); }
        }

        int missing = findings.Count(finding => finding.Health == Health.Missing);
        AnsiConsole.WriteLine(missing > 0 ? $"{missing} missing or broken."
            : "All that the first command of README.md needs is here." +
                (findings.Any(finding => finding.Health == Health.Optional)
                    ? " What else is good to have is marked with – above."
                    : ""));
        return missing == 0 ? 0 : 1;
    }
}
