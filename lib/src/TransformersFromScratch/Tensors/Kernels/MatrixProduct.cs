using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

/// <summary>The product of two float32 matrices, C = A·B or C += A·B, near the limit of the processor.</summary>
/// <remarks>
/// <para>
/// A matrix is a place in memory and two strides: element (i, j) lies <c>i·row + j·column</c> floats after the first.
/// Swap the strides and it is transposed; start further on and it is a block. So Aᵀ, the columns of one attention
/// head and the last ten tokens are all views, and nothing is copied to multiply them.
/// </para>
/// <para>
/// Each element of C is summed over k in one order however many threads share the work: <see cref="Threads"/> never
/// changes a bit of a result. MatrixProduct.Tiles.cs explains how the speed comes about.
/// </para>
/// </remarks>
public static unsafe partial class MatrixProduct
{
    /// <summary>How many threads a parallel product may use: one a processor unless set; 1 is sequential.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A product runs on 1 thread or more.");
    } = Environment.ProcessorCount;

    /// <summary>
    /// Whether registers of 16 floats are used: wherever there are any. On Intel's first processors that have them .NET advises against it, because the
    /// clock slows down for them. That is right for a few instructions here and there, but a product keeps them busy; and in what comes between products,
    /// the clock has slowed down already.
    /// </summary>
    public static bool HasVector512 => Vector512.IsHardwareAccelerated || Avx512F.IsSupported;

    /// <summary>C = A·B, or C += A·B, on the calling thread. Unchecked: every element must lie in memory.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B. If it is 0, A·B is all zeros.</param>
    /// <param name="a">The first element of A, m×k.</param>
    /// <param name="aRow">From a row of A to the next, in floats.</param>
    /// <param name="aCol">From a column of A to the next, in floats.</param>
    /// <param name="b">The first element of B, k×n.</param>
    /// <param name="bRow">From a row of B to the next, in floats.</param>
    /// <param name="bCol">From a column of B to the next, in floats.</param>
    /// <param name="c">The first element of C, m×n. No element of C may be one of A or B, or another of C.</param>
    /// <param name="cRow">From a row of C to the next, in floats.</param>
    /// <param name="cCol">From a column of C to the next, in floats.</param>
    /// <param name="accumulate">True adds A·B to C; false replaces C, without reading what it held.</param>
    public static void Multiply(
        int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, new View(a, aRow, aCol), new View(b, bRow, bCol), new View(c, cRow, cCol),
            accumulate ? new View(c, cRow, cCol) : default, 1);

    /// <summary>As <c>Multiply</c>, with C shared out in blocks over <see cref="Threads"/> threads.</summary>
    /// <inheritdoc cref="Multiply(int, int, int, float*, nint, nint, float*, nint, nint, float*, nint, nint, bool)"/>
    public static void MultiplyParallel(
        int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, new View(a, aRow, aCol), new View(b, bRow, bCol), new View(c, cRow, cCol),
            accumulate ? new View(c, cRow, cCol) : default, Threads);

    /// <summary>C = A·B + bias, over <see cref="Threads"/> threads: the linear layer, in one pass over C.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B.</param>
    /// <param name="a">The first element of A, m×k.</param>
    /// <param name="aRow">From a row of A to the next, in floats.</param>
    /// <param name="aCol">From a column of A to the next, in floats.</param>
    /// <param name="b">The first element of B, k×n.</param>
    /// <param name="bRow">From a row of B to the next, in floats.</param>
    /// <param name="bCol">From a column of B to the next, in floats.</param>
    /// <param name="c">The first element of C, m×n, apart from A, B and the bias.</param>
    /// <param name="cRow">From a row of C to the next, in floats.</param>
    /// <param name="cCol">From a column of C to the next, in floats.</param>
    /// <param name="bias">n numbers, one after another, that are added to every row; or null for none.</param>
    public static void MultiplyParallel(
        int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, float* bias) =>
        Run(m, n, k, new View(a, aRow, aCol), new View(b, bRow, bCol), new View(c, cRow, cCol),
            bias is null ? default : new View(bias, 0, 1), Threads);

    /// <summary>C = A·B, or C += A·B, over <see cref="Threads"/> threads, on memory whose bounds are checked.</summary>
    /// <exception cref="ArgumentException">
    /// A size or stride is negative, a matrix reaches beyond its memory, elements of C coincide, or the memory of C
    /// overlaps that of A or B.
    /// </exception>
    /// <inheritdoc cref="Multiply(int, int, int, float*, nint, nint, float*, nint, nint, float*, nint, nint, bool)"/>
    public static void Multiply(
        int m, int n, int k, ReadOnlySpan<float> a, int aRow, int aCol, ReadOnlySpan<float> b, int bRow, int bCol,
        Span<float> c, int cRow, int cCol, bool accumulate = false)
    {
        string shapes = $"in C = A·B, {m}×{n} = {m}×{k} · {k}×{n}";
        if (m < 0 || n < 0 || k < 0)
            throw new ArgumentException($"A size is negative {shapes}.");
        CheckBounds("A", m, k, a.Length, aRow, aCol, shapes);
        CheckBounds("B", k, n, b.Length, bRow, bCol, shapes);
        CheckBounds("C", m, n, c.Length, cRow, cCol, shapes);
        if (m > 0 && n > 0 && !((n == 1 || cCol > 0) && (m == 1 || cRow >= (long)n * cCol)) &&
            !((m == 1 || cRow > 0) && (n == 1 || cCol >= (long)m * cRow)))
        {
            throw new ArgumentException(
                $"With rows {cRow} and columns {cCol} floats apart, elements of C coincide {shapes}. " +
                "Check its strides.");
        }

        if (c.Overlaps(a) || c.Overlaps(b))
            throw new ArgumentException($"C lies in the memory of A or B {shapes}. Give the result memory of its own.");

        fixed (float* pa = a, pb = b, pc = c)
            MultiplyParallel(m, n, k, pa, aRow, aCol, pb, bRow, bCol, pc, cRow, cCol, accumulate);
    }

    private static void CheckBounds(string name, int rows, int columns, int length, int row, int column, string shapes)
    {
        if (row < 0 || column < 0)
            throw new ArgumentException($"The strides of {name}, {row} and {column}, cannot be negative {shapes}.");

        Int128 needed = rows == 0 || columns == 0 ? 0 : (Int128)(rows - 1) * row + (Int128)(columns - 1) * column + 1;
        if (needed > length)
        {
            throw new ArgumentException(
                $"{name} is {rows}×{columns} with rows {row} and columns {column} floats apart, so it needs " +
                $"{needed} floats; its memory holds {length} ({shapes}). Check the sizes and strides.");
        }
    }

    /// <summary>C = start + A·B, where start may be C itself, a row for all, or nothing: then it is 0.</summary>
    internal static void Run(int m, int n, int k, View a, View b, View c, View start, int threads)
    {
        // The kernel writes along rows of C. Where C lies column by column (as MathNet's matrices do), or is a single
        // column, it computes Cᵀ = Bᵀ·Aᵀ: the same numbers in the same places, seen the other way round.
        if (m > 1 && (n == 1 || c.IsTransposed))
            (m, n, a, b, c, start) = (n, m, b.Transposed, a.Transposed, c.Transposed, start.Transposed);

        // The widest registers that the processor has and that a row of C can fill.
        if (HasVector512 && n > 16)
            Run<Lanes512, Vector512<float>>(m, n, k, a, b, c, start, threads);
        else if (Vector256.IsHardwareAccelerated && n > 8)
            Run<Lanes256, Vector256<float>>(m, n, k, a, b, c, start, threads);
        else
            Run<Lanes128, Vector128<float>>(m, n, k, a, b, c, start, threads);
    }

    /// <summary>A matrix in memory: its first element, and how far apart its rows and its columns lie.</summary>
    internal readonly struct View(float* start, nint row, nint column)
    {
        public readonly float* Start = start;
        public readonly nint Row = row, Column = column;

        public bool IsNothing => Start is null;

        /// <summary>Whether columns are contiguous, and not rows.</summary>
        public bool IsTransposed => Row == 1 && Column != 1;

        public View Transposed => new(Start, Column, Row);

        public float* At(nint i, nint j) => Start + i * Row + j * Column;

        public View From(nint i, nint j) => new(At(i, j), Row, Column);
    }
}
