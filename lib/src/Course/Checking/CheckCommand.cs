using System.CommandLine;
using Spectre.Console;

namespace Course;

/// <summary>check: says what is not as it should be about the committed chapters, README and images.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var fix = new Option<bool>("--fix")
        { Description = "Put the metadata right, such as after Polyglot Notebooks saved a chapter." };
        var notebooks = new Option<string?>("--notebooks")
        { Description = "The folder of the chapters; notebooks by default." };
        var command = new Command(
            "check", "Checks the chapters' metadata, outputs, sizes, links and images.") { fix, notebooks };
        command.SetAction(parsed => Check(Repository.Find(), parsed.GetValue(notebooks), parsed.GetValue(fix)));
        return command;
    }

    private static int Check(Repository repository, string? notebooks, bool fix)
    {
        string folder = Path.GetFullPath(notebooks ?? repository.Notebooks);
        if (!Directory.Exists(folder)) { throw new CourseException($"There is no folder {folder}."); }

        var check = new CourseCheck(repository, folder);
        if (fix)
        {
            foreach (string file in check.Fix()) { AnsiConsole.WriteLine($"Put right: {file}"); }
        }

        IReadOnlyList<Problem> problems = check.Problems();
        foreach (var file in problems.GroupBy(problem => problem.File))
        {
            AnsiConsole.MarkupLineInterpolated($"[bold]{file.Key}[/]");
            foreach (Problem problem in file)
            {
                AnsiConsole.MarkupLineInterpolated(
                    $"  [red]✗[/] {(problem.Where == "" ? "" : problem.Where + ": ")}{problem.What}");
                AnsiConsole.MarkupLineInterpolated($"    [grey]{problem.Remedy}[/]");
            }
        }

        AnsiConsole.WriteLine(
            problems.Count == 0 ? "Everything is as it should be." : $"{problems.Count} " +
                $"problem{(problems.Count == 1 ? "" : "s")}.");
        return problems.Count == 0 ? 0 : 1;
    }
}
