using System.Numerics;
using System.Runtime.InteropServices;

namespace TransformersFromScratch.Benchmarks;

/// <summary>
/// How fast this machine reads: some bytes that lie one after another, each once, by all threads, with next to no work
/// on them.
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
        Reads = new Contestant("reading", 0, () => Parallel.For(
            0, _numbers.Length / Piece, new ParallelOptions { MaxDegreeOfParallelism = MatrixProduct.Threads },
            piece =>
            {
                if (Sum(_numbers.AsSpan(piece * Piece, Piece)) != Piece)
                    throw new InvalidOperationException("The sum is wrong.");
            }));
    }

    public Contestant Reads { get; }

    private static float Sum(ReadOnlySpan<float> numbers)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(numbers);
        Vector<float> a = default, b = default, c = default, d = default;
        for (int i = 0; i + 3 < vectors.Length; i += 4)
            (a, b, c, d) = (a + vectors[i], b + vectors[i + 1], c + vectors[i + 2], d + vectors[i + 3]);
        return Vector.Sum(a + b + (c + d));
    }
}
