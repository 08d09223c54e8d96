using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course;

/// <summary>
/// Colours C# by the compiler's own parser: keywords, types, calls, text, numbers and comments. A span a line lets long
/// lines wrap with an indent.
/// </summary>
/// <remarks>
/// Roslyn's Classifier knows what every name means, but it needs a workspace, which alone takes longer to wake than the
/// rule allows, and a compilation of each cell after those before it. A tree tells all but one thing: whether a name
/// before a dot is a type. <see cref="KnownTypes"/> answers that, as no name of a cell hides a type. Unlike Roslyn this
/// gives a variable that is called the colour of a call.
/// </remarks>
internal static class CodeHighlighter
{
    /// <summary>
    /// The code of a cell or of a file as HTML. Code that does not parse is coloured as far as it does.
    /// </summary>
    public static string ToHtml(string code)
    {
        CompilationUnitSyntax root = CellSyntax.RootOf(code);
        var html = new StringBuilder();
        foreach (SyntaxToken token in root.DescendantTokens(descendIntoTrivia: false))
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia) { Append(trivia.ToFullString(), ClassOf(trivia)); }
            Append(token.Text, ClassOf(token, root));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia) { Append(trivia.ToFullString(), ClassOf(trivia)); }
        }

        return Lines(html.ToString());

        void Append(string text, string? kind)
        {
            string escaped = WebUtility.HtmlEncode(text);
            html.Append(kind is null || text.Length == 0 ? escaped
                : string.Join(
                    '\n', escaped.Split('\n')
                        .Select(line => line == "" ? "" : $"<span class=\"{kind}\">{line}</span>")));
        }
    }

    /// <summary>HTML without an element that goes over the end of a line, a span a line.</summary>
    public static string Lines(string html) =>
        $"<span class=\"line\">{html.Replace("\n", "\n</span><span class=\"line\">", StringComparison.Ordinal)}</span>";

    private static string? ClassOf(SyntaxTrivia trivia) => trivia.IsDirective || trivia.Kind()
        is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.DisabledTextTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
            ? "com"
            : null;

    private static string? ClassOf(SyntaxToken token, CompilationUnitSyntax root) => token.Kind() switch
    {
        SyntaxKind.IdentifierToken => ClassOfName(token, root),
        SyntaxKind.NumericLiteralToken => "num",
        SyntaxKind.CharacterLiteralToken => "str",
        var kind when SyntaxFacts.IsKeywordKind(kind) => "key",
        // In 13 tokens: raw, verbatim, UTF-8, interpolated.
        var kind when kind.ToString().Contains("String", StringComparison.Ordinal) => "str",
        _ => null,
    };

    private static string? ClassOfName(SyntaxToken token, CompilationUnitSyntax root) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax => "type",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "call",
        IdentifierNameSyntax { IsVar: true, Parent: VariableDeclarationSyntax or DeclarationExpressionSyntax
            or ForEachStatementSyntax } => "key",
        SimpleNameSyntax name => ClassOfUse(name, root),
        _ => null,
    };

    /// <summary>
    /// A name where it is used. What stands before a dot is a type or a value; the rest of a dotted name is what the
    /// whole is.
    /// </summary>
    private static string? ClassOfUse(SimpleNameSyntax name, CompilationUnitSyntax root)
    {
        if (name.Parent is MemberAccessExpressionSyntax member && member.Expression == name)
        {
            return name is GenericNameSyntax || IsType(name.Identifier.ValueText, root) ? "type" : null;
        }

        ExpressionSyntax whole = name;
        while (whole.Parent is QualifiedNameSyntax or MemberAccessExpressionSyntax or AliasQualifiedNameSyntax
            && LastOf(whole.Parent) == whole)
        {
            whole = (ExpressionSyntax)whole.Parent;
        }

        return whole.Parent is InvocationExpressionSyntax call && call.Expression == whole ? "call"
            : whole.Parent is UsingDirectiveSyntax { Alias: null, StaticKeyword.RawKind: 0 }
                or BaseNamespaceDeclarationSyntax ? null
            : SyntaxFacts.IsInTypeOnlyContext(whole) && whole.Parent is not QualifiedNameSyntax ? "type" : null;
    }

    private static ExpressionSyntax? LastOf(SyntaxNode dotted) => dotted switch
    {
        QualifiedNameSyntax name => name.Right,
        MemberAccessExpressionSyntax member => member.Name,
        AliasQualifiedNameSyntax name => name.Name,
        _ => null,
    };

    /// <summary>
    /// Whether there is such a type where the code stands: among those of its usings and its namespace, or its own.
    /// </summary>
    private static bool IsType(string name, CompilationUnitSyntax root)
    {
        IEnumerable<NameSyntax?> namespaces = root.Usings.Select(each => each.Name)
            .Concat(root.Members.OfType<BaseNamespaceDeclarationSyntax>().Select(each => each.Name));
        return KnownTypes.Contains(name, namespaces.Select(each => $"{each}"))
            || root.Members.OfType<BaseTypeDeclarationSyntax>().Any(type => type.Identifier.ValueText == name);
    }
}
