using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// The kernel where there are 32 registers: a tile of C has 12 rows. MatrixProduct.Tiles.cs says why.
public static unsafe partial class MatrixProduct
{
    /// <summary>
    /// The kernel where there are 32 registers: 12 rows of A times packed panels of B, one after another, in 24
    /// registers.
    /// </summary>
    /// <remarks>Longer than 60 lines, because each of the 24 registers has a name, and C# has no arrays of them.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TallTiles<T, TColumn>(int panels, int depth, Pinned a, float* b, Pinned c, Pinned sum)
        where T : struct, IFloats<T>
        where TColumn : IDistance
    {
        int w = T.Count;
        T c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        T c60, c61, c70, c71, c80, c81, c90, c91, c100, c101, c110, c111;
        const int steps = 4;
        int next = 2 * w, column = TColumn.Floats;
        nint row = a.Row;
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
                (c00, c01, c10, c11) = (T.Load(sum.At(0, 0)), T.Load(sum.At(0, w)), T.Load(sum.At(1, 0)), T.Load(sum.At(1, w)));
                (c20, c21, c30, c31) = (T.Load(sum.At(2, 0)), T.Load(sum.At(2, w)), T.Load(sum.At(3, 0)), T.Load(sum.At(3, w)));
                (c40, c41, c50, c51) = (T.Load(sum.At(4, 0)), T.Load(sum.At(4, w)), T.Load(sum.At(5, 0)), T.Load(sum.At(5, w)));
                (c60, c61, c70, c71) = (T.Load(sum.At(6, 0)), T.Load(sum.At(6, w)), T.Load(sum.At(7, 0)), T.Load(sum.At(7, w)));
                (c80, c81, c90, c91) = (T.Load(sum.At(8, 0)), T.Load(sum.At(8, w)), T.Load(sum.At(9, 0)), T.Load(sum.At(9, w)));
                (c100, c101, c110, c111) = (T.Load(sum.At(10, 0)), T.Load(sum.At(10, w)), T.Load(sum.At(11, 0)), T.Load(sum.At(11, w)));
            }
            else
            {
                c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = 0f;
                c60 = c61 = c70 = c71 = c80 = c81 = c90 = c91 = c100 = c101 = c110 = c111 = 0f;
            }

            // Four pointers and two distances reach twelve rows, for an address may be a sum; twelve pointers would fill
            // all registers for addresses.
            float* a0 = a.Start, a3 = a.At(3, 0), a6 = a.At(6, 0), a9 = a.At(9, 0);

            // Four steps at a time: where the distances are known to the compiler, they are part of the instructions.
            nint times = a.Column == column ? depth / steps : 0, rest = depth - steps * times;
            for (; times != 0; times--)
            {
                Step(
                    0, a0, a3, a6, a9, row, bRow,
                    ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31,
                    ref c40, ref c41, ref c50, ref c51, ref c60, ref c61, ref c70, ref c71,
                    ref c80, ref c81, ref c90, ref c91, ref c100, ref c101, ref c110, ref c111);
                Step(
                    column, a0, a3, a6, a9, row, bRow + next,
                    ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31,
                    ref c40, ref c41, ref c50, ref c51, ref c60, ref c61, ref c70, ref c71,
                    ref c80, ref c81, ref c90, ref c91, ref c100, ref c101, ref c110, ref c111);
                Step(
                    2 * column, a0, a3, a6, a9, row, bRow + 2 * next,
                    ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31,
                    ref c40, ref c41, ref c50, ref c51, ref c60, ref c61, ref c70, ref c71,
                    ref c80, ref c81, ref c90, ref c91, ref c100, ref c101, ref c110, ref c111);
                Step(
                    3 * column, a0, a3, a6, a9, row, bRow + 3 * next,
                    ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31,
                    ref c40, ref c41, ref c50, ref c51, ref c60, ref c61, ref c70, ref c71,
                    ref c80, ref c81, ref c90, ref c91, ref c100, ref c101, ref c110, ref c111);
                a0 += 4 * column; a3 += 4 * column; a6 += 4 * column; a9 += 4 * column; bRow += 4 * next;
            }

            for (; rest != 0; rest--)
            {
                Step(
                    0, a0, a3, a6, a9, row, bRow,
                    ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31,
                    ref c40, ref c41, ref c50, ref c51, ref c60, ref c61, ref c70, ref c71,
                    ref c80, ref c81, ref c90, ref c91, ref c100, ref c101, ref c110, ref c111);
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

    /// <summary>
    /// One step of p in a tall tile: two registers of a row of B, times a number of each of the twelve rows of A, one
    /// row a line. It has to be inlined: then the sums never leave their registers, and <paramref name="at"/> is a
    /// constant.
    /// </summary>
    /// <remarks>
    /// The just-in-time compiler inlines a method of at most 32 arguments; this one has 31. A structure of the 24 sums
    /// would read better, but the compiler keeps in registers the fields of small structures only.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<T>(
        int at, float* a0, float* a3, float* a6, float* a9, nint row, float* b,
        ref T c00, ref T c01, ref T c10, ref T c11, ref T c20, ref T c21,
        ref T c30, ref T c31, ref T c40, ref T c41, ref T c50, ref T c51,
        ref T c60, ref T c61, ref T c70, ref T c71, ref T c80, ref T c81,
        ref T c90, ref T c91, ref T c100, ref T c101, ref T c110, ref T c111)
        where T : struct, IFloats<T>
    {
        T b0 = T.Load(b), b1 = T.Load(b + T.Count), x;
        nint row2 = 2 * row;
        x = a0[at]; c00 = T.MultiplyAdd(x, b0, c00); c01 = T.MultiplyAdd(x, b1, c01);
        x = a0[row + at]; c10 = T.MultiplyAdd(x, b0, c10); c11 = T.MultiplyAdd(x, b1, c11);
        x = a0[row2 + at]; c20 = T.MultiplyAdd(x, b0, c20); c21 = T.MultiplyAdd(x, b1, c21);
        x = a3[at]; c30 = T.MultiplyAdd(x, b0, c30); c31 = T.MultiplyAdd(x, b1, c31);
        x = a3[row + at]; c40 = T.MultiplyAdd(x, b0, c40); c41 = T.MultiplyAdd(x, b1, c41);
        x = a3[row2 + at]; c50 = T.MultiplyAdd(x, b0, c50); c51 = T.MultiplyAdd(x, b1, c51);
        x = a6[at]; c60 = T.MultiplyAdd(x, b0, c60); c61 = T.MultiplyAdd(x, b1, c61);
        x = a6[row + at]; c70 = T.MultiplyAdd(x, b0, c70); c71 = T.MultiplyAdd(x, b1, c71);
        x = a6[row2 + at]; c80 = T.MultiplyAdd(x, b0, c80); c81 = T.MultiplyAdd(x, b1, c81);
        x = a9[at]; c90 = T.MultiplyAdd(x, b0, c90); c91 = T.MultiplyAdd(x, b1, c91);
        x = a9[row + at]; c100 = T.MultiplyAdd(x, b0, c100); c101 = T.MultiplyAdd(x, b1, c101);
        x = a9[row2 + at]; c110 = T.MultiplyAdd(x, b0, c110); c111 = T.MultiplyAdd(x, b1, c111);
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
