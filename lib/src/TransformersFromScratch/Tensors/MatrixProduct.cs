using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

/// <summary>The product of two float32 matrices, C = A·B or C += A·B, near the speed that the processor can reach.</summary>
/// <remarks>
/// <para>
/// A matrix is a pointer with two strides: element (i, j) lies at <c>start + i·row + j·column</c>. Swapping the strides
/// transposes the matrix, and adding to the pointer takes a block of it; so Aᵀ, one attention head's columns or the last
/// 10 tokens are views, and nothing is copied to multiply them. MatrixProduct.Tiles.cs explains how the speed comes about.
/// </para>
/// <para>
/// Every element of C is summed over k in the same order however many threads share the work, so the results of
/// <see cref="Multiply"/> and <see cref="MultiplyParallel"/> are the same, bit for bit.
/// </para>
/// </remarks>
public static unsafe partial class MatrixProduct
{
    private static int s_threads = Environment.ProcessorCount;

    /// <summary>How many threads <see cref="MultiplyParallel"/> may use: at first, one for each processor; 1 is sequential.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get => s_threads;
        set => s_threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A product runs on 1 thread or more.");
    }

    /// <summary>C = A·B, or C += A·B, on the calling thread. Nothing is checked: the strides must keep within memory.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B. If it is 0, A·B is 0.</param>
    /// <param name="a">The first element of A, m×k.</param>
    /// <param name="aRow">From one row of A to the next, in floats.</param>
    /// <param name="aCol">From one column of A to the next, in floats.</param>
    /// <param name="b">The first element of B, k×n.</param>
    /// <param name="bRow">From one row of B to the next, in floats.</param>
    /// <param name="bCol">From one column of B to the next, in floats.</param>
    /// <param name="c">The first element of C, m×n, which overlaps neither A nor B.</param>
    /// <param name="cRow">From one row of C to the next, in floats.</param>
    /// <param name="cCol">From one column of C to the next, in floats.</param>
    /// <param name="accumulate">Whether A·B is added to C or replaces it; what is replaced is not read, so it may be NaN.</param>
    public static void Multiply(
        int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, new View(a, aRow, aCol), new View(b, bRow, bCol), new View(c, cRow, cCol), accumulate, 1);

    /// <summary>As <see cref="Multiply"/>, with the columns of C shared out over <see cref="Threads"/> threads.</summary>
    /// <inheritdoc cref="Multiply"/>
    public static void MultiplyParallel(
        int m, int n, int k, float* a, nint aRow, nint aCol, float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, new View(a, aRow, aCol), new View(b, bRow, bCol), new View(c, cRow, cCol), accumulate, s_threads);

    private static void Run(int m, int n, int k, View a, View b, View c, bool accumulate, int threads)
    {
        // The kernel writes rows of C. Where the columns of C are contiguous instead (MathNet's matrices), or C is one
        // column, it computes Cᵀ = Bᵀ·Aᵀ: the same numbers at the same places, seen the other way round.
        if (m > 1 && (n == 1 || (c.Column != 1 && c.Row == 1)))
            (m, n, a, b, c) = (n, m, b.Transposed, a.Transposed, c.Transposed);

        // The widest vectors that the processor has and that C's rows can fill.
        if (Vector512.IsHardwareAccelerated && n > 16)
            Run<Lanes512, Vector512<float>>(m, n, k, a, b, c, accumulate, threads);
        else if (Vector256.IsHardwareAccelerated && n > 8)
            Run<Lanes256, Vector256<float>>(m, n, k, a, b, c, accumulate, threads);
        else
            Run<Lanes128, Vector128<float>>(m, n, k, a, b, c, accumulate, threads);
    }

    /// <summary>A matrix in memory: where it starts, and how far apart its rows and its columns lie.</summary>
    internal readonly struct View(float* start, nint row, nint column)
    {
        public readonly float* Start = start;
        public readonly nint Row = row, Column = column;
        public View Transposed => new(Start, Column, Row);
        public float* At(nint i, nint j) => Start + i * Row + j * Column;
        public View From(nint i, nint j) => new(At(i, j), Row, Column);
    }
}
