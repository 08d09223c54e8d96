using System.Buffers;

namespace TransformersFromScratch;

/// <summary>
/// When work is shared out over threads, and in which pieces. The pieces depend on the sizes alone: the same numbers
/// come out, bit for bit, whatever the number of threads.
/// </summary>
/// <remarks>
/// There is one rule. A piece of work is worth handing to another thread if it takes some 10 µs: then the handing over
/// costs little beside it, and pieces are small enough to balance. In that time a thread makes about 2^18
/// multiplications of a product. A number that is read, computed with and written takes as long as 16 of them.
/// </remarks>
internal static class Work
{
    private const int Enough = 1 << 18;
    private const int OfNumber = 16;

    /// <summary>How many numbers make a piece of elementwise work.</summary>
    public const int NumbersPerPiece = Enough / OfNumber;

    /// <summary>How many threads share a work of so many multiplications.</summary>
    public static int Threads(long multiplications) => IsWorthSharing(multiplications) ? MatrixProduct.Threads : 1;

    /// <summary>Whether a work of so many multiplications takes long enough for other threads to be called.</summary>
    public static bool IsWorthSharing(long multiplications) => multiplications >= Enough;

    /// <summary>Runs <paramref name="body"/>(first, end) over all rows.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="numbers">About how many numbers a row touches.</param>
    /// <param name="body">The work on rows first … end - 1, independent of all others.</param>
    public static void For(int rows, int numbers, Action<int, int> body)
    {
        int size = Math.Max(1, NumbersPerPiece / Math.Max(1, numbers));
        SharedLoop.For(rows, size, MatrixProduct.Threads, body);
    }

    /// <summary>Runs <paramref name="body"/>(row) for every row.</summary>
    /// <inheritdoc cref="For(int, int, Action{int, int})"/>
    public static void ForEach(int rows, int numbers, Action<int> body) => For(rows, numbers, (first, end) =>
    {
        for (int row = first; row < end; row++)
        {
            body(row);
        }
    });

    /// <summary>
    /// Sums over rows: every piece adds into a partial sum of its own, and the partial sums are added in order.
    /// </summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="width">The length of the sum, and about the work of one row.</param>
    /// <param name="sum">Where the sum goes.</param>
    /// <param name="add">Whether to add it to what is there.</param>
    /// <param name="body">Adds rows first … end - 1 to the partial sum it is given.</param>
    public static void Sum(int rows, int width, Span<float> sum, bool add, SumRows body)
    {
        // At most 16 pieces, so that adding up the partial sums stays cheap.
        int size = Math.Max((rows + 15) / 16, NumbersPerPiece / Math.Max(1, width));
        int pieces = (rows + size - 1) / size;
        float[] partial = ArrayPool<float>.Shared.Rent(pieces * width);
        Array.Clear(partial);
        SharedLoop.For(rows, size, MatrixProduct.Threads, (first, end) =>
            body(first, end, partial.AsSpan(first / size * width, width)));
        for (int piece = 0; piece < pieces; piece++)
        {
            ReadOnlySpan<float> own = partial.AsSpan(piece * width, width);
            if (add || piece > 0)
            {
                Rows.AddTo(sum, own);
            }
            else
            {
                own.CopyTo(sum);
            }
        }

        ArrayPool<float>.Shared.Return(partial);
    }

    /// <summary>Adds rows first … end - 1 to <paramref name="partial"/>.</summary>
    public delegate void SumRows(int first, int end, Span<float> partial);
}
