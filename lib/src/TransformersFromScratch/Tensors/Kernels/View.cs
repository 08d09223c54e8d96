using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>A matrix as it lies in memory: the border between the operations and their kernels.</summary>
/// <remarks>
/// A view is some memory, a size and two strides: element (i, j) lies <c>i·row + j·column</c> floats after the first.
/// Swap the strides and the matrix is transposed; start further on and it is a block. So Aᵀ, the columns of one
/// attention head and the last ten tokens are all views, and nothing is copied to multiply them. The default view is
/// nothing: a gradient that nobody needs.
/// </remarks>
public readonly ref struct View
{
    private readonly Span<float> _numbers;

    /// <summary>Some memory, seen as a matrix.</summary>
    /// <param name="numbers">The memory; the first element comes first in it.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="row">From a row to the next, in floats.</param>
    /// <param name="column">From a column to the next, in floats.</param>
    /// <exception cref="ArgumentException">A size or a stride is negative, or the memory ends too soon.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public View(Span<float> numbers, int rows, int columns, int row, int column = 1)
    {
        bool isEmpty = rows == 0 || columns == 0;
        if ((rows | columns | row | column) < 0 || (!isEmpty && Last(rows, columns, row, column) >= numbers.Length))
        {
            throw Refusal(numbers.Length, rows, columns, row, column);
        }

        _numbers = numbers;
        (Rows, Columns, Row, Column) = (rows, columns, row, column);
    }

    // Of a matrix that has been checked, a part or the transposed one needs no check.
    private View(int rows, int columns, int row, int column, Span<float> numbers)
    {
        _numbers = numbers;
        (Rows, Columns, Row, Column) = (rows, columns, row, column);
    }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>How many columns there are.</summary>
    public int Columns { get; }

    /// <summary>From a row to the next, in floats.</summary>
    public int Row { get; }

    /// <summary>From a column to the next, in floats.</summary>
    public int Column { get; }

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>The same matrix, transposed.</summary>
    public View Transposed => new(Columns, Rows, Column, Row, _numbers);

    /// <summary>The numbers of a row, if they lie one after another.</summary>
    /// <exception cref="ArgumentException">There is no such row, or its numbers lie apart.</exception>
    public Span<float> this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)row >= (uint)Rows || Column != 1)
            {
                throw NoRow(row, Rows, Columns, Column);
            }

            return Columns == 0 ? [] : _numbers.Slice(row * Row, Columns);
        }
    }

    /// <summary>Some rows, as a view of their own.</summary>
    public View Take(int first, int rows) => Block(first, rows, 0, Columns);

    /// <summary>A block of some rows and columns, as a view of its own.</summary>
    /// <exception cref="ArgumentException">The block reaches beyond the matrix.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public View Block(int first, int rows, int firstColumn, int columns)
    {
        if ((first | rows | firstColumn | columns) < 0 || first + rows > Rows || firstColumn + columns > Columns)
        {
            throw NoBlock(first, rows, firstColumn, columns, Rows, Columns);
        }

        bool isEmpty = rows == 0 || columns == 0;
        return new(rows, columns, Row, Column, isEmpty ? [] : _numbers[((first * Row) + (firstColumn * Column))..]);
    }

    /// <summary>Writes 0 everywhere.</summary>
    public void Clear()
    {
        for (int i = 0; i < Rows; i++)
        {
            this[i].Clear();
        }
    }

    internal Span<float> Numbers => _numbers;

    /// <summary>"2×3", the way messages write it.</summary>
    internal string Text => TextOf(Rows, Columns);

    /// <summary>Whether two elements lie in one place.</summary>
    internal bool Coincides => !(Column == 1 && Row >= Columns) && !IsEmpty // What is usual is looked at first.
        && !((Columns == 1 || Column > 0) && (Rows == 1 || Row >= (long)Columns * Column))
        && !((Rows == 1 || Row > 0) && (Columns == 1 || Column >= (long)Rows * Row));

    private static long Last(int rows, int columns, int row, int column) =>
        ((rows - 1L) * row) + ((columns - 1L) * column);

    private static string TextOf(int rows, int columns) => $"{rows}×{columns}";

    // What is thrown is made elsewhere, of numbers: a view that is handed over for it could not live in registers.
    private static ArgumentException NoRow(int row, int rows, int columns, int column) => new(
        $"There is no row {row} in one piece in {TextOf(rows, columns)} with columns {column} floats apart.");

    private static ArgumentException NoBlock(
        int first, int rows, int firstColumn, int columns, int allRows, int allColumns) => new(
        $"A block of {rows}×{columns} from row {first} and column {firstColumn} on does not lie in " +
        $"{TextOf(allRows, allColumns)}.");

    private static ArgumentException Refusal(int length, int rows, int columns, int row, int column) => new(
        rows < 0 || columns < 0 ? $"A view has no negative size, such as {rows}×{columns}."
        : row < 0 || column < 0 ? $"The strides of a {rows}×{columns} view, {row} and {column}, cannot be negative."
        : $"A view of {rows}×{columns} with rows {row} and columns {column} floats apart needs " +
          $"{Last(rows, columns, row, column) + 1} floats; its memory holds {length}. Check the sizes and strides.");
}
