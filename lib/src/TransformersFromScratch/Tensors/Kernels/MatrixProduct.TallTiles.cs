using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// The kernel where there are 32 registers: a tile of C has 12 rows. MatrixProduct.Tiles.cs says why.
public static unsafe partial class MatrixProduct
{
    /// <summary>
    /// The kernel where there are 32 registers: 12 rows of A times packed panels of B, one after another, in 24
    /// registers.
    /// </summary>
    /// <remarks>
    /// Longer than 60 lines, and one step is written five times, on purpose. A method for the step, with the 24 sums by
    /// reference, was tried. It gave the same numbers in half the lines. But the just-in-time compiler had then inlined
    /// so much that it stopped: it left 26 calls here, and its code grew by a fifth (.NET 10, registers of 8 floats).
    /// </remarks>
    [MethodImpl(Compiled.AtOnce)]
    private static void TallTiles<T, TColumn>(int panels, int depth, Pinned a, float* b, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
        where TColumn : IDistance
    {
        int w = T.Count;
        T c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        T c60, c61, c70, c71, c80, c81, c90, c91, c100, c101, c110, c111;
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
                (c00, c01, c10, c11) =
                    (T.Load(sum.At(0, 0)), T.Load(sum.At(0, w)), T.Load(sum.At(1, 0)), T.Load(sum.At(1, w)));
                (c20, c21, c30, c31) =
                    (T.Load(sum.At(2, 0)), T.Load(sum.At(2, w)), T.Load(sum.At(3, 0)), T.Load(sum.At(3, w)));
                (c40, c41, c50, c51) =
                    (T.Load(sum.At(4, 0)), T.Load(sum.At(4, w)), T.Load(sum.At(5, 0)), T.Load(sum.At(5, w)));
                (c60, c61, c70, c71) =
                    (T.Load(sum.At(6, 0)), T.Load(sum.At(6, w)), T.Load(sum.At(7, 0)), T.Load(sum.At(7, w)));
                (c80, c81, c90, c91) =
                    (T.Load(sum.At(8, 0)), T.Load(sum.At(8, w)), T.Load(sum.At(9, 0)), T.Load(sum.At(9, w)));
                (c100, c101, c110, c111) =
                    (T.Load(sum.At(10, 0)), T.Load(sum.At(10, w)), T.Load(sum.At(11, 0)), T.Load(sum.At(11, w)));
            }
            else
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = 0f;
                c60 = c61 = c70 = c71 = c80 = c81 = c90 = c91 = c100 = c101 = c110 = c111 = 0f;
            }

            // Four pointers and two distances reach twelve rows, for an address may be a sum; twelve pointers would
            // fill all registers for addresses.
            float* a0 = a.Start, a3 = a.At(3, 0), a6 = a.At(6, 0), a9 = a.At(9, 0);
            T b0, b1, x;

