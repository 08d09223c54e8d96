using System.Numerics;

namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// Sets each element to 0 with probability p and multiplies the others by 1 / (1 - p), so that the expectation stays what
    /// it was (Srivastava et al. 2014; Vaswani et al. 2017, section 5.4).
    /// </summary>
    /// <remarks>
    /// y = x ⊙ m, so <c>dx = dy ⊙ m</c> with the same m. It is not kept: m_i is a function of i and of one seed drawn
    /// from <paramref name="random"/>, computed again on the way back, on whichever thread. The function is a hash of 32 bits
    /// by multiplications and shifts (constants: Wellons 2018, "lowbias32").
    /// </remarks>
    /// <param name="x">Any shape.</param>
    /// <param name="probability">p, from 0 up to but not including 1.</param>
    /// <param name="random">Where the seed is drawn from.</param>
    public static Tensor Dropout(Tensor x, float probability, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "The probability of dropping an element is at least 0 and less than 1; the paper's is 0.1.");
        }

        if (probability == 0)
        {
            return x;
        }

        uint seed = (uint)random.NextInt64(1L << 32);
        Tensor y = x.UnwrittenLike();
        Chunks.For(x.Length, 2, (first, end) => Drop(x.Span[first..end], y.Span[first..end], first, seed, probability, add: false));
        return y.Record("dropout", [x], y =>
        {
            x.GradientToWrite(out bool add);
            Chunks.For(x.Length, 2, (first, end) =>
                Drop(y.GradientSpan[first..end], x.GradientSpan[first..end], first, seed, probability, add));
        });
    }

    /// <summary>y_i = x_i m_i, where x and y begin at element <paramref name="first"/> of their tensors.</summary>
    private static void Drop(ReadOnlySpan<float> x, Span<float> y, int first, uint seed, float probability, bool add)
    {
        y = y[..x.Length];
        Vector<uint> limit = new((uint)(probability * 4294967296.0)); // Below: dropped.
        Vector<float> factor = new(1 / (1 - probability));
        for (int i = 0; i < x.Length; i += Vector<float>.Count)
        {
            Vector<uint> hash = Hash(Hash(Vector<uint>.Indices + new Vector<uint>((uint)(first + i))) ^ new Vector<uint>(seed));
            Vector<float> mask = Vector.ConditionalSelect(
                Vector.AsVectorSingle(Vector.LessThan(hash, limit)), Vector<float>.Zero, factor);
            if (i + Vector<float>.Count <= x.Length)
            {
                Vector<float> kept = x.At(i) * mask;
                (add ? kept + y.At(i) : kept).To(y, i);
            }
            else
            {
                Vector<float> kept = Elementwise.LoadPart(x[i..]) * mask;
                Elementwise.StorePart(add ? kept + Elementwise.LoadPart(y[i..]) : kept, y[i..]);
            }
        }
    }

    private static Vector<uint> Hash(Vector<uint> x)
    {
        x = (x ^ (x >> 16)) * 0x7feb352d;
        x = (x ^ (x >> 15)) * 0x846ca68b;
        return x ^ (x >> 16);
    }
}
