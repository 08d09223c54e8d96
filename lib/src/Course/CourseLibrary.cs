using System.Runtime.Loader;

namespace Course;

/// <summary>The course's library, for commands that compute something with it themselves.</summary>
internal static class CourseLibrary
{
    /// <summary>
    /// From now on the library and what it needs are found in lib/bin. Call it before a method that names one of its
    /// types.
    /// </summary>
    public static void Load(Repository repository)
    {
        if (!File.Exists(repository.Library)) { throw new CourseException(Repository.BuildFirst); }

        AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(
            repository.LibraryFolder, name.Name + ".dll") is var file && File.Exists(file)
            ? context.LoadFromAssemblyPath(file)
            : null;
    }
}
