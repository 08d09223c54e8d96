using System.Text.RegularExpressions;
using Notebooks;

namespace Course;

/// <summary>
/// What the reader has solved on this machine: the file that the library's checks write
/// (TransformersFromScratch.Progress).
/// </summary>
internal static partial class Solved
{
    /// <summary>Where it lies, from the repository's root.</summary>
    public const string File = "lib/out/progress.txt";

    /// <summary>The ids of what is solved; none if nothing has been recorded yet.</summary>
    /// <exception cref="CourseException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlySet<string> Read(Repository repository)
    {
        string path = Path.Combine(repository.Out, "progress.txt");
        string[] lines;
        try
        {
            lines = Directory.Exists(path) ? throw new IOException("it is a folder") : System.IO.File.Exists(path)
                ? System.IO.File.ReadAllLines(path)
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CourseException($"{File} cannot be read: {e.Message.TrimEnd('.')}.");
        }

        int wrong = Array.FindIndex(lines, line => line.Trim().Length > 0 && !Id().IsMatch(line.Trim()));
        return wrong < 0 ? lines.Select(line => line.Trim()).Where(line => line.Length > 0).ToHashSet()
            : throw new CourseException(
                $"{File} is damaged: line {wrong + 1} is '{Quoted.Of(lines[wrong])}', not such as 01.2. Delete the " +
                "file: your solutions are in your notebooks, and are recorded again when you run their cells.");
    }

    [GeneratedRegex(@"^\d\d\.\w+$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
