using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks;

/// <summary>
/// Which line of a cell runs, where the runtime does not know: in a browser it forgets lines, unless it is told to
/// debug, and then it is many times slower. So a cell is compiled there with a note before each statement.
/// </summary>
public static class LineMarks
{
    private static string s_place = "";
    private static int s_line;

    /// <summary>The statement that began last: its place, such as "cell 3", and its line from 1.</summary>
    internal static (string Place, int Line) Last => (s_place, s_line);

    /// <summary>Called by cells where a statement begins.</summary>
    public static void At(string place, int line)
    {
        s_place = place;
        s_line = line;
    }

    /// <summary>The same cell with its notes, on the same lines; what it is elsewhere needs none.</summary>
    internal static SyntaxTree Woven(SyntaxTree tree) => !OperatingSystem.IsBrowser() ? tree : Marked(tree);

    /// <summary>The same cell with its notes.</summary>
    internal static SyntaxTree Marked(SyntaxTree tree) =>
        CSharpSyntaxTree.Create(
            (CSharpSyntaxNode)new Weaver(tree).Visit(tree.GetRoot()), (CSharpParseOptions)tree.Options, tree.FilePath,
            Encoding.UTF8);

    private sealed class Weaver(SyntaxTree tree) : CSharpSyntaxRewriter
    {
        public override SyntaxNode VisitCompilationUnit(CompilationUnitSyntax node)
        {
            var inner = (CompilationUnitSyntax)base.VisitCompilationUnit(node)!;
            return inner.WithMembers([.. node.Members.Zip(inner.Members).SelectMany(Members)]);
        }

        public override SyntaxNode VisitBlock(BlockSyntax node)
        {
            var inner = (BlockSyntax)base.VisitBlock(node)!;
            return inner.WithStatements([.. node.Statements.Zip(inner.Statements).SelectMany(Statements)]);
        }

        private IEnumerable<MemberDeclarationSyntax> Members(
            (MemberDeclarationSyntax Old, MemberDeclarationSyntax New) member)
        {
            bool isMarked = CanBeMarked(member.Old) && member.Old is FieldDeclarationSyntax
                or GlobalStatementSyntax { Statement: not LocalFunctionStatementSyntax };
            return isMarked ? [SyntaxFactory.GlobalStatement(Mark(member.Old)), member.New] : [member.New];
        }

        private IEnumerable<StatementSyntax> Statements((StatementSyntax Old, StatementSyntax New) statement) =>
            statement.Old is not LocalFunctionStatementSyntax && CanBeMarked(statement.Old)
                ? [Mark(statement.Old), statement.New] : [statement.New];

        /// <summary>A line such as #pragma must stay the first thing on it.</summary>
        private static bool CanBeMarked(SyntaxNode node) => !node.GetLeadingTrivia().Any(trivia => trivia.IsDirective);

        private StatementSyntax Mark(SyntaxNode node) => SyntaxFactory.ParseStatement(
            $"global::{typeof(LineMarks).FullName}.{nameof(At)}(" +
            $"{SymbolDisplay.FormatLiteral(tree.FilePath, quote: true)}, " +
            $"{tree.GetLineSpan(node.Span).StartLinePosition.Line + 1});");
    }
}
