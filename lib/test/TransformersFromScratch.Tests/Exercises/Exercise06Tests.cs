using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, each likely mistake gets its own diagnosis, and nothing throws.</summary>
public class Exercise06Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Tanh()
    {
        AssertSays("✓", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y.PointwisePower(2))));
        AssertSays("slope is missing", Exercise06.CheckTanh((_, dY) => dY));
        AssertSays("slope alone", Exercise06.CheckTanh((y, _) => 1 - y.PointwisePower(2)));
        AssertSays("not 1 - y", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(1 - y)));
        AssertSays("sigmoid", Exercise06.CheckTanh((y, dY) => dY.PointwiseMultiply(y - y.PointwisePower(2))));
        AssertSays(
            "once more", Exercise06.CheckTanh(
                (y, dY) => dY.PointwiseMultiply(1 - y.PointwiseTanh().PointwisePower(2))));
        AssertSays("you added", Exercise06.CheckTanh((y, dY) => dY + 1 - y.PointwisePower(2)));
        AssertSays("the answer is 3×2, but should be 2×3", Exercise06.CheckTanh((_, dY) => dY.Transpose()));
        AssertSays("threw", Exercise06.CheckTanh((y, dY) => y * dY));
        AssertSays("✗", Exercise06.CheckTanh((_, _) => null!));
        AssertSays("For Y and dY", Exercise06.CheckTanh((_, dY) => dY * 7));
    }

    [Fact]
    public void A_judge()
    {
        double[] places = [-2.2, -1.1, -0.4, 0.3, 1.2, 2.1];
        bool Judge(Func<double, double> f, Func<double, double> claimed, double most, double h = 1e-5) =>
            places.All(p => Math.Abs(((f(p + h) - f(p - h)) / (2 * h)) - claimed(p)) < most);
        AssertSays("✓", Exercise06.CheckJudge((f, claimed) => Judge(f, claimed, 1e-4)));
        AssertSays("✎", Exercise06.CheckJudge((_, _) => throw new NotImplementedException()));
        AssertSays("believe everybody", Exercise06.CheckJudge((_, _) => true));
        AssertSays("forgive too much", Exercise06.CheckJudge((f, claimed) => Judge(f, claimed, 0.1)));
        AssertSays("threw", Exercise06.CheckJudge((f, claimed) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Rms_norm()
    {
        static string Check(Func<Vector<float>, Vector<float>, float, float, Vector<float>> backward) =>
            Exercise06.CheckRmsNorm((x, dHat) =>
        {
            float r = MathF.Sqrt(x * x / x.Count);
            return backward(x / r, dHat, r, dHat * x / r / x.Count);
        });

        AssertSays("✓", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) / r));
        AssertSays("unchanged", Check((_, dHat, _, _) => dHat));
        AssertSays("direct path", Check((_, dHat, r, _) => dHat / r));
        AssertSays("divided by d", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch * hat.Count)) / r));
        AssertSays("wrong sign", Check((hat, dHat, r, stretch) => (dHat + (hat * stretch)) / r));
        AssertSays("x where", Check((hat, dHat, r, stretch) => (dHat - (hat * r * stretch * r)) / r));
        AssertSays("division by r", Check((hat, dHat, _, stretch) => dHat - (hat * stretch)));
        AssertSays(
            "layer norm's", Check((hat, dHat, r, stretch) => (dHat - (dHat.Sum() / hat.Count) - (hat * stretch)) / r));
        AssertSays("where 1/r", Check((hat, dHat, r, stretch) => (dHat - (hat * stretch)) * r));
        AssertSays("as many numbers as x", Exercise06.CheckRmsNorm((x, _) => Vector<float>.Build.Dense(x.Count + 1)));
        AssertSays("threw", Exercise06.CheckRmsNorm((x, dHat) => x + dHat.SubVector(0, 2)));
    }

    [Fact]
    public void The_solution_to_rms_norm_is_the_librarys()
    {
        AssertSays("✓", Exercise06.CheckRmsNorm((values, upstream) =>
        {
            int count = values.Count;
            var x = new Tensor(values.ToArray(), 1, count) { RequiresGradient = true };
            var ones = new Tensor([.. Enumerable.Repeat(1f, count)], count);
            Op.Sum(Op.Multiply(Op.RmsNorm(x, ones), new Tensor(upstream.ToArray(), 1, count))).Backward();
            return Vector<float>.Build.Dense(x.Gradient!.Data);
        }));
    }
}
