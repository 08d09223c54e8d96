using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Chapters;

/// <summary>What the cells of chapter 7 derive, against what the library ships. The functions are those of the cells.</summary>
public class Chapter07Tests
{
    // ---- the cells ----
    private static (double Loss, double[] Gradient) CrossEntropy(double[] l, double[] q)
    {
        double largest = l.Max();
        double logSum = largest + Math.Log(l.Sum(x => Math.Exp(x - largest)));   // ln Σ exp(l)
        double loss = logSum - l.Zip(q, (x, weight) => x * weight).Sum();
        return (loss, [.. l.Select((x, c) => Math.Exp(x - logSum) - q[c])]);
    }

    private static double Floor(double epsilon, int classes)
    {
        double rest = epsilon / classes, main = 1 - epsilon + rest;
        return (-main * Math.Log(main)) - ((classes - 1) * rest * Math.Log(rest));
    }

    private static double PaperRate(double t, double d, double w) =>
        Math.Pow(d, -0.5) * Math.Min(Math.Pow(t, -0.5), t * Math.Pow(w, -1.5));

    private static double Uncorrected(double t, double beta1, double beta2) =>
        (1 - Math.Pow(beta1, t)) / Math.Sqrt(1 - Math.Pow(beta2, t));

    private static double[][] ClipAll(double[][] gradients, double most)
    {
        double norm = Math.Sqrt(gradients.Sum(g => g.Sum(x => x * x)));
        double factor = norm > most ? most / norm : 1;
        return [.. gradients.Select(g => g.Select(x => x * factor).ToArray())];
    }

    private sealed class MySgd(double rate, double momentum = 0)
    {
        private Vector<double>? _u;

        public Vector<double> Step(Vector<double> x, Vector<double> g)
        {
            _u = _u is null ? g : (momentum * _u) + g;
            return x - (rate * _u);
        }
    }

    private sealed class MyAdam(double rate, double beta1, double beta2, double epsilon, double decay = 0)
    {
        private Vector<double>? _m, _v;
        private int _t;

        public Vector<double> Step(Vector<double> x, Vector<double> g)
        {
            _t++;
            _m = ((_m ?? 0 * g) * beta1) + ((1 - beta1) * g);
            _v = ((_v ?? 0 * g) * beta2) + ((1 - beta2) * g.PointwiseMultiply(g));
            var mean = _m / (1 - Math.Pow(beta1, _t));
            var square = _v / (1 - Math.Pow(beta2, _t));
            return ((1 - (rate * decay)) * x) - (rate * mean.PointwiseDivide(square.PointwiseSqrt() + epsilon));
        }
    }

