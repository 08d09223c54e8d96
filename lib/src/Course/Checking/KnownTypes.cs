using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Course;

/// <summary>The types that a cell can name: those of the usings that it need not write, of files, and of the library.</summary>
internal static class KnownTypes
{
    private static readonly string[] s_namespaces =
        [.. Notebooks.CSharpEngine.ImplicitUsings, "System.IO", "MathNet.Numerics.LinearAlgebra", "TransformersFromScratch"];

    private static readonly Lazy<Compilation> s_known = new(() => CSharpCompilation.Create("names", references: Files().Select(file => MetadataReference.CreateFromFile(file))));

    /// <summary>Whether there is a type of this name, without type parameters: a generic one is named with them and is not hidden.</summary>
    public static bool Contains(string name) => s_namespaces.Any(space =>
        s_known.Value.GetTypesByMetadataName($"{space}.{name}").Any(type => type.DeclaredAccessibility == Accessibility.Public));

    private static IEnumerable<string> Files()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!, library = Repository.Find().LibraryFolder;
        return Directory.EnumerateFiles(framework, "System*.dll").Where(IsManaged).Concat(Directory.Exists(library) ? Directory.EnumerateFiles(library, "*.dll") : []);
    }

    /// <summary>On Windows native libraries lie among the framework's.</summary>
    private static bool IsManaged(string file) => !Path.GetFileName(file).Contains("Native", StringComparison.Ordinal);
}
