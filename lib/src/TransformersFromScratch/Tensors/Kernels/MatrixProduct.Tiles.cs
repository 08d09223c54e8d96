using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

// How a product comes near the limit of the processor. The figures are GFLOP/s (thousand million multiplications and
// additions a second) for 1024×256 · 256×1024 on one core of an AMD Zen 4; lib/bench measures them on your machine:
// dotnet run --project lib/bench/Benchmarks -- side-by-side ladder
//
//   the definition, for i, for j: c[i,j] = Σ a[i,p]·b[p,j]        0.7
//   for i, for p, for j: c[i,j] += a[i,p]·b[p,j]                  2.3   walks along rows, as memory lies
//   the same, 8 columns in one instruction                       11     vectors
//   tiles of C in registers, packed panels of B: this class     107     92 % of the limit
//   the limit: multiply-adds on registers alone                 117
//
// 1. The limit. A fused multiply-add is sum + x·y in one instruction and with one rounding. It works on a register of
//    8 floats, and the core starts two a cycle (or one on 16 floats): 2 · 8 lanes · 2 operations · 3.7 GHz =
//    118 GFLOP/s. A result takes 4 cycles, so at least 8 sums must be under way that do not wait for one another.
// 2. Tiles. The third line loads two registers and stores one for every multiply-add: memory is its limit. A tile of C,
//    6 rows × 2 registers, stays in 12 registers while p runs. Each step loads 2 registers of a row of B and 6 numbers
//    of a column of A, and does 12 multiply-adds with them. 12 sums + 2 + 1 make 15 registers: AVX2 has 16. Where there
//    are 32, tiles have 12 rows: 24 multiply-adds for 14 loads, because a core starts only 4 to 6 instructions a cycle.
//    For the same reason four steps of p are written out: what moves pointers and counts comes once for all four.
// 3. Packing. Down a panel of B, 2 registers wide, each row lies n floats after the one before: in another cache line,
//    often in another page of memory. So a panel is copied once into rows that follow one another, and all m/6 tiles
//    that need it read it in order. Packing also turns a transposed B, and fills up the last panel, so that one kernel
//    serves all. A is not copied: each of its numbers is read by itself and used for a whole row of the panel. Only a
//    transposed A is, the rows of eight tiles at a time: down its columns, every number lies in another cache line. And
// rows that lie a multiple of 4 kB apart are, for they fall on the same few places of the cache. Whatever is packed
// is
//    read as it lies, whole rows of B and not a panel's part of each (MatrixProduct.Packing.cs). Several threads pack
//    once and together what all of them need (MatrixProduct.Threads.cs).
// 4. Caches. 384 rows of a panel take 48 kB: shorter panels load and store C more often, longer ones do not stay in the
// caches nearest to the core. A processor fetches from memory by itself what follows, but not what lies a row
// further: that it is asked for some rows ahead (Prefetch). On a Xeon of 2019 products with a transposed A became a
// seventh faster. 5. Order. Every element is one chain, sum = sum + a[i,p]·b[p,j] for p = 0, 1, 2 …, in whatever tile,
// panel, width of
//    register or thread. Hence the same bits on one thread and on eight. (Dots, for a few rows, adds in another order,
//    but in one that the shapes alone decide: MatrixProduct.Rows.cs.)
public static unsafe partial class MatrixProduct
{
    /// <summary>A tile of C is 6 rows by 2 registers.</summary>
    private const int TileRows = 6;

    /// <summary>A tall tile is 12 rows by 2 registers.</summary>
    private const int TallRows = 12;

    /// <summary>How many rows of B are packed, and multiplied, at a time.</summary>
    private const int Depth = 384;

    /// <summary>
    /// How many panels take turns for the rows of a tile, if they are that deep; of lower ones, as many more.
    /// </summary>
    private const int PanelGroup = 8;

    /// <summary>How many rows of A are packed or copied at a time: those of eight tall tiles.</summary>
    private const int StripRows = 8 * TallRows;

