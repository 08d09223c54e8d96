namespace Course;

/// <summary>Something that is not as it should be.</summary>
/// <param name="File">The file, as seen from the folder of README.md.</param>
/// <param name="Where">The place in it, such as "code cell 3", or empty.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Problem(string File, string Where, string What, string Remedy);
