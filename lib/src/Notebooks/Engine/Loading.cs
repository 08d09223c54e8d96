using Microsoft.CodeAnalysis;

namespace Notebooks;

/// <summary>Carries out #r and #i: makes assemblies and packages known to the cells that follow.</summary>
internal sealed class Loading(References references, Submissions submissions, EngineOptions options)
{
    private const string Package = "nuget:";

    private readonly PackageRestore _restore = new(options, text => CellScope.Current?.Print("stderr", text));

    /// <summary>Whether a reference is to a package.</summary>
    public static bool IsPackage(CellPart.Reference reference) =>
        reference.Argument.TrimStart().StartsWith(Package, StringComparison.OrdinalIgnoreCase);

    /// <summary>Packages that stand one below the other are looked for together, so that their versions fit.</summary>
    /// <exception cref="CellException">They cannot be had; the message says why.</exception>
    public IReadOnlyList<RestoredPackage> AddPackages(
        IReadOnlyList<CellPart.Reference> lines, CodePlace place, CancellationToken cancellation)
    {
        var before = references.Packages.ToHashSet();
        try
        {
            if (options.WhyNoPackages is { } why) { throw new InvalidOperationException(why); }

            PackageRequest[] requests =
                [.. lines.Select(line => PackageRequest.Parse(line.Argument.Trim()[Package.Length..]))];
            Refer(references.AddPackages(requests, _restore, cancellation));
            return [.. references.Packages.Where(package => !before.Contains(package))];
        }
        catch (Exception problem) when (problem is FormatException or InvalidOperationException)
        {
            throw place.At(
                lines[0].Line, string.Join(" ", lines.Select(line => $"#r \"{line.Argument}\"")), problem.Message);
        }
    }

    /// <summary>Adds an assembly file.</summary>
    /// <exception cref="CellException">It cannot be had; the message says why.</exception>
    public void AddFile(CellPart.Reference line, CodePlace place)
    {
        string directive = $"#r \"{line.Argument}\"";
        string path = Path.GetFullPath(line.Argument, place.Folder);
        if (!File.Exists(path))
        {
            throw place.At(line.Line, directive, options.HelpForMissingFile(path)
                ?? $"There is no file {line.Argument} (looked for {path}). Build it first, or mend the path.");
        }

        try { Refer(references.AddFile(path)); }
        catch (BadImageFormatException)
        {
            throw place.At(line.Line, directive, $"{line.Argument} is not a .NET assembly.");
        }
        catch (InvalidOperationException problem) { throw place.At(line.Line, directive, problem.Message); }
    }

    /// <summary>Adds a place that packages come from.</summary>
    /// <exception cref="CellException">It is neither an address nor a folder.</exception>
    public void AddSource(CellPart.PackageSource line, CodePlace place)
    {
        string source = line.Argument.Trim();
        if (source.StartsWith(Package, StringComparison.OrdinalIgnoreCase))
        {
            source = source[Package.Length..].Trim();
        }

        if (Uri.TryCreate(source, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
        {
            _restore.AddSource(source);
            return;
        }

        string folder = Path.GetFullPath(source, place.Folder);
        _restore.AddSource(Directory.Exists(folder) && !folder.Contains(';', StringComparison.Ordinal) ? folder
            : throw place.At(
                line.Line, $"#i \"{line.Argument}\"",
                $"There is no folder {source} with packages (looked for {folder}), and it is no http address."));
    }

    private void Refer(IReadOnlyList<AssemblyFile> files)
    {
        if (files.Count == 0) { return; }

        submissions.Refer([.. files.Select(file => FrameworkFiles.Reference(file.Path))]);
    }
}
