using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

public static unsafe partial class MatrixProduct
{
    private const int TileRows = 6;
    private const int Depth = 384;

    internal static void Run<TLanes, TVector>(int m, int n, int k, View a, View b, View c, bool accumulate, int threads)
        where TLanes : ILanes<TVector>
    {
        if ((long)m * n * k <= 216)
        {
            Small(m, n, k, a, b, c, accumulate);
            return;
        }

        bool dots = m <= TileRows && a.Column == 1 && b.Row == 1;
        int width = dots ? 4 : 2 * TLanes.Count;
        int panels = (n + width - 1) / width;
        if (threads == 1 || panels == 1 || (long)Math.Max(m, 4) * n * k < 1 << 18)
        {
            if (dots)
                Dots<TLanes, TVector>(0, n, m, k, a, b, c, accumulate);
            else
                Panels<TLanes, TVector>(0, n, m, k, a, b, c, accumulate);
        }
        else
        {
            Share<TLanes, TVector>(dots, panels, width, m, n, k, a, b, c, accumulate, threads);
        }
    }

    // A method of its own, because a lambda's captured variables are allocated where they are declared.
    private static void Share<TLanes, TVector>(
        bool dots, int panels, int width, int m, int n, int k, View a, View b, View c, bool accumulate, int threads)
        where TLanes : ILanes<TVector>
    {
        int parts = Math.Min(panels, 4 * threads);
        SharedLoop.For(parts, threads, part =>
        {
            int first = (int)((long)panels * part / parts) * width;
            int end = Math.Min(n, (int)((long)panels * (part + 1) / parts) * width);
            if (dots)
                Dots<TLanes, TVector>(first, end, m, k, a, b, c, accumulate);
            else
                Panels<TLanes, TVector>(first, end, m, k, a, b, c, accumulate);
        });
    }

