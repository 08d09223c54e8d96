using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>
/// Loops over the numbers of rows: a formula for each number, in registers as wide as the processor has.
/// </summary>
/// <remarks>
/// Every row must be as long as the one that is written; that is looked at once, before the loop. A row may be read and
/// written: each number is read before the one at its place is written. Rows.Sums.cs has the sums over rows.
/// (System.Numerics.Tensors has such loops, too: README.md beside this file says why these are our own.)
/// </remarks>
internal static partial class Rows
{
    /// <summary>y_i = f(x_i), or y_i += f(x_i).</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Map<F>(in F f, ReadOnlySpan<float> x, Span<float> y, bool add = false)
        where F : struct, IFormula1
    {
        x = x[..y.Length];
        int i = Registers.Hold16 ? Map<F, Floats16>(f, x, y, add, 0) : 0;
        i = Registers.Hold8 ? Map<F, Floats8>(f, x, y, add, i) : Map<F, Floats4>(f, x, y, add, i);
        if (i < y.Length)
        {
            MapRest(f, x, y, add, i);
        }
    }

    /// <summary>y_i = f(x1_i, x2_i), or y_i += it.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Map<F>(in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, Span<float> y, bool add = false)
        where F : struct, IFormula2
    {
        x1 = x1[..y.Length];
        x2 = x2[..y.Length];
        int i = Registers.Hold16 ? Map<F, Floats16>(f, x1, x2, y, add, 0) : 0;
        i = Registers.Hold8 ? Map<F, Floats8>(f, x1, x2, y, add, i) : Map<F, Floats4>(f, x1, x2, y, add, i);
        if (i < y.Length)
        {
            MapRest(f, x1, x2, y, add, i);
        }
    }

