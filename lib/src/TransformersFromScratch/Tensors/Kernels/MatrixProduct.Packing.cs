using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TransformersFromScratch;

// Packing: parts of A and B are copied into the order in which the kernel reads them. MatrixProduct.Tiles.cs says why.
public static unsafe partial class MatrixProduct
{
    // Memory to work in, a thread's own: no product finds in it what another has left, nor waits or awaits while it
    // uses it.
    [ThreadStatic]
    private static float[]? t_own;

    [ThreadStatic]
    private static float[]? t_shared;

    /// <summary>This thread's memory for some panels of B, a tile, and some rows of A.</summary>
    private static float* OwnMemory() => Memory(ref t_own, StripsAt + StripRows * Depth);

    /// <summary>Memory for what this thread and its helpers pack together, so many floats of it.</summary>
    private static float* SharedMemory(int floats) =>
        Memory(ref t_shared, (int)BitOperations.RoundUpToPowerOf2((uint)floats));

    /// <summary>Memory that begins on a cache line, never moves, and is kept for the next product.</summary>
    private static float* Memory(ref float[]? array, int floats)
    {
        const int line = 16;
        if (array is null || array.Length < floats + line)
            array = GC.AllocateUninitializedArray<float>(floats + line, pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        return (float*)((address + line * sizeof(float) - 1) & ~(line * sizeof(float) - 1));
    }

    /// <summary>Packs rows of B into panels that begin a given number of floats apart.</summary>
    private static void PackPanels<T>(int depth, int columns, Pinned b, float* packed, int apart)
        where T : struct, IFloats<T>
    {
        // Contiguous rows for all panels at once, columns panel after panel.
        int width = 2 * T.Count, whole = b.Column == 1 ? columns / width * width : 0;
        PackRows<T>(depth, whole, b, packed, apart);
        for (int j = whole; j < columns; j += width)
            Pack<T>(depth, Math.Min(width, columns - j), b.From(0, j), packed + j / width * (nint)apart);
    }

    /// <summary>
    /// Copies strips out of a transposed A, whose columns are contiguous: tile after tile, each number as the kernel
    /// reads them. Several tiles' at once, so that whole cache lines are used of every column, one after another.
    /// </summary>
    private static void PackColumns<T>(int count, int depth, Pinned a, float* packed) where T : struct, IFloats<T>
    {
        const int some = 4; // Columns at a time: of each tile whole cache lines are written then, one after another.
        for (int p = 0; p < depth; p += some)
        {
            int columns = Math.Min(some, depth - p);
            for (int q = 0; q < columns; q++)
            {
                float* soon = a.At(0, p + q + 8);
                for (int i = 0; i < count; i += 16)
                    Prefetch(soon + i);
            }

            for (int i = 0, rows; i < count; i += rows)
            {
                rows = TileHeight<T>(count - i);
                float* from = a.At(i, p), to = packed + i * depth + p * rows;
                if (rows == TallRows)
                {
                    for (int q = 0; q < columns; q++, from += a.Column, to += TallRows)
                    {
                        Vector256.Load(from).Store(to);
                        Vector128.Load(from + 8).Store(to + 8);
                    }
                }
                else
                {
                    Copy<T>(columns, rows, new Pinned(from, a.Column, 1), new Pinned(to, rows, 1));
                }
            }
        }
    }

    /// <summary>
    /// Copies whole panels of a B whose rows are contiguous: row by row, and of each row every panel's part.
    /// </summary>
    private static void PackRows<T>(int depth, int columns, Pinned b, float* packed, int apart)
        where T : struct, IFloats<T>
    {
        int w = T.Count, width = 2 * w;
        for (int p = 0; p < depth; p++)
        {
            float* x = b.At(p, 0), soon = b.At(p + 4, 0), to = packed + p * width;
            for (int j = 0; j < columns; j += width, to += apart)
            {
                Prefetch(soon + j);
                Prefetch(soon + j + w);
                T.Store(T.Load(x + j), to);
                T.Store(T.Load(x + j + w), to + w);
            }
        }
    }

    /// <summary>Copies a panel of B, depth × columns, and fills it up with zeros.</summary>
    private static void Pack<T>(int depth, int columns, Pinned b, float* packed)
        where T : struct, IFloats<T>
    {
        int width = 2 * T.Count, quads = 0;
        if (columns < width)
            new Span<float>(packed, depth * width).Clear();

        if (b.Row == 1)
        {
            // A transposed B, as in x·Wᵀ: squares of 4×4 numbers, for 16 rows one cache line of each column.
            quads = columns & ~3;
            int squares = depth & ~3;
            for (int start = 0; start < squares; start += 16)
            {
                int end = Math.Min(start + 16, squares);
                for (int q = 0; q < quads; q += 4)
                {
                    float* b0 = b.At(0, q), b1 = b.At(0, q + 1), b2 = b.At(0, q + 2), b3 = b.At(0, q + 3);
                    Prefetch(b0 + end + 16);
                    Prefetch(b1 + end + 16);
                    Prefetch(b2 + end + 16);
                    Prefetch(b3 + end + 16);
                    for (int p = start; p < end; p += 4)
                    {
                        Transpose(
                            Vector128.Load(b0 + p), Vector128.Load(b1 + p), Vector128.Load(b2 + p),
                            Vector128.Load(b3 + p),
                            packed + p * width + q, width);
                    }
                }
            }

            Copy<T>(depth - squares, quads, b.From(squares, 0), new Pinned(packed + squares * width, width, 1));
        }

        if (quads < columns)
            Copy<T>(depth, columns - quads, b.From(0, quads), new Pinned(packed + quads, width, 1));
    }

    /// <summary>Writes four columns of four numbers as four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* to, nint row)
    {
        // First every other two are paired (a₀c₀a₁c₁, b₀d₀b₁d₁), then the pairs.
        Vector128<float> low = Zip(a, c, false), high = Zip(a, c, true), low2 = Zip(b, d, false),
            high2 = Zip(b, d, true);
        Zip(low, low2, false).Store(to);
        Zip(low, low2, true).Store(to + row);
        Zip(high, high2, false).Store(to + 2 * row);
        Zip(high, high2, true).Store(to + 3 * row);
    }

    /// <summary>The lower or upper halves of two registers, their numbers by turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Zip(Vector128<float> a, Vector128<float> b, bool upper)
    {
        if (Sse.IsSupported)
            return upper ? Sse.UnpackHigh(a, b) : Sse.UnpackLow(a, b);
        if (AdvSimd.Arm64.IsSupported)
            return upper ? AdvSimd.Arm64.ZipHigh(a, b) : AdvSimd.Arm64.ZipLow(a, b);
        return upper ? Vector128.Create(a[2], b[2], a[3], b[3]) : Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    /// <summary>Copies a matrix, or a part of one, from one layout to another.</summary>
    private static void Copy<T>(int rows, int columns, Pinned from, Pinned to) where T : struct, IFloats<T>
    {
        bool contiguous = from.Column == 1 && to.Column == 1;
        int wide = contiguous ? columns / T.Count * T.Count : 0, quads = contiguous ? columns & ~3 : 0;
        for (int i = 0; i < rows; i++)
        {
            float* x = from.At(i, 0), y = to.At(i, 0);
            for (int j = 0; j < wide; j += T.Count)
                T.Store(T.Load(x + j), y + j);
            for (int j = wide; j < quads; j += 4)
                Vector128.Load(x + j).Store(y + j);
            for (int j = quads; j < columns; j++)
                y[j * to.Column] = x[j * from.Column];
        }
    }
}
