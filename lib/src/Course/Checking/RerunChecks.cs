using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course;

/// <summary>
/// What works once and no more. Cells are run again, that is what tweaking is, and a kernel keeps what they declared
/// before: a type that is declared again is another type, and functions that take the old one stay beside those that
/// take the new one. An argument that has no type of its own then fits both, which is an error (CS0121).
/// </summary>
internal static class RerunChecks
{
    public static IEnumerable<Problem> Of(ChapterFile chapter)
    {
        var cells = chapter.CodeCells.Select(item => (item.Where, Root: CellSyntax.RootOf(item.Cell.Source))).ToList();
        MemberDeclarationSyntax[] declared = [.. cells.SelectMany(cell => cell.Root.Members)];
        HashSet<string> types = [.. declared.Select(TypeName).OfType<string>()];
        ILookup<string, MethodDeclarationSyntax> functions = declared.OfType<MethodDeclarationSyntax>()
            .ToLookup(method => method.Identifier.Text);

        foreach (var (where, root) in cells)
        {
            foreach (DelegateDeclarationSyntax found in root.Members.OfType<DelegateDeclarationSyntax>())
            {
                yield return chapter.Problem(
                    where, $"the delegate {found.Identifier.Text} is another type when the cell is run again, and " +
                        "what takes it becomes ambiguous",
                    $"Write: using {found.Identifier.Text} = System.Func<…>; it may be said twice.");
            }

            foreach (ArgumentSyntax argument in root.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .SelectMany(call => Ambiguous(call, types, functions)))
            {
                yield return chapter.Problem(
                    where, $"'{Short(argument)}' fits the types of this run and of an earlier one when the cells " +
                        "are run again",
                    "Give it a type of its own: new Name(…) in place of new(…), or a variable of the type " +
                    "that is wanted.");
            }

            foreach (string name in root.Members.SelectMany(Names).Where(KnownTypes.Contains))
            {
                yield return chapter.Problem(
                    where, $"{name} hides the type of that name from all cells that are run afterwards",
                    "Give it another name.");
            }
        }
    }

    /// <summary>
    /// The arguments without a type of their own that are given to a function of the chapter for a parameter of a type
    /// of the chapter.
    /// </summary>
    private static IEnumerable<ArgumentSyntax> Ambiguous(
        InvocationExpressionSyntax call, HashSet<string> types, ILookup<string, MethodDeclarationSyntax> functions)
    {
        if (call.Expression is not IdentifierNameSyntax name) { yield break; }

        foreach (var (i, argument) in call.ArgumentList.Arguments.Index())
        {
            bool Takes(MethodDeclarationSyntax function)
            {
                var parameters = function.ParameterList.Parameters;
                ParameterSyntax? parameter = argument.NameColon is { } named
                    ? parameters.FirstOrDefault(item => item.Identifier.Text == named.Name.Identifier.Text)
                    : parameters.ElementAtOrDefault(i)
                        ?? parameters.LastOrDefault(item => item.Modifiers.Any(SyntaxKind.ParamsKeyword));
                return parameter?.Type is { } type
                    && type.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
                        .Any(part => types.Contains(part.Identifier.Text));
            }

            if (functions[name.Identifier.Text].Any(Takes) && !HasType(argument.Expression, functions))
            {
                yield return argument;
            }
        }
    }

    /// <summary>Whether an expression has a type wherever it stands, so that it can tell two functions apart.</summary>
    private static bool HasType(ExpressionSyntax expression, ILookup<string, MethodDeclarationSyntax> functions) =>
        expression switch
        {
            ImplicitObjectCreationExpressionSyntax or CollectionExpressionSyntax or
                SimpleLambdaExpressionSyntax => false,
            ParenthesizedLambdaExpressionSyntax lambda =>
                lambda.ParameterList.Parameters.Any(parameter => parameter.Type is not null),
            LiteralExpressionSyntax literal =>
                !literal.IsKind(SyntaxKind.NullLiteralExpression) &&
                !literal.IsKind(SyntaxKind.DefaultLiteralExpression),
            IdentifierNameSyntax name => !functions.Contains(name.Identifier.Text),
            ParenthesizedExpressionSyntax inner => HasType(inner.Expression, functions),
            ConditionalExpressionSyntax either =>
                HasType(either.WhenTrue, functions) || HasType(either.WhenFalse, functions),
            TupleExpressionSyntax tuple => tuple.Arguments.All(argument => HasType(argument.Expression, functions)),
            _ => true,
        };

    private static string? TypeName(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => null,
    };

    /// <summary>What a cell's statement declares for the cells after it.</summary>
    private static IEnumerable<string> Names(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => [method.Identifier.Text],
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.Text),
        GlobalStatementSyntax
        {
            Statement: ExpressionStatementSyntax
            {
                Expression: AssignmentExpressionSyntax { Left: DeclarationExpressionSyntax left }
            }
        } =>
            left.DescendantNodes().OfType<SingleVariableDesignationSyntax>()
                .Select(variable => variable.Identifier.Text),
        _ => TypeName(member) is { } name ? [name] : [],
    };

    private static string Short(SyntaxNode node) =>
        node.ToString() is { Length: > 60 } text ? text[..60].ReplaceLineEndings(" ") + "…" : node.ToString();
}
