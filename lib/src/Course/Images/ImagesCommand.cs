using System.CommandLine;
using Spectre.Console;

namespace Course;

/// <summary>images: draws all that images/ holds, which README and chapters show.</summary>
internal static class ImagesCommand
{
    public static Command Create()
    {
        var command = new Command(
            "images", "Draws the pictures in images/: the paper's figures, and a thumbnail a chapter from " +
                "its outputs.");
        command.SetAction(_ =>
        {
            Repository repository = Repository.Find();
            var unread = new Dictionary<string, string>();
            IReadOnlyList<string> changed = CourseImages.Write(repository, repository.Chapters(), unread);
            foreach (string problem in unread.Values) { Console.Error.WriteLine(problem); }

            foreach (string name in changed) { AnsiConsole.WriteLine($"images/{name}"); }

            AnsiConsole.WriteLine(changed.Count == 0 ? "All pictures are up to date." : $"{changed.Count} written.");
            return unread.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
