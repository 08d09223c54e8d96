using System.CommandLine;
using Shared;
using Spectre.Console;

namespace Course;

/// <summary>
/// architecture: checks that no folder uses a higher floor, and draws the floors in .github/ARCHITECTURE.md.
/// </summary>
internal static class ArchitectureCommand
{
    public static Command Create()
    {
        var write = new Option<bool>("--write")
        {
            Description = "Write the floors, as they are in the code, into .github/ARCHITECTURE.md.",
        };
        var command = new Command(
            "architecture", "Checks that every folder of the library and of the notebook engine uses only " +
                "lower floors.")
        {
            write,
        };
        command.SetAction(parsed => Check(Repository.Find(), parsed.GetValue(write)));
        return command;
    }

    private static int Check(Repository repository, bool write)
    {
        // What the library refers to lies beside it.
        if (!File.Exists(repository.Library)) { throw new CourseException(Repository.BuildFirst); }

        string path = ArchitecturePage.PathOf(repository);
        string page = File.ReadAllText(path);
        var arrows = House.All.ToDictionary(house => house, house => HouseSources.Arrows(repository, house));
        if (write && ArchitecturePage.Renewed(page, arrows) is var renewed && renewed != page)
        {
            WholeFile.Write(path, page = renewed);
            AnsiConsole.WriteLine("Written: .github/ARCHITECTURE.md");
        }

        string[] faults = [.. ArchitecturePage.Faults(repository, page, arrows)];
        foreach (string fault in faults) { Console.Error.WriteLine(fault); }

        if (faults.Length == 0) { AnsiConsole.WriteLine("Every folder uses lower floors only."); }

        return faults.Length == 0 ? 0 : 1;
    }
}
