using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Compares what a reader's code gave with what is right, and says in words what went in and what came out.
/// </summary>
internal static class Values
{
    /// <summary>
    /// Where two values differ, as the end of a sentence ("row 0, column 1 is 0.3, but should be 0.7"); empty if they
    /// agree.
    /// </summary>
    /// <remarks>
    /// Numbers agree within the tolerance, measured against 1 or the larger of them; NaN agrees with NaN, an infinity
    /// with itself. Functions are not compared.
    /// </remarks>
    public static string Difference(object? want, object? got, double tolerance) => (want, got) switch
    {
        (null, null) or (Delegate, Delegate) => "",
        (_, null) => "your code returns null",
        (IInput w, IInput g) => Difference(w.Data, g.Data, tolerance),
        (Matrix<float> w, Matrix<float> g) => OfMatrices(w, g, tolerance),
        (Vector<float> w, Vector<float> g) => OfLists(w.ToArray(), g.ToArray(), tolerance),
        (Array { Rank: 2 } w, Array { Rank: 2 } g) => OfTables(w, g, tolerance),
        (ITuple w, ITuple g) => FirstDifference(
            w.Length, i => Difference(w[i], g[i], tolerance),
            i => w.Length > 1 ? $"in value {i + 1} of the {w.Length} that you return, " : ""),
        (string w, string g) => w == g ? "" : $"the answer is '{g}', but should be '{w}'",
        (IList w, IList g) => OfLists(w, g, tolerance),
        (float or double, float or double) =>
            Close(Number(want), Number(got), tolerance) ? "" : $"the answer is {Say(got)}, but should be {Say(want)}",
        _ => Equals(want, got) ? "" : $"the answer is {Say(got)}, but should be {Say(want)}",
    };

    /// <summary>A value in a few words: "a 3×4 matrix", "[1, 2, 3]", "0.5".</summary>
    public static string Say(object? value) => value switch
    {
        null => "null",
        IInput input => Say(input.Data),
        float number => number.ToString("G4", CultureInfo.InvariantCulture),
        double number => number.ToString("G4", CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        string text => $"'{text}'",
        Matrix<float> matrix when matrix.RowCount * matrix.ColumnCount <= 6 =>
            $"the {Shapes.Of(matrix)} matrix " +
            $"[{string.Join("; ", matrix.EnumerateRows().Select(row => string.Join(", ", row.Select(x => Say(x)))))}]",
        Matrix<float> matrix => $"a {Shapes.Of(matrix)} matrix",
        Vector<float> vector => Say(vector.ToArray()),
        ITuple parts => string.Join(
            ", ", Enumerable.Range(0, parts.Length).Select(i => parts[i]).Where(part => part is not Delegate)
                .Select(Say)),
        IList { Count: <= 12 } list when value is not Array { Rank: > 1 } =>
            $"[{string.Join(", ", list.Cast<object?>().Select(Say))}]",
        IList list when value is not Array { Rank: > 1 } => $"a list of {list.Count}",
        IFormattable thing => thing.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Whether two numbers agree within the tolerance.</summary>
    public static bool Close(double want, double got, double tolerance) =>
        want.Equals(got)
            || (double.IsFinite(want) && double.IsFinite(got)
                && Math.Abs(want - got) <= tolerance * Math.Max(1, Math.Max(Math.Abs(want), Math.Abs(got))));

    private static string OfMatrices(Matrix<float> want, Matrix<float> got, double tolerance) =>
        (want.RowCount, want.ColumnCount) != (got.RowCount, got.ColumnCount)
            ? $"the answer is {Shapes.Of(got)}, but should be {Shapes.Of(want)}"
            : FirstDifference(
                want.RowCount * want.ColumnCount,
                i => OfNumbers(
                    want[i / want.ColumnCount, i % want.ColumnCount],
                    got[i / want.ColumnCount, i % want.ColumnCount], tolerance),
                i => $"row {i / want.ColumnCount}, column {i % want.ColumnCount} (counted from 0) ");

    private static string OfTables(Array want, Array got, double tolerance)
    {
        int columns = want.GetLength(1);
        return (want.GetLength(0), columns) != (got.GetLength(0), got.GetLength(1))
            ? $"the answer is {got.GetLength(0)}×{got.GetLength(1)}, but should be {want.GetLength(0)}×{columns}"
            : FirstDifference(
                want.Length, i => OfItems(
                    want.GetValue(i / columns, i % columns), got.GetValue(i / columns, i % columns), tolerance),
                i => $"row {i / columns}, column {i % columns} (counted from 0) ");
    }

    private static string OfLists(IList want, IList got, double tolerance)
    {
        bool areShort = want.Count <= 12 && got.Count <= 12;
        return want.Count == got.Count
            && FirstDifference(want.Count, i => OfItems(want[i], got[i], tolerance), _ => "").Length == 0 ? ""
            : areShort ? $"the answer is {Say(got)}, but should be {Say(want)}"
            : want.Count != got.Count ? $"the answer has {got.Count} items, but should have {want.Count}"
            : FirstDifference(want.Count, i => OfItems(want[i], got[i], tolerance), i => $"item {i} (counted from 0) ");
    }

    private static string OfItems(object? want, object? got, double tolerance) =>
        Difference(want, got, tolerance).Length == 0 ? "" : $"is {Say(got)}, but should be {Say(want)}";

    private static string OfNumbers(float want, float got, double tolerance) =>
        Close(want, got, tolerance) ? "" : $"is {Say(got)}, but should be {Say(want)}";

    private static string FirstDifference(int count, Func<int, string> difference, Func<int, string> place)
    {
        for (int i = 0; i < count; i++)
        {
            if (difference(i) is { Length: > 0 } found) { return place(i) + found; }
        }

        return "";
    }

    private static double Number(object? value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
