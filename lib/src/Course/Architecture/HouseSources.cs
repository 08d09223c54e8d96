using Microsoft.CodeAnalysis;

namespace Course;

/// <summary>
/// Reads the sources of a project, with what all projects share, and finds the arrows between its files.
/// </summary>
internal static class HouseSources
{
    /// <summary>The arrows between the files of a project.</summary>
    public static IReadOnlyList<Arrow> Arrows(Repository repository, House house) => ArrowFinder.Find(
        Of(repository, house), References(repository, house));

    /// <summary>
    /// Each file's text by its path, as seen from the folder of the project; what is shared in Shared/.
    /// </summary>
    private static Dictionary<string, string> Of(Repository repository, House house)
    {
        string folder = Path.Combine(repository.Source, house.Project);
        return Files(folder).Select(file => (Path.GetRelativePath(folder, file), file))
            .Concat(Files(Path.Combine(repository.Source, House.Shared))
                .Select(file => ($"{House.Shared}/{Path.GetFileName(file)}", file)))
            .ToDictionary(pair => WithSlashes(pair.Item1), pair => File.ReadAllText(pair.file));
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Arrow.FolderOf(WithSlashes(Path.GetRelativePath(folder, file))) is not ("obj" or "bin"));

    private static string WithSlashes(string path) => path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Whatever this program runs on, and what lies beside the library; not the project itself.</summary>
    private static IEnumerable<MetadataReference> References(Repository repository, House house) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(Path.Combine(repository.LibraryFolder, "MathNet.Numerics.dll"))
            .Where(file => File.Exists(file) && Path.GetFileNameWithoutExtension(file) != house.Project)
            .DistinctBy(Path.GetFileName)
            .Select(file => MetadataReference.CreateFromFile(file));
}
