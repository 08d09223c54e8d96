using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// The kernel where there are 16 registers: a tile of C has up to 6 rows. MatrixProduct.Tiles.cs says why.
public static unsafe partial class MatrixProduct
{
    /// <summary>The kernel: up to 6 rows of A times a panel of B, kept in 12 registers until C is written.</summary>
    /// <remarks>Compiled at full optimisation at once, so that the first product of a notebook is not slow.</remarks>
    [MethodImpl(Compiled.AtOnce)]
    private static void LowTile<T>(int rows, int depth, Pinned a, Pinned b, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
    {
        // Rows that are missing at the bottom are the last one again: same sums, stored twice in the same place.
        int w = T.Count, r1 = Math.Min(1, rows - 1), r2 = Math.Min(2, rows - 1), r3 = Math.Min(3, rows - 1);
        int r4 = Math.Min(4, rows - 1), r5 = rows - 1;
        float* a0 = a.Start, a1 = a.At(r1, 0), a2 = a.At(r2, 0), a3 = a.At(r3, 0), a4 = a.At(r4, 0), a5 = a.At(r5, 0);
        float* c0 = c.Start, c1 = c.At(r1, 0), c2 = c.At(r2, 0), c3 = c.At(r3, 0), c4 = c.At(r4, 0), c5 = c.At(r5, 0);
        T c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        for (int r = 0; r < rows; r++) // written after the loop, and by then at hand
        {
            Prefetch(c.At(r, 0));
            Prefetch(c.At(r, w));
        }

        if (!sum.IsNothing)
        {
            float* s0 = sum.Start, s1 = sum.At(r1, 0), s2 = sum.At(r2, 0), s3 = sum.At(r3, 0), s4 = sum.At(r4, 0);
            float* s5 = sum.At(r5, 0);
            (c00, c01, c10, c11) = (T.Load(s0), T.Load(s0 + w), T.Load(s1), T.Load(s1 + w));
            (c20, c21, c30, c31) = (T.Load(s2), T.Load(s2 + w), T.Load(s3), T.Load(s3 + w));
            (c40, c41, c50, c51) = (T.Load(s4), T.Load(s4 + w), T.Load(s5), T.Load(s5 + w));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = 0f;
        }

        float* bRow = b.Start;
        nint at = 0, aColumn = a.Column, ahead = 24 * aColumn, next = b.Row;
        for (int p = 0; p < depth; p++)
        {
            T b0 = T.Load(bRow), b1 = T.Load(bRow + w);
            T x = a0[at];
            T.Accumulate(x, b0, ref c00);
            T.Accumulate(x, b1, ref c01);
            x = a1[at];
            T.Accumulate(x, b0, ref c10);
            T.Accumulate(x, b1, ref c11);
            x = a2[at];
            T.Accumulate(x, b0, ref c20);
            T.Accumulate(x, b1, ref c21);
            x = a3[at];
            T.Accumulate(x, b0, ref c30);
            T.Accumulate(x, b1, ref c31);
            x = a4[at];
            T.Accumulate(x, b0, ref c40);
            T.Accumulate(x, b1, ref c41);
            x = a5[at];
            T.Accumulate(x, b0, ref c50);
            T.Accumulate(x, b1, ref c51);
            Prefetch(a0 + at + ahead);
            at += aColumn;
            bRow += next;
        }

        T.Store(c00, c0);
        T.Store(c01, c0 + w);
        T.Store(c10, c1);
        T.Store(c11, c1 + w);
        T.Store(c20, c2);
        T.Store(c21, c2 + w);
        T.Store(c30, c3);
        T.Store(c31, c3 + w);
        T.Store(c40, c4);
        T.Store(c41, c4 + w);
        T.Store(c50, c5);
        T.Store(c51, c5 + w);
    }
}
