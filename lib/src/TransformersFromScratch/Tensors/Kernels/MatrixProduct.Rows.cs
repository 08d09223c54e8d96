using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// Few rows of A, as in decoding: one per text. Each number of B then serves a few multiply-adds and no more. So reading
// B is what takes the time, and packing it would take longer than the product. A weight that lies [out, in] is read as
// it lies, one column of B after the other (Dots).
public static unsafe partial class MatrixProduct
{
    /// <summary>Up to how many rows of A a large B is not packed for.</summary>
    private const int FewRows = 16;

    /// <summary>
    /// How many numbers make a B large. A smaller one is packed in no time, if there are more rows than in a low tile.
    /// </summary>
    private const int LargeB = 1 << 13;

    /// <summary>How many columns of B are read side by side for one row of A: enough to keep the memory busy.</summary>
    private const int DotsTogether = 8;

    /// <summary>Up to how many numbers a column of B is too short to be read ahead by the processor itself.</summary>
    private const int ShortColumn = 64;

    /// <summary>
    /// From how many numbers on a thread's share of a weight comes from afar: the weights of a model of that size do
    /// not wait in the nearest cache for the next token.
    /// </summary>
    private const int FarNumbers = 1 << 15;

    /// <summary>Few rows of A and whole columns of B: decoding with weights that lie [out, in].</summary>
    private static bool IsDots(int m, int n, int k, Pinned a, Pinned b) =>
        a.Column == 1 && b.Row == 1 && (m <= TileRows || (m <= FewRows && (long)n * k >= LargeB));

