using System.Runtime.InteropServices;

namespace Notebooks;

/// <summary>The assemblies that the running program has brought, by simple name.</summary>
internal static class FrameworkFiles
{
    /// <summary>All of them: the framework's and the host program's own.</summary>
    public static IReadOnlyDictionary<string, string> Host { get; } =
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => file.Length > 0)
            .GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(files => files.Key!, files => files.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The paths of the framework's, and nothing of the host program's.</summary>
    public static IEnumerable<string> All() => Host.Values.Where(IsOfTheFramework);

    /// <summary>Whether a file lies in the framework's folder.</summary>
    public static bool IsOfTheFramework(string file) => string.Equals(
        Path.GetDirectoryName(file) + Path.DirectorySeparatorChar, RuntimeEnvironment.GetRuntimeDirectory(),
        StringComparison.OrdinalIgnoreCase);
}
