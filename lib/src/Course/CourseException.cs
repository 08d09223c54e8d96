namespace Course;

/// <summary>Something the person at the command line can put right: the message says what and how.</summary>
public sealed class CourseException(string message) : Exception(message);
