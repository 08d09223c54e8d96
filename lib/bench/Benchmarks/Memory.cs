using System.Numerics;
using System.Runtime.InteropServices;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// How fast this machine reads: some bytes that lie one after another, each once, by all threads, with next to no work
/// on them. One after another is how memory is thought to be fastest; at eight places by turns is how a product with
/// one row reads a weight. Which of the two is faster depends on the machine: the faster is its limit, as far as we
/// know.
/// </summary>
internal sealed class Memory
{
    private const int Piece = 1 << 16; // 256 kB: a slower neighbour's core takes fewer of them.

    private readonly float[] _numbers;

    /// <summary>Memory of so many bytes; they are written first, or no page of them would be there.</summary>
    public Memory(double bytes)
    {
        _numbers = new float[(int)(bytes / sizeof(float)) / Piece * Piece];
        Array.Fill(_numbers, 1f);
        Reads = new Contestant("reading", 0, () => Read(Sum));
        ReadsApart = new Contestant("reading at eight places", 0, () => Read(SumApart));
    }

    public Contestant Reads { get; }

    public Contestant ReadsApart { get; }

    private void Read(Func<ReadOnlySpan<float>, float> sum) => Parallel.For(
        0, _numbers.Length / Piece, new ParallelOptions { MaxDegreeOfParallelism = MatrixProduct.Threads },
        piece =>
        {
            if (sum(_numbers.AsSpan(piece * Piece, Piece)) != Piece)
                throw new InvalidOperationException("The sum is wrong.");
        });

    private static float Sum(ReadOnlySpan<float> numbers)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        Vector<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 3 < vectors.Length; i += 4)
            (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + (c + d));
    }

    /// <summary>Eight rows of 4 kB side by side, then the next eight.</summary>
    private static float SumApart(ReadOnlySpan<float> numbers)
    {
        ReadOnlySpan<Vector<float>> all = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        int row = 1024 / Vector<float>.Count;
        Vector<float> a = default, b = default, c = default, d = default;
        Vector<float> e = default, f = default, g = default, h = default;
        for (; all.Length >= 8 * row; all = all[(8 * row)..])
        {
            ReadOnlySpan<Vector<float>> r0 = all[..row], r1 = all.Slice(row, row), r2 = all.Slice(2 * row, row);
            ReadOnlySpan<Vector<float>> r3 = all.Slice(3 * row, row), r4 = all.Slice(4 * row, row);
            ReadOnlySpan<Vector<float>> r5 = all.Slice(5 * row, row), r6 = all.Slice(6 * row, row);
            ReadOnlySpan<Vector<float>> r7 = all.Slice(7 * row, row);
            for (int i = 0; i < row; i++)
            {
                (a, b, c, d) = (a + r0[i], b + r1[i], c + r2[i], d + r3[i]);
                (e, f, g, h) = (e + r4[i], f + r5[i], g + r6[i], h + r7[i]);
            }
        }

        return Vector.Sum(a + b + (c + d) + (e + f + (g + h)));
    }
}
