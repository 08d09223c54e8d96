using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course;

/// <summary>Colours C# by the compiler's own parser: keywords, types, calls, text, numbers and comments. A span a line lets long lines wrap with an indent.</summary>
internal static class CodeHighlighter
{
    public static string ToHtml(string code)
    {
        var html = new StringBuilder();
        foreach (SyntaxToken token in CellSyntax.RootOf(code).DescendantTokens(descendIntoTrivia: false))
        {
            foreach (SyntaxTrivia trivia in token.LeadingTrivia) { Append(trivia.ToFullString(), ClassOf(trivia)); }
            Append(token.Text, ClassOf(token));
            foreach (SyntaxTrivia trivia in token.TrailingTrivia) { Append(trivia.ToFullString(), ClassOf(trivia)); }
        }

        return Lines(html.ToString());

        void Append(string text, string? kind)
        {
            string escaped = WebUtility.HtmlEncode(text);
            html.Append(kind is null || text.Length == 0 ? escaped
                : string.Join('\n', escaped.Split('\n').Select(line => line == "" ? "" : $"<span class=\"{kind}\">{line}</span>")));
        }
    }

    /// <summary>HTML without an element that goes over the end of a line, a span a line.</summary>
    public static string Lines(string html) => $"<span class=\"line\">{html.Replace("\n", "\n</span><span class=\"line\">", StringComparison.Ordinal)}</span>";

    private static string? ClassOf(SyntaxTrivia trivia) =>
        trivia.IsDirective || trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)
        || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) ? "com" : null;

    private static string? ClassOf(SyntaxToken token)
    {
        if (token.IsKeyword() || SyntaxFacts.IsContextualKeyword(token.Kind())) { return "key"; }

        return token.Kind() switch
        {
            SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedStringEndToken or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.SingleLineRawStringLiteralToken => "str",
            SyntaxKind.NumericLiteralToken => "num",
            SyntaxKind.IdentifierToken => ClassOfName(token),
            _ => null,
        };
    }

    private static string? ClassOfName(SyntaxToken name) => name.Parent switch
    {
        BaseTypeDeclarationSyntax or GenericNameSyntax { Parent: not InvocationExpressionSyntax and not MemberAccessExpressionSyntax } => "type",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "call",
        SimpleNameSyntax { Parent: InvocationExpressionSyntax } => "call",
        SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access } called when access.Name == called => "call",
        IdentifierNameSyntax { Identifier.Text: "var" or "record" } => "key",
        IdentifierNameSyntax { Parent: ObjectCreationExpressionSyntax or VariableDeclarationSyntax or ParameterSyntax or TypeArgumentListSyntax or BaseTypeSyntax or ArrayTypeSyntax or NullableTypeSyntax or TupleElementSyntax or CatchDeclarationSyntax } => "type",
        IdentifierNameSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax } => "type",
        IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax access } left when access.Expression == left && char.IsUpper(name.Text[0]) && name.Text.Length > 2 => "type",
        _ => null,
    };
}
