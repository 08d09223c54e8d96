namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise05Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Shift_right()
    {
        AssertSays("✓", Exercise05.CheckShiftRight(ids => ([1, .. ids], [.. ids, 2])));
        AssertSays("very token", Exercise05.CheckShiftRight(ids => (ids, ids)));
        AssertSays("never learn to stop", Exercise05.CheckShiftRight(ids => ([1, .. ids], ids)));
        AssertSays("start token is missing", Exercise05.CheckShiftRight(ids => (ids, [.. ids, 2])));
        AssertSays("to the input alone", Exercise05.CheckShiftRight(ids => ([1, .. ids, 2], [.. ids, 2])));
        AssertSays("wrong one", Exercise05.CheckShiftRight(ids => ([.. ids, 2], [1, .. ids])));
    }

    [Fact]
    public void Parameters()
    {
        static long Count(long v, long d, long ff, long n, long e = 1, long b = 1, long x = 1) =>
            (e * v * d) + (n * ((4 * ((d * d) + (b * d))) + (2 * d * ff) + (b * (ff + d)) + (4 * d)))
            + (n * (((1 + x) * 4 * ((d * d) + (b * d))) + (2 * d * ff) + (b * (ff + d)) + (6 * d)));

        AssertSays("✓", Exercise05.CheckParameters((v, d, ff, n) => Count(v, d, ff, n)));
        AssertSays("three times", Exercise05.CheckParameters((v, d, ff, n) => Count(v, d, ff, n, e: 3)));
        AssertSays("biases", Exercise05.CheckParameters((v, d, ff, n) => Count(v, d, ff, n, b: 0)));
        AssertSays("cross-attention", Exercise05.CheckParameters((v, d, ff, n) => Count(v, d, ff, n, x: 0)));
        AssertSays("0 so far", Exercise05.CheckParameters((_, _, _, _) => 0));
        Assert.Equal(Transformer.Base.ParameterCount(), Count(37_000, 512, 2048, 6));
    }

    [Fact]
    public void Decoder_mask()
    {
        AssertSays("✓", Exercise05.CheckDecoderMask(ids => Mask.Causal(ids.Length) | Mask.Padding(ids.Length, ids, 0)));
        AssertSays(
            "Nothing is hidden", Exercise05.CheckDecoderMask(
                ids => Mask.Where(ids.Length, ids.Length, (_, _) => false)));
        AssertSays("Padding is not hidden", Exercise05.CheckDecoderMask(ids => Mask.Causal(ids.Length)));
        AssertSays("future is not hidden", Exercise05.CheckDecoderMask(ids => Mask.Padding(ids.Length, ids, 0)));
        AssertSays("5×5", Exercise05.CheckDecoderMask(ids => Mask.Causal(3)));
    }
}
