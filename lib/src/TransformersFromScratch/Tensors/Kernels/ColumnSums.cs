using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TransformersFromScratch;

/// <summary>Sums down the columns of many rows.</summary>
internal static class ColumnSums
{
    /// <summary>sum += all rows: four at a time, so that the sum is read and written once for all of them.</summary>
    /// <param name="rows">Rows as long as the sum, one after another.</param>
    /// <param name="sum">What they are added to.</param>
    [MethodImpl(Compiled.AtOnce)]
    public static void Add(ReadOnlySpan<float> rows, Span<float> sum)
    {
        int width = sum.Length;
        for (; rows.Length >= 4 * width; rows = rows[(4 * width)..])
        {
            int i = Registers.Hold16 ? AddFour<Floats16>(rows, sum, 0) : 0;
            i = Registers.Hold8 ? AddFour<Floats8>(rows, sum, i) : AddFour<Floats4>(rows, sum, i);
            AddFour<Float1>(rows, sum, i);
        }

        for (; rows.Length >= width; rows = rows[width..])
        {
            Rows.AddTo(sum, rows[..width]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AddFour<T>(ReadOnlySpan<float> rows, Span<float> sum, int i) where T : struct, IFloats<T>
    {
        ref float x = ref MemoryMarshal.GetReference(rows), s = ref MemoryMarshal.GetReference(sum);
        int width = sum.Length;
        for (; i <= width - T.Count; i += T.Count)
        {
            T ab = T.Load(ref x, i) + T.Load(ref x, width + i);
            T cd = T.Load(ref x, (2 * width) + i) + T.Load(ref x, (3 * width) + i);
            T.Store(T.Load(ref s, i) + (ab + cd), ref s, i);
        }

        return i;
    }
}
