using Spectre.Console;

namespace Course;

/// <summary>What the laboratory's commands read, and the files of runs that they complete.</summary>
internal static class LabFiles
{
    /// <summary>What is wrong with a file is said in one line.</summary>
    /// <exception cref="CourseException">It is missing or damaged, or cannot be read.</exception>
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CourseException(e.Message);
        }
    }

    /// <summary>The runs that a file has; none if it is not there.</summary>
    /// <exception cref="CourseException">It is damaged, or cannot be read.</exception>
    public static List<TRun> Runs<TRun>(string path, Func<string, IReadOnlyList<TRun>> load) =>
        File.Exists(path) ? [.. Read(() => load(path))] : [];

    /// <summary>
    /// Makes the runs that a file has not. After each of them the file is written, so that a command that is stopped
    /// loses no other, and goes on where it was.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="load">Reads it.</param>
    /// <param name="save">Writes it, in the order that it likes.</param>
    /// <param name="trials">What is to be run.</param>
    /// <param name="isOf">Whether a run is that of a trial.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="tell">A run as a line to print.</param>
    /// <exception cref="CourseException">The file is damaged, or cannot be read.</exception>
    public static void Complete<TTrial, TRun>(
        string path, Func<string, IReadOnlyList<TRun>> load, Action<string, IEnumerable<TRun>> save,
        IEnumerable<TTrial> trials, Func<TTrial, TRun, bool> isOf, Func<TTrial, TRun> run, Func<TRun, string> tell)
    {
        List<TRun> runs = Runs(path, load);
        foreach (TTrial trial in trials)
        {
            if (runs.Exists(old => isOf(trial, old))) { continue; }

            TRun made = run(trial);
            runs.Add(made);
            save(path, runs);
            AnsiConsole.WriteLine(tell(made));
        }
    }
}
