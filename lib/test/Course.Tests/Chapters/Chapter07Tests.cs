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
    public void The_clipping_is_the_librarys() => Clippings(cells);

    [Fact]
    public void The_readers_loop_trains_as_the_trainer_does() => Loops(cells);

    [Fact]
    public void Parts_of_a_batch_are_weighted_by_their_tokens() => Parts(cells);

    [Theory]
    [InlineData("cs-b5695b4e", "Math.Exp(x - logSum) - q[c]", "Math.Exp(x - logSum)")]
    [InlineData("cs-b5695b4e", "largest + Math.Log", "Math.Log")]
    [InlineData("07target", "(c == right ? 1 - epsilon : 0) + epsilon / classes", "c == right ? 1 : 0")]
    [InlineData("cs-61f1950c", "(classes - 1) * rest", "classes * rest")]
    [InlineData("cs-61f1950c", "1 + classes * (1 / epsilon - 1)", "classes * (1 / epsilon - 1)")]
    [InlineData("cs-e5ab6eb9", "momentum * u + g", "momentum * u - g")]
    [InlineData("cs-e6db003b", "var square = v / (1 - Math.Pow(beta2, t));", "var square = v;")]
    [InlineData("07adaptive", "(1 - rate * decay) * x", "(1 - decay) * x")]
    [InlineData("07closures", "u ?? 0 * g", "0 * g")]
    [InlineData("cs-7ac66a29", "Math.Sqrt(1 - Math.Pow(beta2, t))", "(1 - Math.Pow(beta2, t))")]
    [InlineData("cs-d46ee23e", "t * Math.Pow(w, -1.5)", "t * Math.Pow(w, -1)")]
    [InlineData("07cosine", "Math.Min(1, (t - warmup) / (steps - warmup))", "t / steps")]
    [InlineData("07clip", "norm > most", "norm < most")]
    [InlineData("07backward", "(float)(g / n)", "(float)g")]
    [InlineData("07stepper", "m[i], v[i], t, rate", "m[i], v[i], 1, rate")]
    [InlineData("07accode", "(float)backwards.Length / all", "1f / parts.Length")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) => cells.With(cell, from, to).IsSeenBy(
        CrossEntropies, Floors, Walks, Corrections, Schedules, Clippings, Loops, Parts);

    private static void CrossEntropies(ChapterCode cells)
    {
        var mine = cells.Get<Func<double[], double[], (double Loss, double[] Gradient)>>(
            "(double[] l, double[] q) => CrossEntropy(l, q)");
        var target = cells.Get<Func<int, int, double, double[]>>("MyTarget");
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
                    row, target(right[i], 4, smoothing))).ToArray();
            Assert.Equal(loss.Scalar, each.Average(x => x.Loss), 1e-3);
            Close.Numbers(
                [.. logits.Gradient!.Data.Select(x => (double)x)],
                [.. each.SelectMany(x => x.Gradient.Select(g => g / 3))], 1e-6);
        }
    }

    private static void Floors(ChapterCode cells)
    {
        var floor = cells.Get<Func<double, int, double>>("Floor");
        var gapFor = cells.Get<Func<double, int, double>>("GapFor");
        foreach (var (epsilon, classes) in new[] { (0.1f, 10), (0.4f, 3) })
        {
            float gap = MathF.Log((1 - epsilon + (epsilon / classes)) / (epsilon / classes));
            double At(float top) => Op.CrossEntropy(
                new Tensor([top, .. new float[classes - 1]], 1, classes), [0], epsilon).Scalar;
            Assert.Equal(At(gap), floor(epsilon, classes), 1e-5);
            Assert.Equal(gap, gapFor(epsilon, classes), 1e-5);
            Assert.All([gap - 0.5f, gap + 0.5f, 30], top => Assert.True(At(top) > floor(epsilon, classes) + 0.001));
        }
    }

    private static void Walks(ChapterCode cells)
    {
        Func<Vector<double>, Vector<double>, Vector<double>> Step(string optimizer) =>
            cells.Get<Func<Vector<double>, Vector<double>, Vector<double>>>(optimizer);

        SameWalk(Step("Rolling(0.036)"), p => new Sgd(p, 0.036));
        SameWalk(Step("Rolling(0.036, 0.7)"), p => new Sgd(p, 0.036, 0.7));
        SameWalk(Step("Adaptive(0.15, 0.9, 0.98, 1e-9)"), p => new Adam(p, 0.15, 0.9, 0.98, 1e-9));
        SameWalk(
            Step("Adaptive(0.15, 0.9, 0.999, 1e-8, 0.5)"),
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

        var cosine = cells.Get<Func<double, double, double, double, double, double>>("CosineRate");
        var wave = Schedule.Cosine(0.5, 20, 100, 0.1);
        Assert.All([1, 19, 20, 21, 60, 100, 150], t => Assert.Equal(wave(t), cosine(t, 0.5, 20, 100, 0.1), 1e-12));
    }

    private static void Clippings(ChapterCode cells)
    {
        var clip = cells.Get<Func<double[][], double, double[][]>>("MyClip");
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

    /// <summary>
    /// A linear map trained for five steps, by the chapter's loop and by the library: once clipped at each step, and
    /// once not, with a large ε, for else Adam does not notice a gradient that is too long.
    /// </summary>
    private static void Loops(ChapterCode cells)
    {
        var loop = cells.Get<Func<Parameter[], Func<Tensor>, int[], double, double, double[]>>("""
            (Parameter[] all, Func<Tensor> forward, int[] right, double clip, double epsilon) =>
            {
                settings = new(Symbols: 3, Clip: clip, Epsilon: epsilon);
                Vector<double>[] ZeroFor() => [.. all.Select(p => 0 * Wide(p.Value.Data))];
                var (m, v) = (ZeroFor(), ZeroFor());
                var losses = new List<double>();
                for (int t = 1; t <= 5; t++)
                {
                    foreach (var p in all) p.Value.ClearGradient();
                    losses.Add(LossAndBackward(forward(), right, 0.1));
                    StepAll(all, m, v, t, 0.05);
                }

                return losses.ToArray();
            }
            """, "Settings settings = null;");
        int[] right = [0, 2, 1, 1];
        var input = new Tensor([1, 2, -1, 0.5f, 3, 1, -2, 0], 4, 2);
        foreach (var (clip, epsilon) in new[] { (0.2, 1e-6), (100, 0.1) })
        {
            Linear[] maps = [new Linear(2, 3, new Random(1)), new Linear(2, 3, new Random(1))];
            double[] mine = loop(
                [.. maps[0].Parameters("map")], () => maps[0].Forward(input), right, clip, epsilon);
            var adam = new Adam(maps[1].Parameters("map"), 0.05, 0.9, 0.98, epsilon);
            foreach (double loss in mine)
            {
                adam.ZeroGradients();
                Tensor value = Op.CrossEntropy(maps[1].Forward(input), right, 0.1f);
                Assert.Equal(value.Scalar, loss, 1e-5);
                value.Backward();
                Gradients.Clip(adam.Parameters, clip);
                adam.Step();
            }
        }
    }

    private static void Parts(ChapterCode cells)
    {
        var apart = cells.Get<Func<int, int, float[]>>("""
            (int first, int second) =>
            {
                settings = new(Symbols: 4, Length: 3, DModel: 8, Heads: 2, Layers: 1);
                var (digits, right) = Draw(new Random(1), first + second);
                (TokenBatch, int[]) Cut(int from, int count) =>
                    (new TokenBatch(digits.Ids[(3 * from)..(3 * (from + count))], count, 3),
                        right[(3 * from)..(3 * (from + count))]);
                return GradientOf(NewModel(1), [Cut(0, first), Cut(first, second)], true)
                    .Zip(GradientOf(NewModel(1), [Cut(0, first + second)], true), (a, b) => a - b).ToArray();
            }
            """, "Settings settings = null;");
        Assert.All(apart(1, 4), x => Assert.Equal(0, x, 1e-4));
    }

    public sealed class Cells() : ChapterCode("07");
}
