using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise04Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    // A learner's layer norm, put together from the part that may be wrong.
    private static string LayerNormBy(
        Func<Vector<float>, float, Vector<float>> normalise, bool useGain = true, bool useBias = true) =>
        Exercise04.CheckLayerNorm(
            (x, gain, bias, epsilon) => Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row =>
        {
            Vector<float> y = normalise(row, epsilon);
            y = useGain ? y.PointwiseMultiply(gain) : y;
            return useBias ? y + bias : y;
        })));

    private static Vector<float> Centred(Vector<float> x) => x - (x.Sum() / x.Count);

    private static float Variance(Vector<float> x) => Centred(x) * Centred(x) / x.Count;

    private static Vector<float> Normalise(Vector<float> x, float epsilon) =>
        Centred(x) / MathF.Sqrt(Variance(x) + epsilon);

    [Fact]
    public void Layer_norm()
    {
        AssertSays("✓", LayerNormBy(Normalise));
        AssertSays("✓", Exercise04.CheckLayerNorm((x, gain, bias, epsilon) =>
        {
            var norm = new LayerNorm(gain.Count, epsilon);
            gain.ToArray().CopyTo(norm.Gain.Data, 0);
            bias.ToArray().CopyTo(norm.Bias.Data, 0);
            return norm.Forward(x);
        }));
        AssertSays("unchanged", Exercise04.CheckLayerNorm((x, gain, bias, epsilon) => x));
        AssertSays(
            "unbiased", LayerNormBy((x, e) => Centred(x) / MathF.Sqrt((Variance(x) * x.Count / (x.Count - 1)) + e)));
        AssertSays("inside the square root", LayerNormBy((x, e) => Centred(x) / (MathF.Sqrt(Variance(x)) + e)));
        AssertSays("not used", LayerNormBy((x, e) => Centred(x) / MathF.Sqrt(Variance(x))));
        AssertSays("square root first", LayerNormBy((x, e) => Centred(x) / (Variance(x) + e)));
        AssertSays("RMSNorm", LayerNormBy((x, e) => x / MathF.Sqrt((x * x / x.Count) + e)));
        AssertSays("nothing is divided", LayerNormBy((x, e) => Centred(x)));
        AssertSays("sum of the squares", LayerNormBy((x, e) => Centred(x) / MathF.Sqrt((Variance(x) * x.Count) + e)));
        AssertSays("Gain and bias", LayerNormBy(Normalise, useGain: false, useBias: false));
        AssertSays("gain is forgotten", LayerNormBy(Normalise, useGain: false));
        AssertSays("bias is forgotten", LayerNormBy(Normalise, useBias: false));
        AssertSays(
            "before the gain", Exercise04.CheckLayerNorm(
                (x, gain, bias, epsilon) => Matrix<float>.Build.DenseOfRowVectors(
            x.EnumerateRows().Select(row => (Normalise(row, epsilon) + bias).PointwiseMultiply(gain)))));
        AssertSays(
            "each column", Exercise04.CheckLayerNorm(
                (x, gain, bias, epsilon) => Matrix<float>.Build.DenseOfColumnVectors(
            x.EnumerateColumnsIndexed().Select(c => (Normalise(c.Item2, epsilon) * gain[c.Item1]) + bias[c.Item1]))));
        AssertSays("NaN", LayerNormBy((x, e) => x / 0));
        AssertSays("keeps the shape", Exercise04.CheckLayerNorm((x, gain, bias, epsilon) => x.Transpose()));
        AssertSays(
            "threw", Exercise04.CheckLayerNorm((x, gain, bias, epsilon) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Pre_norm_layer()
    {
        AssertSays("✓", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(nf(x));
        }));
        AssertSays("unchanged", Exercise04.CheckPreNormLayer((x, a, na, f, nf) => x));
        AssertSays("still missing", Exercise04.CheckPreNormLayer((x, a, na, f, nf) => x + a(na(x))));
        AssertSays("post-norm", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x = na(x + a(x));
            return nf(x + f(x));
        }));
        AssertSays("residual path too", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x = na(x);
            x += a(x);
            x = nf(x);
            return x + f(x);
        }));
        AssertSays("residuals are missing", Exercise04.CheckPreNormLayer((x, a, na, f, nf) => f(nf(a(na(x))))));
        AssertSays("norms are missing", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(x);
            return x + f(x);
        }));
        AssertSays("feed-forward network sees its input without", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(x);
        }));
        AssertSays("attention sees its input without", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(x);
            return x + f(nf(x));
        }));
        AssertSays("same x", Exercise04.CheckPreNormLayer((x, a, na, f, nf) => x + a(na(x)) + f(nf(x))));
        AssertSays("same norm", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return x + f(na(x));
        }));
        AssertSays("swapped", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(nf(x));
            return x + f(na(x));
        }));
        AssertSays("order", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += f(nf(x));
            return x + a(na(x));
        }));
        AssertSays("too many", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x += a(na(x));
            return nf(x + f(nf(x)));
        }));
        AssertSays("changes what it was given", Exercise04.CheckPreNormLayer((x, a, na, f, nf) =>
        {
            x.Add(a(na(x)), x);
            return x + f(nf(x));
        }));
    }

    [Fact]
    public void Memory()
    {
        static string By(
            Func<Matrix<float>, Matrix<float>>? w1 = null, Func<float, float>? bias = null,
            Func<Matrix<float>, float, Matrix<float>>? w2 = null) =>
            Exercise04.CheckMemory((keys, values, threshold) => (
                w1?.Invoke(keys) ?? keys.Transpose() / keys.ColumnCount,
                Vector<float>.Build.Dense(keys.RowCount, bias?.Invoke(threshold) ?? -threshold),
                w2?.Invoke(values, threshold) ?? values / (1 - threshold)));

        AssertSays("✓", By());
        AssertSays("empty", By(w1: keys => Matrix<float>.Build.Dense(keys.ColumnCount, keys.RowCount), bias: _ => 0));
        AssertSays("turned the wrong way", By(w1: keys => keys / keys.ColumnCount));
        AssertSays("d = 32", By(w1: keys => keys.Transpose()));
        AssertSays("bias is zero", By(bias: _ => 0));
        AssertSays("bias is positive", By(bias: threshold => threshold));
        AssertSays("cosine of 0.7", By(bias: threshold => -threshold / 2));
        AssertSays("too quiet", By(w2: (values, _) => values));
        AssertSays("too low", By(bias: _ => -1.5f));
        AssertSays("What must W₂", By(w2: (values, threshold) => values / threshold));
        AssertSays("5×3", By(w2: (values, _) => values.Transpose()));
        AssertSays("NaN", By(w2: (values, _) => values * float.NaN));
    }
}
