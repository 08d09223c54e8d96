namespace Course;

/// <summary>What the laboratory's commands read.</summary>
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
}
