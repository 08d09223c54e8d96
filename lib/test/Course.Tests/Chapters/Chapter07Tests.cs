using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 7 against the library.</summary>
public class Chapter07Tests(Chapter07Tests.Cells cells) : IClassFixture<Chapter07Tests.Cells>
{
    [Fact]
    public void Cross_entropy_and_its_gradient_are_the_librarys() => CrossEntropies(cells);

    [Fact]
    public void The_floor_is_the_lowest_smoothed_loss() => Floors(cells);

    [Fact]
    public void Every_optimizer_walks_as_the_librarys() => Walks(cells);

    [Fact]
    public void The_missing_correction_is_its_factor() => Corrections(cells);

    [Fact]
    public void The_schedule_is_the_librarys() => Schedules(cells);

    [Fact]
    public void The_clipping_of_the_exercise_is_the_librarys() => Clippings(cells);

    [Theory]
    [InlineData("cs-b5695b4e", "Math.Exp(x - logSum) - q[c]", "Math.Exp(x - logSum)")]
    [InlineData("cs-b5695b4e", "largest + Math.Log", "Math.Log")]
    [InlineData("cs-61f1950c", "(classes - 1) * rest", "classes * rest")]
    [InlineData("cs-e5ab6eb9", "momentum * u + g", "momentum * u - g")]
    [InlineData("cs-e6db003b", "var square = v / (1 - Math.Pow(beta2, t));", "var square = v;")]
    [InlineData("cs-e6db003b", "(1 - rate * decay) * x", "(1 - decay) * x")]
    [InlineData("cs-7ac66a29", "Math.Sqrt(1 - Math.Pow(beta2, t))", "(1 - Math.Pow(beta2, t))")]
    [InlineData("cs-d46ee23e", "t * Math.Pow(w, -1.5)", "t * Math.Pow(w, -1)")]
    [InlineData("cs-d31bdb58", "norm > most", "norm < most")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(CrossEntropies, Floors, Walks, Corrections, Schedules, Clippings);

    private static void CrossEntropies(ChapterCode cells)
    {
        var mine = cells.Get<Func<double[], double[], (double Loss, double[] Gradient)>>("CrossEntropy");
        double[][] rows = [[0, 2, 1, -3], [5, -1, 0.5, 2], [0, 900, 100, -400]];
        int[] right = [1, 3, 0];
        foreach (float smoothing in new[] { 0, 0.1f })
        {
            var logits = new Tensor([.. rows.SelectMany(row => row.Select(x => (float)x))], 3, 4)
            { RequiresGradient = true };
            Tensor loss = Op.CrossEntropy(logits, right, smoothing);
            loss.Backward();
            var each = rows.Select(
                (row, i) => mine(
                    row, [.. row.Select((_, c) => (c == right[i] ? 1 - smoothing : 0) + (smoothing / 4.0))])).ToArray();
            Assert.Equal(loss.Scalar, each.Average(x => x.Loss), 1e-3);
            Close.Numbers(
                [.. logits.Gradient!.Data.Select(x => (double)x)],
                [.. each.SelectMany(x => x.Gradient.Select(g => g / 3))], 1e-6);
        }
    }

    private static void Floors(ChapterCode cells)
    {
        var floor = cells.Get<Func<double, int, double>>("Floor");
        foreach (var (epsilon, classes) in new[] { (0.1f, 10), (0.4f, 3) })
        {
            float gap = MathF.Log((1 - epsilon + (epsilon / classes)) / (epsilon / classes));
            double At(float top) => Op.CrossEntropy(
                new Tensor([top, .. new float[classes - 1]], 1, classes), [0], epsilon).Scalar;
            Assert.Equal(At(gap), floor(epsilon, classes), 1e-5);
            Assert.All([gap - 0.5f, gap + 0.5f, 30], top => Assert.True(At(top) > floor(epsilon, classes) + 0.001));
        }
    }

    private static void Walks(ChapterCode cells)
    {
        Func<Vector<double>, Vector<double>, Vector<double>> Step(string optimizer) =>
            cells.Get<Func<Vector<double>, Vector<double>, Vector<double>>>($"new {optimizer}.Step");

        SameWalk(Step("MySgd(0.036)"), p => new Sgd(p, 0.036));
        SameWalk(Step("MySgd(0.036, 0.7)"), p => new Sgd(p, 0.036, 0.7));
        SameWalk(Step("MyAdam(0.15, 0.9, 0.98, 1e-9)"), p => new Adam(p, 0.15, 0.9, 0.98, 1e-9));
        SameWalk(
            Step("MyAdam(0.15, 0.9, 0.999, 1e-8, 0.5)"),
            p => new AdamW(p, 0.15, 0.9, 0.999, 1e-8, weightDecay: 0.5, decays: _ => true));
    }

    /// <summary>Down the ravine of the chapter, 30 steps, the library's with gradients from the tape.</summary>
    private static void SameWalk(
        Func<Vector<double>, Vector<double>, Vector<double>> step, Func<Parameter[], Optimizer> make)
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
            Close.Numbers([.. x.Data.Select(each => (double)each)], [.. mine], 1e-4);
        }
    }

    private static void Corrections(ChapterCode cells)
    {
        // Adam without correction: with a constant gradient of 1, each step is η (1 - β₁ᵗ) / √(1 - β₂ᵗ) times the
        // corrected one.
        var factor = cells.Get<Func<double, double, double, double>>("""
            (double t, double first, double second) =>
            {
                settings = new(Beta1: first);
                return Uncorrected(t, second);
            }
            """, "Settings settings = null;");
        var x = new Tensor([0f], 1) { RequiresGradient = true };
        var adam = new Adam([new Parameter("x", x)], 1, 0.9, 0.999, 0);
        double m = 0, v = 0, without = 0;
        for (int t = 1; t <= 50; t++)
        {
            (m, v) = ((0.9 * m) + 0.1, (0.999 * v) + 0.001);
            without -= m / Math.Sqrt(v);
            adam.LearningRate = factor(t, 0.9, 0.999);
            adam.ZeroGradients();
            Op.Sum(x).Backward();
            adam.Step();
            Assert.Equal(without, x.Data[0], 0.01);
        }
    }

    private static void Schedules(ChapterCode cells)
    {
        var rate = cells.Get<Func<double, double, double, double>>("PaperRate");
        foreach (var (width, warmup) in new[] { (512, 4000), (64, 10) })
        {
            var library = Schedule.Warmup(width, warmup);
            Assert.All(
                [1, warmup - 1, warmup, warmup + 1, 100_000],
                t => Assert.Equal(library(t), rate(t, width, warmup), 1e-12));
        }
    }

    private static void Clippings(ChapterCode cells)
    {
        var clip = cells.Get<Func<double[][], double, double[][]>>("ClipAll");
        double[][] gradients = [[3, 0], [0, 4, 12]];
        foreach (double most in new[] { 6.5, 26 })
        {
            Parameter[] parameters = [.. gradients.Select((g, i) =>
            {
                var parameter = new Tensor(new float[g.Length], g.Length) { RequiresGradient = true };
                Op.Sum(Op.Multiply(parameter, new Tensor([.. g.Select(x => (float)x)], g.Length))).Backward();
                return new Parameter($"{i}", parameter);
            })];
            Assert.Equal(13, Gradients.Clip(parameters, most), 1e-5);
            Close.Numbers(
                [.. parameters.SelectMany(p => p.Value.Gradient!.Data.Select(x => (double)x))],
                [.. clip(gradients, most).SelectMany(g => g)]);
        }
    }

    public sealed class Cells() : ChapterCode("07");
}
