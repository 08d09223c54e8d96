using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Notebooks;

namespace Course;

/// <summary>The code of cells as the compiler's own parser reads it: a script in the newest C#.</summary>
internal static class CellSyntax
{
    private static readonly CSharpParseOptions s_script = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    /// <summary>The code of a cell.</summary>
    public static CompilationUnitSyntax RootOf(string code) =>
        (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(code, s_script).GetRoot();

    /// <summary>A single expression.</summary>
    public static ExpressionSyntax ExpressionOf(string code) => SyntaxFactory.ParseExpression(code, options: s_script);

    /// <summary>
    /// The first node that is asked for, with its cell and which of the chapter's cells that is, from 0; null where
    /// there is none.
    /// </summary>
    /// <param name="cells">All cells of a chapter.</param>
    /// <param name="text">What a cell has to contain to be worth parsing.</param>
    /// <param name="isIt">Whether a node is the one.</param>
    public static (Cell Cell, int Index, T Node)? First<T>(IReadOnlyList<Cell> cells, string text, Func<T, bool> isIt)
        where T : SyntaxNode
    {
        foreach (var (index, cell) in cells.Index()
            .Where(
                item => item.Item.Kind == CellKind.Code && item.Item.Source.Contains(text, StringComparison.Ordinal)))
        {
            if (RootOf(cell.Source).DescendantNodes().OfType<T>().FirstOrDefault(isIt) is { } node)
            {
                return (cell, index, node);
            }
        }

        return null;
    }
}
