using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Notebooks;

/// <summary>
/// Where the cells of a session and the assemblies they refer to are loaded: apart from the kernel's own, so that a
/// reader may use another version of a package than the kernel does.
/// </summary>
internal sealed class SessionContext() : AssemblyLoadContext("cells")
{
    // The cell's thread adds; whichever thread needs an assembly looks up.
    private readonly ConcurrentDictionary<string, string> _own = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _native = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _folders = new();

    /// <summary>From now on an assembly of this name comes from this file.</summary>
    public void Add(AssemblyFile file)
    {
        _own[file.Name] = file.Path;
        _folders[Path.GetDirectoryName(file.Path)!] = true;
    }

    /// <summary>From now on a native library of this file's name comes from it.</summary>
    public void AddNative(string path) => _native[Path.GetFileName(path)] = path;

    protected override Assembly? Load(AssemblyName name)
    {
        if (name.Name is null) { return null; }

        if (_own.TryGetValue(name.Name, out string? file)) { return LoadFromAssemblyPath(file); }

        // What was not named, but lies beside something that was; what the host has too is the host's.
        return FrameworkFiles.Host.ContainsKey(name.Name) ? null
            : _folders.Keys.Select(folder => Path.Combine(folder, name.Name + ".dll")).FirstOrDefault(File.Exists)
                is { } beside ? LoadFromAssemblyPath(beside) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (string name in NamesOf(unmanagedDllName))
        {
            if (_native.TryGetValue(name, out string? file)) { return LoadUnmanagedDllFromPath(file); }

            string? beside = _folders.Keys.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
            if (beside is not null) { return LoadUnmanagedDllFromPath(beside); }
        }

        return 0;
    }

    /// <summary>How a library of this name may be called on this system.</summary>
    private static IEnumerable<string> NamesOf(string name)
    {
        string ending = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? ".dll"
            : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? ".dylib" : ".so";
        return [name, name + ending, "lib" + name, "lib" + name + ending];
    }
}
