using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Notebooks;

/// <summary>What an assembly's file says of it, read without loading it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its simple name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Build">A number that no other build has: two files with the same one are the same assembly.</param>
/// <param name="Needs">The simple names of the assemblies that it refers to.</param>
internal sealed record AssemblyFile(
    string Path, string Name, Version Version, Guid Build, IReadOnlyList<string> Needs)
{
    /// <exception cref="BadImageFormatException">It is not a .NET assembly.</exception>
    public static AssemblyFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using var file = new PEReader(stream);
        if (!file.HasMetadata) { throw new BadImageFormatException($"{path} is not a .NET assembly."); }

        MetadataReader metadata = file.GetMetadataReader();
        AssemblyDefinition definition = metadata.GetAssemblyDefinition();
        return new AssemblyFile(
            path, metadata.GetString(definition.Name), definition.Version,
            metadata.GetGuid(metadata.GetModuleDefinition().Mvid),
            [.. metadata.AssemblyReferences.Select(
                handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))]);
    }
}
