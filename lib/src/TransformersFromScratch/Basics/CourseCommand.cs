namespace TransformersFromScratch;

/// <summary>
/// How a reader gets a file that is missing or damaged. This is the only place where the library names the command
/// line of the course: a cell that finds no file should say what makes one.
/// </summary>
internal static class CourseCommand
{
    /// <summary>The line to type in the folder of README.md.</summary>
    /// <param name="arguments">The command and its arguments: "lab first-tasks".</param>
    public static string Line(string arguments) => $"dotnet run --project lib/src/Course -- {arguments}";
}
