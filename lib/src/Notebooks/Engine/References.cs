using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Notebooks;

/// <summary>
/// The assemblies that cells refer to. Each is loaded into the default context, with what lies beside it and it needs,
/// so that there is one copy of every type however often it is referred to.
/// </summary>
internal sealed class References : IDisposable
{
    // Simple name -> path. The cell's thread adds; whichever thread needs an assembly looks up; completion lists them.
    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _packages = new(StringComparer.OrdinalIgnoreCase); // package -> version

    public References() => AssemblyLoadContext.Default.Resolving += Resolve;

    /// <summary>The files so far.</summary>
    public IReadOnlyCollection<string> Files => [.. _files.Values];

    public void Dispose() => AssemblyLoadContext.Default.Resolving -= Resolve;

    /// <summary>
    /// Adds an assembly and, from its folder, whatever it refers to. Returns what the compiler must know of.
    /// </summary>
    public IReadOnlyList<MetadataReference> AddFile(string path)
    {
        var added = new List<MetadataReference>();
        var waiting = new Queue<string>([Path.GetFullPath(path)]);
        while (waiting.TryDequeue(out string? file))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (!_files.TryAdd(name, file)) { continue; }

            Assembly assembly = Load(file);
            added.Add(MetadataReference.CreateFromFile(assembly.Location.Length > 0 ? assembly.Location : file));
            foreach (AssemblyName needed in assembly.GetReferencedAssemblies())
            {
                string beside = Path.Combine(Path.GetDirectoryName(file)!, needed.Name + ".dll");
                if (File.Exists(beside)) { waiting.Enqueue(beside); }
            }
        }

        return added;
    }

    /// <summary>Restores a package and adds its assemblies.</summary>
    public IReadOnlyList<MetadataReference> AddPackage(string name, string version, CancellationToken cancellation)
    {
        if (_packages.TryGetValue(name, out string? loaded))
        {
            return loaded == version ? [] : throw new InvalidOperationException(
                $"{name} {loaded} is already loaded, and a process can hold only one version. Restart to " +
                $"use {version}.");
        }

        var added = PackageRestore.Restore(name, version, cancellation).SelectMany(AddFile).ToList();
        _packages[name] = version;
        return added;
    }

    /// <summary>
    /// The copy that is already there, if there is one: the host may use the same library as its cells.
    /// </summary>
    private static Assembly Load(string file)
    {
        AssemblyName name = AssemblyName.GetAssemblyName(file);
        return AssemblyLoadContext.Default.Assemblies.FirstOrDefault(loaded => loaded.GetName().Name == name.Name)
            ?? AssemblyLoadContext.Default.LoadFromAssemblyPath(file);
    }

    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name is null) { return null; }

        if (_files.TryGetValue(name.Name, out string? known)) { return context.LoadFromAssemblyPath(known); }

        string? beside = _files.Values
            .Select(file => Path.Combine(Path.GetDirectoryName(file)!, name.Name + ".dll"))
            .FirstOrDefault(File.Exists);
        return beside is null ? null : context.LoadFromAssemblyPath(beside);
    }
}
