using System.Runtime.InteropServices;

namespace Notebooks;

/// <summary>The running framework's own assemblies, and nothing of the host program's.</summary>
internal static class FrameworkFiles
{
    /// <summary>Their paths.</summary>
    public static IEnumerable<string> All() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => string.Equals(
                Path.GetDirectoryName(file) + Path.DirectorySeparatorChar, RuntimeEnvironment.GetRuntimeDirectory(),
                StringComparison.OrdinalIgnoreCase));
}
