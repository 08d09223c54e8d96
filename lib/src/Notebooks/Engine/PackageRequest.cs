namespace Notebooks;

/// <summary>A package as a cell asks for it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">
/// As the cell says it: a version, which is meant exactly; one with a * (the newest that fits); a range in brackets; or
/// "*" where it says none: the newest.
/// </param>
internal sealed record PackageRequest(string Name, string Version)
{
    /// <summary>The newest, and what is newer still but not finished, for packages that have nothing else.</summary>
    public const string Newest = "*", NewestUnfinished = "*-*";

    /// <summary>Whether it means one version and no other.</summary>
    public bool IsExact => !Version.Contains('*', StringComparison.Ordinal) && Version[0] is not ('[' or '(');

    /// <summary>As NuGet writes it.</summary>
    public string Range => IsExact ? $"[{Version}]" : Version;

    /// <summary>What stands behind "nuget:" in a directive.</summary>
    /// <exception cref="FormatException">It is not a name, or a name and a version.</exception>
    public static PackageRequest Parse(string argument)
    {
        string[] parts = argument.Split(',', 2, StringSplitOptions.TrimEntries);
        bool isName = parts[0].Length > 0
            && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        bool isVersion = parts.Length == 1 || (parts[1].Length > 0
            && parts[1].All(c => char.IsAsciiLetterOrDigit(c) || "*.-+[](), ".Contains(c, StringComparison.Ordinal)));
        return isName && isVersion ? new PackageRequest(parts[0], parts is [_, var version] ? version : Newest)
            : throw new FormatException(
                "Write the package, and its version if you want a certain one: #r \"nuget: MathNet.Numerics, 5.0.0\".");
    }

    /// <summary>Whether a version that is loaded serves; of a range only the restore can tell, so that it does
    /// not.</summary>
    public bool Allows(string loaded)
    {
        if (Version is Newest or NewestUnfinished) { return true; }

        int star = Version.IndexOf('*', StringComparison.Ordinal);
        return star >= 0
            ? loaded.StartsWith(Version[..star], StringComparison.OrdinalIgnoreCase)
            : string.Equals(Trimmed(loaded), Trimmed(Version), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>1.2.0.0 and 1.2.0, and 1.2, are one version; what follows a + does not count.</summary>
    private static string Trimmed(string version)
    {
        version = version.Split('+')[0];
        while (version.EndsWith(".0", StringComparison.Ordinal) && !version.Contains('-', StringComparison.Ordinal))
        {
            version = version[..^2];
        }

        return version;
    }

    public override string ToString() => Version is Newest or NewestUnfinished ? Name : $"{Name} {Version}";
}

/// <summary>A package on this machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that was found.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Assemblies">The files of its assemblies, for this framework and system.</param>
/// <param name="Natives">The files of its native libraries, for this system.</param>
internal sealed record RestoredPackage(
    string Name, string Version, string Folder, IReadOnlyList<string> Assemblies, IReadOnlyList<string> Natives);
