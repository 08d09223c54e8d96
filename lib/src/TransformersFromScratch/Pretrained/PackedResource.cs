using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TransformersFromScratch;

/// <summary>
/// A file that a .NET assembly carries inside. Where it lies is read from the assembly's tables (ECMA-335, II.22.24 and
/// II.24.2.2): the assembly is not loaded, and no code of it runs.
/// </summary>
/// <param name="Name">Its name, such as Some.Name.Resources.model.onnx.</param>
/// <param name="Start">Where it begins in the file of the assembly.</param>
/// <param name="Length">How many bytes it has.</param>
internal readonly record struct PackedResource(string Name, long Start, long Length)
{
    /// <summary>The one whose name ends as wanted.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="ending">The end of its name.</param>
    /// <exception cref="InvalidDataException">The assembly is damaged, or has no such resource.</exception>
    public static PackedResource Find(string path, string ending)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            using var assembly = new PEReader(file, PEStreamOptions.LeaveOpen);
            MetadataReader tables = assembly.GetMetadataReader();
            foreach (ManifestResource resource in tables.ManifestResources.Select(tables.GetManifestResource))
            {
                string name = tables.GetString(resource.Name);
                if (resource.Implementation.IsNil && name.EndsWith(ending, StringComparison.Ordinal))
                {
                    return At(file, assembly.PEHeaders, resource.Offset, name);
                }
            }
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException or EndOfStreamException)
        {
            throw Damaged(path, Excerpt.Of(e.Message), e);
        }

        throw Damaged(path, $"it carries no '{ending}'");
    }

    /// <summary>Resources lie one after the other, each behind its length in four bytes.</summary>
    private static PackedResource At(FileStream file, PEHeaders headers, long offset, string name)
    {
        if (headers.CorHeader is not { } runtime
            || !headers.TryGetDirectoryOffset(runtime.ResourcesDirectory, out int first))
        {
            throw new BadImageFormatException("it has no place for resources");
        }

        file.Position = Math.Min(first + offset, file.Length);
        Span<byte> bytes = new byte[sizeof(uint)];
        file.ReadExactly(bytes);
        uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return length <= file.Length - file.Position
            ? new PackedResource(name, file.Position, length)
            : throw new BadImageFormatException($"it ends before '{Excerpt.Of(name)}' does");
    }

    private static InvalidDataException Damaged(string path, string what, Exception? cause = null) =>
        new($"'{Excerpt.OfPath(path)}' is not the assembly that it should be: {what}. Delete its folder and restore " +
            "again.", cause);
}
