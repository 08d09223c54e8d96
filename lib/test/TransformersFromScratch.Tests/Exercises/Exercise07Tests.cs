namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise07Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Smoothed_gradient()
    {
        static string With(Func<bool, double, int, double> q) => Exercise07.CheckSmoothedGradient(
            (p, right, e) => [.. p.Select((x, c) => x - q(c == right, e, p.Length))]);

        AssertSays("✓", With((right, e, n) => (right ? 1 - e : 0) + (e / n)));
        AssertSays("themselves", Exercise07.CheckSmoothedGradient((p, _, _) => p));
        AssertSays("without smoothing", With((right, _, _) => right ? 1 : 0));
        AssertSays("its share of ε too", With((right, e, n) => right ? 1 - e : e / n));
        AssertSays(
            "That is q", Exercise07.CheckSmoothedGradient(
                (p, right, e) => [.. p.Select((x, c) => (c == right ? 1 - e : 0) + (e / p.Length))]));
        AssertSays("other classes only", With((right, e, n) => right ? 1 - e : e / (n - 1)));
        AssertSays("gave it to nobody", With((right, e, _) => right ? 1 - e : 0));
        AssertSays("sign is turned", Exercise07.CheckSmoothedGradient(
            (p, right, e) => [.. p.Select((x, c) => (c == right ? 1 - e : 0) + (e / p.Length) - x)]));
        AssertSays("adds up to", Exercise07.CheckSmoothedGradient((p, _, _) => [.. p.Select(_ => 1.0)]));
        AssertSays("one number for each logit", Exercise07.CheckSmoothedGradient((_, _, _) => []));
        AssertSays("threw", Exercise07.CheckSmoothedGradient((_, _, _) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Adam_change()
    {
        static string With(
            Func<double, int, double, double> m, Func<double, int, double, double> v,
            Func<double, double, double>? size = null, int sign = -1) =>
            Exercise07.CheckAdamChange((gradients, rate, beta1, beta2, epsilon) =>
            {
                double mean = 0, square = 0;
                foreach (double g in gradients)
                {
                    mean = (beta1 * mean) + ((1 - beta1) * g);
                    square = (beta2 * square) + ((1 - beta2) * g * g);
                }

                size ??= (x, e) => Math.Sqrt(x) + e;
                return sign * rate * m(mean, gradients.Length, beta1) / size(
                    v(square, gradients.Length, beta2), epsilon);
            });
        static double Plain(double x, int t, double beta) => x;
        static double Corrected(double x, int t, double beta) => x / (1 - Math.Pow(beta, t));

        AssertSays("✓", With(Corrected, Corrected));
        AssertSays("0 so far", Exercise07.CheckAdamChange((_, _, _, _, _) => 0));
        AssertSays("sign is turned", With(Corrected, Corrected, sign: 1));
        AssertSays("bias correction is missing", With(Plain, Plain));
        AssertSays("m but not v", With(Corrected, Plain));
        AssertSays("v but not m", With(Plain, Corrected));
        AssertSays("instead of 1 - βᵗ", With((x, _, beta) => x / (1 - beta), (x, _, beta) => x / (1 - beta)));
        AssertSays(
            "one too small",
            With((x, t, beta) => Corrected(x, t - 1, beta), (x, t, beta) => Corrected(x, t - 1, beta)));
        AssertSays(
            "Only the last gradient",
            Exercise07.CheckAdamChange(
                (gradients, rate, _, _, epsilon) => -rate * gradients[^1] / (Math.Abs(gradients[^1]) + epsilon)));
        AssertSays(
            "plain gradient descent", Exercise07.CheckAdamChange((gradients, rate, _, _, _) => -rate * gradients[^1]));
        AssertSays("root is missing", With(Corrected, Corrected, (x, e) => x + e));
        AssertSays("inside the root", With(Corrected, Corrected, (x, e) => Math.Sqrt(x + e)));
        AssertSays("NaN", Exercise07.CheckAdamChange((_, _, _, _, _) => double.NaN));
    }

    [Fact]
    public void Clip()
    {
        static double Norm(IEnumerable<double> g) => Math.Sqrt(g.Sum(x => x * x));
        static double[][] Scaled(double[][] gradients, Func<double[], double> factor) =>
            [.. gradients.Select(g => g.Select(x => x * factor(g)).ToArray())];

        AssertSays(
            "✓", Exercise07.CheckClip(
                (all, most) => Scaled(all, _ => Math.Min(1, most / Norm(all.SelectMany(g => g))))));
        AssertSays("Nothing is clipped", Exercise07.CheckClip((all, _) => all));
        AssertSays("its own norm", Exercise07.CheckClip((all, most) => Scaled(all, g => Math.Min(1, most / Norm(g)))));
        AssertSays(
            "each number by itself",
            Exercise07.CheckClip(
                (all, most) => [.. all.Select(g => g.Select(x => Math.Clamp(x, -most, most)).ToArray())]));
        AssertSays(
            "sum of squares", Exercise07.CheckClip(
                (all, most) => Scaled(all, _ => Math.Min(1, most / Math.Pow(Norm(all.SelectMany(g => g)), 2)))));
        AssertSays(
            "made longer", Exercise07.CheckClip((all, most) => Scaled(all, _ => most / Norm(all.SelectMany(g => g)))));
        AssertSays("changes what it was given", Exercise07.CheckClip((all, most) =>
        {
            double factor = Math.Min(1, most / Norm(all.SelectMany(g => g)));
            foreach (double[] g in all)
            {
                for (int i = 0; i < g.Length; i++) { g[i] *= factor; }
            }

            return all;
        }));
        AssertSays("another shape", Exercise07.CheckClip((_, _) => []));
    }
}
