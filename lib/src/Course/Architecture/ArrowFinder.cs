using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course;

/// <summary>Finds which source file uses what another declares, as the compiler understands names.</summary>
/// <remarks>
/// Only names in code are followed. A value without a named type, such as <c>var x = F()</c>, needs no arrow of its
/// own: F names the type, so an arrow leads from F to it, and F itself is on a lower floor. Comments are not read: a
/// comment may point to whatever helps its reader.
/// </remarks>
internal sealed class ArrowFinder
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; " +
        "global using System.Linq; global using System.Net.Http; global using System.Threading; " +
        "global using System.Threading.Tasks;";

    private readonly SyntaxTree[] _trees;
    private readonly CSharpCompilation _compilation;
    private readonly ILookup<string, string> _declaredIn; // a name, and the files that declare something of that name

    private ArrowFinder(SyntaxTree[] trees, CSharpCompilation compilation)
    {
        (_trees, _compilation) = (trees, compilation);
        _declaredIn = trees
            .SelectMany(tree => DeclaredNames(tree.GetRoot()).Select(name => (Name: name, tree.FilePath)))
            .Distinct().ToLookup(declared => declared.Name, declared => declared.FilePath, StringComparer.Ordinal);
    }

    /// <summary>
    /// All arrows between files, file by file, in the order of their lines; one arrow a line and thing.
    /// </summary>
    /// <param name="sources">Each file's text by its path, as seen from the folder of the project.</param>
    /// <param name="references">The assemblies that the sources need.</param>
    public static IReadOnlyList<Arrow> Find(
        IReadOnlyDictionary<string, string> sources, IEnumerable<MetadataReference> references)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.None);
        SyntaxTree[] trees = [.. sources.OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key))];
        var compilation = CSharpCompilation.Create(
            "Arrows", [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        var finder = new ArrowFinder(trees, compilation);
        return [.. finder._trees.AsParallel().AsOrdered().SelectMany(finder.Of)];
    }

    private IEnumerable<Arrow> Of(SyntaxTree tree)
    {
        SemanticModel model = _compilation.GetSemanticModel(tree);
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            // To ask the compiler is slow, so it is asked only about names that another file declares.
            if (!_declaredIn[name.Identifier.ValueText].Any(file => file != tree.FilePath)
                || Meaning(name, model) is not { } symbol) { continue; }

            string[] homes = [.. symbol.DeclaringSyntaxReferences
                .Select(place => place.SyntaxTree.FilePath).Order(StringComparer.Ordinal)];
            if (homes.Length == 0 || homes.Contains(tree.FilePath)) { continue; }

            // A type in parts: the part in the same folder, if there is one, otherwise the first.
            string home = homes.FirstOrDefault(
                file => Arrow.FolderOf(file) == Arrow.FolderOf(tree.FilePath)) ?? homes[0];
            int line = tree.GetLineSpan(name.Span).StartLinePosition.Line + 1;
            yield return new Arrow(tree.FilePath, line, home, NameOf(symbol));
        }
    }

    private static ISymbol? Meaning(SimpleNameSyntax name, SemanticModel model)
    {
        SymbolInfo found = model.GetSymbolInfo(name);
        ISymbol? symbol = found.Symbol ?? found.CandidateSymbols.FirstOrDefault();
        symbol = symbol switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } => symbol.ContainingType, // an attribute
            IMethodSymbol { ReducedFrom: { } extension } => extension,
            _ => symbol,
        };
        return symbol is null or INamespaceSymbol ? null : symbol.OriginalDefinition;
    }

    /// <summary>Names of types and their members. An attribute is used without the end of its name.</summary>
    private static IEnumerable<string> DeclaredNames(SyntaxNode root) => root.DescendantNodes().SelectMany(
        IEnumerable<string> (node) => node switch
        {
            RecordDeclarationSyntax { ParameterList: { } properties } record =>
                [record.Identifier.ValueText, .. properties.Parameters.Select(p => p.Identifier.ValueText)],
            BaseTypeDeclarationSyntax type => Both(type.Identifier.ValueText),
            DelegateDeclarationSyntax type => [type.Identifier.ValueText],
            MethodDeclarationSyntax member => [member.Identifier.ValueText],
            PropertyDeclarationSyntax member => [member.Identifier.ValueText],
            EventDeclarationSyntax member => [member.Identifier.ValueText],
            EnumMemberDeclarationSyntax member => [member.Identifier.ValueText],
            BaseFieldDeclarationSyntax members => members.Declaration.Variables.Select(v => v.Identifier.ValueText),
            _ => [],
        });

    private static IEnumerable<string> Both(string type) => type.EndsWith("Attribute", StringComparison.Ordinal)
        ? [type, type[..^"Attribute".Length]] : [type];

    private static string NameOf(ISymbol symbol) =>
        symbol is INamedTypeSymbol ? symbol.Name : $"{symbol.ContainingType?.Name}.{symbol.Name}";
}
