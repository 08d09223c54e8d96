namespace Course;

/// <summary>What cannot be written is one sentence to the reader, wherever a command writes.</summary>
internal static class Writing
{
    /// <param name="write">Writes, or gets ready to.</param>
    /// <param name="wrong">What to say before the system's reason; a <c>WholeFile</c> says it itself.</param>
    /// <exception cref="CourseException">It could not; the message says why.</exception>
    public static T Try<T>(Func<T> write, string wrong)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CourseException(
                e.Message.StartsWith("Cannot write ", StringComparison.Ordinal) ? e.Message : $"{wrong}: {e.Message}");
        }
    }
}
