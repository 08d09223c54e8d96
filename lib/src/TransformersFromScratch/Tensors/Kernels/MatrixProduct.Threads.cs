namespace TransformersFromScratch;

// Several threads at one product. What all of them read, they pack once and together: B, and a transposed A if it is
// small. Then each takes the next block of C that nobody has taken, and blocks are small, so that a thread that the
// system interrupts does not keep the others waiting.
public static unsafe partial class MatrixProduct
{
    /// <summary>
    /// How many floats of B, and how many of a transposed A, are packed together at a time: 4 MB, which the caches that
    /// threads share can hold.
    /// </summary>
    private const int SharedFloats = 1 << 20;

    /// <summary>How many rows of B a thread packs at a time. It divides <see cref="Depth"/>.</summary>
    private const int PackedRows = 64;

    /// <summary>Into how many blocks C is cut for each thread.</summary>
    private const int BlocksPerThread = 8;

    private static void Share<T>(
        bool dots, int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start, int threads)
        where T : struct, IFloats<T>
    {
        if (dots || m <= TileRows)
        {
            ShareColumns<T>(dots, m, n, k, a, b, c, start, threads);
            return;
        }

        // As many columns of B as fit, and then as many rows.
        int width = 2 * T.Count, panels = Parts(n, width);
        int columns = Math.Clamp(SharedFloats / (Math.Min(k, Depth) * width), 1, panels) * width;
        int rows = Math.Max(1, SharedFloats / columns / Depth) * Depth;
        for (int j = 0; j < n; j += columns)
        {
            for (int p = 0; p < k; p += rows)
            {
                SharedProduct<T>.OfThisThread.Run(
                    m, Math.Min(columns, n - j), Math.Min(rows, k - p), a.From(0, p), b.From(p, j), c.From(0, j),
                    (p == 0 ? start : c).From(0, j), threads);
            }
        }
    }

    /// <summary>For few rows of A nothing is packed: each thread takes some columns.</summary>
    private static void ShareColumns<T>(
        bool dots, int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start, int threads)
        where T : struct, IFloats<T>
    {
        // The kind of block does not depend on how C is cut, or the number of threads would show in the result.
        int together = dots ? DotsTogether : 2 * T.Count;
        int size = Math.Max(1, n / (4 * threads * together)) * together;
        SharedLoop.For(n, size, threads, (j, end) =>
            Block<T>(dots, m, end - j, k, a, b.From(0, j), c.From(0, j), start.From(0, j)));
    }

    /// <summary>How many parts of that size make up a whole.</summary>
    private static int Parts(int whole, int size) => (whole + size - 1) / size;

    /// <summary>
    /// A product as its threads see it. Each thread keeps one for the next product: a training step has hundreds.
    /// </summary>
    private sealed class SharedProduct<T> where T : struct, IFloats<T>
    {
        // Memory to work in, written before it is read in every product: nothing of one product is known to the next.
        [ThreadStatic]
        private static SharedProduct<T>? t_last;

        private readonly Action<int, int> _item;
        private int _m, _n, _k, _down, _across, _packed;
        private Pinned _a, _b, _c, _start;
        private float* _packedA, _packedB;

        private SharedProduct() => _item = Item;

        public static SharedProduct<T> OfThisThread => t_last ??= new();

        private static int Width => 2 * T.Count;

        private static int Height => T.Has32 ? TallRows : TileRows;

        private int Panels => Parts(_n, Width);

        private int Tiles => Parts(_m, Height);

        private int PartsOfA => _packedA is null ? 0 : Parts(_m, StripRows) * Parts(_k, Depth);

        private int PartsOfB => Parts(_k, PackedRows);

        public void Run(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start, int threads)
        {
            (_m, _n, _k, _a, _b, _c, _start, _packed) = (m, n, k, a, b, c, start, 0);

            // A large A is packed by each block for itself, some of its rows at a time.
            bool packsA = a.IsTransposed && (long)m * k <= SharedFloats;
            int length = Panels * Width * k;
            _packedB = SharedMemory(length + (packsA ? m * k : 0));
            _packedA = packsA ? _packedB + length : null;

            // Blocks of four tiles' rows and more, so that a panel of B serves some tiles before the next takes its
            // place in the nearest cache.
            int blocks = BlocksPerThread * threads;
            _down = Math.Clamp(Tiles / 4, 1, blocks);
            _across = Math.Min(Panels, Parts(blocks, _down));
            SharedLoop.For(PartsOfA + PartsOfB + _down * _across, 1, threads, _item);
        }

        private void Item(int item, int end)
        {
            int partsOfA = PartsOfA, parts = partsOfA + PartsOfB;
            if (item >= parts)
            {
                // Items are taken in order: what is not packed yet, a running thread has begun.
                SharedLoop.WaitFor(ref _packed, parts);
                MultiplyBlock((item - parts) % _down, (item - parts) / _down);
                return;
            }

            if (item < partsOfA)
                PackA(item);
            else
                PackB(item - partsOfA);
            Interlocked.Increment(ref _packed);
        }

        private void PackA(int part)
        {
            var (strip, piece) = Math.DivRem(part, Parts(_k, Depth));
            int i = strip * StripRows, p = piece * Depth, depth = Math.Min(Depth, _k - p);
            PackColumns<T>(Math.Min(StripRows, _m - i), depth, _a.From(i, p), _packedA + p * _m + i * depth);
        }

        private void PackB(int part)
        {
            int p = part * PackedRows, top = p / Depth * Depth, depth = Math.Min(Depth, _k - top);
            float* to = _packedB + (top * Panels + p - top) * Width;
            PackPanels<T>(Math.Min(PackedRows, _k - p), _n, _b.From(p, 0), to, depth * Width);
        }

        private void MultiplyBlock(int y, int x)
        {
            int i = Cut(Tiles, y, _down) * Height, iEnd = Math.Min(_m, Cut(Tiles, y + 1, _down) * Height);
            int j = Cut(Panels, x, _across) * Width, jEnd = Math.Min(_n, Cut(Panels, x + 1, _across) * Width);
            for (int p = 0; p < _k; p += Depth)
            {
                int depth = Math.Min(Depth, _k - p);
                Strips<T>(
                    iEnd - i, jEnd - j, depth, _a.From(i, p), _packedA is null ? null : _packedA + p * _m + i * depth,
                    _packedB + p * Panels * Width + j * depth, _c.From(i, j), (p == 0 ? _start : _c).From(i, j));
            }
        }

        /// <summary>Where a part begins if so many things are shared out evenly.</summary>
        private static int Cut(int count, int part, int parts) => (int)((long)count * part / parts);
    }
}
