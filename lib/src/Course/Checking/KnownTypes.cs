using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Course;

/// <summary>
/// The types that a cell can name: those of the usings that it need not write, of files, and of the library.
/// </summary>
internal static class KnownTypes
{
    private const string Library = "TransformersFromScratch"; // its assembly and its namespace

    private static readonly string[] s_namespaces =
        [.. Notebooks.CSharpEngine.ImplicitUsings, "System.IO", "MathNet.Numerics.LinearAlgebra", Library];

    private static readonly Lazy<Compilation> s_known = new(() => CSharpCompilation.Create("names",
        references: Files().Select(file => MetadataReference.CreateFromFile(file))));

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, bool>> s_types = [];

    /// <summary>
    /// Whether there is a type of this name, without type parameters: a generic one is named with them and is not
    /// hidden.
    /// </summary>
    public static bool Contains(string name) =>
        s_namespaces.Any(space => TypesIn(space).TryGetValue(name, out bool isPublic) && isPublic);

    /// <summary>
    /// Whether code can name such a type that stands in one of these namespaces, or uses them; there it may be
    /// internal.
    /// </summary>
    public static bool Contains(string name, IEnumerable<string> namespaces) =>
        Contains(name) || namespaces.Any(space => TypesIn(space).ContainsKey(name));

    /// <summary>
    /// The names of a namespace's types, and whether each is public: others than the library's are public.
    /// </summary>
    private static IReadOnlyDictionary<string, bool> TypesIn(string name) => s_types.GetOrAdd(name, _ =>
    {
        INamespaceSymbol? space = s_known.Value.GlobalNamespace;
        foreach (string part in name.Split('.'))
        {
            space = space?.GetNamespaceMembers().FirstOrDefault(inner => inner.Name == part);
        }

        IEnumerable<INamedTypeSymbol> types = space?.GetTypeMembers() ?? [];
        return types.Where(type => type.Arity == 0 && (IsPublic(type) || type.ContainingAssembly.Name == Library))
            .GroupBy(type => type.Name).ToDictionary(same => same.Key, same => same.Any(IsPublic));
    });

    private static bool IsPublic(INamedTypeSymbol type) => type.DeclaredAccessibility == Accessibility.Public;

    private static IEnumerable<string> Files()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!,
            library = Repository.Find().LibraryFolder;
        return Directory.EnumerateFiles(framework, "System*.dll").Where(IsManaged)
            .Concat(Directory.Exists(library) ? Directory.EnumerateFiles(library, "*.dll") : []);
    }

    /// <summary>On Windows native libraries lie among the framework's.</summary>
    private static bool IsManaged(string file) => !Path.GetFileName(file).Contains("Native", StringComparison.Ordinal);
}
