using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Tests;

/// <summary>What the code of a cell declares for later cells, and which names it takes from elsewhere.</summary>
internal static class CellNames
{
    /// <summary>The functions, variables and types that code declares at its top.</summary>
    public static IEnumerable<string> Declared(string code) =>
        CellSyntax.RootOf(code).DescendantNodes(IsTop).Select(NameOf).Where(name => name.Length > 0);

    /// <summary>The bare names in code that it does not declare itself, at whatever depth.</summary>
    public static IEnumerable<string> TakenFromElsewhere(string code)
    {
        SyntaxNode root = CellSyntax.RootOf(code);
        IEnumerable<string> own = root.DescendantNodes().Select(node => node switch
        {
            ParameterSyntax parameter => parameter.Identifier.ValueText,
            VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
            SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
            ForEachStatementSyntax loop => loop.Identifier.ValueText,
            _ => "",
        });
        return root.DescendantNodes().OfType<IdentifierNameSyntax>().Where(IsBare)
            .Select(name => name.Identifier.ValueText).Except(own);
    }

    /// <summary>The name of a function, a variable or a type where it is declared; empty for any other node.</summary>
    public static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        LocalFunctionStatementSyntax method => method.Identifier.ValueText,
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        _ => "",
    };

    private static bool IsTop(SyntaxNode node) => node is CompilationUnitSyntax or GlobalStatementSyntax
        or FieldDeclarationSyntax or VariableDeclarationSyntax or LocalDeclarationStatementSyntax;

    /// <summary>Neither a member of something nor the name of an argument.</summary>
    private static bool IsBare(IdentifierNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax => false,
        _ => true,
    };
}
