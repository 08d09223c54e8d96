using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>
/// What is right is used, and the library's version stands in for what is not. (QuestionTests tries every slip.)
/// </summary>
public class Turn07Tests
{
    private static Vector<double> Of(params double[] numbers) => Vector<double>.Build.Dense(numbers);

    [Fact]
    public void Right_versions_are_used()
    {
        Turn07.Losing loss = (l, q) =>
        {
            double sum = l.Max() + Math.Log(l.Sum(x => Math.Exp(x - l.Max())));
            return (sum - l.Zip(q, (x, weight) => x * weight).Sum(), [.. l.Select((x, c) => Math.Exp(x - sum) - q[c])]);
        };
        Turn07.Rolling momentum = (x, u, g, rate, mu) => (x - (rate * ((mu * u) + g)), (mu * u) + g);
        Turn07.Adapting adam = (x, g, m, v, t, rate, beta1, beta2, epsilon) =>
        {
            m = (beta1 * m) + ((1 - beta1) * g);
            v = (beta2 * v) + ((1 - beta2) * g.PointwisePower(2));
            double first = 1 - Math.Pow(beta1, t), second = 1 - Math.Pow(beta2, t);
            return (x - (rate * (m / first).PointwiseDivide((v / second).PointwiseSqrt() + epsilon)), m, v);
        };
        Func<double, double, double, double> warmup = (t, d, w) =>
            t < w ? t / (Math.Sqrt(d) * w * Math.Sqrt(w)) : 1 / Math.Sqrt(d * t);
        Func<int, int, double, double[]> target = (right, classes, epsilon) =>
            [.. Enumerable.Range(0, classes).Select(c => (epsilon / classes) + (c == right ? 1 - epsilon : 0))];
        Turn07.Clipping clip = (gradients, most) =>
        {
            double factor = Math.Min(1, most / Math.Sqrt(gradients.Sum(g => g.Sum(x => x * x))));
            return [.. gradients.Select(g => g.Select(x => x == 0 ? 0 : factor * x).ToArray())];
        };
        Assert.Same(loss, Turn07.CrossEntropy(loss));
        Assert.Same(momentum, Turn07.Momentum(momentum));
        Assert.Same(adam, Turn07.Adam(adam));
        Assert.Same(warmup, Turn07.Warmup(warmup));
        Assert.Same(target, Turn07.Target(target));
        Assert.Same(clip, Turn07.Clip(clip));
    }

    /// <summary>What stands in does what the library's optimisers, schedules and operations do.</summary>
    [Fact]
    public void For_stubs_the_librarys_stand_in()
    {
        var momentum = Turn07.Momentum((_, _, _, _, _) => throw new NotImplementedException());
        var adam = Turn07.Adam((_, _, _, _, _, _, _, _, _) => throw new NotImplementedException());
        Vector<double> rolled = Of(1, -2), u = Of(0, 0), adapted = Of(1, -2), m = Of(0, 0), v = Of(0, 0);
        var tensors = new[] { 0, 1 }.Select(_ => new Tensor([1, -2], 2) { RequiresGradient = true }).ToArray();
        Optimizer[] optimizers = [new Sgd([new Parameter("x", tensors[0])], 0.1, 0.7),
            new Adam([new Parameter("x", tensors[1])], 0.1, 0.9, 0.98, 1e-3)];
        for (int t = 1; t <= 5; t++)
        {
            (rolled, u) = momentum(rolled, u, 2 * rolled, 0.1, 0.7);
            (adapted, m, v) = adam(adapted, 2 * adapted, m, v, t, 0.1, 0.9, 0.98, 1e-3);
            foreach (var (optimizer, x) in optimizers.Zip(tensors))
            {
                optimizer.ZeroGradients();
                Op.Sum(Op.Multiply(x, x)).Backward();
                optimizer.Step();
            }

            Assert.All(rolled.Zip(tensors[0].Data), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            Assert.All(adapted.Zip(tensors[1].Data), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }
    }

    [Fact]
    public void For_stubs_the_librarys_schedules_stand_in()
    {
        var warmup = Turn07.Warmup((_, _, _) => throw new NotImplementedException());
        var cosine = Turn07.Cosine((_, _, _, _, _) => throw new NotImplementedException());
        Assert.All([1, 19, 20, 21, 99, 100, 130], t =>
        {
            Assert.Equal(Schedule.Warmup(64, 20)(t), warmup(t, 64, 20), 1e-12);
            Assert.Equal(Schedule.Cosine(0.5, 20, 100, 0.1)(t), cosine(t, 0.5, 20, 100, 0.1), 1e-12);
        });
        Assert.Same(cosine, Turn07.Cosine(cosine));
    }

    [Fact]
    public void For_stubs_the_librarys_loss_target_and_clipping_stand_in()
    {
        double[] q = Turn07.Target((_, _, _) => throw new NotImplementedException())(1, 3, 0.3);
        var (loss, gradient) = Turn07.CrossEntropy((_, _) => throw new NotImplementedException())([0, 2, 1], q);
        var logits = new Tensor([0, 2, 1], 1, 3) { RequiresGradient = true };
        Tensor wanted = Op.CrossEntropy(logits, [1], 0.3f);
        wanted.Backward();
        Assert.Equal(wanted.Scalar, loss, 1e-5);
        Assert.All(gradient.Zip(logits.Gradient!.Data), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        var clip = Turn07.Clip((_, _) => throw new NotImplementedException());
        Assert.Equal([[1.5, 0], [0, 2, 6]], clip([[3, 0], [0, 4, 12]], 6.5));
    }

    [Fact]
    public void Symptoms_are_said()
    {
        Slips.Says("adds up to 0", Turn07CrossEntropy.Question.Judge(x => (0, [.. x.L.Select(_ => 1.0)])));
        Slips.Says("one number for each logit", Turn07CrossEntropy.Question.Judge(_ => (0, [])));
        Slips.Says("as many numbers", Turn07Momentum.Question.Judge(_ => (Of(1, 2, 3, 4, 5, 6, 7), Of(1))));
        Slips.Says("NaN", Turn07Adam.Question.Judge(x => (x.X * double.NaN, x.M, x.V)));
        Slips.Says("no finite number", Turn07Warmup.Question.Judge(_ => double.NaN));
        Slips.Says("no warm-up", Turn07Cosine.Question.Judge(x => x.T == 1 ? double.NaN : 0));
        Slips.Says("adds up to 1", Turn07Target.Question.Judge(x => [.. Enumerable.Repeat(2.0, x.Classes)]));
        Slips.Says("one number for each class", Turn07Target.Question.Judge(_ => []));
        Slips.Says("another shape", Turn07Clip.Question.Judge(_ => []));
        Slips.Says("changes what it was given", Turn07Clip.Question.Judge(x =>
        {
            double[][] clipped = Turn07Clip.Library(x);
            for (int i = 0; i < clipped.Length; i++) { clipped[i].CopyTo(x.Gradients[i], 0); }
            return x.Gradients;
        }));
    }
}
