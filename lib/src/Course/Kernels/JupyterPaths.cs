namespace Course;

/// <summary>Where Jupyter front ends look for kernels (jupyter_core documentation, "Data files").</summary>
internal static class JupyterPaths
{
    /// <summary>The data folder to write to: under a prefix, or the user's own.</summary>
    public static string DataFolder(string? prefix)
    {
        if (prefix is not null) { return Path.Combine(Path.GetFullPath(prefix), "share", "jupyter"); }

        if (Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } named) { return named; }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
            : Path.Combine(
                Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data
                    ? data
                    : Path.Combine(home, ".local", "share"), "jupyter");
    }

    /// <summary>
    /// The data folders in which a front end looks, the first that has a kernel of a name wins; and the given one.
    /// </summary>
    public static IReadOnlyList<string> DataFolders(string? alsoIn = null)
    {
        string? environment = Environment.GetEnvironmentVariable("VIRTUAL_ENV")
            ?? Environment.GetEnvironmentVariable("CONDA_PREFIX");
        IEnumerable<string?> folders =
        [
            .. (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            alsoIn, DataFolder(null), environment is { Length: > 0 } ? DataFolder(environment) : null,
            .. OperatingSystem.IsWindows()
                ? new[] { Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "jupyter") }
                : ["/usr/local/share/jupyter", "/usr/share/jupyter"],
        ];
        return [.. folders.OfType<string>().Distinct()];
    }

    /// <summary>The folders in which a front end would find a kernel of this name.</summary>
    public static IEnumerable<string> WhereInstalled(string name, string dataFolder) =>
        DataFolders(dataFolder).Select(folder => Path.Combine(folder, "kernels", name)).Where(Directory.Exists);
}
