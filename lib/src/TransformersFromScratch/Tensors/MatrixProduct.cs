using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TransformersFromScratch;

/// <summary>C = A·B in float32, for matrices of any strides.</summary>
public static unsafe partial class MatrixProduct
{
    private static int s_threads = Environment.ProcessorCount;

    /// <summary>How many threads a parallel product may use; 1 is sequential. The results are the same, bit for bit.</summary>
    public static int Threads
    {
        get => s_threads;
        set => s_threads = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A product needs 1 thread or more.");
    }

    /// <summary>C = A·B or C += A·B on the calling thread.</summary>
    public static void Multiply(
        int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, 1);

    /// <summary>As Multiply, with the columns of C shared out over <see cref="Threads"/> threads.</summary>
    public static void MultiplyParallel(
        int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) =>
        Run(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, Threads);

    private static void Run(
        int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate, int threads)
    {
        if (cCol != 1 && cRow == 1)
            Run(n, m, k, b, bCol, bRow, a, aCol, aRow, c, cCol, cRow, accumulate, threads); // Cᵀ = Bᵀ·Aᵀ
        else if (Vector512.IsHardwareAccelerated)
            Run<Lanes512, Vector512<float>>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, threads);
        else if (Vector256.IsHardwareAccelerated)
            Run<Lanes256, Vector256<float>>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, threads);
        else
            Run<Lanes128, Vector128<float>>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate, threads);
    }

    private const int TileRows = 6;
    private const int Depth = 256;

    internal static void Run<TLanes, TVector>(
        int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate, int threads) where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count;
        if ((long)m * n * k <= 512 || k == 0)
        {
            Small(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate);
            return;
        }

        int panels = (n + width - 1) / width;
        if (threads == 1 || (long)m * n * k < 100_000 || panels == 1)
        {
            Panels<TLanes, TVector>(0, panels, m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate);
            return;
        }

        Parallel.For(0, panels, new ParallelOptions { MaxDegreeOfParallelism = threads }, panel =>
            Panels<TLanes, TVector>(
                panel, panel + 1, m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, cCol, accumulate));
    }

    private static void Small(
        int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = accumulate ? c[i * cRow + j * cCol] : 0f;
                for (int p = 0; p < k; p++)
                    sum = float.MultiplyAddEstimate(a[i * aRow + p * aCol], b[p * bRow + j * bCol], sum);
                c[i * cRow + j * cCol] = sum;
            }
        }
    }

    [SkipLocalsInit]
    private static void Panels<TLanes, TVector>(
        int first, int end, int m, int n, int k,
        float* a, nint aRow, nint aCol,
        float* b, nint bRow, nint bCol,
        float* c, nint cRow, nint cCol, bool accumulate) where TLanes : ILanes<TVector>
    {
        int width = 2 * TLanes.Count;
        float* panel = stackalloc float[Depth * width];
        float* edge = stackalloc float[TileRows * width];
        for (int j = first * width; j < Math.Min(n, end * width); j += width)
        {
            int columns = Math.Min(width, n - j);
            for (int p = 0; p < k; p += Depth)
            {
                int depth = Math.Min(Depth, k - p);
                Pack(columns, width, depth, b + p * bRow + j * bCol, bRow, bCol, panel);
                bool add = accumulate || p > 0;
                for (int i = 0; i < m; i += TileRows)
                {
                    int rows = Math.Min(TileRows, m - i);
                    float* aTile = a + i * aRow + p * aCol;
                    float* cTile = c + i * cRow + j * cCol;
                    if (rows == TileRows && columns == width && cCol == 1)
                    {
                        Tile<TLanes, TVector>(rows, depth, aTile, aRow, aCol, panel, cTile, cRow, add);
                        continue;
                    }

                    for (int r = 0; add && r < rows; r++)
                    {
                        for (int q = 0; q < columns; q++)
                            edge[r * width + q] = cTile[r * cRow + q * cCol];
                    }

                    Tile<TLanes, TVector>(rows, depth, aTile, aRow, aCol, panel, edge, width, add);
                    for (int r = 0; r < rows; r++)
                    {
                        for (int q = 0; q < columns; q++)
                            cTile[r * cRow + q * cCol] = edge[r * width + q];
                    }
                }
            }
        }
    }

    private static void Pack(int columns, int width, int depth, float* b, nint bRow, nint bCol, float* panel)
    {
        for (int p = 0; p < depth; p++)
        {
            for (int q = 0; q < columns; q++)
                panel[p * width + q] = b[p * bRow + q * bCol];
            for (int q = columns; q < width; q++)
                panel[p * width + q] = 0f;
        }
    }

    private static void Tile<TLanes, TVector>(
        int rows, int depth, float* a, nint aRow, nint aCol, float* b, float* c, nint cRow, bool add)
        where TLanes : ILanes<TVector>
    {
        int w = TLanes.Count;
        int last = rows - 1;
        float* a0 = a, a1 = a + Math.Min(1, last) * aRow, a2 = a + Math.Min(2, last) * aRow;
        float* a3 = a + Math.Min(3, last) * aRow, a4 = a + Math.Min(4, last) * aRow, a5 = a + Math.Min(5, last) * aRow;
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        if (add)
        {
            (c00, c01) = (TLanes.Load(c), TLanes.Load(c + w));
            (c10, c11) = (TLanes.Load(c + cRow), TLanes.Load(c + cRow + w));
            (c20, c21) = (TLanes.Load(c + 2 * cRow), TLanes.Load(c + 2 * cRow + w));
            (c30, c31) = (TLanes.Load(c + 3 * cRow), TLanes.Load(c + 3 * cRow + w));
            (c40, c41) = (TLanes.Load(c + 4 * cRow), TLanes.Load(c + 4 * cRow + w));
            (c50, c51) = (TLanes.Load(c + 5 * cRow), TLanes.Load(c + 5 * cRow + w));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLanes.Broadcast(0f);
        }

        nint offset = 0;
        for (int p = 0; p < depth; p++)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + w);
            TVector x = TLanes.Broadcast(a0[offset]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Broadcast(a1[offset]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Broadcast(a2[offset]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Broadcast(a3[offset]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Broadcast(a4[offset]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Broadcast(a5[offset]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            offset += aCol;
            b += 2 * w;
        }

        TLanes.Store(c00, c);
        TLanes.Store(c01, c + w);
        TLanes.Store(c10, c + cRow);
        TLanes.Store(c11, c + cRow + w);
        TLanes.Store(c20, c + 2 * cRow);
        TLanes.Store(c21, c + 2 * cRow + w);
        TLanes.Store(c30, c + 3 * cRow);
        TLanes.Store(c31, c + 3 * cRow + w);
        TLanes.Store(c40, c + 4 * cRow);
        TLanes.Store(c41, c + 4 * cRow + w);
        TLanes.Store(c50, c + 5 * cRow);
        TLanes.Store(c51, c + 5 * cRow + w);
    }
}

internal unsafe interface ILanes<TVector>
{
    static abstract int Count { get; }
    static abstract TVector Load(float* from);
    static abstract void Store(TVector value, float* to);
    static abstract TVector Broadcast(float value);
    static abstract TVector MultiplyAdd(TVector x, TVector y, TVector sum);
}

internal unsafe readonly struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => 16;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(x, y, sum);
}

internal unsafe readonly struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => 8;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to) => value.Store(to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> sum) =>
        Vector256.MultiplyAddEstimate(x, y, sum);
}

internal unsafe readonly struct Lanes128 : ILanes<Vector128<float>>
{
    public static int Count => 4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* to) => value.Store(to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> x, Vector128<float> y, Vector128<float> sum) =>
        Vector128.MultiplyAddEstimate(x, y, sum);
}