    private static void Small(int m, int n, int k, View a, View b, View c, bool accumulate)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float* x = a.At(i, 0), y = b.At(0, j), z = c.At(i, j);
                float sum = accumulate ? *z : 0f;
                for (int p = 0; p < k; p++, x += a.Column, y += b.Row)
                    sum = float.MultiplyAddEstimate(*x, *y, sum);
                *z = sum;
            }
        }
    }

    [SkipLocalsInit]
    private static void Panels<TLanes, TVector>(int first, int end, int m, int k, View a, View b, View c, bool accumulate)
        where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count;
        byte* memory = stackalloc byte[(Depth + TileRows) * width * sizeof(float) + 64];
        float* panel = (float*)(((nint)memory + 63) & ~63);
        float* edge = panel + Depth * width;
        for (int p = 0; p < k; p += Depth)
        {
            int depth = Math.Min(Depth, k - p);
            bool add = accumulate || p > 0;
            for (int j = first; j < end; j += width)
            {
                int columns = Math.Min(width, end - j);
                View source = new(panel, width, 1);
                if (m <= TileRows && columns == width && b.Column == 1)
                    source = b.From(p, j);
                else
                    Pack<TLanes, TVector>(columns, depth, b.From(p, j), panel);

                for (int i = 0; i < m; i += TileRows)
                {
                    int rows = Math.Min(TileRows, m - i);
                    View cTile = c.From(i, j);
                    if (columns == width && c.Column == 1)
                    {
                        Tile<TLanes, TVector>(rows, depth, a.From(i, p), source.Start, source.Row, cTile.Start, c.Row, add);
                        continue;
                    }

                    for (int r = 0; add && r < rows; r++)
                    {
                        for (int q = 0; q < columns; q++)
                            edge[r * width + q] = *cTile.At(r, q);
                    }

                    Tile<TLanes, TVector>(rows, depth, a.From(i, p), source.Start, source.Row, edge, width, add);
                    for (int r = 0; r < rows; r++)
                    {
                        for (int q = 0; q < columns; q++)
                            *cTile.At(r, q) = edge[r * width + q];
                    }
                }
            }
        }
    }

    private static void Pack<TLanes, TVector>(int columns, int depth, View b, float* panel)
        where TLanes : ILanes<TVector>
    {
        int w = TLanes.Count, width = 2 * w;
        if (columns < width)
            new Span<float>(panel, depth * width).Clear();

        if (b.Column == 1 && columns == width)
        {
            for (int p = 0; p < depth; p++)
            {
                TLanes.Store(TLanes.Load(b.At(p, 0)), panel + p * width);
                TLanes.Store(TLanes.Load(b.At(p, w)), panel + p * width + w);
            }

            return;
        }

        int quads = b.Row == 1 ? columns & ~3 : 0;
        for (int start = 0; start < depth && quads > 0; start += 16)
        {
            int end = Math.Min(start + 16, depth);
            for (int q = 0; q < quads; q += 4)
            {
                float* b0 = b.At(0, q), b1 = b.At(0, q + 1), b2 = b.At(0, q + 2), b3 = b.At(0, q + 3);
                for (int p = start; p < end; p++)
                    Vector128.Create(b0[p], b1[p], b2[p], b3[p]).Store(panel + p * width + q);
            }
        }

        for (int p = 0; p < depth; p++)
        {
            for (int q = quads; q < columns; q++)
                panel[p * width + q] = *b.At(p, q);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes, TVector>(
        int rows, int depth, View a, float* b, nint bRow, float* c, nint cRow, bool add) where TLanes : ILanes<TVector>
    {
        int w = TLanes.Count, last = rows - 1;
        nint r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = last;
        float* a0 = a.Start, a1 = a0 + r1 * a.Row, a2 = a0 + r2 * a.Row, a3 = a0 + r3 * a.Row;
        float* a4 = a0 + r4 * a.Row, a5 = a0 + r5 * a.Row;
        float* c0 = c, c1 = c + r1 * cRow, c2 = c + r2 * cRow, c3 = c + r3 * cRow, c4 = c + r4 * cRow, c5 = c + r5 * cRow;
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (add)
        {
            (c00, c01, c10, c11) = (TLanes.Load(c0), TLanes.Load(c0 + w), TLanes.Load(c1), TLanes.Load(c1 + w));
            (c20, c21, c30, c31) = (TLanes.Load(c2), TLanes.Load(c2 + w), TLanes.Load(c3), TLanes.Load(c3 + w));
            (c40, c41, c50, c51) = (TLanes.Load(c4), TLanes.Load(c4 + w), TLanes.Load(c5), TLanes.Load(c5 + w));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLanes.Broadcast(0f);
        }

        nint at = 0, aColumn = a.Column;
        for (int p = 0; p < depth; p++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + w);
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
            at += aColumn;
            b += bRow;
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

    private static void Dots<TLanes, TVector>(int first, int end, int m, int k, View a, View b, View c, bool accumulate)
        where TLanes : ILanes<TVector>
    {
        int w = TLanes.Count, whole = k - k % w;
        for (int j = first; j < end; j += 4)
        {
            int j1 = Math.Min(j + 1, end - 1), j2 = Math.Min(j + 2, end - 1), j3 = Math.Min(j + 3, end - 1);
            float* b0 = b.At(0, j), b1 = b.At(0, j1), b2 = b.At(0, j2), b3 = b.At(0, j3);
            for (int i = 0; i < m; i++)
            {
                float* x = a.At(i, 0);
                TVector v0 = TLanes.Broadcast(0f), v1 = v0, v2 = v0, v3 = v0;
                for (int p = 0; p < whole; p += w)
                {
                    TVector xs = TLanes.Load(x + p);
                    v0 = TLanes.MultiplyAdd(xs, TLanes.Load(b0 + p), v0);
                    v1 = TLanes.MultiplyAdd(xs, TLanes.Load(b1 + p), v1);
                    v2 = TLanes.MultiplyAdd(xs, TLanes.Load(b2 + p), v2);
                    v3 = TLanes.MultiplyAdd(xs, TLanes.Load(b3 + p), v3);
                }

                float s0 = TLanes.Sum(v0), s1 = TLanes.Sum(v1), s2 = TLanes.Sum(v2), s3 = TLanes.Sum(v3);
                for (int p = whole; p < k; p++)
                {
                    s0 = float.MultiplyAddEstimate(x[p], b0[p], s0);
                    s1 = float.MultiplyAddEstimate(x[p], b1[p], s1);
                    s2 = float.MultiplyAddEstimate(x[p], b2[p], s2);
                    s3 = float.MultiplyAddEstimate(x[p], b3[p], s3);
                }

                // Repeated columns are written last to first: each ends as its own sum, and is added to C once.
                float* c0 = c.At(i, j), c1 = c.At(i, j1), c2 = c.At(i, j2), c3 = c.At(i, j3);
                (s0, s1, s2, s3) = accumulate ? (s0 + *c0, s1 + *c1, s2 + *c2, s3 + *c3) : (s0, s1, s2, s3);
                (*c0, *c1, *c2, *c3) = (s0, s1, s2, s3);
            }
        }
    }
}
