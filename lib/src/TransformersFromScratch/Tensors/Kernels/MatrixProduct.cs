using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>The product of two float32 matrices, C = A·B or C += A·B, near the limit of the processor.</summary>
/// <remarks>
/// A matrix is a <see cref="View"/>: a place in memory and two strides. Each element of C is summed over k in one order
/// however many threads share the work: <see cref="Threads"/> never changes a bit of a result. MatrixProduct.Tiles.cs
/// explains how the speed comes about.
/// </remarks>
public static unsafe partial class MatrixProduct
{
    /// <summary>How many threads a product may use: one a processor unless set; 1 is sequential.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int Threads
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A product runs on 1 thread or more.");
    } = Environment.ProcessorCount;

    /// <summary>Whether registers of 16 floats are used: wherever there are any.</summary>
    public static bool HasVector512 => Registers.Hold16;

    /// <summary>C = A·B, or C += A·B, over <see cref="Threads"/> threads.</summary>
    /// <param name="a">A, m×k.</param>
    /// <param name="b">B, k×n. If k is 0, A·B is all zeros.</param>
    /// <param name="c">C, m×n.</param>
    /// <param name="add">True adds A·B to C; false replaces C, without reading what it held.</param>
    /// <exception cref="ArgumentException">
    /// The sizes do not fit, elements of C coincide, or the memory of C overlaps that of A or B.
    /// </exception>
    public static void Multiply(in View a, in View b, in View c, bool add = false) =>
        Multiply(a, b, c, add, Threads);

    /// <summary>C = A·B + bias, over <see cref="Threads"/> threads: the linear layer, in one pass over C.</summary>
    /// <param name="a">A, m×k.</param>
    /// <param name="b">B, k×n.</param>
    /// <param name="c">C, m×n.</param>
    /// <param name="bias">n numbers, added to every row; or none at all.</param>
    /// <inheritdoc cref="Multiply(in View, in View, in View, bool)" path="/exception"/>
    public static void Multiply(in View a, in View b, in View c, ReadOnlySpan<float> bias)
    {
        Require(a, b, c);
        if (!bias.IsEmpty && bias.Length != c.Columns)
        {
            throw new ArgumentException(
                $"The bias has {bias.Length} numbers, but C is {c.Text}. It needs one a column.");
        }

        fixed (float* pa = a.Numbers, pb = b.Numbers, pc = c.Numbers, start = bias)
        {
            Run(c.Rows, c.Columns, a.Columns, new(pa, a.Row, a.Column), new(pb, b.Row, b.Column),
                new(pc, c.Row, c.Column), start is null ? default : new(start, 0, 1), Threads);
        }
    }

    /// <summary>
    /// The same on the calling thread alone, for whoever has shared out the work already.
    /// </summary>
    /// <inheritdoc cref="Multiply(in View, in View, in View, bool)"/>
    public static void MultiplyAlone(in View a, in View b, in View c, bool add = false) =>
        Multiply(a, b, c, add, 1);

    internal static void Multiply(in View a, in View b, in View c, bool add, int threads)
    {
        Require(a, b, c);
        fixed (float* pa = a.Numbers, pb = b.Numbers, pc = c.Numbers)
        {
            var pinned = new Pinned(pc, c.Row, c.Column);
            Run(c.Rows, c.Columns, a.Columns, new(pa, a.Row, a.Column), new(pb, b.Row, b.Column),
                pinned, add ? pinned : default, threads);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Require(in View a, in View b, in View c)
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns || c.Coincides
            || c.Numbers.Overlaps(a.Numbers) || c.Numbers.Overlaps(b.Numbers))
        {
            throw Refusal(a, b, c);
        }
    }

    private static ArgumentException Refusal(in View a, in View b, in View c) => new(
        a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns
        ? $"In C = A·B, A is {a.Text}, B {b.Text} and C {c.Text}: m×k times k×n makes m×n. Transpose one of them?"
        : c.Coincides
        ? $"With rows {c.Row} and columns {c.Column} floats apart, elements of C, {c.Text}, coincide. " +
          "Check its strides."
        : $"C, {c.Text}, lies in the memory of A, {a.Text}, or B, {b.Text}. Give the result memory of its own.");

    /// <summary>C = start + A·B, where start may be C itself, a row for all, or nothing: then it is 0.</summary>
    internal static void Run(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start, int threads)
    {
        if (OperatingSystem.IsBrowser())
        {
            RunInBrowser(m, n, k, a, b, c, start);
            return;
        }

        // The kernel writes along rows of C. Where C lies column by column (as MathNet's matrices do), or is a single
        // column, it computes Cᵀ = Bᵀ·Aᵀ: the same numbers in the same places, seen the other way round.
        if (m > 1 && (n == 1 || c.IsTransposed))
            (m, n, a, b, c, start) = (n, m, b.Transposed, a.Transposed, c.Transposed, start.Transposed);

        // The widest registers that the processor has and that a row of C can fill.
        if (Registers.Hold16 && n > 16)
            Run<Floats16>(m, n, k, a, b, c, start, threads);
        else if (Registers.Hold8 && n > 8)
            Run<Floats8>(m, n, k, a, b, c, start, threads);
        else
            Run<Floats4>(m, n, k, a, b, c, start, threads);
    }
}