    /// <summary>y_i = f(x1_i, x2_i, x3_i), or y_i += it.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Map<F>(
        in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ReadOnlySpan<float> x3, Span<float> y, bool add = false)
        where F : struct, IFormula3
    {
        x1 = x1[..y.Length];
        x2 = x2[..y.Length];
        x3 = x3[..y.Length];
        int i = Registers.Hold16 ? Map<F, Floats16>(f, x1, x2, x3, y, add, 0) : 0;
        i = Registers.Hold8 ? Map<F, Floats8>(f, x1, x2, x3, y, add, i) : Map<F, Floats4>(f, x1, x2, x3, y, add, i);
        if (i < y.Length)
        {
            MapRest(f, x1, x2, x3, y, add, i);
        }
    }

    /// <summary>Changes y1_i, y2_i and y3_i by x_i.</summary>
    [MethodImpl(Compiled.AtOnce)]
    public static void Update<F>(in F f, ReadOnlySpan<float> x, Span<float> y1, Span<float> y2, Span<float> y3)
        where F : struct, IUpdate
    {
        y1 = y1[..x.Length];
        y2 = y2[..x.Length];
        y3 = y3[..x.Length];
        int i = Registers.Hold16 ? Update<F, Floats16>(f, x, y1, y2, y3, 0) : 0;
        i = Registers.Hold8 ? Update<F, Floats8>(f, x, y1, y2, y3, i) : Update<F, Floats4>(f, x, y1, y2, y3, i);
        if (i < x.Length)
        {
            UpdateRest(f, x, y1, y2, y3, i);
        }
    }

    /// <summary>sum += x.</summary>
    public static void AddTo(Span<float> sum, ReadOnlySpan<float> x) => Map(new PlusTimes(1), x, sum, sum);

    /// <summary>sum += factor · x.</summary>
    public static void AddTo(Span<float> sum, ReadOnlySpan<float> x, float factor) =>
        Map(new PlusTimes(factor), x, sum, sum);

    /// <summary>result = factor · x, or result += factor · x.</summary>
    public static void Scale(ReadOnlySpan<float> x, float factor, Span<float> result, bool add)
    {
        if (add)
        {
            AddTo(result, x, factor);
        }
        else if (factor == 1)
        {
            x.CopyTo(result);
        }
        else
        {
            Map(new Times(factor), x, result);
        }
    }

    // The single floats at the end, fewer than a register holds. A method of its own: a third loop beside the two of a
    // row would make the just-in-time compiler inline so much, in a long formula such as GELU's slope, that it stops
    // and leaves calls in all three (.NET 10).
    [MethodImpl(Compiled.AtOnce)]
    private static void MapRest<F>(in F f, ReadOnlySpan<float> x, Span<float> y, bool add, int i)
        where F : struct, IFormula1 => Map<F, Float1>(f, x, y, add, i);

    [MethodImpl(Compiled.AtOnce)]
    private static void MapRest<F>(
        in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, Span<float> y, bool add, int i)
        where F : struct, IFormula2 => Map<F, Float1>(f, x1, x2, y, add, i);

    [MethodImpl(Compiled.AtOnce)]
    private static void MapRest<F>(
        in F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ReadOnlySpan<float> x3, Span<float> y, bool add, int i)
        where F : struct, IFormula3 => Map<F, Float1>(f, x1, x2, x3, y, add, i);

    [MethodImpl(Compiled.AtOnce)]
    private static void UpdateRest<F>(
        in F f, ReadOnlySpan<float> x, Span<float> y1, Span<float> y2, Span<float> y3, int i)
        where F : struct, IUpdate => Update<F, Float1>(f, x, y1, y2, y3, i);

    // From an index on, as far as whole registers go; returns how far.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Map<F, T>(F f, ReadOnlySpan<float> x, Span<float> y, bool add, int i)
        where F : struct, IFormula1 where T : struct, IFloats<T>
    {
        ref float px = ref MemoryMarshal.GetReference(x), py = ref MemoryMarshal.GetReference(y);
        for (; i <= y.Length - T.Count; i += T.Count)
        {
            T value = f.Of(T.Load(ref px, i));
            T.Store(add ? value + T.Load(ref py, i) : value, ref py, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Map<F, T>(F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, Span<float> y, bool add, int i)
        where F : struct, IFormula2 where T : struct, IFloats<T>
    {
        ref float p1 = ref MemoryMarshal.GetReference(x1), p2 = ref MemoryMarshal.GetReference(x2);
        ref float py = ref MemoryMarshal.GetReference(y);
        for (; i <= y.Length - T.Count; i += T.Count)
        {
            T value = f.Of(T.Load(ref p1, i), T.Load(ref p2, i));
            T.Store(add ? value + T.Load(ref py, i) : value, ref py, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Map<F, T>(
        F f, ReadOnlySpan<float> x1, ReadOnlySpan<float> x2, ReadOnlySpan<float> x3, Span<float> y, bool add, int i)
        where F : struct, IFormula3 where T : struct, IFloats<T>
    {
        ref float p1 = ref MemoryMarshal.GetReference(x1), p2 = ref MemoryMarshal.GetReference(x2);
        ref float p3 = ref MemoryMarshal.GetReference(x3), py = ref MemoryMarshal.GetReference(y);
        for (; i <= y.Length - T.Count; i += T.Count)
        {
            T value = f.Of(T.Load(ref p1, i), T.Load(ref p2, i), T.Load(ref p3, i));
            T.Store(add ? value + T.Load(ref py, i) : value, ref py, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Update<F, T>(F f, ReadOnlySpan<float> x, Span<float> y1, Span<float> y2, Span<float> y3, int i)
        where F : struct, IUpdate where T : struct, IFloats<T>
    {
        ref float px = ref MemoryMarshal.GetReference(x), p1 = ref MemoryMarshal.GetReference(y1);
        ref float p2 = ref MemoryMarshal.GetReference(y2), p3 = ref MemoryMarshal.GetReference(y3);
        for (; i <= x.Length - T.Count; i += T.Count)
        {
            T a = T.Load(ref p1, i), b = T.Load(ref p2, i), c = T.Load(ref p3, i);
            f.Of(T.Load(ref px, i), ref a, ref b, ref c);
            T.Store(a, ref p1, i);
            T.Store(b, ref p2, i);
            T.Store(c, ref p3, i);
        }

        return i;
    }
}
