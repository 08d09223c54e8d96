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
    /// <param name="code">C#.</param>
    /// <param name="usings">The namespaces that it uses besides its own: those of the chapter's other cells.</param>
    public static string ToHtml(string code, IEnumerable<string>? usings = null)
    {
        CompilationUnitSyntax root = CellSyntax.RootOf(code);
        var types = new TypesInSight(root, usings ?? []);
        var html = new StringBuilder();
        foreach (SyntaxToken token in root.DescendantTokens(descendIntoTrivia: false))
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia) { Append(trivia.ToFullString(), ClassOf(trivia)); }
            Append(token.Text, ClassOf(token, types));
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

    /// <summary>The namespaces that code uses.</summary>
    public static IEnumerable<string> NamespacesOf(CompilationUnitSyntax root) =>
        root.Usings.Where(each => !IsOfAType(each)).Select(each => each.Name!.ToString());

    private static string? ClassOf(SyntaxTrivia trivia) => trivia.IsDirective || trivia.Kind()
        is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.DisabledTextTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
            ? "com"
            : null;

    private static string? ClassOf(SyntaxToken token, TypesInSight types) => token.Kind() switch
    {
        SyntaxKind.IdentifierToken => ClassOfName(token, types),
        SyntaxKind.NumericLiteralToken => "num",
        SyntaxKind.CharacterLiteralToken => "str",
        var kind when SyntaxFacts.IsKeywordKind(kind) => "key",
        // In 13 tokens: raw, verbatim, UTF-8, interpolated.
        var kind when kind.ToString().Contains("String", StringComparison.Ordinal) => "str",
        _ => null,
    };

    private static string? ClassOfName(SyntaxToken token, TypesInSight types) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax => "type",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "call",
        IdentifierNameSyntax
        {
            IsVar: true, Parent: VariableDeclarationSyntax or DeclarationExpressionSyntax
            or ForEachStatementSyntax
        } => "key",
        SimpleNameSyntax name => ClassOfUse(name, types),
        _ => null,
    };

    /// <summary>
    /// A name where it is used. What stands before a dot is a type or a value; the rest of a dotted name is what the
    /// whole is.
    /// </summary>
    private static string? ClassOfUse(SimpleNameSyntax name, TypesInSight types)
    {
        if (name.Parent is MemberAccessExpressionSyntax member && member.Expression == name)
        {
            return name is GenericNameSyntax || types.Contain(name.Identifier.ValueText) ? "type" : null;
        }

        ExpressionSyntax whole = name;
        while (whole.Parent is QualifiedNameSyntax or MemberAccessExpressionSyntax or AliasQualifiedNameSyntax
            && LastOf(whole.Parent) == whole)
        {
            whole = (ExpressionSyntax)whole.Parent;
        }

        return whole.Parent is InvocationExpressionSyntax call && call.Expression == whole ? "call"
            : whole.Parent is BaseNamespaceDeclarationSyntax ? null
            : whole.Parent is UsingDirectiveSyntax names ? IsOfAType(names) ? "type" : null
            : SyntaxFacts.IsInTypeOnlyContext(whole) && whole.Parent is not QualifiedNameSyntax ? "type" : null;
    }

    private static ExpressionSyntax? LastOf(SyntaxNode dotted) => dotted switch
    {
        QualifiedNameSyntax name => name.Right,
        MemberAccessExpressionSyntax member => member.Name,
        AliasQualifiedNameSyntax name => name.Name,
        _ => null,
    };

    private static bool IsOfAType(UsingDirectiveSyntax names) =>
        names.Alias is not null || names.StaticKeyword.IsKind(SyntaxKind.StaticKeyword);

    /// <summary>The types that code can name: of its usings and its namespace, and its own.</summary>
    private sealed class TypesInSight(CompilationUnitSyntax root, IEnumerable<string> usings)
    {
        private readonly string[] _namespaces =
        [
            .. usings, .. NamespacesOf(root),
            .. root.Members.OfType<BaseNamespaceDeclarationSyntax>().Select(each => each.Name.ToString()),
        ];

        private readonly HashSet<string> _own =
            [.. root.Members.OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText)];

        /// <summary>Whether there is such a type.</summary>
        public bool Contain(string name) => _own.Contains(name) || KnownTypes.Contains(name, _namespaces);
    }
}