    /// <summary>
    /// 4 kB in floats. Rows of A that lie so far apart, or a multiple of it, fall on the same few places of the nearest
    /// cache and drive each other out: there 12 rows made the kernel slower by a fifth.
    /// </summary>
    private const int Page = 1024;

    /// <summary>Where a tile to one side begins in a thread's memory: after the panels.</summary>
    private const int AsideAt = PanelGroup * Depth * 2 * 16;

    /// <summary>Where copied rows of A begin: after that tile.</summary>
    private const int StripsAt = AsideAt + TallRows * 2 * 16;

    internal static void Run<T>(
        int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start, int threads)
        where T : struct, IFloats<T>
    {
        bool dots = IsDots(m, n, k, a, b);
        if (k == 0 || (long)m * n * k <= 64)
            Small(m, n, k, a, b, c, start);
        else if (threads > 1 && IsWorthSharing(dots, m, n, k))
            Share<T>(dots, m, n, k, a, b, c, start, threads);
        else
            Block<T>(dots, m, n, k, a, b, c, start);
    }

    /// <summary>
    /// The rule of <see cref="Work"/>. Few rows take as long as four, for reading B takes the time; and Dots make two
    /// multiplications in the time of one.
    /// </summary>
    private static bool IsWorthSharing(bool dots, int m, int n, int k) =>
        Work.IsWorthSharing((long)Math.Max(m, 4) * n * k / (dots ? 2 : 1));

