namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// Sets each element to 0 with probability p and multiplies the others by 1 / (1 - p), so that the expectation
    /// stays what it was (Srivastava et al. 2014; Vaswani et al. 2017, section 5.4).
    /// </summary>
    /// <remarks>
    /// y = x ⊙ m, so <c>dx = dy ⊙ m</c> with the same m. It is not kept: m_i is a function of i and of one seed drawn
    /// from <paramref name="random"/>, computed again on the way back, on whichever thread (<see cref="DropoutMask"/>).
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
                nameof(probability), probability,
                "The probability of dropping an element is at least 0 and less than 1; the paper's is 0.1.");
        }

        if (probability == 0)
        {
            return x;
        }

        uint seed = (uint)random.NextInt64(1L << 32);
        Tensor y = x.UnwrittenLike();
        Work.For(x.Length, 2, (first, end) =>
            DropoutMask.Apply(x.Span[first..end], y.Span[first..end], first, seed, probability, add: false));
        return y.Record("dropout", [x], y =>
        {
            x.GradientToWrite(out bool add);
            Work.For(x.Length, 2, (first, end) =>
                DropoutMask.Apply(
                    y.GradientSpan[first..end], x.GradientSpan[first..end], first, seed, probability, add));
        });
    }
}
