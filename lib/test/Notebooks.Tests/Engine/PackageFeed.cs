using System.IO.Compression;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Notebooks.Tests.Engine;

/// <summary>
/// A folder with packages of the test's own making, and a nuget.config that asks nobody else: what a restore does can
/// be tried without a network.
/// </summary>
internal sealed class PackageFeed
{
    private readonly string _folder;

    /// <summary>The variable would put the packages into the machine's folder, whatever nuget.config says.</summary>
    static PackageFeed() => Environment.SetEnvironmentVariable("NUGET_PACKAGES", null);

    public PackageFeed(string sessionFolder, string name = "feed")
    {
        _folder = Directory.CreateDirectory(Path.Combine(sessionFolder, name)).FullName;
        File.WriteAllText(Path.Combine(sessionFolder, "nuget.config"), """
            <configuration>
              <config><add key="globalPackagesFolder" value="restored" /></config>
              <packageSources><clear /><add key="feed" value="feed" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>Where the packages lie.</summary>
    public string Folder => _folder;

    /// <summary>
    /// A package whose assembly of the same name has a class NAME.Answer with a property Version, and what else is
    /// given.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="needs">Packages that it depends on: name and version.</param>
    /// <param name="more">Further files: path in the package, and content.</param>
    /// <param name="code">More C# in its assembly.</param>
    /// <param name="references">Assemblies that the C# refers to.</param>
    public string Add(
        string name, string version, (string Name, string Version)[]? needs = null,
        (string Path, byte[] Content)[]? more = null,
        string code = "", string[]? references = null)
    {
        string file = Path.Combine(_folder, $"{name}.{version}.nupkg");
        using ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Create);
        string dependencies = string.Concat((needs ?? []).Select(
            need => $"<dependency id=\"{need.Name}\" version=\"{need.Version}\" />"));
        Write($"{name}.nuspec", System.Text.Encoding.UTF8.GetBytes($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
            <id>{name}</id><version>{version}</version><authors>tests</authors><description>tests</description>
            <dependencies><group targetFramework="net8.0">{dependencies}</group></dependencies>
            </metadata></package>
            """));
        Write($"lib/net8.0/{name}.dll", Compiled(name, version, code, references ?? []));
        foreach (var (path, content) in more ?? []) { Write(path, content); }

        return Path.Combine(_folder, file);

        void Write(string path, byte[] content)
        {
            using Stream stream = zip.CreateEntry(path).Open();
            stream.Write(content);
        }
    }

    /// <summary>An assembly as bytes.</summary>
    public static byte[] Compiled(string name, string version, string code, params string[] references)
    {
        string plain = version.Split('-')[0];
        string text = $$"""
            [assembly: System.Reflection.AssemblyVersion("{{plain}}")]
            namespace {{name}} { public static class Answer { public static string Version => "{{version}}"; } }
            {{code}}
            """;
        string[] framework =
            [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                    || Path.GetFileName(path) == "netstandard.dll")];
        var compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(text)],
            framework.Concat(references).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return assembly.ToArray();
    }
}
