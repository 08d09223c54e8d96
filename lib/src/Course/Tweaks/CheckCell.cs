using Microsoft.CodeAnalysis.CSharp.Syntax;
using Notebooks;

namespace Course;

/// <summary>The cell in which a chapter asks "is my run normal?": its call of <c>Expected.Check</c>.</summary>
internal sealed class CheckCell
{
    private readonly InvocationExpressionSyntax _call;

    private CheckCell(Cell cell, int index, InvocationExpressionSyntax call) =>
        (Cell, Index, _call) = (cell, index, call);

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>Which of the chapter's cells it is, from 0.</summary>
    public int Index { get; }

    /// <summary>The names of the bands, in order.</summary>
    public IReadOnlyList<string> Bands => [.. Numbers.Select(BandOf)];

    /// <summary>The first cell that calls <c>Expected.Check</c>; null where there is none.</summary>
    public static CheckCell? Of(IReadOnlyList<Cell> cells) =>
        CellSyntax.First<InvocationExpressionSyntax>(
            cells, "Expected.Check(", call => call.Expression.ToString() == "Expected.Check") is { } found
            ? new CheckCell(found.Cell, found.Index, found.Node) : null;

    /// <summary>Code that checks one band only, so that it needs no other number of the chapter.</summary>
    /// <exception cref="CourseException">There is no such band.</exception>
    public string Only(string band)
    {
        ArgumentSyntax number = Numbers.FirstOrDefault(item => BandOf(item) == band)
            ?? throw new CourseException($"there is no band '{band}'.");
        return $"Expected.Check({string.Join(", ", _call.ArgumentList.Arguments.Except(Numbers).Append(number))})";
    }

    /// <summary>Code that gives the settings and all numbers as JSON.</summary>
    public string AsNumbers() =>
        Cell.Source[..SpanStart] + "Expected.Numbers" + Cell.Source[(SpanStart + "Expected.Check".Length)..];

    private int SpanStart => _call.Expression.SpanStart;

    private IEnumerable<ArgumentSyntax> Numbers =>
        _call.ArgumentList.Arguments.Where(argument => argument.Expression is TupleExpressionSyntax);

    private static string BandOf(ArgumentSyntax number) =>
        ((TupleExpressionSyntax)number.Expression).Arguments[0].Expression is LiteralExpressionSyntax literal
            ? literal.Token.ValueText
            : "";
}
