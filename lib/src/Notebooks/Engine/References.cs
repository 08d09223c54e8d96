using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace Notebooks;

/// <summary>
/// The assemblies that cells refer to, with what each needs and lies beside it. The very same build that the host has
/// is the host's, so that there is one copy of every type; any other is loaded apart, for the session alone.
/// </summary>
internal sealed class References(SessionContext context)
{
    // By simple name. The cell's thread adds; completion lists them from another.
    private readonly ConcurrentDictionary<string, AssemblyFile> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, RestoredPackage> _packages = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The files so far.</summary>
    public IReadOnlyCollection<string> Files => [.. _files.Values.Select(file => file.Path)];

    /// <summary>The packages so far, those that others need among them.</summary>
    public IReadOnlyCollection<RestoredPackage> Packages => _packages.Values;

    /// <summary>
    /// Adds an assembly and, from its folder, whatever it refers to. Returns what the compiler must know of.
    /// </summary>
    /// <exception cref="BadImageFormatException">It is not a .NET assembly.</exception>
    /// <exception cref="InvalidOperationException">It needs a newer build of something that is loaded.</exception>
    public IReadOnlyList<AssemblyFile> AddFile(string path)
    {
        var added = new List<AssemblyFile>();
        var waiting = new Queue<string>([Path.GetFullPath(path)]);
        while (waiting.TryDequeue(out string? file))
        {
            AssemblyFile assembly = AssemblyFile.Read(file);
            if (!Add(assembly, Path.GetFileName(path))) { continue; }

            added.Add(assembly);
            foreach (string needed in assembly.Needs)
            {
                string beside = Path.Combine(Path.GetDirectoryName(file)!, needed + ".dll");
                if (File.Exists(beside)) { waiting.Enqueue(beside); }
            }
        }

        return added;
    }

    /// <summary>Adds packages with all they need; those that are there already stay as they are.</summary>
    /// <exception cref="InvalidOperationException">A restore failed, or brings another version of something that is
    /// loaded.</exception>
    public IReadOnlyList<AssemblyFile> AddPackages(
        IReadOnlyList<PackageRequest> requests, PackageRestore restore, CancellationToken cancellation)
    {
        PackageRequest[] missing = [.. requests.Where(request => !IsLoaded(request))];
        if (missing.Length == 0) { return []; }

        IReadOnlyList<RestoredPackage> restored = restore.Restore(missing, cancellation);
        string names = string.Join(", ", missing.Select(request => request.Name));
        // Looked at before anything is added: after a conflict the session is as it was.
        AssemblyFile[] files = [.. restored.SelectMany(package => package.Assemblies).Select(AssemblyFile.Read)];
        foreach (AssemblyFile file in files) { CheckVersion(file, names); }

        foreach (string native in restored.SelectMany(package => package.Natives)) { context.AddNative(native); }

        foreach (RestoredPackage package in restored) { _packages.TryAdd(package.Name, package); }

        return [.. files.Where(file => Add(file, names))];
    }

    private bool IsLoaded(PackageRequest request)
    {
        if (!_packages.TryGetValue(request.Name, out RestoredPackage? loaded)) { return false; }

        return request.Allows(loaded.Version) ? true : throw new InvalidOperationException(
            $"{loaded.Name} {loaded.Version} is already loaded, and a session can hold only one version. Restart to " +
            $"use {request.Version}.");
    }

    private bool Add(AssemblyFile file, string askedBy)
    {
        CheckVersion(file, askedBy);
        // What the framework has, as new or newer, is the framework's.
        if (FrameworkFiles.Host.TryGetValue(file.Name, out string? own) && FrameworkFiles.IsOfTheFramework(own)
            && AssemblyFile.Read(own).Version >= file.Version)
        {
            return false;
        }

        if (!_files.TryAdd(file.Name, file)) { return false; }

        if (!IsTheHosts(file)) { context.Add(file); }
        return true;
    }

    private void CheckVersion(AssemblyFile file, string askedBy)
    {
        if (_files.TryGetValue(file.Name, out AssemblyFile? there) && there.Version < file.Version)
        {
            throw new InvalidOperationException(
                $"{askedBy} needs {file.Name} {file.Version}, and {there.Version} is already loaded (from " +
                $"{there.Path}). A session can hold only one: restart, and refer to {askedBy} first.");
        }
    }

    private static bool IsTheHosts(AssemblyFile file)
    {
        Assembly? loaded = AssemblyLoadContext.Default.Assemblies.FirstOrDefault(
            assembly => string.Equals(assembly.GetName().Name, file.Name, StringComparison.OrdinalIgnoreCase));
        return loaded is not null ? loaded.ManifestModule.ModuleVersionId == file.Build
            : FrameworkFiles.Host.TryGetValue(file.Name, out string? hosts)
                && AssemblyFile.Read(hosts).Build == file.Build;
    }
}
