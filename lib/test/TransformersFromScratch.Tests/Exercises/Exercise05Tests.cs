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
    public void Parallel_layer()
    {
        AssertSays("✓", Exercise05.CheckParallelLayer((x, a, f, n) =>
        {
            Matrix<float> read = n(x);
            return x + a(read) + f(read);
        }));
        AssertSays("unchanged", Exercise05.CheckParallelLayer((x, a, f, n) => x));
        AssertSays("one after the other, the pre-norm", Exercise05.CheckParallelLayer((x, a, f, n) =>
        {
            x += a(n(x));
            return x + f(n(x));
        }));
        AssertSays("post-norm", Exercise05.CheckParallelLayer((x, a, f, n) =>
        {
            x = n(x + a(x));
            return n(x + f(x));
        }));
        AssertSays("straight way past", Exercise05.CheckParallelLayer((x, a, f, n) => a(n(x)) + f(n(x))));
        AssertSays("straight way too", Exercise05.CheckParallelLayer((x, a, f, n) => n(x) + a(n(x)) + f(n(x))));
        AssertSays("added twice", Exercise05.CheckParallelLayer((x, a, f, n) => x + a(n(x)) + x + f(n(x))));
        AssertSays("changes what it was given", Exercise05.CheckParallelLayer((x, a, f, n) =>
        {
            Matrix<float> read = n(x);
            x.Add(a(read), x);
            return x + f(read);
        }));
    }

    [Fact]
    public void Prefix_model()
    {
        AssertSays("✓", Exercise05.CheckPrefix((model, ids, prefix) => Run(
            model, ids, (query, key) => query < prefix ? key >= prefix : key > query)));
        AssertSays("That is decoder-only", Exercise05.CheckPrefix((model, ids, _) => Run(
            model, ids, (query, key) => key > query)));
        AssertSays("prefix sees what comes behind", Exercise05.CheckPrefix((model, ids, prefix) => Run(
            model, ids, (query, key) => query >= prefix && key > query)));

        static Matrix<float> Run(Transformer model, int[] ids, Func<int, int, bool> hides)
        {
            Matrix<float> x = model.Embed(ids);
            var mask = Mask.Where(ids.Length, ids.Length, hides);
            foreach (EncoderLayer layer in model.Encoder) { x = layer.Forward(x, mask).Output; }

            return model.Embedding.Logits(x);
        }
    }
}
