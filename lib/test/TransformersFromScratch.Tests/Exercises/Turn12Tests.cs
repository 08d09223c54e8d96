using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn12Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static void BlockSays(string part, Func<EncoderLayer, Tensor, Tensor> code) =>
        Says(part, Turn12Block.Question.Judge(input => input.Run(code)));

    private static Tensor Attend(EncoderLayer layer, Tensor x) => layer.Attention.Forward(x, causal: true);

    private static Tensor First(EncoderLayer layer, Tensor x) => x + Attend(layer, layer.AttentionNorm.Forward(x));

    private static Tensor Second(EncoderLayer layer, Tensor x) =>
        x + layer.FeedForward.Forward(layer.FeedForwardNorm.Forward(x));

    [Fact]
    public void A_right_block_is_used()
    {
        Func<EncoderLayer, Tensor, Tensor> mine = (layer, x) => Second(layer, First(layer, x));
        Assert.Same(mine, Turn12.Block(mine));
    }

    [Fact]
    public void For_an_empty_or_wrong_block_the_librarys_stands_in()
    {
        var layer = new EncoderLayer(8, 2, 16, new Random(1), Activation.GeluTanh, NormPlacement.Pre);
        var x = new Tensor([.. Enumerable.Range(0, 24).Select(i => MathF.Sin(i))], 1, 3, 8);
        Assert.True(Turn12Block.Question.Judge(_ => throw new NotImplementedException()).IsEmpty);
        Assert.Equal(
            layer.Forward(x, causal: true).Data,
            Turn12.Block((_, _) => throw new NotImplementedException())(layer, x).Data);
        Assert.Equal(layer.Forward(x, causal: true).Data, Turn12.Block((_, y) => y)(layer, x).Data);
    }

    [Fact]
    public void Slips_of_the_block()
    {
        BlockSays("unchanged", (_, x) => x);
        BlockSays(
            "future is not hidden: give", (l, x) => Second(l, x + l.Attention.Forward(l.AttentionNorm.Forward(x))));
        BlockSays("The x + before the attention", (l, x) => Second(l, Attend(l, l.AttentionNorm.Forward(x))));
        BlockSays(
            "The x + before the feed-forward", (l, x) => l.FeedForward.Forward(l.FeedForwardNorm.Forward(First(l, x))));
        BlockSays(
            "Both residual", (l, x) => l.FeedForward.Forward(
                l.FeedForwardNorm.Forward(Attend(l, l.AttentionNorm.Forward(x)))));
        BlockSays(
            "block of 2017", (l, x) => l.AttentionNorm.Forward(x + Attend(l, x)) is var y
                ? l.FeedForwardNorm.Forward(y + l.FeedForward.Forward(y))
                : x);
        BlockSays("Both norms are missing", (l, x) => x + Attend(l, x) is var y ? y + l.FeedForward.Forward(y) : x);
        BlockSays("norm before the attention is missing", (l, x) => Second(l, x + Attend(l, x)));
        BlockSays(
            "norm before the feed-forward network is missing",
            (l, x) => First(l, x) is var y ? y + l.FeedForward.Forward(y) : x);
        BlockSays(
            "norms have changed places", (l, x) => x + Attend(l, l.FeedForwardNorm.Forward(x)) is var y
                ? y + l.FeedForward.Forward(l.AttentionNorm.Forward(y))
                : x);
        BlockSays(
            "one of its own, FeedForwardNorm",
            (l, x) => First(l, x) is var y ? y + l.FeedForward.Forward(l.AttentionNorm.Forward(y)) : x);
        BlockSays("one of its own, AttentionNorm", (l, x) => Second(l, x + Attend(l, l.FeedForwardNorm.Forward(x))));
        BlockSays(
            "attention's output to norm(x)",
            (l, x) => l.AttentionNorm.Forward(x) is var n ? Second(l, n + Attend(l, n)) : x);
        BlockSays(
            "feed-forward network's output to norm(x)",
            (l, x) => l.FeedForwardNorm.Forward(First(l, x)) is var n ? n + l.FeedForward.Forward(n) : x);
        BlockSays("reads the old x", (l, x) => First(l, x) + l.FeedForward.Forward(l.FeedForwardNorm.Forward(x)));
        BlockSays(
            "attention's output is lost", (l, x) => x + l.FeedForward.Forward(l.FeedForwardNorm.Forward(First(l, x))));
        BlockSays("attention comes first", (l, x) => First(l, Second(l, x)));
        BlockSays("feed-forward network is missing", First);
        BlockSays("attention is missing", Second);
        BlockSays("norm too many", (l, x) => l.FeedForwardNorm.Forward(Second(l, First(l, x))));
        BlockSays(
            "An earlier token changes", (l, x) => Second(l, x + l.Attention.Forward(l.AttentionNorm.Forward(x))) * 2);
        BlockSays("returns null", (_, _) => null!);
        BlockSays("should be", (l, x) => Op.Reshape(Second(l, First(l, x)), x.Length));
        BlockSays("changes what it was given", (l, x) =>
        {
            Tensor y = Second(l, First(l, x));
            x.Data[0] = 7;
            return y;
        });
    }

    private static void StepSays(string part, Func<Optimizer, Func<Tensor>, double, float> code) =>
        Says(part, Turn12Step.Question.Judge(Turn12Step.By(code)));

    /// <summary>The parts in an order, one letter each: zero, loss, backward, clip, step.</summary>
    private static Func<Optimizer, Func<Tensor>, double, float> Order(string parts, double? clip = null) =>
        (optimizer, loss, norm) =>
    {
        Tensor? value = null;
        float first = 0;
        foreach (char part in parts)
        {
            switch (part)
            {
                case 'z': optimizer.ZeroGradients(); break;
                case 'l': (value, first) = loss() is var drawn ? (drawn, drawn.Scalar) : default; break;
                case 'b': value!.Backward(); break;
                case 'c': Gradients.Clip(optimizer.Parameters, clip ?? norm); break;
                case 's': optimizer.Step(); break;
                default: throw new ArgumentException(parts);
            }
        }

        return first;
    };

    [Theory]
    [InlineData("zlbcs")]
    [InlineData("lzbcs")]
    [InlineData("lbcsz")] // the first gradients are 0 anyway
    public void Right_steps_are_used(string parts)
    {
        var mine = Order(parts);
        Assert.Same(mine, Turn12.Step(mine));
    }

    [Fact]
    public void For_an_empty_step_the_librarys_stands_in_and_it_learns()
    {
        var weight = new Tensor([3f], 1) { RequiresGradient = true };
        var optimizer = new Sgd([new Parameter("weight", weight)], 0.1);
        var step = Turn12.Step((_, _, _) => throw new NotImplementedException());
        Assert.Equal(9, step(optimizer, () => Op.Sum(Op.Multiply(weight, weight)), 100), 1e-4);
        Assert.Equal(2.4, weight.Data[0], 1e-4); // 3 - 0.1 · 6
    }

    [Fact]
    public void Slips_of_the_step()
    {
        StepSays("Nothing happens yet", (_, _, _) => 0);
        StepSays("takes no step", Order("l"));
        StepSays("never set to zero", Order("lbcs"));
        StepSays("unclipped", Order("zlbs"));
        StepSays("norm of 1 always", Order("zlbcs", clip: 1));
        StepSays("unclipped", Order("zlcbs"));
        StepSays("unclipped", Order("zlbsc"));
        StepSays("there is no gradient", Order("lbzcs"));
        StepSays("there is no gradient", Order("zlcs"));
        StepSays("there is no gradient", Order("zlcsb"));
        StepSays("takes no step", Order("zlbc"));
        StepSays("two steps with one gradient", Order("zlbcss"));
        StepSays(
            "return the loss after", (o, loss, norm) => Order("zlbcs")(o, loss, norm) is var _ ? loss().Scalar : 0);
        StepSays(
            "ask for the loss twice",
            (o, loss, norm) => loss().Scalar is var value && Order("zlbcs")(o, loss, norm) is var _ ? value : 0);
        StepSays("loss that you return is 0", (o, loss, norm) => Order("zlbcs")(o, loss, norm) is var _ ? 0 : 0);
        StepSays("threw", Order("zlbbcs"));
    }

    private static void TopPSays(string part, Func<double[], double, double[]> code) =>
        Says(part, Turn12Nucleus.Question.Judge(x => code(x.Probabilities, x.P)));

    /// <summary>The likeliest are added up until it is enough.</summary>
    private static double[] Nucleus(double[] p, double share, int more = 0, bool divide = true, bool sorted = true)
    {
        int[] order = [.. Enumerable.Range(0, p.Length)];
        order = sorted ? [.. order.OrderByDescending(i => p[i])] : order;
        double sum = 0;
        int[] inside = [.. order.TakeWhile(i => (sum += p[i]) - p[i] < share - 1e-12)];
        inside = [.. order.Take(inside.Length + more)];
        double whole = divide ? inside.Sum(i => p[i]) : 1;
        return [.. p.Select((x, i) => inside.Contains(i) ? x / whole : 0)];
    }

    [Fact]
    public void Top_p()
    {
        Func<double[], double, double[]> mine = (p, share) => Nucleus(p, share);
        Assert.Same(mine, Turn12.TopP(mine));
        double[] three = Turn12.TopP((_, _) => throw new NotImplementedException())([0.5, 0.25, 0.15, 0.07, 0.03], 0.8);
        Assert.Equal([0.5 / 0.9, 0.25 / 0.9, 0.15 / 0.9, 0, 0], three);

        TopPSays("unchanged", (p, _) => [.. p]);
        TopPSays("do not sum to 1 any more", (p, share) => Nucleus(p, share, divide: false));
        TopPSays("One token too few", (p, share) => Nucleus(p, share, more: -1));
        TopPSays("One token too many", (p, share) => Nucleus(p, share, more: 1));
        TopPSays(
            "by themselves", (p, share) => [.. p.Select(x => x >= share ? x / p.Where(y => y >= share).Sum() : 0)]);
        TopPSays(
            "That is min-p", (p, share) => p.Where(y => y >= share * p.Max()).Sum() is var sum
                ? [.. p.Select(x => x >= share * p.Max() ? x / sum : 0)]
                : p);
        TopPSays("order of their ids", (p, share) => Nucleus(p, share, sorted: false));
        TopPSays("in the order of the ids", (p, share) => [.. Nucleus(p, share).Where(x => x > 0)]);
        TopPSays("do not sum to 1: divide", (p, share) => [.. Nucleus(p, share).Select(x => x * 0.9)]);
    }

    private static void CacheSays(
        string part,
        Func<
            List<Vector<float>>, List<Vector<float>>,
            Vector<float>, Vector<float>, Vector<float>, Vector<float>> code) =>
        Says(part, Turn12Cache.Question.Judge(input => input.Run(code)));

    private static Vector<float> Look(
        List<Vector<float>> keys, List<Vector<float>> values, Vector<float> q, float? scale = null)
    {
        float[] powers = [.. keys.Select(k => MathF.Exp(q * k / (scale ?? MathF.Sqrt(q.Count))))];
        return keys.Select((_, i) => values[i] * (powers[i] / powers.Sum())).Aggregate((sum, next) => sum + next);
    }

    [Fact]
    public void The_cached_step()
    {
        Func<
            List<Vector<float>>, List<Vector<float>>,
            Vector<float>, Vector<float>, Vector<float>, Vector<float>> mine = (keys, values, q, k, v) =>
        {
            keys.Add(k);
            values.Add(v);
            return Look(keys, values, q);
        };
        Assert.Same(mine, Turn12.Cache(mine));
        Assert.True(
            Turn12Cache.Question.Judge(
                input => input.Run((_, _, _, _, _) => throw new NotImplementedException())).IsEmpty);
        List<Vector<float>> kept = [], of = [];
        var one = Vector<float>.Build.Dense([1f, 2]);
        Assert.Equal(
            one, Turn12.Cache((_, _, _, _, _) => throw new NotImplementedException())(kept, of, one, one, one));
        Assert.Single(kept);

        CacheSays("its own value and nothing else", (_, _, _, _, v) => v);
        CacheSays(
            "does not see itself", (keys, values, q, k, v) => (keys.Count == 0 ? v : Look(keys, values, q)) is var y
                && Kept(keys, values, k, v) ? y : v);
        CacheSays(
            "What is not added is gone",
            (keys, values, q, k, v) => Look([k], [v], q) is var y && keys.Count == 0 ? y : v);
        CacheSays(
            "scaling is missing", (keys, values, q, k, v) => Kept(keys, values, k, v) ? Look(keys, values, q, 1) : v);
        CacheSays("keep the query", (keys, values, q, k, v) => Kept(keys, values, q, v) ? Look(keys, values, q) : v);
        CacheSays(
            "It is the query that looks",
            (keys, values, q, k, v) => Kept(keys, values, k, v) ? Look(keys, values, k) : v);
        CacheSays("softmax is missing", (keys, values, q, k, v) => Kept(keys, values, k, v)
            ? keys.Select((key, i) => values[i] * (q * key / MathF.Sqrt(q.Count)))
                .Aggregate((sum, next) => sum + next) : v);
        CacheSays(
            "plain average", (keys, values, q, k, v) => Kept(keys, values, k, v)
                ? values.Aggregate((sum, next) => sum + next) / values.Count
                : v);
        CacheSays("different orders", (keys, values, q, k, v) =>
        {
            keys.Insert(0, k);
            values.Add(v);
            return Look(keys, values, q);
        });
        CacheSays("returns null", (_, _, _, _, _) => null!);
    }

    private static bool Kept(List<Vector<float>> keys, List<Vector<float>> values, Vector<float> k, Vector<float> v)
    {
        keys.Add(k);
        values.Add(v);
        return true;
    }
}
