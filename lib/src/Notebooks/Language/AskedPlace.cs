using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks.Language;

/// <summary>What somebody means who asks for documentation at a place of a cell.</summary>
internal static class AskedPlace
{
    /// <summary>
    /// The name at the position or before it, then the names of the calls it stands in, from the inside out.
    /// </summary>
    public static IEnumerable<int> In(SyntaxNode root, int position)
    {
        foreach (int place in new[] { position, position - 1 })
        {
            SyntaxToken token = place < 0 ? default : root.FindToken(place);
            bool isName = token.IsKind(SyntaxKind.IdentifierToken) || SyntaxFacts.IsKeywordKind(token.Kind());
            if (isName && token.Span.Contains(place)) { yield return place; }
        }

        SyntaxNode? node = root.FindToken(Math.Max(0, position - 1)).Parent;
        foreach (SyntaxNode call in node?.AncestorsAndSelf() ?? [])
        {
            switch (call)
            {
                case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member }:
                    yield return member.Name.SpanStart;
                    break;
                case InvocationExpressionSyntax invocation: yield return invocation.Expression.SpanStart; break;
                case ObjectCreationExpressionSyntax creation: yield return creation.Type.SpanStart; break;
                case ImplicitObjectCreationExpressionSyntax creation: yield return creation.NewKeyword.SpanStart; break;
            }
        }
    }

    /// <summary>What is called or named at a place; of overloads that do not fit yet, the first.</summary>
    public static ISymbol? SymbolAt(SemanticModel? model, SyntaxNode root, int place)
    {
        if (model is null || root.FindToken(place).Parent is not { } node) { return null; }

        SyntaxNode asked = node.AncestorsAndSelf().OfType<BaseObjectCreationExpressionSyntax>()
            .FirstOrDefault(creation =>
            creation.NewKeyword.Span.Contains(place)
                || creation is ObjectCreationExpressionSyntax { Type: var type } && type.Span.Contains(place)) ?? node;
        SymbolInfo info = model.GetSymbolInfo(asked);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault() ?? model.GetDeclaredSymbol(node);
    }
}
