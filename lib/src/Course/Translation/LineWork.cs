using Shared;

namespace Course;

/// <summary>
/// Lines in, lines out, one after the other: one text as an argument, a file or standard input. A blank line of a file
/// gives a blank line.
/// </summary>
internal static class LineWork
{
    /// <param name="one">The text; null if they come as lines.</param>
    /// <param name="file">Where the lines are; standard input if null.</param>
    /// <param name="outputPath">Where the results go; standard output if null.</param>
    /// <param name="verb">What is done with a text, for messages.</param>
    /// <param name="load">Makes ready, and gives what makes of a line and its number the lines to write.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="CourseException">Something cannot be read, written or worked on; the message says
    /// what.</exception>
    public static void Run(
        string? one, string? file, string? outputPath, string verb, Func<Func<string, int, string>> load,
        CancellationToken cancellation)
    {
        if (one is not null && file is not null)
        {
            throw new CourseException("Give either a text or --file, not both.");
        }

        if (one is null && file is null && !Console.IsInputRedirected)
        {
            throw new CourseException(
                $"There is nothing to {verb}. Give a text in quotes, or --file in.txt, or lines on standard input.");
        }

        // Whatever cannot be read or written is said before the work, not after it.
        using Stream? input = one is null ? TextWork.Open(file) : null;
        using OutputFile? output = outputPath is { } path ? new OutputFile(path, newFolder: false) : null;
        Func<string, int, string> work = load();
        string name = file ?? "standard input";
        Action<string> write = output is null ? TextWork.ToStandardOutput() : output.Write;
        int done = 0;
        try
        {
            foreach (var (number, line) in input is null
                ? [(1, one!)]
                : new LineReader(input, name).Lines(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                bool blank = string.IsNullOrWhiteSpace(line);
                if (blank && input is null)
                {
                    throw new CourseException($"The text is empty: there is nothing to {verb}.");
                }

                write(blank ? "\n" : Worked(work, line, number, input is null ? "" : $"{name}, line {number}: "));
                done++;
            }
        }
        catch (InvalidDataException e)
        {
            throw new CourseException(e.Message);
        }

        if (done == 0) { throw new CourseException($"{name} is empty: there is nothing to {verb}."); }

        input?.Dispose(); // The output may replace the input.
        output?.Complete();
    }

    private static string Worked(Func<string, int, string> work, string line, int number, string where)
    {
        try
        {
            return work(line, number);
        }
        catch (ArgumentException e)
        {
            throw new CourseException(where + e.Message.Split(" (Parameter", 2)[0]);
        }
    }
}