            // Four steps at a time, one row of the tile a line: where the distances are known to the compiler, they are
            // part of the instructions.
            nint times = a.Column == column ? depth / steps : 0, rest = depth - steps * times;
            for (; times != 0; times--)
            {
                b0 = T.Load(bRow); b1 = T.Load(bRow + w);
                x = a0[0]; T.Accumulate(x, b0, ref c00); T.Accumulate(x, b1, ref c01);
                x = a0[row]; T.Accumulate(x, b0, ref c10); T.Accumulate(x, b1, ref c11);
                x = a0[row2]; T.Accumulate(x, b0, ref c20); T.Accumulate(x, b1, ref c21);
                x = a3[0]; T.Accumulate(x, b0, ref c30); T.Accumulate(x, b1, ref c31);
                x = a3[row]; T.Accumulate(x, b0, ref c40); T.Accumulate(x, b1, ref c41);
                x = a3[row2]; T.Accumulate(x, b0, ref c50); T.Accumulate(x, b1, ref c51);
                x = a6[0]; T.Accumulate(x, b0, ref c60); T.Accumulate(x, b1, ref c61);
                x = a6[row]; T.Accumulate(x, b0, ref c70); T.Accumulate(x, b1, ref c71);
                x = a6[row2]; T.Accumulate(x, b0, ref c80); T.Accumulate(x, b1, ref c81);
                x = a9[0]; T.Accumulate(x, b0, ref c90); T.Accumulate(x, b1, ref c91);
                x = a9[row]; T.Accumulate(x, b0, ref c100); T.Accumulate(x, b1, ref c101);
                x = a9[row2]; T.Accumulate(x, b0, ref c110); T.Accumulate(x, b1, ref c111);

                b0 = T.Load(bRow + next); b1 = T.Load(bRow + next + w);
                x = a0[column]; T.Accumulate(x, b0, ref c00); T.Accumulate(x, b1, ref c01);
                x = a0[row + column]; T.Accumulate(x, b0, ref c10); T.Accumulate(x, b1, ref c11);
                x = a0[row2 + column]; T.Accumulate(x, b0, ref c20); T.Accumulate(x, b1, ref c21);
                x = a3[column]; T.Accumulate(x, b0, ref c30); T.Accumulate(x, b1, ref c31);
                x = a3[row + column]; T.Accumulate(x, b0, ref c40); T.Accumulate(x, b1, ref c41);
                x = a3[row2 + column]; T.Accumulate(x, b0, ref c50); T.Accumulate(x, b1, ref c51);
                x = a6[column]; T.Accumulate(x, b0, ref c60); T.Accumulate(x, b1, ref c61);
                x = a6[row + column]; T.Accumulate(x, b0, ref c70); T.Accumulate(x, b1, ref c71);
                x = a6[row2 + column]; T.Accumulate(x, b0, ref c80); T.Accumulate(x, b1, ref c81);
                x = a9[column]; T.Accumulate(x, b0, ref c90); T.Accumulate(x, b1, ref c91);
                x = a9[row + column]; T.Accumulate(x, b0, ref c100); T.Accumulate(x, b1, ref c101);
                x = a9[row2 + column]; T.Accumulate(x, b0, ref c110); T.Accumulate(x, b1, ref c111);

                b0 = T.Load(bRow + 2 * next); b1 = T.Load(bRow + 2 * next + w);
                x = a0[2 * column]; T.Accumulate(x, b0, ref c00); T.Accumulate(x, b1, ref c01);
                x = a0[row + 2 * column]; T.Accumulate(x, b0, ref c10); T.Accumulate(x, b1, ref c11);
                x = a0[row2 + 2 * column]; T.Accumulate(x, b0, ref c20); T.Accumulate(x, b1, ref c21);
                x = a3[2 * column]; T.Accumulate(x, b0, ref c30); T.Accumulate(x, b1, ref c31);
                x = a3[row + 2 * column]; T.Accumulate(x, b0, ref c40); T.Accumulate(x, b1, ref c41);
                x = a3[row2 + 2 * column]; T.Accumulate(x, b0, ref c50); T.Accumulate(x, b1, ref c51);
                x = a6[2 * column]; T.Accumulate(x, b0, ref c60); T.Accumulate(x, b1, ref c61);
                x = a6[row + 2 * column]; T.Accumulate(x, b0, ref c70); T.Accumulate(x, b1, ref c71);
                x = a6[row2 + 2 * column]; T.Accumulate(x, b0, ref c80); T.Accumulate(x, b1, ref c81);
                x = a9[2 * column]; T.Accumulate(x, b0, ref c90); T.Accumulate(x, b1, ref c91);
                x = a9[row + 2 * column]; T.Accumulate(x, b0, ref c100); T.Accumulate(x, b1, ref c101);
                x = a9[row2 + 2 * column]; T.Accumulate(x, b0, ref c110); T.Accumulate(x, b1, ref c111);

                b0 = T.Load(bRow + 3 * next); b1 = T.Load(bRow + 3 * next + w);
                x = a0[3 * column]; T.Accumulate(x, b0, ref c00); T.Accumulate(x, b1, ref c01);
                x = a0[row + 3 * column]; T.Accumulate(x, b0, ref c10); T.Accumulate(x, b1, ref c11);
                x = a0[row2 + 3 * column]; T.Accumulate(x, b0, ref c20); T.Accumulate(x, b1, ref c21);
                x = a3[3 * column]; T.Accumulate(x, b0, ref c30); T.Accumulate(x, b1, ref c31);
                x = a3[row + 3 * column]; T.Accumulate(x, b0, ref c40); T.Accumulate(x, b1, ref c41);
                x = a3[row2 + 3 * column]; T.Accumulate(x, b0, ref c50); T.Accumulate(x, b1, ref c51);
                x = a6[3 * column]; T.Accumulate(x, b0, ref c60); T.Accumulate(x, b1, ref c61);
                x = a6[row + 3 * column]; T.Accumulate(x, b0, ref c70); T.Accumulate(x, b1, ref c71);
                x = a6[row2 + 3 * column]; T.Accumulate(x, b0, ref c80); T.Accumulate(x, b1, ref c81);
                x = a9[3 * column]; T.Accumulate(x, b0, ref c90); T.Accumulate(x, b1, ref c91);
                x = a9[row + 3 * column]; T.Accumulate(x, b0, ref c100); T.Accumulate(x, b1, ref c101);
                x = a9[row2 + 3 * column]; T.Accumulate(x, b0, ref c110); T.Accumulate(x, b1, ref c111);

                a0 += 4 * column; a3 += 4 * column; a6 += 4 * column; a9 += 4 * column; bRow += 4 * next;
            }

