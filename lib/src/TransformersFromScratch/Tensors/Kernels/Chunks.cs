using System.Buffers;

namespace TransformersFromScratch;

/// <summary>
/// Work on many rows, shared out over threads in chunks whose bounds depend on the sizes alone: the same numbers come out,
/// bit for bit, whatever the number of threads.
/// </summary>
internal static class Chunks
{
    // Some 10 µs of elementwise work: enough to be worth handing to another thread, little enough to balance.
    private const int WorkPerChunk = 1 << 14;

    /// <summary>Runs <paramref name="body"/>(first, end) over all rows.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="workPerRow">About how many numbers a row touches.</param>
    /// <param name="body">The work on rows first … end - 1, independent of all others.</param>
    public static void For(int rows, int workPerRow, Action<int, int> body)
    {
        int size = Math.Max(1, WorkPerChunk / Math.Max(1, workPerRow));
        SharedLoop.For(rows, size, MatrixProduct.Threads, body);
    }

    /// <summary>
    /// Sums over rows: every chunk adds into a partial sum of its own, and the partial sums are added in order.
    /// </summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="width">The length of the sum, and about the work of one row.</param>
    /// <param name="sum">Where the sum goes.</param>
    /// <param name="add">Whether to add it to what is there.</param>
    /// <param name="body">Adds rows first … end - 1 to the partial sum it is given.</param>
    public static void Sum(int rows, int width, Span<float> sum, bool add, SumRows body)
    {
        // At most 16 chunks, so that adding up the partial sums stays cheap.
        int size = Math.Max((rows + 15) / 16, WorkPerChunk / Math.Max(1, width));
        int chunks = (rows + size - 1) / size;
        float[] partial = ArrayPool<float>.Shared.Rent(chunks * width);
        Array.Clear(partial);
        SharedLoop.For(rows, size, MatrixProduct.Threads, (first, end) =>
            body(first, end, partial.AsSpan(first / size * width, width)));
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            ReadOnlySpan<float> own = partial.AsSpan(chunk * width, width);
            if (add || chunk > 0)
            {
                Elementwise.AddTo(sum, own);
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
