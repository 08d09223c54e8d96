using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise05Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Vocabulary_that_fits()
    {
        static long Count(long v, long d, long ff, long n, long e = 1, long b = 1, long x = 1) =>
            (e * v * d) + (n * ((4 * ((d * d) + (b * d))) + (2 * d * ff) + (b * (ff + d)) + (4 * d)))
            + (n * (((1 + x) * 4 * ((d * d) + (b * d))) + (2 * d * ff) + (b * (ff + d)) + (6 * d)));

        var (least, most) = Exercise05Table3.Fits;
        AssertSays("✓", Check(least, most));
        AssertSays("find the two", Check(1, 1));
        AssertSays("changed places", Check(most, least));
        AssertSays("go on down", Check((least + most) / 2, most));
        AssertSays("go on up", Check(least, (least + most) / 2));
        AssertSays("of the 8 rows", Check(37_000, most));
        AssertSays("of the 8 rows", Check(least, 60_000));
        AssertSays("three times", Exercise05.CheckVocabulary((v, d, ff, n) => Count(v, d, ff, n, e: 3), 1, 1));
        AssertSays("biases", Exercise05.CheckVocabulary((v, d, ff, n) => Count(v, d, ff, n, b: 0), 1, 1));
        AssertSays("cross-attention", Exercise05.CheckVocabulary((v, d, ff, n) => Count(v, d, ff, n, x: 0), 1, 1));
        AssertSays("0 so far", Exercise05.CheckVocabulary((_, _, _, _) => 0, 1, 1));
        Assert.Equal(Transformer.Base.ParameterCount(), Count(37_000, 512, 2048, 6));

        static string Check(long least, long most) =>
            Exercise05.CheckVocabulary((v, d, ff, n) => Count(v, d, ff, n), least, most);
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

    [Fact]
    public void Pre_norm_layer()
    {
        AssertSays("✓", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(nf(x));
        }));
        AssertSays("unchanged", Exercise05.CheckPreNormLayer((x, a, na, f, nf) => x));
        AssertSays("still missing", Exercise05.CheckPreNormLayer((x, a, na, f, nf) => x + a(na(x))));
        AssertSays("post-norm", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x = na(x + a(x));
            return nf(x + f(x));
        }));
        AssertSays("residual path too", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x = na(x);
            x += a(x);
            x = nf(x);
            return x + f(x);
        }));
        AssertSays("residuals are missing", Exercise05.CheckPreNormLayer((x, a, na, f, nf) => f(nf(a(na(x))))));
        AssertSays("norms are missing", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(x);
            return x + f(x);
        }));
        AssertSays("feed-forward network sees its input without", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(x);
        }));
        AssertSays("attention sees its input without", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(x);
            return x + f(nf(x));
        }));
        AssertSays("same x", Exercise05.CheckPreNormLayer((x, a, na, f, nf) => x + a(na(x)) + f(nf(x))));
        AssertSays("same norm", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(na(x));
        }));
        AssertSays("swapped", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(nf(x));
            return x + f(na(x));
        }));
        AssertSays("order", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += f(nf(x));
            return x + a(na(x));
        }));
        AssertSays("too many", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return nf(x + f(nf(x)));
        }));
        AssertSays("changes what it was given", Exercise05.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x.Add(a(na(x)), x);
            return x + f(nf(x));
        }));
    }

    [Fact]
    public void Decoder_only()
    {
        AssertSays("✓", Exercise05.CheckDecoderOnly((model, ids) =>
        {
            Matrix<float> x = model.Embed(ids);
            foreach (EncoderLayer layer in model.Encoder) { x = layer.Forward(x, Mask.Causal(ids.Length)).Output; }

            return model.Embedding.Logits(x);
        }));
        Slips.AreTold(Turn05Model.DecoderOnly);
    }
}