            for (; rest != 0; rest--)
            {
                b0 = T.Load(bRow); b1 = T.Load(bRow + w);
                x = a0[0]; T.Accumulate(x, b0, ref c00); T.Accumulate(x, b1, ref c01);
                x = a0[row]; T.Accumulate(x, b0, ref c10); T.Accumulate(x, b1, ref c11);
                x = a0[row2]; T.Accumulate(x, b0, ref c20); T.Accumulate(x, b1, ref c21);
                x = a3[0]; T.Accumulate(x, b0, ref c30); T.Accumulate(x, b1, ref c31);
                x = a3[row]; T.Accumulate(x, b0, ref c40); T.Accumulate(x, b1, ref c41);
                x = a3[row2]; T.Accumulate(x, b0, ref c50); T.Accumulate(x, b1, ref c51);
                x = a6[0]; T.Accumulate(x, b0, ref c60); T.Accumulate(x, b1, ref c61);
                x = a6[row]; T.Accumulate(x, b0, ref c70); T.Accumulate(x, b1, ref c71);
                x = a6[row2]; T.Accumulate(x, b0, ref c80); T.Accumulate(x, b1, ref c81);
                x = a9[0]; T.Accumulate(x, b0, ref c90); T.Accumulate(x, b1, ref c91);
                x = a9[row]; T.Accumulate(x, b0, ref c100); T.Accumulate(x, b1, ref c101);
                x = a9[row2]; T.Accumulate(x, b0, ref c110); T.Accumulate(x, b1, ref c111);

                a0 += a.Column; a3 += a.Column; a6 += a.Column; a9 += a.Column; bRow += next;
            }

            T.Store(c00, c.At(0, 0));
            T.Store(c01, c.At(0, w));
            T.Store(c10, c.At(1, 0));
            T.Store(c11, c.At(1, w));
            T.Store(c20, c.At(2, 0));
            T.Store(c21, c.At(2, w));
            T.Store(c30, c.At(3, 0));
            T.Store(c31, c.At(3, w));
            T.Store(c40, c.At(4, 0));
            T.Store(c41, c.At(4, w));
            T.Store(c50, c.At(5, 0));
            T.Store(c51, c.At(5, w));
            T.Store(c60, c.At(6, 0));
            T.Store(c61, c.At(6, w));
            T.Store(c70, c.At(7, 0));
            T.Store(c71, c.At(7, w));
            T.Store(c80, c.At(8, 0));
            T.Store(c81, c.At(8, w));
            T.Store(c90, c.At(9, 0));
            T.Store(c91, c.At(9, w));
            T.Store(c100, c.At(10, 0));
            T.Store(c101, c.At(10, w));
            T.Store(c110, c.At(11, 0));
            T.Store(c111, c.At(11, w));

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
}
