using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shared;

namespace Notebooks;

/// <summary>
/// The places of a cell at which it can be stopped although it looks at no token: every turn of a loop and every call
/// of a method that the cell declares. The cell is compiled with a call there, on the same line. On the way, a
/// recursion without end becomes an exception, where the process would end.
/// </summary>
/// <remarks>
/// .NET's own way to end a thread from outside (ControlledExecution) was tried: on Linux it crashed the process in one
/// of three runs.
/// </remarks>
public static class StopPoint
{
    private static readonly AsyncLocal<CancellationToken> s_ending = new();
    private static volatile bool s_stopping;
    private static int s_passes;

    /// <summary>Called at every sixteenth stop point, where there is one thread: see HostNames.Look.</summary>
    internal static Action? Look { get; set; }

    /// <summary>Called by cells where a loop turns.</summary>
    /// <exception cref="OperationCanceledException">The cell that the calling code belongs to is being stopped by
    /// force, or its part (<see cref="Run"/>) is ended.</exception>
    public static void Pass()
    {
        if (Look is { } look && (++s_passes & 15) == 0) { look(); }

        if (!s_stopping) { return; }

        if (OperatingSystem.IsBrowser()) { (AppContext.GetData(HostNames.Watch) as Action)?.Invoke(); }

        s_ending.Value.ThrowIfCancellationRequested();
        CellScope.Current?.ThrowIfStopped();
    }

    /// <summary>Called by cells where a method begins.</summary>
    /// <exception cref="OperationCanceledException">As in <see cref="Pass"/>.</exception>
    /// <exception cref="InsufficientExecutionStackException">The method has called itself, or others, too
    /// deep.</exception>
    public static void Enter()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Pass();
    }

    /// <summary>
    /// Runs a part of a cell that can be ended by itself, such as a reader's answer that a check tries: once the token
    /// is cancelled, what it runs of the cell's code ends at its next stop point. The rest of the cell goes on.
    /// </summary>
    /// <remarks>Call it on a thread of its own, as all that this thread still does counts as that part.</remarks>
    /// <exception cref="OperationCanceledException">The part was ended.</exception>
    public static void Run(Action body, CancellationToken ending)
    {
        ArgumentNullException.ThrowIfNull(body);
        s_ending.Value = ending;
        Stopping(OperatingSystem.IsBrowser()); // there it is watched from the beginning
        using (ending.UnsafeRegister(_ => Stopping(true), null)) { body(); }
    }

    /// <summary>
    /// From here on those who pass look whether it is them who are stopped; before, they lose no time on it.
    /// </summary>
    internal static void Stopping(bool now) => s_stopping = now;

    /// <summary>The same cell, stoppable; its lines keep their numbers.</summary>
    internal static SyntaxTree Woven(SyntaxTree tree) =>
        tree.WithRootAndOptions(new Weaver().Visit(tree.GetRoot()), tree.Options);

    private sealed class Weaver : CSharpSyntaxRewriter
    {
        private static readonly StatementSyntax s_pass = CallOf(nameof(Pass)), s_enter = CallOf(nameof(Enter));

        public override SyntaxNode VisitWhileStatement(WhileStatementSyntax node)
        {
            var inner = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
            return inner.WithStatement(After(inner.Statement));
        }

        public override SyntaxNode VisitDoStatement(DoStatementSyntax node)
        {
            var inner = (DoStatementSyntax)base.VisitDoStatement(node)!;
            return inner.WithStatement(After(inner.Statement));
        }

        public override SyntaxNode VisitForStatement(ForStatementSyntax node)
        {
            var inner = (ForStatementSyntax)base.VisitForStatement(node)!;
            return inner.WithStatement(After(inner.Statement));
        }

        public override SyntaxNode VisitForEachStatement(ForEachStatementSyntax node)
        {
            var inner = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
            return inner.WithStatement(After(inner.Statement));
        }

        public override SyntaxNode VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
        {
            var inner = (ForEachVariableStatementSyntax)base.VisitForEachVariableStatement(node)!;
            return inner.WithStatement(After(inner.Statement));
        }

        public override SyntaxNode VisitGotoStatement(GotoStatementSyntax node) => SyntaxFactory.Block(s_pass, node);

        public override SyntaxNode VisitMethodDeclaration(MethodDeclarationSyntax node)
        {
            var inner = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
            return inner.Body is { } body ? inner.WithBody(Entered(body))
                : BlockOf(inner.ExpressionBody, inner.ReturnType, inner.Modifiers, inner.SemicolonToken) is { } block
                    ? inner.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block) : inner;
        }

        public override SyntaxNode VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
        {
            var inner = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
            return inner.Body is { } body ? inner.WithBody(Entered(body))
                : BlockOf(inner.ExpressionBody, inner.ReturnType, inner.Modifiers, inner.SemicolonToken) is { } block
                    ? inner.WithExpressionBody(null).WithSemicolonToken(default).WithBody(block) : inner;
        }

        private static StatementSyntax CallOf(string name) =>
            SyntaxFactory.ParseStatement($"global::{typeof(StopPoint).FullName}.{name}();");

        private static BlockSyntax After(StatementSyntax statement) => SyntaxFactory.Block(s_pass, statement);

        private static BlockSyntax Entered(BlockSyntax body) => body.WithStatements(body.Statements.Insert(0, s_enter));

        /// <summary>
        /// The block that an expression body stands for, or null where that is more than one statement's business.
        /// </summary>
        private static BlockSyntax? BlockOf(
            ArrowExpressionClauseSyntax? arrow, TypeSyntax returns, SyntaxTokenList modifiers, SyntaxToken end)
        {
            if (arrow is not { Expression: not ThrowExpressionSyntax and var value }) { return null; }

            bool isVoid = returns is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }
                || (modifiers.Any(SyntaxKind.AsyncKeyword)
                    && returns is not GenericNameSyntax and not QualifiedNameSyntax { Right: GenericNameSyntax });
            StatementSyntax statement = isVoid ? SyntaxFactory.ExpressionStatement(value)
                : SyntaxFactory.ReturnStatement(
                    SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space), value,
                    SyntaxFactory.Token(SyntaxKind.SemicolonToken));
            return SyntaxFactory.Block(s_enter, statement)
                .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTriviaFrom(arrow.ArrowToken))
                .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTriviaFrom(end));
        }
    }
}
