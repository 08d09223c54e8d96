using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Notebooks.Language;

namespace Notebooks.InThePage;

/// <summary>
/// Completion and documentation by the compiler alone. Roslyn's own services (LanguageService) would double what a
/// reader loads; they know more of what fits, and the documentation of the framework.
/// </summary>
internal static class CellHelp
{
    private const int Most = 500;

    private static readonly string[] s_keywords =
    [
        .. SyntaxFacts.GetReservedKeywordKinds().Select(kind => SyntaxFacts.GetText(kind))
            .Where(word => !word.StartsWith("__", StringComparison.Ordinal)),
        "async", "await", "record", "required", "var", "when", "where", "with", "yield",
    ];

    /// <summary>What can be written at a place: { from, to, options: [{ label, type }] }, best first.</summary>
    public static JsonObject Complete(Compilation draft, string code, int at)
    {
        at = Math.Clamp(at, 0, code.Length);
        int from = at;
        while (from > 0 && (char.IsLetterOrDigit(code[from - 1]) || code[from - 1] == '_')) { from--; }

        string typed = code[from..at];
        SyntaxTree tree = draft.SyntaxTrees.Last();
        SyntaxToken before = from == 0 ? default : tree.GetRoot().FindToken(from - 1);
        bool isInText = before.IsKind(SyntaxKind.StringLiteralToken) && before.Span.Contains(from - 1);
        IEnumerable<(string Label, string Kind)> found = isInText ? []
            : before.IsKind(SyntaxKind.DotToken) ? Members(draft.GetSemanticModel(tree), before, from)
            : Names(draft.GetSemanticModel(tree), before, from, typed.Length > 0);
        var options = found.Where(option => option.Label.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(option => option.Label)
            .OrderByDescending(option => option.Label.EndsWith(':'))
            .ThenByDescending(option => option.Label.StartsWith(typed, StringComparison.Ordinal))
            .ThenBy(option => option.Label, StringComparer.Ordinal)
            .Take(Most)
            .Select(option => (JsonNode)new JsonObject { ["label"] = option.Label, ["type"] = option.Kind });
        return new JsonObject { ["from"] = from, ["to"] = at, ["options"] = new JsonArray([.. options]) };
    }

    /// <summary>What stands at a place, or what is called there: signature, documentation; null for nothing.</summary>
    public static string? Inspect(Compilation draft, string code, int at)
    {
        SyntaxTree tree = draft.SyntaxTrees.Last();
        SyntaxNode root = tree.GetRoot();
        SemanticModel model = draft.GetSemanticModel(tree);
        return AskedPlace.In(root, Math.Clamp(at, 0, code.Length))
            .Select(place => AskedPlace.SymbolAt(model, root, place)).OfType<ISymbol>()
            .Select(symbol => string.Join("\n\n", new[] { Signature(symbol), SymbolDocumentation.Summary(symbol) ?? "" }
                .Concat(SymbolDocumentation.Sections(symbol)).Where(text => text.Length > 0)))
            .FirstOrDefault();
    }

    private static string Signature(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => $"{Brief(local.Type)} {local.Name}",
        IFieldSymbol { ContainingType.IsScriptClass: true } variable => $"{Brief(variable.Type)} {variable.Name}",
        _ => symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat
            .AddMemberOptions(SymbolDisplayMemberOptions.IncludeType)
            .AddParameterOptions(
                SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue)),
    };

    private static string Brief(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>What may follow a dot.</summary>
    private static IEnumerable<(string, string)> Members(SemanticModel model, SyntaxToken dot, int place)
    {
        ExpressionSyntax? left = dot.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression,
            QualifiedNameSyntax name => name.Left,
            MemberBindingExpressionSyntax { Parent: ConditionalAccessExpressionSyntax access } => access.Expression,
            MemberBindingExpressionSyntax binding =>
                binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>()?.Expression,
            _ => null,
        };
        if (left is null) { return []; }

        ISymbol? named = model.GetSymbolInfo(left).Symbol;
        if (named is INamespaceOrTypeSymbol container)
        {
            return Offered(model.LookupSymbols(place, container)
                .Where(symbol => container is INamespaceSymbol || symbol.IsStatic || symbol is ITypeSymbol));
        }

        return model.GetTypeInfo(left).Type is not { TypeKind: not TypeKind.Error } type ? []
            : Offered(model.LookupSymbols(place, type, includeReducedExtensionMethods: true)
                .Where(symbol => !symbol.IsStatic && symbol is not ITypeSymbol));
    }

    /// <summary>What may stand where no dot is; where nothing is typed, thousands of types are of no help.</summary>
    private static IEnumerable<(string, string)> Names(SemanticModel model, SyntaxToken before, int place, bool isTyped)
    {
        IEnumerable<ISymbol> symbols = model.LookupSymbols(place)
            .Where(symbol => isTyped || symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol);
        return Parameters(model, before).Concat(Offered(symbols))
            .Concat(isTyped ? s_keywords.Select(word => (word, "keyword")) : []);
    }

    /// <summary>The names of the parameters of the call that a place stands in, as "name:".</summary>
    private static IEnumerable<(string, string)> Parameters(SemanticModel model, SyntaxToken before)
    {
        if (before.Kind() is not (SyntaxKind.OpenParenToken or SyntaxKind.CommaToken)
            || before.Parent is not ArgumentListSyntax { Parent: { } call })
        {
            return [];
        }

        IEnumerable<ISymbol> called = call is InvocationExpressionSyntax invocation
            ? model.GetMemberGroup(invocation.Expression)
            : model.GetSymbolInfo(call) is var info && info.Symbol is { } one ? [one] : info.CandidateSymbols;
        return called.OfType<IMethodSymbol>().SelectMany(method => method.Parameters)
            .Select(parameter => (parameter.Name + ":", "variable"));
    }

    private static IEnumerable<(string, string)> Offered(IEnumerable<ISymbol> symbols) =>
        symbols.Where(symbol => symbol.CanBeReferencedByName).Select(symbol => (symbol.Name, KindOf(symbol)));

    private static string KindOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol => "method",
        IPropertySymbol => "property",
        IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol or IParameterSymbol => "variable",
        IFieldSymbol => "field",
        INamespaceSymbol => "namespace",
        ITypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        ITypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        _ => "class",
    };
}
