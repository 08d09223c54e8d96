namespace Course;

/// <summary>A place where one source file uses something that another declares.</summary>
/// <param name="From">The file that uses it, as seen from the folder of its project, with '/' in its path.</param>
/// <param name="Line">The line of that file, from 1.</param>
/// <param name="To">The file that declares it.</param>
/// <param name="Name">What is used, such as <c>Trainer.Step</c>.</param>
internal sealed record Arrow(string From, int Line, string To, string Name)
{
    /// <summary>The folder of the file that uses it.</summary>
    public string FromFolder => FolderOf(From);

    /// <summary>The folder of the file that declares it.</summary>
    public string ToFolder => FolderOf(To);

    /// <summary>The first part of a path; "." for a file that lies in no folder.</summary>
    public static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : ".";
}
