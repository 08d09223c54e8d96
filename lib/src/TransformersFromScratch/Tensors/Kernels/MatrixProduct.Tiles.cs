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
//   tiles of C in registers, packed panels of B: this file      107     92 % of the limit
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
//    rows that lie a multiple of 4 kB apart are, for they fall on the same few places of the cache. Whatever is packed is
//    read as it lies, whole rows of B and not a panel's part of each (MatrixProduct.Packing.cs). Several threads pack
//    once and together what all of them need (MatrixProduct.Threads.cs).
// 4. Caches. 384 rows of a panel take 48 kB: shorter panels load and store C more often, longer ones do not stay in the
//    caches nearest to the core. A processor fetches from memory by itself what follows, but not what lies a row further:
//    that it is asked for some rows ahead (Prefetch). On a Xeon of 2019 products with a transposed A became a seventh faster.
// 5. Order. Every element is one chain, sum = sum + a[i,p]·b[p,j] for p = 0, 1, 2 …, in whatever tile, panel, width of
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

    /// <summary>How many panels take turns for the rows of a tile, if they are that deep; of lower ones, as many more.</summary>
    private const int PanelGroup = 8;

    /// <summary>How many rows of A are packed or copied at a time: those of eight tall tiles.</summary>
    private const int StripRows = 8 * TallRows;

    /// <summary>
    /// 4 kB in floats. Rows of A that lie so far apart, or a multiple of it, fall on the same few places of the nearest cache and drive each other out: there 12 rows
    /// made the kernel slower by a fifth.
    /// </summary>
    private const int Page = 1024;

    /// <summary>Where a tile to one side begins in a thread's memory: after the panels.</summary>
    private const int AsideAt = PanelGroup * Depth * 2 * 16;

    /// <summary>Where copied rows of A begin: after that tile.</summary>
    private const int StripsAt = AsideAt + TallRows * 2 * 16;

    internal static void Run<TLanes, TVector>(int m, int n, int k, View a, View b, View c, View start, int threads)
        where TLanes : ILanes<TVector>
    {
        bool dots = IsDots(m, n, k, a, b);
        if (k == 0 || (long)m * n * k <= 64)
            Small(m, n, k, a, b, c, start);
        else if (threads > 1 && IsWorthSharing(dots, m, n, k))
            Share<TLanes, TVector>(dots, m, n, k, a, b, c, start, threads);
        else
            Block<TLanes, TVector>(dots, m, n, k, a, b, c, start);
    }

    /// <summary>Whether a product takes long enough, about 10 µs on one thread, for others to be called.</summary>
    private static bool IsWorthSharing(bool dots, int m, int n, int k) =>
        (long)Math.Max(m, 4) * n * k >= (dots ? 1 << 19 : 1 << 18);

    private static void Block<TLanes, TVector>(bool dots, int m, int n, int k, View a, View b, View c, View start)
        where TLanes : ILanes<TVector>
    {
        if (dots)
            Dots<TLanes, TVector>(m, n, k, a, b, c, start);
        else
            Tiles<TLanes, TVector>(m, n, k, a, b, c, start);
    }

    /// <summary>The definition, for products too small to be worth more.</summary>
    private static void Small(int m, int n, int k, View a, View b, View c, View start)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float* x = a.At(i, 0), y = b.At(0, j);
                float sum = start.IsNothing ? 0f : *start.At(i, j);
                for (int p = 0; p < k; p++, x += a.Column, y += b.Row)
                    sum = float.MultiplyAddEstimate(*x, *y, sum);
                *c.At(i, j) = sum;
            }
        }
    }

    /// <summary>The product on one thread: some panels of B after others are packed and used.</summary>
    private static void Tiles<TLanes, TVector>(int m, int n, int k, View a, View b, View c, View start)
        where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count;
        float* packed = OwnMemory();
        for (int p = 0; p < k; p += Depth)
        {
            int depth = Math.Min(Depth, k - p), group = GroupColumns(depth, width);
            View before = p == 0 ? start : c; // what this part of the sum is added to
            for (int j = 0; j < n; j += group)
            {
                int columns = Math.Min(n - j, group), inPlace = 0;
                if (m <= TileRows && b.Column == 1)
                {
                    // What one tile alone would use is not worth packing.
                    inPlace = columns / width * width;
                    Strip<TLanes, TVector>(m, inPlace, depth, a.From(0, p), b.From(p, j), width, c.From(0, j), before.From(0, j));
                }

                if (inPlace < columns)
                {
                    int first = j + inPlace, rest = columns - inPlace;
                    PackPanels<TLanes, TVector>(depth, rest, b.From(p, first), packed, depth * width);
                    Strips<TLanes, TVector>(m, rest, depth, a.From(0, p), null, packed, c.From(0, first), before.From(0, first));
                }
            }
        }
    }

    /// <summary>The columns of the panels that take turns.</summary>
    private static int GroupColumns(int depth, int width) => PanelGroup * Depth / depth * width;

    /// <summary>Rows of A, packed already or not, times packed panels of B.</summary>
    private static void Strips<TLanes, TVector>(int m, int n, int depth, View a, float* packedA, float* panels, View c, View sum)
        where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count, group = GroupColumns(depth, width);

        // Rows of A that one panel alone would use are not worth packing.
        bool worth = packedA is null && n > width, transposed = worth && a.IsTransposed, collides = worth && a.Column == 1 && a.Row % Page == 0;
        float* strips = transposed || collides ? OwnMemory() + StripsAt : null;
        for (int top = 0; top < m; top += StripRows)
        {
            int bottom = Math.Min(m, top + StripRows);
            if (transposed)
                PackColumns<TLanes, TVector>(bottom - top, depth, a.From(top, 0), strips);
            else if (collides)
                Copy<TLanes, TVector>(bottom - top, depth, a.From(top, 0), new View(strips, depth, 1));

            // Eight panels of B or more take turns for the rows of each tile, which stay in the nearest cache meanwhile.
            for (int j = 0; j < n; j += group)
            {
                for (int i = top, rows; i < bottom; i += rows)
                {
                    rows = TileHeight<TLanes, TVector>(bottom - i);
                    View strip = packedA is not null ? new(packedA + i * depth, 1, rows)
                        : transposed ? new(strips + (i - top) * depth, 1, rows)
                        : collides ? new(strips + (i - top) * depth, depth, 1)
                        : a.From(i, 0);
                    Strip<TLanes, TVector>(
                        rows, Math.Min(group, n - j), depth, strip, new(panels + j * depth, width, 1), depth * width, c.From(i, j), sum.From(i, j));
                }
            }
        }
    }

    /// <summary>The rows of one tile times panels of B that begin so many floats apart.</summary>
    private static void Strip<TLanes, TVector>(int rows, int n, int depth, View a, View b, int apart, View c, View sum)
        where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count, whole = c.Column == 1 && (sum.IsNothing || sum.Column == 1) ? n / width : 0;
        if (rows == 1)
            OneRow<TLanes, TVector>(whole, depth, a, b, apart, c, sum);
        else if (rows == TallRows && a.Column == TallRows)
            TallTiles<TLanes, TVector, Twelve>(whole, depth, a, b.Start, c, sum);
        else if (rows == TallRows)
            TallTiles<TLanes, TVector, One>(whole, depth, a, b.Start, c, sum);
        else
            LowTiles<TLanes, TVector>(whole, rows, depth, a, b, apart, c, sum);

        // A narrower rest, or columns apart: a whole tile to one side, of which C gets its part.
        for (int j = whole * width; j < n; j += width)
        {
            int columns = Math.Min(width, n - j);
            View aside = new(OwnMemory() + AsideAt, width, 1), panel = new(b.Start + j / width * apart, b.Row, 1), before = sum.From(0, j);
            if (!sum.IsNothing)
                Copy<TLanes, TVector>(rows, columns, before, aside);
            Strip<TLanes, TVector>(rows, width, depth, a, panel, apart, aside, sum.IsNothing ? sum : aside);
            Copy<TLanes, TVector>(rows, columns, aside, c.From(0, j));
        }
    }

    /// <summary>The rows of the next tile where so many are left.</summary>
    private static int TileHeight<TLanes, TVector>(int left) where TLanes : ILanes<TVector> =>
        TLanes.Has32 && left >= TallRows ? TallRows : Math.Min(TileRows, left);

    /// <summary>Low tiles beside one another: the kernel once a panel.</summary>
    private static void LowTiles<TLanes, TVector>(int panels, int rows, int depth, View a, View b, int apart, View c, View sum)
        where TLanes : ILanes<TVector>
    {
        for (; panels != 0; panels--)
        {
            LowTile<TLanes, TVector>(rows, depth, a, b, c, sum);
            (b, c, sum) = (new(b.Start + apart, b.Row, 1), c.From(0, 2 * TLanes.Count), sum.From(0, 2 * TLanes.Count));
        }
    }

    /// <summary>The kernel: up to 6 rows of A times a panel of B, kept in 12 registers until C is written.</summary>
    /// <remarks>Compiled at full optimisation at once, so that the first product of a notebook is not slow.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LowTile<TLanes, TVector>(int rows, int depth, View a, View b, View c, View sum)
        where TLanes : ILanes<TVector>
    {
        // Rows that are missing at the bottom are the last one again: same sums, stored twice in the same place.
        int w = TLanes.Count, r1 = Math.Min(1, rows - 1), r2 = Math.Min(2, rows - 1), r3 = Math.Min(3, rows - 1);
        int r4 = Math.Min(4, rows - 1), r5 = rows - 1;
        float* a0 = a.Start, a1 = a.At(r1, 0), a2 = a.At(r2, 0), a3 = a.At(r3, 0), a4 = a.At(r4, 0), a5 = a.At(r5, 0);
        float* c0 = c.Start, c1 = c.At(r1, 0), c2 = c.At(r2, 0), c3 = c.At(r3, 0), c4 = c.At(r4, 0), c5 = c.At(r5, 0);
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        for (int r = 0; r < rows; r++) // written after the loop, and by then at hand
        {
            Prefetch(c.At(r, 0));
            Prefetch(c.At(r, w));
        }

        if (!sum.IsNothing)
        {
            float* s0 = sum.Start, s1 = sum.At(r1, 0), s2 = sum.At(r2, 0), s3 = sum.At(r3, 0), s4 = sum.At(r4, 0);
            float* s5 = sum.At(r5, 0);
            (c00, c01, c10, c11) = (TLanes.Load(s0), TLanes.Load(s0 + w), TLanes.Load(s1), TLanes.Load(s1 + w));
            (c20, c21, c30, c31) = (TLanes.Load(s2), TLanes.Load(s2 + w), TLanes.Load(s3), TLanes.Load(s3 + w));
            (c40, c41, c50, c51) = (TLanes.Load(s4), TLanes.Load(s4 + w), TLanes.Load(s5), TLanes.Load(s5 + w));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLanes.Broadcast(0f);
        }

        float* bRow = b.Start;
        nint at = 0, aColumn = a.Column, ahead = 24 * aColumn, next = b.Row;
        for (int p = 0; p < depth; p++)
        {
            TVector b0 = TLanes.Load(bRow), b1 = TLanes.Load(bRow + w);
            TVector x = TLanes.Broadcast(a0[at]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Broadcast(a1[at]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Broadcast(a2[at]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Broadcast(a3[at]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Broadcast(a4[at]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Broadcast(a5[at]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            Prefetch(a0 + at + ahead);
            at += aColumn;
            bRow += next;
        }

        TLanes.Store(c00, c0);
        TLanes.Store(c01, c0 + w);
        TLanes.Store(c10, c1);
        TLanes.Store(c11, c1 + w);
        TLanes.Store(c20, c2);
        TLanes.Store(c21, c2 + w);
        TLanes.Store(c30, c3);
        TLanes.Store(c31, c3 + w);
        TLanes.Store(c40, c4);
        TLanes.Store(c41, c4 + w);
        TLanes.Store(c50, c5);
        TLanes.Store(c51, c5 + w);
    }

    /// <summary>The kernel where there are 32 registers: 12 rows of A times packed panels of B, one after another, in 24 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TallTiles<TLanes, TVector, TColumn>(int panels, int depth, View a, float* b, View c, View sum)
        where TLanes : ILanes<TVector>
        where TColumn : IDistance
    {
        int w = TLanes.Count;
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        TVector c60, c61, c70, c71, c80, c81, c90, c91, c100, c101, c110, c111;
        const int steps = 4;
        int next = 2 * w, column = TColumn.Floats;
        nint row = a.Row, row2 = 2 * row;
        float* bRow = b; // Each panel begins where the one before it ends.
        for (; panels != 0; panels--)
        {
            for (int r = 0; r < TallRows; r++)
            {
                Prefetch(c.At(r, 0));
                Prefetch(c.At(r, w));
            }

            if (!sum.IsNothing)
            {
                (c00, c01, c10, c11) = (TLanes.Load(sum.At(0, 0)), TLanes.Load(sum.At(0, w)), TLanes.Load(sum.At(1, 0)), TLanes.Load(sum.At(1, w)));
                (c20, c21, c30, c31) = (TLanes.Load(sum.At(2, 0)), TLanes.Load(sum.At(2, w)), TLanes.Load(sum.At(3, 0)), TLanes.Load(sum.At(3, w)));
                (c40, c41, c50, c51) = (TLanes.Load(sum.At(4, 0)), TLanes.Load(sum.At(4, w)), TLanes.Load(sum.At(5, 0)), TLanes.Load(sum.At(5, w)));
                (c60, c61, c70, c71) = (TLanes.Load(sum.At(6, 0)), TLanes.Load(sum.At(6, w)), TLanes.Load(sum.At(7, 0)), TLanes.Load(sum.At(7, w)));
                (c80, c81, c90, c91) = (TLanes.Load(sum.At(8, 0)), TLanes.Load(sum.At(8, w)), TLanes.Load(sum.At(9, 0)), TLanes.Load(sum.At(9, w)));
                (c100, c101, c110, c111) = (TLanes.Load(sum.At(10, 0)), TLanes.Load(sum.At(10, w)), TLanes.Load(sum.At(11, 0)), TLanes.Load(sum.At(11, w)));
            }
            else
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLanes.Broadcast(0f);
                c60 = c61 = c70 = c71 = c80 = c81 = c90 = c91 = c100 = c101 = c110 = c111 = TLanes.Broadcast(0f);
            }

            // Four pointers and two distances reach twelve rows, for an address may be a sum; twelve pointers would fill all registers for addresses.
            float* a0 = a.Start, a3 = a.At(3, 0), a6 = a.At(6, 0), a9 = a.At(9, 0);
            TVector b0, b1, x;

            // Four steps at a time, one row of the tile a line: where the distances are known to the compiler, they are part of the instructions.
            nint times = a.Column == column ? depth / steps : 0, rest = depth - steps * times;
            for (; times != 0; times--)
            {
                b0 = TLanes.Load(bRow); b1 = TLanes.Load(bRow + w);
                x = TLanes.Broadcast(a0[0]); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = TLanes.MultiplyAdd(x, b1, c01);
                x = TLanes.Broadcast(a0[row]); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = TLanes.MultiplyAdd(x, b1, c11);
                x = TLanes.Broadcast(a0[row2]); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = TLanes.MultiplyAdd(x, b1, c21);
                x = TLanes.Broadcast(a3[0]); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = TLanes.MultiplyAdd(x, b1, c31);
                x = TLanes.Broadcast(a3[row]); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = TLanes.MultiplyAdd(x, b1, c41);
                x = TLanes.Broadcast(a3[row2]); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = TLanes.MultiplyAdd(x, b1, c51);
                x = TLanes.Broadcast(a6[0]); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = TLanes.MultiplyAdd(x, b1, c61);
                x = TLanes.Broadcast(a6[row]); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = TLanes.MultiplyAdd(x, b1, c71);
                x = TLanes.Broadcast(a6[row2]); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = TLanes.MultiplyAdd(x, b1, c81);
                x = TLanes.Broadcast(a9[0]); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = TLanes.MultiplyAdd(x, b1, c91);
                x = TLanes.Broadcast(a9[row]); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = TLanes.MultiplyAdd(x, b1, c101);
                x = TLanes.Broadcast(a9[row2]); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = TLanes.MultiplyAdd(x, b1, c111);

                b0 = TLanes.Load(bRow + next); b1 = TLanes.Load(bRow + next + w);
                x = TLanes.Broadcast(a0[column]); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = TLanes.MultiplyAdd(x, b1, c01);
                x = TLanes.Broadcast(a0[row + column]); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = TLanes.MultiplyAdd(x, b1, c11);
                x = TLanes.Broadcast(a0[row2 + column]); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = TLanes.MultiplyAdd(x, b1, c21);
                x = TLanes.Broadcast(a3[column]); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = TLanes.MultiplyAdd(x, b1, c31);
                x = TLanes.Broadcast(a3[row + column]); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = TLanes.MultiplyAdd(x, b1, c41);
                x = TLanes.Broadcast(a3[row2 + column]); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = TLanes.MultiplyAdd(x, b1, c51);
                x = TLanes.Broadcast(a6[column]); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = TLanes.MultiplyAdd(x, b1, c61);
                x = TLanes.Broadcast(a6[row + column]); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = TLanes.MultiplyAdd(x, b1, c71);
                x = TLanes.Broadcast(a6[row2 + column]); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = TLanes.MultiplyAdd(x, b1, c81);
                x = TLanes.Broadcast(a9[column]); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = TLanes.MultiplyAdd(x, b1, c91);
                x = TLanes.Broadcast(a9[row + column]); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = TLanes.MultiplyAdd(x, b1, c101);
                x = TLanes.Broadcast(a9[row2 + column]); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = TLanes.MultiplyAdd(x, b1, c111);

                b0 = TLanes.Load(bRow + 2 * next); b1 = TLanes.Load(bRow + 2 * next + w);
                x = TLanes.Broadcast(a0[2 * column]); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = TLanes.MultiplyAdd(x, b1, c01);
                x = TLanes.Broadcast(a0[row + 2 * column]); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = TLanes.MultiplyAdd(x, b1, c11);
                x = TLanes.Broadcast(a0[row2 + 2 * column]); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = TLanes.MultiplyAdd(x, b1, c21);
                x = TLanes.Broadcast(a3[2 * column]); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = TLanes.MultiplyAdd(x, b1, c31);
                x = TLanes.Broadcast(a3[row + 2 * column]); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = TLanes.MultiplyAdd(x, b1, c41);
                x = TLanes.Broadcast(a3[row2 + 2 * column]); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = TLanes.MultiplyAdd(x, b1, c51);
                x = TLanes.Broadcast(a6[2 * column]); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = TLanes.MultiplyAdd(x, b1, c61);
                x = TLanes.Broadcast(a6[row + 2 * column]); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = TLanes.MultiplyAdd(x, b1, c71);
                x = TLanes.Broadcast(a6[row2 + 2 * column]); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = TLanes.MultiplyAdd(x, b1, c81);
                x = TLanes.Broadcast(a9[2 * column]); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = TLanes.MultiplyAdd(x, b1, c91);
                x = TLanes.Broadcast(a9[row + 2 * column]); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = TLanes.MultiplyAdd(x, b1, c101);
                x = TLanes.Broadcast(a9[row2 + 2 * column]); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = TLanes.MultiplyAdd(x, b1, c111);

                b0 = TLanes.Load(bRow + 3 * next); b1 = TLanes.Load(bRow + 3 * next + w);
                x = TLanes.Broadcast(a0[3 * column]); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = TLanes.MultiplyAdd(x, b1, c01);
                x = TLanes.Broadcast(a0[row + 3 * column]); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = TLanes.MultiplyAdd(x, b1, c11);
                x = TLanes.Broadcast(a0[row2 + 3 * column]); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = TLanes.MultiplyAdd(x, b1, c21);
                x = TLanes.Broadcast(a3[3 * column]); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = TLanes.MultiplyAdd(x, b1, c31);
                x = TLanes.Broadcast(a3[row + 3 * column]); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = TLanes.MultiplyAdd(x, b1, c41);
                x = TLanes.Broadcast(a3[row2 + 3 * column]); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = TLanes.MultiplyAdd(x, b1, c51);
                x = TLanes.Broadcast(a6[3 * column]); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = TLanes.MultiplyAdd(x, b1, c61);
                x = TLanes.Broadcast(a6[row + 3 * column]); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = TLanes.MultiplyAdd(x, b1, c71);
                x = TLanes.Broadcast(a6[row2 + 3 * column]); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = TLanes.MultiplyAdd(x, b1, c81);
                x = TLanes.Broadcast(a9[3 * column]); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = TLanes.MultiplyAdd(x, b1, c91);
                x = TLanes.Broadcast(a9[row + 3 * column]); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = TLanes.MultiplyAdd(x, b1, c101);
                x = TLanes.Broadcast(a9[row2 + 3 * column]); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = TLanes.MultiplyAdd(x, b1, c111);

                a0 += 4 * column; a3 += 4 * column; a6 += 4 * column; a9 += 4 * column; bRow += 4 * next;
            }

            for (; rest != 0; rest--)
            {
                b0 = TLanes.Load(bRow); b1 = TLanes.Load(bRow + w);
                x = TLanes.Broadcast(a0[0]); c00 = TLanes.MultiplyAdd(x, b0, c00); c01 = TLanes.MultiplyAdd(x, b1, c01);
                x = TLanes.Broadcast(a0[row]); c10 = TLanes.MultiplyAdd(x, b0, c10); c11 = TLanes.MultiplyAdd(x, b1, c11);
                x = TLanes.Broadcast(a0[row2]); c20 = TLanes.MultiplyAdd(x, b0, c20); c21 = TLanes.MultiplyAdd(x, b1, c21);
                x = TLanes.Broadcast(a3[0]); c30 = TLanes.MultiplyAdd(x, b0, c30); c31 = TLanes.MultiplyAdd(x, b1, c31);
                x = TLanes.Broadcast(a3[row]); c40 = TLanes.MultiplyAdd(x, b0, c40); c41 = TLanes.MultiplyAdd(x, b1, c41);
                x = TLanes.Broadcast(a3[row2]); c50 = TLanes.MultiplyAdd(x, b0, c50); c51 = TLanes.MultiplyAdd(x, b1, c51);
                x = TLanes.Broadcast(a6[0]); c60 = TLanes.MultiplyAdd(x, b0, c60); c61 = TLanes.MultiplyAdd(x, b1, c61);
                x = TLanes.Broadcast(a6[row]); c70 = TLanes.MultiplyAdd(x, b0, c70); c71 = TLanes.MultiplyAdd(x, b1, c71);
                x = TLanes.Broadcast(a6[row2]); c80 = TLanes.MultiplyAdd(x, b0, c80); c81 = TLanes.MultiplyAdd(x, b1, c81);
                x = TLanes.Broadcast(a9[0]); c90 = TLanes.MultiplyAdd(x, b0, c90); c91 = TLanes.MultiplyAdd(x, b1, c91);
                x = TLanes.Broadcast(a9[row]); c100 = TLanes.MultiplyAdd(x, b0, c100); c101 = TLanes.MultiplyAdd(x, b1, c101);
                x = TLanes.Broadcast(a9[row2]); c110 = TLanes.MultiplyAdd(x, b0, c110); c111 = TLanes.MultiplyAdd(x, b1, c111);

                a0 += a.Column; a3 += a.Column; a6 += a.Column; a9 += a.Column; bRow += next;
            }

            TLanes.Store(c00, c.At(0, 0));
            TLanes.Store(c01, c.At(0, w));
            TLanes.Store(c10, c.At(1, 0));
            TLanes.Store(c11, c.At(1, w));
            TLanes.Store(c20, c.At(2, 0));
            TLanes.Store(c21, c.At(2, w));
            TLanes.Store(c30, c.At(3, 0));
            TLanes.Store(c31, c.At(3, w));
            TLanes.Store(c40, c.At(4, 0));
            TLanes.Store(c41, c.At(4, w));
            TLanes.Store(c50, c.At(5, 0));
            TLanes.Store(c51, c.At(5, w));
            TLanes.Store(c60, c.At(6, 0));
            TLanes.Store(c61, c.At(6, w));
            TLanes.Store(c70, c.At(7, 0));
            TLanes.Store(c71, c.At(7, w));
            TLanes.Store(c80, c.At(8, 0));
            TLanes.Store(c81, c.At(8, w));
            TLanes.Store(c90, c.At(9, 0));
            TLanes.Store(c91, c.At(9, w));
            TLanes.Store(c100, c.At(10, 0));
            TLanes.Store(c101, c.At(10, w));
            TLanes.Store(c110, c.At(11, 0));
            TLanes.Store(c111, c.At(11, w));

            (c, sum) = (c.From(0, next), sum.From(0, next));
        }
    }

    /// <summary>How far apart the columns of A lie, as a number that the compiler knows.</summary>
    private interface IDistance
    {
        static abstract int Floats { get; }
    }

    private readonly struct One : IDistance
    {
        public static int Floats => 1;
    }

    private readonly struct Twelve : IDistance
    {
        public static int Floats => TallRows;
    }

    /// <summary>Asks memory for what is needed soon. Only a hint: any address will do. On Arm, .NET has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