    // ---- against the library ----
    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public void Cross_entropy_and_its_gradient(float smoothing)
    {
        double[][] rows = [[0, 2, 1, -3], [5, -1, 0.5, 2], [0, 90, 10, -40]];
        int[] right = [1, 3, 0];
        var logits = new Tensor([.. rows.SelectMany(row => row.Select(x => (float)x))], 3, 4) { RequiresGradient = true };
        Tensor loss = Op.CrossEntropy(logits, right, smoothing);
        loss.Backward();

        var mine = rows.Select((row, i) => CrossEntropy(
            row, [.. row.Select((_, c) => (c == right[i] ? 1 - smoothing : 0) + (smoothing / 4.0))])).ToArray();
        Assert.Equal(mine.Average(x => x.Loss), loss.Scalar, 1e-4);
        double[] gradient = [.. mine.SelectMany(x => x.Gradient.Select(g => g / 3))];
        Assert.All(gradient.Zip(logits.Gradient!.Data), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void The_smoothed_loss_is_lowest_at_its_floor()
    {
        const float epsilon = 0.1f;
        float gap = MathF.Log(0.91f / 0.01f);
        double At(float top) => Op.CrossEntropy(new Tensor([top, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1, 10), [0], epsilon).Scalar;

        Assert.Equal(Floor(epsilon, 10), At(gap), 1e-5);
        Assert.Equal(0.5003, Floor(epsilon, 10), 1e-4);
        Assert.All([gap - 0.5f, gap + 0.5f, 0, 30], top => Assert.True(At(top) > At(gap) + 0.001));
    }

    [Fact]
    public void Sgd_with_and_without_momentum()
    {
        AssertSameWalk(new MySgd(0.036).Step, p => new Sgd(p, 0.036));
        AssertSameWalk(new MySgd(0.036, 0.7).Step, p => new Sgd(p, 0.036, 0.7));
    }

    [Fact]
    public void Adam_and_AdamW()
    {
        AssertSameWalk(new MyAdam(0.15, 0.9, 0.98, 1e-9).Step, p => new Adam(p, 0.15, 0.9, 0.98, 1e-9));
        AssertSameWalk(new MyAdam(0.15, 0.9, 0.999, 1e-8, 0.5).Step,
            p => new AdamW(p, 0.15, 0.9, 0.999, 1e-8, weightDecay: 0.5, decays: _ => true));
    }

    /// <summary>Down the ravine of the chapter, 30 steps, the library's with gradients from the tape.</summary>
    private static void AssertSameWalk(Func<Vector<double>, Vector<double>, Vector<double>> step, Func<Parameter[], Optimizer> make)
    {
        var mine = Vector<double>.Build.Dense([-4, 0.8]);
        var curvature = Vector<double>.Build.Dense([1, 50]);
        var x = new Tensor([-4, 0.8f], 2) { RequiresGradient = true };
        var halves = new Tensor([0.5f, 25], 2);
        Optimizer optimizer = make([new Parameter("x", x)]);
        for (int t = 0; t < 30; t++)
        {
            mine = step(mine, curvature.PointwiseMultiply(mine));
            optimizer.ZeroGradients();
            Op.Sum(Op.Multiply(Op.Multiply(x, x), halves)).Backward();
            optimizer.Step();
            Assert.Equal(mine[0], x.Data[0], 1e-4);
            Assert.Equal(mine[1], x.Data[1], 1e-4);
        }
    }

    [Fact]
    public void The_factor_of_the_missing_correction()
    {
        // Adam by hand without correction: with a constant gradient of 1, each step is η (1 - β₁ᵗ) / √(1 - β₂ᵗ).
        var x = new Tensor([0f], 1) { RequiresGradient = true };
        var adam = new Adam([new Parameter("x", x)], 1, 0.9, 0.999, 0);
        double m = 0, v = 0, mine = 0;
        for (int t = 1; t <= 50; t++)
        {
            (m, v) = ((0.9 * m) + 0.1, (0.999 * v) + 0.001);
            mine -= m / Math.Sqrt(v);
            adam.LearningRate = Uncorrected(t, 0.9, 0.999);
            adam.ZeroGradients();
            Op.Sum(x).Backward();
            adam.Step();
            Assert.Equal(mine, x.Data[0], 0.01);
        }
    }

    [Fact]
    public void The_schedule()
    {
        var library = Schedule.Warmup(512, 4000);
        Assert.All([1, 100, 3999, 4000, 4001, 100_000], t => Assert.Equal(PaperRate(t, 512, 4000), library(t), 1e-12));
        Assert.Equal(1 / Math.Sqrt(512.0 * 4000), library(4000), 1e-12);
    }

    [Theory]
    [InlineData(6.5)]
    [InlineData(26)]
    public void Clipping(double most)
    {
        double[][] gradients = [[3, 0], [0, 4, 12]];
        Parameter[] parameters = [.. gradients.Select((g, i) =>
        {
            var parameter = new Tensor(new float[g.Length], g.Length) { RequiresGradient = true };
            Op.Sum(Op.Multiply(parameter, new Tensor([.. g.Select(x => (float)x)], g.Length))).Backward();
            return new Parameter($"{i}", parameter);
        })];

        Assert.Equal(13, Gradients.Clip(parameters, most), 1e-5);
        double[] library = [.. parameters.SelectMany(p => p.Value.Gradient!.Data.Select(x => (double)x))];
        Assert.All(ClipAll(gradients, most).SelectMany(g => g).Zip(library), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Xavier_has_the_derived_variance()
    {
        var weight = new Tensor(200, 300);
        Initialise.XavierUniform(weight, new Random(1));
        Assert.Equal(2.0 / 500, weight.Data.Average(x => (double)x * x), 1e-4);
        Assert.True(weight.Data.Max(Math.Abs) <= Math.Sqrt(6.0 / 500) + 1e-6);
    }
}
