using System.Diagnostics;
using System.Security;
using System.Text.Json;

namespace Notebooks;

/// <summary>
/// Fetches a NuGet package the way every .NET project does: a generated project and <c>dotnet restore</c>.
/// </summary>
internal static class PackageRestore
{
    /// <summary>The paths of the assemblies of a package and of all it depends on.</summary>
    /// <exception cref="InvalidOperationException">The restore failed; the message is NuGet's own.</exception>
    public static IReadOnlyList<string> Restore(string package, string version, CancellationToken cancellation)
    {
        string folder = Path.Combine(Path.GetTempPath(), "notebooks-restore", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            string framework = $"net{Environment.Version.Major}.{Environment.Version.Minor}";
            string project = Path.Combine(folder, "restore.csproj");
            File.WriteAllText(project, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>{framework}</TargetFramework></PropertyGroup>
                  <ItemGroup>
                    <PackageReference
                      Include="{SecurityElement.Escape(package)}" Version="{SecurityElement.Escape(version)}" />
                  </ItemGroup>
                </Project>
                """);
            Run(project, package, version, cancellation);
            return AssembliesOf(Path.Combine(folder, "obj", "project.assets.json"), framework);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(string project, string package, string version, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--verbosity", "quiet", "-p:NuGetAudit=false"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project),
        };
        using Process restore = Process.Start(start)!;
        using (cancellation.Register(() => restore.Kill(entireProcessTree: true)))
        {
            Task<string> error = restore.StandardError.ReadToEndAsync(CancellationToken.None);
            string output = restore.StandardOutput.ReadToEnd() + error.Result;
            restore.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (restore.ExitCode != 0)
            {
                string says = output.Split('\n')
                    .FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? output.Trim();
                throw new InvalidOperationException(
                    $"The package {package} {version} could not be restored. NuGet says: {says} Check its name and " +
                    "version, and that this machine reaches a package source.");
            }
        }
    }

    private static List<string> AssembliesOf(string assets, string framework)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(assets));
        JsonElement root = document.RootElement;
        string[] folders = [.. root.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        var files = new List<string>();
        foreach (JsonProperty library in root.GetProperty("targets").GetProperty(framework).EnumerateObject())
        {
            if (!library.Value.TryGetProperty("runtime", out JsonElement runtime)) { continue; }

            string inside = root.GetProperty("libraries").GetProperty(library.Name).GetProperty("path").GetString()!;
            files.AddRange(runtime.EnumerateObject()
                .Where(file => file.Name.EndsWith(".dll", StringComparison.Ordinal))
                .Select(
                    file => folders.Select(folder => Path.Combine(folder, inside, file.Name))
                        .FirstOrDefault(File.Exists))
                .OfType<string>());
        }

        return files;
    }
}
