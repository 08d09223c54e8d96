using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Shared;

namespace Notebooks;

/// <summary>
/// Fetches NuGet packages the way every .NET project does: a generated project and <c>dotnet restore</c>. What was
/// found is remembered in a file, so that a second run needs neither a network nor the time.
/// </summary>
/// <param name="options">The notebook's folder, whose nuget.config counts, and how long a restore may take.</param>
/// <param name="tell">Told what the reader should know, though the restore has succeeded.</param>
internal sealed partial class PackageRestore(EngineOptions options, Action<string> tell)
{
    private static readonly string s_framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
    private static readonly string s_system = RuntimeInformation.RuntimeIdentifier;

    private readonly List<string> _sources = [];

    /// <summary>Adds a place that packages come from, besides those of the machine: an address or a folder.</summary>
    public void AddSource(string source)
    {
        if (!_sources.Contains(source)) { _sources.Add(source); }
    }

    /// <summary>The packages, and all they need.</summary>
    /// <exception cref="InvalidOperationException">The restore failed; the message has NuGet's own.</exception>
    public IReadOnlyList<RestoredPackage> Restore(
        IReadOnlyList<PackageRequest> requests, CancellationToken cancellation)
    {
        string memory = MemoryOf(requests);
        if (requests.All(request => request.IsExact) && RestoredPackages.TryRead(memory, s_framework) is { } known)
        {
            return known;
        }

        try { return Fetch(requests, memory, cancellation); }
        catch (RestoreException problem) when (problem.IsUnreachable && !problem.IsTooSlow && _sources.Count > 0)
        {
            // What a cell has added with #i may be gone; the machine's own sources may do without it.
            string gone = string.Join(", ", _sources);
            _sources.Clear();
            var found = Restore(requests, cancellation);
            tell($"A source that #i has added does not answer, and is left out from here on: {gone}\n");
            return found;
        }
        catch (RestoreException problem) when (problem.IsOnlyUnfinished)
        {
            return Fetch(
                [.. requests.Select(request => request.Version == PackageRequest.Newest
                    ? request with { Version = PackageRequest.NewestUnfinished } : request)], memory, cancellation);
        }
        catch (RestoreException problem) when (
            problem.IsUnreachable && RestoredPackages.TryRead(memory, s_framework) is not null)
        {
            var before = RestoredPackages.TryRead(memory, s_framework)!;
            tell("No package source answers. What an earlier run has found is used: " + string.Join(", ", before
                .Where(package => requests.Any(
                    request => string.Equals(request.Name, package.Name, StringComparison.OrdinalIgnoreCase)))
                .Select(package => $"{package.Name} {package.Version}")) + ".\n");
            return before;
        }
    }

    private List<RestoredPackage> Fetch(
        IReadOnlyList<PackageRequest> requests, string memory, CancellationToken cancellation)
    {
        string folder = Path.Combine(Path.GetTempPath(), "notebooks-restore", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            string project = Path.Combine(folder, "restore.csproj");
            File.WriteAllText(project, ProjectOf(requests));
            Run(project, requests, cancellation);
            string assets = File.ReadAllText(Path.Combine(folder, "obj", "project.assets.json"));
            Remember(memory, assets);
            return RestoredPackages.Of(assets, s_framework);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    private string ProjectOf(IReadOnlyList<PackageRequest> requests)
    {
        string? more = SecurityElement.Escape(string.Join(';', _sources));
        string packages = string.Join('\n', requests.Select(request =>
            $"    <PackageReference Include=\"{request.Name}\" " +
            $"Version=\"{SecurityElement.Escape(request.Range)}\" />"));
        return $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>{s_framework}</TargetFramework>
            <RuntimeIdentifier>{s_system}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <UseAppHost>false</UseAppHost>
            <NuGetAudit>false</NuGetAudit>
            <RestoreRootConfigDirectory>{SecurityElement.Escape(options.WorkingDirectory)}</RestoreRootConfigDirectory>
            <RestoreAdditionalProjectSources>{more}</RestoreAdditionalProjectSources>
          </PropertyGroup>
          <ItemGroup>
        {packages}
          </ItemGroup>
        </Project>
        """;
    }

    private void Run(string project, IReadOnlyList<PackageRequest> requests, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--verbosity", "quiet", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // its words are looked at below
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.RestoreLimit);
        using Process restore = Process.Start(start)!;
        restore.StandardInput.Close();
        using (limit.Token.Register(() => restore.Kill(entireProcessTree: true)))
        {
            Task<string> error = restore.StandardError.ReadToEndAsync(CancellationToken.None);
            string output = restore.StandardOutput.ReadToEnd() + error.Result;
            restore.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            string names = string.Join(", ", requests);
            if (limit.IsCancellationRequested)
            {
                throw new RestoreException(
                    $"The restore of {names} had not ended after {options.RestoreLimit.TotalSeconds:0} seconds, and " +
                    "was stopped. Check that this machine reaches its package sources: dotnet nuget list source")
                { IsUnreachable = true, IsTooSlow = true };
            }

            if (restore.ExitCode != 0) { throw Explained(names, output); }
        }
    }

    private static RestoreException Explained(string names, string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.TrimEntries);
        int error = Array.FindIndex(lines, line => line.Contains("error", StringComparison.Ordinal));
        string says = error < 0 ? output.Trim() : Prefix().Replace(lines[error], "").TrimEnd('.');
        string? nearest = lines.Skip(error + 1).FirstOrDefault(
            line => line.Contains("Nearest version", StringComparison.Ordinal));
        if (nearest is not null) { says += " " + Prefix().Replace(nearest, "").TrimStart('-', ' '); }

        return new RestoreException(
            $"{names} could not be restored. NuGet says: {says}. Check names and versions, and that this machine " +
            "reaches a package source: dotnet nuget list source")
        {
            IsOnlyUnfinished = output.Contains("NU1103", StringComparison.Ordinal),
            IsUnreachable = output.Contains("NU1301", StringComparison.Ordinal)
                || output.Contains("NU1801", StringComparison.Ordinal),
        };
    }

    /// <summary>The file that says what these requests have led to.</summary>
    private string MemoryOf(IReadOnlyList<PackageRequest> requests)
    {
        IEnumerable<string> names = requests.Select(
            request => $"{request.Name} {request.Version}".ToLowerInvariant());
        string asked = string.Join(
            '\n', (string[])[s_framework, s_system, .. names.Order(StringComparer.Ordinal), .. _sources]);
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)))[..32];
        return Path.Combine(options.PackageMemory, name + ".json");
    }

    private static void Remember(string memory, string assets)
    {
        try
        {
            WholeFile.Write(memory, assets);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Where nothing can be written, the next run restores again.
        }
    }

    [GeneratedRegex(@"^.*?restore\.csproj\s*:\s*")]
    private static partial Regex Prefix();
}

/// <summary>A restore that failed.</summary>
internal sealed class RestoreException(string message) : InvalidOperationException(message)
{
    /// <summary>There are versions, but none that is finished.</summary>
    public bool IsOnlyUnfinished { get; init; }

    /// <summary>No source has answered.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>It was stopped because it took too long.</summary>
    public bool IsTooSlow { get; init; }
}
