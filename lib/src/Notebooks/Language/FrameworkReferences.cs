using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace Notebooks.Language;

/// <summary>
/// The framework's assemblies for the language service. The SDK carries them with their documentation in its reference
/// pack; where that is missing, the running framework's own serve, without documentation.
/// </summary>
internal static class FrameworkReferences
{
    public static IReadOnlyList<MetadataReference> Load()
    {
        string? pack = ReferencePack();
        IEnumerable<string> files = pack is not null
            ? Directory.EnumerateFiles(pack, "*.dll")
            : FrameworkFiles.All();
        return [.. files.Select(FrameworkFiles.Reference)];
    }

    /// <summary>
    /// DOTNET/packs/Microsoft.NETCore.App.Ref/VERSION/ref/netX.0, found from
    /// DOTNET/shared/Microsoft.NETCore.App/VERSION.
    /// </summary>
    private static string? ReferencePack()
    {
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string packs = Path.Combine(dotnet, "packs", "Microsoft.NETCore.App.Ref");
        string framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
        return !Directory.Exists(packs) ? null : Directory.EnumerateDirectories(packs)
            .Select(version => Path.Combine(version, "ref", framework))
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal)
            .LastOrDefault();
    }
}