    /// <summary>
    /// Rows of A times columns of B that both lie contiguous: a register runs along k, and its lanes are added at the
    /// end. An element comes out the same whichever other rows and columns are computed with it. So a text is the same
    /// in a batch and alone.
    /// </summary>
    private static void Dots<T>(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
        where T : struct, IFloats<T>
    {
        if (m == 1)
        {
            int whole = n - n % DotsTogether;
            DotsOfRow<T>(whole, k, a.Start, b, c, start);
            (n, b, c, start) = (n - whole, b.From(0, whole), c.From(0, whole), start.From(0, whole));
        }

        DotsOfRows<T>(m, n, k, a, b, c, start);
    }

    /// <summary>One row of A times eight columns of B at a time.</summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void DotsOfRow<T>(int n, int k, float* x, Pinned b, Pinned c, Pinned start)
        where T : struct, IFloats<T>
    {
        int w = T.Count, whole = k - k % w;
        nint apart = b.Column;
        bool far = apart == k && (long)n * k >= FarNumbers;
        float* sums = stackalloc float[DotsTogether];
        for (int j = 0; j < n; j += DotsTogether)
        {
            float* b0 = b.At(0, j), b1 = b0 + apart, b2 = b1 + apart, b3 = b2 + apart;
            float* b4 = b3 + apart, b5 = b4 + apart, b6 = b5 + apart, b7 = b6 + apart;
            if (k <= ShortColumn)
                PrefetchColumns(k, b.From(0, j + 2 * DotsTogether));
            byte* next = (byte*)(b0 + DotsTogether * k);
            T v0 = 0f, v1 = v0, v2 = v0, v3 = v0, v4 = v0, v5 = v0, v6 = v0, v7 = v0;
            for (int p = 0; p < whole; p += w)
            {
                if (far)
                    next = PrefetchNext(next, DotsTogether * w * sizeof(float));
                T xs = T.Load(x + p);
                T.Accumulate(xs, T.Load(b0 + p), ref v0);
                T.Accumulate(xs, T.Load(b1 + p), ref v1);
                T.Accumulate(xs, T.Load(b2 + p), ref v2);
                T.Accumulate(xs, T.Load(b3 + p), ref v3);
                T.Accumulate(xs, T.Load(b4 + p), ref v4);
                T.Accumulate(xs, T.Load(b5 + p), ref v5);
                T.Accumulate(xs, T.Load(b6 + p), ref v6);
                T.Accumulate(xs, T.Load(b7 + p), ref v7);
            }

            T.StoreSums(v0, v1, v2, v3, sums);
            T.StoreSums(v4, v5, v6, v7, sums + 4);
            Finish(DotsTogether, k - whole, x + whole, b.From(whole, j), sums, c.From(0, j), start.From(0, j));
        }
    }

    /// <summary>
    /// Asks for the columns after the eight at hand, in the order in which they lie: as many bytes as one step of these
    /// reads. Eight places by turns are more than a processor follows by itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* PrefetchNext(byte* next, int bytes)
    {
        const int line = 64;
        Prefetch((float*)next);
        if (bytes > line)
            Prefetch((float*)(next + line));
        if (bytes > 2 * line)
        {
            Prefetch((float*)(next + 2 * line));
            Prefetch((float*)(next + 3 * line));
        }

        if (bytes > 4 * line)
        {
            Prefetch((float*)(next + 4 * line));
            Prefetch((float*)(next + 5 * line));
            Prefetch((float*)(next + 6 * line));
            Prefetch((float*)(next + 7 * line));
        }

        return next + bytes;
    }

    /// <summary>
    /// Asks for short columns that lie apart, as the keys of one head do among those of all heads: where such a walk
    /// goes on, no processor guesses.
    /// </summary>
    private static void PrefetchColumns(int k, Pinned b)
    {
        for (int j = 0; j < DotsTogether; j++)
        {
            for (int p = 0; p < k; p += 16) // 16 floats are what a cache fetches at a time.
                Prefetch(b.At(p, j));
        }
    }

    /// <summary>
    /// Three rows of A times four columns of B at a time: what is loaded of the one serves all of the other.
    /// </summary>
    /// <remarks>Those that are missing at the end are the last again, and nobody looks at their sums.</remarks>
    [MethodImpl(Compiled.AtOnce)]
    private static void DotsOfRows<T>(int m, int n, int k, Pinned a, Pinned b, Pinned c, Pinned start)
        where T : struct, IFloats<T>
    {
        int w = T.Count, whole = k - k % w, ahead = 4 * w / Parts(m, 3);
        float* sums = stackalloc float[12];
        for (int j = 0; j < n; j += 4)
        {
            int j1 = Math.Min(j + 1, n - 1), j2 = Math.Min(j + 2, n - 1), j3 = Math.Min(j + 3, n - 1);
            float* b0 = b.At(0, j), b1 = b.At(0, j1), b2 = b.At(0, j2), b3 = b.At(0, j3);
            float* next = b.At(0, Math.Min(j + 4, n - 1)); // Asked for while these are computed.
            for (int i = 0; i < m; i += 3)
            {
                int i1 = Math.Min(i + 1, m - 1), i2 = Math.Min(i + 2, m - 1);
                float* x0 = a.At(i, 0), x1 = a.At(i1, 0), x2 = a.At(i2, 0);
                T v00 = 0f, v01 = v00, v02 = v00, v03 = v00;
                T v10 = v00, v11 = v00, v12 = v00, v13 = v00, v20 = v00, v21 = v00, v22 = v00, v23 = v00;
                for (int p = 0; p < whole; p += w)
                {
                    T y0 = T.Load(x0 + p), y1 = T.Load(x1 + p), y2 = T.Load(x2 + p);
                    T z = T.Load(b0 + p);
                    T.Accumulate(y0, z, ref v00);
                    T.Accumulate(y1, z, ref v10);
                    T.Accumulate(y2, z, ref v20);
                    z = T.Load(b1 + p);
                    T.Accumulate(y0, z, ref v01);
                    T.Accumulate(y1, z, ref v11);
                    T.Accumulate(y2, z, ref v21);
                    z = T.Load(b2 + p);
                    T.Accumulate(y0, z, ref v02);
                    T.Accumulate(y1, z, ref v12);
                    T.Accumulate(y2, z, ref v22);
                    z = T.Load(b3 + p);
                    T.Accumulate(y0, z, ref v03);
                    T.Accumulate(y1, z, ref v13);
                    T.Accumulate(y2, z, ref v23);
                    Prefetch(next);
                    next += ahead;
                }

                T.StoreSums(v00, v01, v02, v03, sums);
                T.StoreSums(v10, v11, v12, v13, sums + 4);
                T.StoreSums(v20, v21, v22, v23, sums + 8);
                for (int row = 0; row < Math.Min(3, m - i); row++)
                {
                    Finish(
                        Math.Min(4, n - j), k - whole, a.At(i + row, whole), b.From(whole, j), sums + 4 * row,
                        c.From(i + row, j), start.From(i + row, j));
                }
            }
        }
    }

    /// <summary>
    /// Sums beside one another in a row of C: what did not fill a register is added, and what they start from.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(int n, int rest, float* x, Pinned b, float* sums, Pinned c, Pinned start)
    {
        for (int j = 0; j < n; j++)
        {
            float* y = b.At(0, j);
            float sum = sums[j];
            for (int p = 0; p < rest; p++)
                sum = float.MultiplyAddEstimate(x[p], y[p], sum);
            *c.At(0, j) = start.IsNothing ? sum : sum + *start.At(0, j);
        }
    }

    /// <summary>
    /// One row of A times panels of B, for which the kernel's tile would compute the same row six times: what attention
    /// does with the weights of one query. The panels begin so many floats apart. Two are computed side by side, so
    /// that four sums are under way.
    /// </summary>
    [MethodImpl(Compiled.AtOnce)]
    private static void OneRow<T>(int panels, int depth, Pinned a, Pinned b, int apart, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
    {
        int w = T.Count;
        for (; panels > 0; panels -= 2)
        {
            // If there is only one left, it is its own neighbour: same sums, stored twice in the same place.
            int other = panels > 1 ? apart : 0, aside = panels > 1 ? 2 * w : 0;
            float* x = a.Start, b0 = b.Start, b1 = b0 + other, c0 = c.Start, c1 = c0 + aside;
            T v0 = 0f, v1 = v0, v2 = v0, v3 = v0;
            if (!sum.IsNothing)
            {
                float* s0 = sum.Start, s1 = s0 + aside;
                (v0, v1, v2, v3) = (T.Load(s0), T.Load(s0 + w), T.Load(s1), T.Load(s1 + w));
            }

            nint next = b.Row, column = a.Column;
            for (int p = 0; p < depth; p++)
            {
                T xs = *x;
                Prefetch(b0 + 8 * next);
                Prefetch(b1 + 8 * next);
                T.Accumulate(xs, T.Load(b0), ref v0);
                T.Accumulate(xs, T.Load(b0 + w), ref v1);
                T.Accumulate(xs, T.Load(b1), ref v2);
                T.Accumulate(xs, T.Load(b1 + w), ref v3);
                x += column;
                b0 += next;
                b1 += next;
            }

            T.Store(v0, c0);
            T.Store(v1, c0 + w);
            T.Store(v2, c1);
            T.Store(v3, c1 + w);
            (b, c, sum) = (new(b.Start + 2 * apart, b.Row, 1), c.From(0, 4 * w), sum.From(0, 4 * w));
        }
    }
}
