using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise04Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Undo()
    {
        static string By(Func<float, float, float, float> gain, Func<float, float> bias) =>
            Exercise04.CheckUndo((x, epsilon) =>
            {
                float mean = x.Sum() / x.Count, variance = (x - mean) * (x - mean) / x.Count;
                return (
                    Vector<float>.Build.Dense(x.Count, gain(variance, epsilon, x.Count)),
                    Vector<float>.Build.Dense(x.Count, bias(mean)));
            });

        static float Root(float variance, float epsilon, float _) => MathF.Sqrt(variance + epsilon);
        AssertSays("✓", By(Root, mean => mean));
        AssertSays("nothing is undone", By((_, _, _) => 1, _ => 0));
        AssertSays("Your gain is the variance", By((v, _, _) => v, mean => mean));
        AssertSays("divides by the root once more", By((v, e, _) => 1 / MathF.Sqrt(v + e), mean => mean));
        AssertSays("takes the mean away once more", By(Root, mean => -mean));
        AssertSays("mean away: the bias must give", By(Root, _ => 0));
        AssertSays("has also divided", By((_, _, _) => 1, mean => mean));
        AssertSays("Nearly", By((v, _, _) => MathF.Sqrt(v), mean => mean));
        AssertSays("divided by d - 1", By((v, e, d) => MathF.Sqrt((v * d / (d - 1)) + e), mean => mean));
        AssertSays("divided by d - 1", By((v, _, d) => MathF.Sqrt(v * d / (d - 1)), mean => mean));
        AssertSays("returns something else", By((v, e, _) => 2.5f * MathF.Sqrt(v + e), mean => mean));
        AssertSays("NaN", By((_, _, _) => float.NaN, mean => mean));
        AssertSays("have 1 and 1", Exercise04.CheckUndo((x, _) => (x.SubVector(0, 1), x.SubVector(0, 1))));
        AssertSays("null", Exercise04.CheckUndo((x, _) => (null!, x)));
        AssertSays("✎", Exercise04.CheckUndo((_, _) => throw new NotImplementedException()));
    }

    [Fact]
    public void Half_way()
    {
        AssertSays("✓", Exercise04.CheckHalfWay(e => Math.Sqrt(e / 3.0)));
        AssertSays("ε itself", Exercise04.CheckHalfWay(e => e));
        AssertSays("0.71", Exercise04.CheckHalfWay(e => Math.Sqrt(e)));
        AssertSays("0.58", Exercise04.CheckHalfWay(e => Math.Sqrt(e / 2.0)));
        AssertSays("That is the variance", Exercise04.CheckHalfWay(e => e / 3.0));
        AssertSays("0.87", Exercise04.CheckHalfWay(e => Math.Sqrt(3.0 * e)));
        AssertSays("inside the root", Exercise04.CheckHalfWay(e => Math.Sqrt(e) / 3));
        AssertSays("✎", Exercise04.CheckHalfWay(_ => throw new NotImplementedException()));
    }

    [Fact]
    public void Gain()
    {
        static double Right(Func<float, float> bend) =>
            1 / Vector<float>.Build.Random(50_000, 1).Average(z => (double)bend(z) * bend(z));
        AssertSays("✓", Exercise04.CheckGain(Right, 2.35, 2.54));
        AssertSays("for GELU you wrote 1", Exercise04.CheckGain(Right, 1, 1));
        AssertSays("for tanh you wrote 2", Exercise04.CheckGain(Right, 2.35, 2));
        AssertSays("of ReLU alone", Exercise04.CheckGain(_ => 2, 2.35, 2.54));
        AssertSays("what the bend leaves", Exercise04.CheckGain(bend => 1 / Right(bend), 2.35, 2.54));
        AssertSays("took a root", Exercise04.CheckGain(bend => Math.Sqrt(Right(bend)), 2.35, 2.54));
        AssertSays(
            "mean included", Exercise04.CheckGain(
                bend => Vector<float>.Build.Random(50_000, 1).Map(bend) is var y && y.Sum() / y.Count is var mean
                    ? 1 / y.Average(v => Math.Pow(v - mean, 2)) : 0, 2.35, 2.54));
        AssertSays("✎", Exercise04.CheckGain(_ => throw new NotImplementedException(), 1, 1));
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
