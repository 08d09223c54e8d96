namespace TransformersFromScratch;

public static partial class Op
{
    /// <summary>
    /// Rotary position embedding (Su et al. 2021, equation 34): in each head, the pair of columns (2i, 2i+1) of
    /// position p is turned by the angle <c>a = p · base^(-2i/d)</c>, so that the product of a query and a key depends
    /// on their distance alone. Deviates from the 2017 paper, which adds positions to the embeddings.
    /// </summary>
    /// <remarks>
    /// <c>y_2i = x_2i cos a - x_2i+1 sin a</c> and <c>y_2i+1 = x_2i sin a + x_2i+1 cos a</c>. A rotation's transpose is
    /// the rotation back, so dx is dy turned by -a.
    /// </remarks>
    /// <param name="x">[B, T, h·d], the queries or the keys.</param>
    /// <param name="heads">h; d must be even.</param>
    /// <param name="offset">The position of the first row.</param>
    /// <param name="frequencyBase">10,000 in the paper. More than 1.</param>
    /// <param name="halves">Whether the pairs are the columns (i, i + d/2) of a head, and not neighbours.</param>
    /// <exception cref="ArgumentException">The shape is not of three axes, or d is odd.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The base is not more than 1.</exception>
    public static Tensor Rotate(
        Tensor x, int heads, int offset = 0, double frequencyBase = 10_000, bool halves = false)
    {
        int width = x.Shape[^1];
        if (x.Shape.Length != 3 || heads < 1 || width % (2 * heads) != 0)
        {
            throw new ArgumentException(
                "Rotation turns pairs of columns of each head, so x must be [B, T, h·d] with an even d, but it is " +
                $"{x.ShapeText} with {heads} heads.",
                nameof(x));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(frequencyBase, 1);

        var (cosines, sines) = Angles(x.Shape[1], width / heads, offset, frequencyBase);
        Tensor y = x.UnwrittenLike();
        Work.For(x.Length / width, width, (first, end) => Turn(
            x.Span, y.Span, first * width, end * width, cosines, sines, width / heads, heads, 1, halves, add: false));
        return y.Record("rotate", [x], y =>
        {
            x.GradientToWrite(out bool add);
            Work.For(x.Length / width, width, (first, end) => Turn(
                y.GradientSpan, x.GradientSpan, first * width, end * width, cosines, sines, width / heads, heads, -1,
                halves, add));
        });
    }

    private static void Turn(
        ReadOnlySpan<float> x, Span<float> y, int begin, int end, float[] cosines, float[] sines, int width, int heads,
        float direction, bool halves, bool add)
    {
        int pairs = width / 2, step = halves ? 1 : 2, apart = halves ? pairs : 1;
        for (int at = begin; at < end; at += width)
        {
            int angles = at / (width * heads) * pairs % cosines.Length; // Heads of a row share its position.
            for (int i = 0; i < pairs; i++)
            {
                float cos = cosines[angles + i], sin = direction * sines[angles + i];
                int first = at + (step * i), second = first + apart;
                float turnedFirst = (x[first] * cos) - (x[second] * sin);
                float turnedSecond = (x[first] * sin) + (x[second] * cos);
                y[first] = add ? y[first] + turnedFirst : turnedFirst;
                y[second] = add ? y[second] + turnedSecond : turnedSecond;
            }
        }
    }

    /// <summary>T·d/2 cosines and sines, computed in double precision.</summary>
    private static (float[] Cosines, float[] Sines) Angles(int length, int width, int offset, double frequencyBase)
    {
        int pairs = width / 2;
        float[] cosines = new float[length * pairs], sines = new float[length * pairs];
        for (int i = 0; i < pairs; i++)
        {
            double frequency = Math.Pow(frequencyBase, -2.0 * i / width);
            for (int t = 0; t < length; t++)
            {
                double angle = (offset + t) * frequency;
                (cosines[(t * pairs) + i], sines[(t * pairs) + i]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
            }
        }

        return (cosines, sines);
    }
}
