using System.CommandLine;
using Spectre.Console;

namespace Course;

/// <summary>anatomy: computes the traces that the anatomy page and the first page show.</summary>
internal static class AnatomyCommand
{
    public static Command Create()
    {
        var command = new Command(
            "anatomy", "Computes what the trained models make of the sentences that the site's anatomy page begins " +
                "with, for that page, the first page and images/attention-moving.svg.");
        command.SetAction(_ =>
        {
            Repository repository = Repository.Find();
            CourseLibrary.Load(repository);
            IReadOnlyList<string> changed = AnatomyTraces.Write(repository);
            foreach (string name in changed) { AnsiConsole.WriteLine(name); }

            AnsiConsole.WriteLine(
                changed.Count == 0 ? "All are as they were." : $"{changed.Count} written. Build, then: course images");
            return 0;
        });
        return command;
    }
}
