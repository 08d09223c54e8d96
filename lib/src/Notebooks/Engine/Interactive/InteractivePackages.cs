using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Notebooks;

/// <summary>
/// Notices when a session has .NET Interactive's packages, and joins the engine to them: compiles the bridge, lets
/// their names take the place of the engine's own, and loads the extensions of packages.
/// </summary>
internal sealed partial class InteractivePackages(
    SessionContext context, References references, Submissions submissions)
{
    /// <summary>The package that cells mean when they name .NET Interactive's types: the last that was
    /// published.</summary>
    public const string Package = "nuget: Microsoft.DotNet.Interactive, 1.0.0-beta.26120.1";

    private const string Assembly = "Microsoft.DotNet.Interactive";

    /// <summary>What a cell may see of this engine beside the packages: no name that is theirs too.</summary>
    private const string WithoutTheDialect = """
        using System.Globalization;
        [assembly: System.Reflection.AssemblyVersion("{0}")]
        namespace Notebooks
        {
            public static class StopPoint { public static void Pass() { } public static void Enter() { } }
            public sealed class KeptCulture
            {
                public static CultureInfo Keep(CultureInfo culture) => culture;
                public static CultureInfo KeepUI(CultureInfo culture) => culture;
            }
            public sealed class HtmlContent { public string Html => ""; }
        }
        """;

    private readonly HashSet<string> _looked = [];

    /// <summary>The packages, once they are there.</summary>
    public IInteractive? Bridge { get; private set; }

    /// <summary>Whether a cell that does not compile names what only the packages have.</summary>
    public bool WouldHelp(Submission submission, string code) => Bridge is null && TheirNames().IsMatch(code)
        && submission.Errors.Any(error => error.Id is "CS0103" or "CS0117" or "CS0234" or "CS0246" or "CS1061");

    /// <summary>Joins the engine to the packages if they have come.</summary>
    /// <exception cref="InvalidOperationException">They are of a kind that the bridge does not fit.</exception>
    public void Join(IInteractiveEngine engine)
    {
        if (Bridge is not null || !references.Files.Any(IsTheirs)) { return; }

        Bridge = Compiled(engine);
        submissions.Refer([HostReference()]);
    }

    /// <summary>The extensions of packages: assemblies, and scripts to run.</summary>
    public IEnumerable<(string? Assembly, string? Script)> ExtensionsOf(IEnumerable<RestoredPackage> packages)
    {
        foreach (RestoredPackage package in packages.Where(package => _looked.Add(package.Folder)))
        {
            string folder = Path.Combine(package.Folder, "interactive-extensions", "dotnet");
            if (!Directory.Exists(folder)) { continue; }

            foreach (string file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
            {
                yield return (file, null);
            }

            string script = Path.Combine(folder, "extension.dib");
            if (File.Exists(script)) { yield return (null, script); }
        }
    }

    /// <summary>Loads an extension's assembly: the one of that name that the package has brought anyway, if
    /// any.</summary>
    public Assembly Load(string file)
    {
        references.AddFile(file);
        return context.LoadFromAssemblyName(new AssemblyName(AssemblyFile.Read(file).Name));
    }

    /// <summary>Whether a file is the packages' main assembly.</summary>
    public static bool IsTheirs(string file) =>
        string.Equals(Path.GetFileNameWithoutExtension(file), Assembly, StringComparison.OrdinalIgnoreCase);

    /// <summary>This engine's assembly as cells see it beside the packages.</summary>
    public static MetadataReference HostReference()
    {
        Assembly host = typeof(InteractivePackages).Assembly;
        var image = new MemoryStream();
        Emitted(
            CSharpCompilation.Create(
                host.GetName().Name,
                [CSharpSyntaxTree.ParseText(
                    WithoutTheDialect.Replace("{0}", host.GetName().Version!.ToString(), StringComparison.Ordinal))],
                FrameworkFiles.All().Select(file => MetadataReference.CreateFromFile(file)), s_library), image);
        image.Position = 0;
        return MetadataReference.CreateFromStream(image, filePath: FrameworkFiles.Of(host));
    }

    private static readonly CSharpCompilationOptions s_library = new(
        OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release,
        nullableContextOptions: NullableContextOptions.Enable,
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    private IInteractive Compiled(IInteractiveEngine engine)
    {
        using Stream stream = typeof(InteractivePackages).Assembly.GetManifestResourceStream("Bridge.cs")!;
        using var reader = new StreamReader(stream);
        var compilation = CSharpCompilation.Create(
            $"bridge-{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(reader.ReadToEnd())],
            FrameworkFiles.All().Concat(references.Files).DistinctBy(Path.GetFileName, StringComparer.OrdinalIgnoreCase)
                .Select(file => MetadataReference.CreateFromFile(file))
                .Append(MetadataReference.CreateFromFile(
                    FrameworkFiles.Of(typeof(InteractivePackages).Assembly),
                    new MetadataReferenceProperties(aliases: ["engine"]))),
            s_library);
        using var image = new MemoryStream();
        Emitted(compilation, image);
        image.Position = 0;
        return context.LoadFromStream(image).GetType("Bridge", throwOnError: true)!
            .GetMethod("Make")!.CreateDelegate<Func<IInteractiveEngine, IInteractive>>()(engine);
    }

    private static void Emitted(CSharpCompilation compilation, MemoryStream image)
    {
        EmitResult emitted = compilation.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(
                "This version of Microsoft.DotNet.Interactive does not fit the kernel, which knows the last one: " +
                $"#r \"{Package}\". " +
                emitted.Diagnostics.First(problem => problem.Severity == DiagnosticSeverity.Error));
        }
    }

    [GeneratedRegex(
        @"Microsoft\.DotNet\.Interactive|" +
        @"\b(?:Javascript|CSS|DisplayTable|GetInputsAsync|LaTeXString|MathString)\b")]
    private static partial Regex TheirNames();
}
