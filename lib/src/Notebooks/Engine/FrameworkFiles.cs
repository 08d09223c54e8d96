using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace Notebooks;

/// <summary>
/// The assemblies that the running program has brought, by simple name. In a browser an assembly has no file of its
/// own; whoever starts the engine there lays copies into <see cref="BrowserFolder"/>, and all else is the same.
/// </summary>
internal static class FrameworkFiles
{
    /// <summary>Where a page keeps the framework's assemblies and this one's.</summary>
    public const string BrowserFolder = "/framework/";

    /// <summary>All of them: the framework's and the host program's own.</summary>
    public static IReadOnlyDictionary<string, string> Host { get; } =
        Paths().Where(file => file.Length > 0)
            .GroupBy(Path.GetFileNameWithoutExtension, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(files => files.Key!, files => files.First(), StringComparer.OrdinalIgnoreCase);

    private static readonly string s_folder =
        OperatingSystem.IsBrowser() ? BrowserFolder : RuntimeEnvironment.GetRuntimeDirectory();

    /// <summary>The paths of the framework's, and nothing of the host program's.</summary>
    public static IEnumerable<string> All() => Host.Values.Where(IsOfTheFramework);

    /// <summary>Whether a file lies in the framework's folder.</summary>
    public static bool IsOfTheFramework(string file) => string.Equals(
        Path.GetDirectoryName(file) + Path.DirectorySeparatorChar, s_folder, StringComparison.OrdinalIgnoreCase);

    /// <summary>The file of an assembly of the host program.</summary>
    public static string Of(Assembly assembly) =>
        OperatingSystem.IsBrowser() ? $"{BrowserFolder}{assembly.GetName().Name}.dll" : assembly.Location;

    /// <summary>A reference that knows the documentation in the .xml beside the assembly, if there is one.</summary>
    public static MetadataReference Reference(string file)
    {
        string xml = Path.ChangeExtension(file, ".xml");
        return MetadataReference.CreateFromFile(file, documentation:
            File.Exists(xml) ? new AssemblyDocumentation(xml) : null);
    }

    private static IEnumerable<string> Paths() => OperatingSystem.IsBrowser()
        ? Directory.EnumerateFiles(BrowserFolder, "*.dll")
        : ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
}
