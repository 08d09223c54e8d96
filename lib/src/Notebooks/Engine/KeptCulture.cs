using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks;

/// <summary>
/// Cells run under the invariant culture, on every thread, so that they read and print the same numbers everywhere. A
/// reader who sets another one keeps it in later cells, as in a program of one piece: .NET forgets it at the end of the
/// asynchronous method that a cell is, so what is assigned to CurrentCulture is noted on its way.
/// </summary>
public sealed class KeptCulture
{
    private static readonly Lock s_gate = new();
    private static bool s_invariant;
    private CultureInfo? _culture, _ui;

    internal KeptCulture()
    {
    }

    /// <summary>Makes the invariant culture that of every thread that has not chosen another.</summary>
    internal static void BeginInvariant()
    {
        lock (s_gate)
        {
            if (s_invariant) { return; } // once a process: a reader may have set the default since

            s_invariant = true;
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture =
                CultureInfo.InvariantCulture;
        }
    }

    /// <summary>Called by cells: notes what is assigned to CurrentCulture.</summary>
    public static CultureInfo Keep(CultureInfo culture)
    {
        if (CellScope.Current is { } cell) { cell.Culture._culture = culture; }
        return culture;
    }

    /// <summary>Called by cells: notes what is assigned to CurrentUICulture.</summary>
    public static CultureInfo KeepUI(CultureInfo culture)
    {
        if (CellScope.Current is { } cell) { cell.Culture._ui = culture; }
        return culture;
    }

    /// <summary>Gives the thread of a new cell what the reader chose in an earlier one.</summary>
    internal void Apply()
    {
        if (_culture is not null) { CultureInfo.CurrentCulture = _culture; }
        if (_ui is not null) { CultureInfo.CurrentUICulture = _ui; }
    }

    /// <summary>The same cell, with its assignments to the two properties passing through here.</summary>
    internal static SyntaxTree Watched(SyntaxTree tree)
    {
        SyntaxNode root = tree.GetRoot();
        List<AssignmentExpressionSyntax> found =
            [.. root.DescendantNodes().OfType<AssignmentExpressionSyntax>().Where(a => KeeperOf(a) is not null)];
        return found.Count == 0 ? tree : tree.WithRootAndOptions(
            root.ReplaceNodes(found, (_, assignment) => Passing(assignment)), tree.Options);
    }

    private static AssignmentExpressionSyntax Passing(AssignmentExpressionSyntax assignment)
    {
        string keeper = $"global::{typeof(KeptCulture).FullName}.{KeeperOf(assignment)}";
        return assignment.WithRight(SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression(keeper),
            SyntaxFactory.ArgumentList([SyntaxFactory.Argument(assignment.Right.WithoutTrailingTrivia())]))
            .WithTrailingTrivia(assignment.Right.GetTrailingTrivia()));
    }

    /// <summary>The method that notes an assignment to Something.CurrentCulture, or null for any other.</summary>
    private static string? KeeperOf(AssignmentExpressionSyntax assignment) =>
        assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
            && assignment.Left is MemberAccessExpressionSyntax member
            ? member.Name.Identifier.ValueText switch
            {
                nameof(CultureInfo.CurrentCulture) => nameof(Keep),
                nameof(CultureInfo.CurrentUICulture) => nameof(KeepUI),
                _ => null,
            }
            : null;
}