    private static void Block<T>(bool dots, int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
        where T : struct, IFloats<T>
    {
        if (dots)
            Dots<T>(m, n, k, a, b, c, start);
        else
            Tiles<T>(m, n, k, a, b, c, start);
    }

    /// <summary>The definition, for products too small to be worth more.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void Small(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
    {
        bool alongRows = b.Column == 1 && c.Column == 1 && (start.IsNothing || start.Column == 1);
        for (int i = 0; i < m; i++)
        {
            float* row = a.At(i, 0), first = start.At(i, 0), to = c.At(i, 0), x = row, y;
            int j = 0;
            for (; alongRows && j <= n - 4; j += 4, x = row) // four at once where they lie side by side
            {
                Floats4 sums = start.IsNothing ? 0f : Floats4.Load(first + j);
                y = b.Start + j;
                for (int p = k; p != 0; p--, x += a.Column, y += b.Row)
                    sums = Floats4.MultiplyAdd(*x, Floats4.Load(y), sums);
                Floats4.Store(sums, to + j);
            }

            for (; j < n; j++, x = row)
            {
                float sum = start.IsNothing ? 0f : first[j * start.Column];
                y = b.At(0, j);
                for (int p = k; p != 0; p--, x += a.Column, y += b.Row)
                    sum = float.MultiplyAddEstimate(*x, *y, sum);
                to[j * c.Column] = sum;
            }
        }
    }

    /// <summary>The product on one thread: some panels of B after others are packed and used.</summary>
    private static void Tiles<T>(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
        where T : struct, IFloats<T>
    {
        int width = 2 * T.Count;
        float* packed = OwnMemory();
        for (int p = 0; p < k; p += Depth)
        {
            int depth = Math.Min(Depth, k - p), group = GroupColumns(depth, width);
            Pinned before = p == 0 ? start : c; // what this part of the sum is added to
            for (int j = 0; j < n; j += group)
            {
                int columns = Math.Min(n - j, group), inPlace = 0;
                if (m <= TileRows && b.Column == 1)
                {
                    // What one tile alone would use is not worth packing.
                    inPlace = columns / width * width;
                    Strip<T>(m, inPlace, depth, a.From(0, p), b.From(p, j), width, c.From(0, j), before.From(0, j));
                }

                if (inPlace < columns)
                {
                    int first = j + inPlace, rest = columns - inPlace;
                    PackPanels<T>(depth, rest, b.From(p, first), packed, depth * width);
                    Strips<T>(m, rest, depth, a.From(0, p), null, packed, c.From(0, first), before.From(0, first));
                }
            }
        }
    }

    /// <summary>The columns of the panels that take turns.</summary>
    private static int GroupColumns(int depth, int width) => PanelGroup * Depth / depth * width;

    /// <summary>Rows of A, packed already or not, times packed panels of B.</summary>
    private static void Strips<T>(
        int m, int n, int depth, Pinned a, float* packedA, float* panels, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
    {
        int width = 2 * T.Count, group = GroupColumns(depth, width);

        // Rows of A that one panel alone would use are not worth packing.
        bool worth = packedA is null && n > width, transposed = worth && a.IsTransposed,
            collides = worth && a.Column == 1 && a.Row % Page == 0;
        float* strips = transposed || collides ? OwnMemory() + StripsAt : null;
        for (int top = 0; top < m; top += StripRows)
        {
            int bottom = Math.Min(m, top + StripRows);
            if (transposed)
                PackColumns<T>(bottom - top, depth, a.From(top, 0), strips);
            else if (collides)
                Copy<T>(bottom - top, depth, a.From(top, 0), new Pinned(strips, depth, 1));

            // Eight panels of B or more take turns for the rows of each tile, which stay in the nearest cache
            // meanwhile.
            for (int j = 0; j < n; j += group)
            {
                for (int i = top, rows; i < bottom; i += rows)
                {
                    rows = TileHeight<T>(bottom - i);
                    Pinned strip = packedA is not null ? new(packedA + i * depth, 1, rows)
                        : transposed ? new(strips + (i - top) * depth, 1, rows)
                        : collides ? new(strips + (i - top) * depth, depth, 1)
                        : a.From(i, 0);
                    Strip<T>(
                        rows, Math.Min(group, n - j), depth, strip, new(panels + j * depth, width, 1), depth * width,
                        c.From(i, j), sum.From(i, j));
                }
            }
        }
    }

    /// <summary>The rows of one tile times panels of B that begin so many floats apart.</summary>
    private static void Strip<T>(int rows, int n, int depth, Pinned a, Pinned b, int apart, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
    {
        int width = 2 * T.Count, whole = c.Column == 1 && (sum.IsNothing || sum.Column == 1) ? n / width : 0;
        if (rows == 1)
            OneRow<T>(whole, depth, a, b, apart, c, sum);
        else if (rows == TallRows && a.Column == TallRows)
            TallTiles<T, Twelve>(whole, depth, a, b.Start, c, sum);
        else if (rows == TallRows)
            TallTiles<T, One>(whole, depth, a, b.Start, c, sum);
        else
            LowTiles<T>(whole, rows, depth, a, b, apart, c, sum);

        // A narrower rest, or columns apart: a whole tile to one side, of which C gets its part.
        for (int j = whole * width; j < n; j += width)
        {
            int columns = Math.Min(width, n - j);
            Pinned aside = new(OwnMemory() + AsideAt, width, 1), panel = new(b.Start + j / width * apart, b.Row, 1),
                before = sum.From(0, j);
            if (!sum.IsNothing)
                Copy<T>(rows, columns, before, aside);
            Strip<T>(rows, width, depth, a, panel, apart, aside, sum.IsNothing ? sum : aside);
            Copy<T>(rows, columns, aside, c.From(0, j));
        }
    }

    /// <summary>The rows of the next tile where so many are left.</summary>
    private static int TileHeight<T>(int left) where T : struct, IFloats<T> =>
        T.Has32 && left >= TallRows ? TallRows : Math.Min(TileRows, left);

    /// <summary>Low tiles beside one another: the kernel once a panel.</summary>
    private static void LowTiles<T>(
        int panels, int rows, int depth, Pinned a, Pinned b, int apart, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
    {
        for (; panels != 0; panels--)
        {
            LowTile<T>(rows, depth, a, b, c, sum);
            (b, c, sum) = (new(b.Start + apart, b.Row, 1), c.From(0, 2 * T.Count), sum.From(0, 2 * T.Count));
        }
    }

    /// <summary>Asks memory for what is needed soon. Only a hint: any address will do. On Arm, .NET has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
