namespace TransformersFromScratch;

// Several threads at one product. What all of them read, they pack once and together: B, and a transposed A if it is small. Then each takes the
// next block of C that nobody has taken, and blocks are small, so that a thread that the system interrupts does not keep the others waiting.
public static unsafe partial class MatrixProduct
{
    /// <summary>How many floats of B, and how many of a transposed A, are packed together at a time: 4 MB, which the caches that threads share can hold.</summary>
    private const int SharedFloats = 1 << 20;

    /// <summary>How many rows of B a thread packs at a time. It divides <see cref="Depth"/>.</summary>
    private const int PackedRows = 64;

    /// <summary>Into how many blocks C is cut for each thread.</summary>
    private const int BlocksPerThread = 8;

    private static void Share<TLanes, TVector>(int m, int n, int k, View a, View b, View c, View start, int threads)
        where TLanes : ILanes<TVector>
    {
        if (m <= TileRows)
        {
            ShareColumns<TLanes, TVector>(m, n, k, a, b, c, start, threads);
            return;
        }

        // As many columns of B as fit, and then as many rows.
        int width = 2 * TLanes.Count, panels = (n + width - 1) / width;
        int columns = Math.Clamp(SharedFloats / (Math.Min(k, Depth) * width), 1, panels) * width;
        int rows = Math.Max(1, SharedFloats / columns / Depth) * Depth;
        for (int j = 0; j < n; j += columns)
        {
            for (int p = 0; p < k; p += rows)
            {
                ShareBlocks<TLanes, TVector>(
                    m, Math.Min(columns, n - j), Math.Min(rows, k - p), a.From(0, p), b.From(p, j), c.From(0, j), (p == 0 ? start : c).From(0, j), threads);
            }
        }
    }

    /// <summary>For few rows of A nothing is packed: each thread takes some columns.</summary>
    private static void ShareColumns<TLanes, TVector>(int m, int n, int k, View a, View b, View c, View start, int threads)
        where TLanes : ILanes<TVector>
    {
        // The kind of block must not depend on how C is cut, or the number of threads would show in the result.
        bool dots = IsDots(m, a, b);
        int together = dots ? 4 : 2 * TLanes.Count;
        int size = Math.Max(1, n / (4 * threads * together)) * together;
        SharedLoop.For(n, size, threads, (j, end) =>
            Block<TLanes, TVector>(dots, m, end - j, k, a, b.From(0, j), c.From(0, j), start.From(0, j)));
    }

    private static void ShareBlocks<TLanes, TVector>(int m, int n, int k, View a, View b, View c, View start, int threads)
        where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count, panels = (n + width - 1) / width, height = TLanes.Has32 ? TallRows : TileRows, tiles = (m + height - 1) / height;
        int depths = (k + Depth - 1) / Depth, bParts = (k + PackedRows - 1) / PackedRows;

        // A large A is packed by each block for itself, some of its rows at a time.
        bool packsA = a.IsTransposed && (long)m * k <= SharedFloats;
        int parts = bParts + (packsA ? (m + StripRows - 1) / StripRows * depths : 0);
        int bLength = panels * width * k;
        float* packedB = SharedMemory(bLength + (packsA ? m * k : 0)), packedA = packsA ? packedB + bLength : null;

        // Blocks of four tiles' rows and more, so that a panel of B serves some tiles before the next takes its place in the nearest cache.
        int wanted = BlocksPerThread * threads, down = Math.Clamp(tiles / 4, 1, wanted), across = Math.Min(panels, (wanted + down - 1) / down);
        int packed = 0;
        SharedLoop.For(parts + down * across, 1, threads, (item, _) =>
        {
            if (item < parts)
            {
                if (item < parts - bParts)
                    PackPartOfA(item);
                else
                    PackPartOfB(item - (parts - bParts));
                Interlocked.Increment(ref packed);
                return;
            }

            // Items are taken in order: what is not packed yet, a running thread has begun.
            var spin = new SpinWait();
            while (Volatile.Read(ref packed) < parts)
                spin.SpinOnce(sleep1Threshold: -1);
            Block((item - parts) % down, (item - parts) / down);
        });

        void PackPartOfA(int part)
        {
            int i = part / depths * StripRows, p = part % depths * Depth, depth = Math.Min(Depth, k - p);
            PackColumns<TLanes, TVector>(Math.Min(StripRows, m - i), depth, a.From(i, p), packedA + p * m + i * depth);
        }

        void PackPartOfB(int part)
        {
            int p = part * PackedRows, first = p / Depth * Depth, depth = Math.Min(Depth, k - first);
            float* panel = packedB + first * panels * width + (p - first) * width;
            PackPanels<TLanes, TVector>(Math.Min(PackedRows, k - p), n, b.From(p, 0), panel, depth * width);
        }

        void Block(int y, int x)
        {
            int i = Cut(tiles, y, down) * height, iEnd = Math.Min(m, Cut(tiles, y + 1, down) * height);
            int j = Cut(panels, x, across) * width, jEnd = Math.Min(n, Cut(panels, x + 1, across) * width);
            for (int p = 0; p < k; p += Depth)
            {
                int depth = Math.Min(Depth, k - p);
                Strips<TLanes, TVector>(
                    iEnd - i, jEnd - j, depth, a.From(i, p), packsA ? packedA + p * m + i * depth : null, packedB + p * panels * width + j * depth,
                    c.From(i, j), (p == 0 ? start : c).From(i, j));
            }
        }
    }

    /// <summary>Where a part begins if so many things are shared out evenly.</summary>
    private static int Cut(int count, int part, int parts) => (int)((long)count * part / parts);
}
