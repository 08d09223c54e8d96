namespace TransformersFromScratch.Tests.Tensors;

public class TapeTests
{
    private static Tensor Learned(params float[] values) => new(values, values.Length) { RequiresGradient = true };

    private static string Message<TException>(Action action) where TException : Exception =>
        Assert.ThrowsAny<TException>(action).Message;

    [Fact]
    public void The_paths_of_a_diamond_add_up()
    {
        Tensor x = Learned(3);
        Tensor square = Op.Multiply(x, x), cube = Op.Multiply(square, x);
        Op.Sum(Op.Add(Op.Add(cube, square), x)).Backward(); // x³ + x² + x
        Assert.Equal(27 + 6 + 1, x.Gradient!.Data[0]);
        Assert.Equal(3 + 1, square.Gradient!.Data[0]); // Outside a step, gradients on the way can be looked at.
    }

    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        Tensor x = Learned(1, 2);
        Op.Sum(x * 3).Backward();
        Op.Sum(x * 4).Backward();
        Assert.Equal([7f, 7f], x.Gradient!.Data);
        x.ClearGradient();
        Assert.Null(x.Gradient);
        Op.Sum(x * 5).Backward();
        Assert.Equal([5f, 5f], x.Gradient!.Data);
    }

    [Fact]
    public void A_gradient_that_somebody_keeps_does_not_change()
    {
        Tensor x = Learned(1, 2);
        Op.Sum(x * 3).Backward();
        Tensor kept = x.Gradient!;
        x.ClearGradient();
        Op.Sum(x * 5).Backward();
        Assert.Equal([3f, 3f], kept.Data);
    }

    [Fact]
    public void Backward_starts_from_a_scalar() =>
        Assert.Contains(
            "[2]", Message<InvalidOperationException>((Learned(1, 2) * 2).Backward), StringComparison.Ordinal);

    [Fact]
    public void Backward_runs_once()
    {
        Tensor x = Learned(1, 2), shared = x * 2, loss = Op.Sum(shared), other = Op.Sum(shared * 3);
        loss.Backward();
        Assert.Contains("already", Message<InvalidOperationException>(loss.Backward), StringComparison.Ordinal);
        string message = Message<InvalidOperationException>(other.Backward);
        Assert.Contains("'scale'", message, StringComparison.Ordinal);
        Assert.Contains("sum", message, StringComparison.Ordinal);
        Assert.Equal([2f, 2f], x.Gradient!.Data); // The failed calls left no trace.
    }

    [Fact]
    public void Backward_needs_something_to_learn()
    {
        Assert.Contains(
            "RequiresGradient", Message<InvalidOperationException>(Op.Sum(new Tensor(3)).Backward),
            StringComparison.Ordinal);
        Tensor x = Learned(1);
        Assert.Contains("RequiresGradient", Message<InvalidOperationException>(x.Backward), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_recorded_during_a_pause()
    {
        Tensor x = Learned(1, 2);
        using (Tape.NoGradient())
        {
            using (Tape.NoGradient()) { }
            Assert.False(Tape.Recording);
            Assert.Throws<InvalidOperationException>(Op.Sum(x).Backward);
        }

        Assert.True(Tape.Recording);
        Op.Sum(x).Backward();
        Assert.NotNull(x.Gradient);
    }

    [Fact]
    public void A_frozen_parameter_gets_no_gradient()
    {
        var linear = new Linear(3, 2, new Random(1));
        linear.Weight.RequiresGradient = false;
        Op.Sum(linear.Forward(new Tensor([1, 2, 3], 1, 3))).Backward();
        Assert.Null(linear.Weight.Gradient);
        Assert.Equal([1f, 1f], linear.Bias!.Gradient!.Data);
    }

    [Fact]
    public void A_long_chain_does_not_overflow_the_stack()
    {
        Tensor x = Learned(1), y = x;
        for (int i = 0; i < 100_000; i++) { y += x; }
        Op.Sum(y).Backward();
        Assert.Equal(100_001, x.Gradient!.Data[0]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Tensor x = new(2, 3);
        string[] messages =
        [
            Message<ArgumentException>(() => Op.Add(x, new Tensor(2))),
            Message<ArgumentException>(() => Op.Multiply(x, new Tensor(3, 2))),
            Message<ArgumentException>(() => Op.Linear(x, new Tensor(4, 2))),
            Message<ArgumentException>(() => Op.Linear(x, new Tensor(4, 3), new Tensor(3))),
            Message<ArgumentException>(() => Op.LayerNorm(x, new Tensor(2), new Tensor(2))),
            Message<ArgumentException>(() => x.Reshape(4, 2)),
            Message<ArgumentException>(() => Op.RmsNorm(x, new Tensor(2))),
            Message<ArgumentException>(() => Op.Rotate(new Tensor(1, 2, 3), 1)),
            Message<ArgumentException>(() => Op.Embedding(x, [0, 2])),
            Message<ArgumentException>(() => Op.CrossEntropy(x, [0, 3])),
            Message<ArgumentException>(() => Op.CrossEntropy(x, [0])),
            Message<ArgumentException>(() => Op.CrossEntropy(x, [7, 7], 0, 7)),
            Message<ArgumentException>(
                () => Op.Attention(new Tensor(1, 2, 4), new Tensor(1, 3, 4), new Tensor(1, 2, 4), 1)),
            Message<ArgumentException>(
                () => Op.Attention(new Tensor(1, 2, 4), new Tensor(1, 3, 4), new Tensor(1, 3, 4), 3)),
            Message<ArgumentException>(
                () => Op.Attention(new Tensor(1, 4, 4), new Tensor(1, 3, 4), new Tensor(1, 3, 4), 1, causal: true)),
            Message<ArgumentException>(
                () => Op.Attention(
                    new Tensor(1, 2, 4), new Tensor(1, 3, 4), new Tensor(1, 3, 4), 1, false, new bool[2])),
            Message<ArgumentException>(() => Op.Dropout(x, 1, new Random(1))),
            Message<ArgumentException>(() => new TokenBatch([1, 2, 3], 2, 2)),
            Message<ArgumentException>(() => TokenBatch.Of([[1], []], 0)),
        ];
        Assert.All(messages, message => Assert.True(message.Length > 40, message));
    }

    [Fact]
    public void A_row_of_masked_scores_has_no_weights_and_no_gradient()
    {
        Tensor x = new([float.NegativeInfinity, float.NegativeInfinity, 1, 2], 2, 2) { RequiresGradient = true };
        Tensor y = Op.Softmax(x);
        Op.Sum(Op.Multiply(y, new Tensor([1, 2, 3, 4], 2, 2))).Backward();
        Assert.Equal([0f, 0f], y.Data[..2]);
        Assert.Equal([0f, 0f], x.Gradient!.Data[..2]);

        // A sentence that is all padding mixes nothing, and nothing comes back.
        Tensor q = new Tensor([1, 2], 1, 1, 2) { RequiresGradient = true },
            k = new Tensor([3, 4], 1, 1, 2) { RequiresGradient = true };
        var (output, weights) = Op.Attention(q, k, k, 1, causal: false, [true]);
        Op.Sum(output).Backward();
        Assert.All(
            [.. output.Data, .. weights.Data, .. q.Gradient!.Data, .. k.Gradient!.Data],
            value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_number_that_is_none_does_not_vanish(float poison)
    {
        float[] values = new float[40];
        foreach (int place in new[] { 0, 17, 39 })
        {
            Array.Clear(values);
            values[place] = poison;
            Tensor x = new([.. values], 1, 40), ones = new([.. values.Select(_ => 1f)], 40);
            Tensor[] results =
            [
                Op.Softmax(x), Op.LayerNorm(x, ones, ones), Op.RmsNorm(x, ones), Op.Gelu(x), Op.GeluTanh(x),
                Op.Silu(x), Op.Relu(x),
                Op.CrossEntropy(x, [1]), Op.Dropout(x, 0.9999f, new Random(1)), Op.Sum(x),
            ];
            Assert.All(results, result => Assert.Contains(result.Data, value => !float.IsFinite(value)));
        }
    }

    [Fact]
    public void A_NaN_among_masked_scores_does_not_vanish()
    {
        for (int place = 0; place < 21; place++)
        {
            float[] row = [.. Enumerable.Repeat(float.NegativeInfinity, 21)];
            row[place] = float.NaN;
            Assert.Contains(Op.Softmax(new Tensor(row, 1, 21)).Data, float.IsNaN);
        }
    }

    [Fact]
    public void Dropout_drops_the_share_it_says_and_keeps_the_mean()
    {
        Tensor x = new(Enumerable.Repeat(1f, 100_003).ToArray(), 100_003) { RequiresGradient = true };
        Tensor y = Op.Dropout(x, 0.3f, new Random(5));
        Assert.Equal(0.3, y.Data.Count(value => value == 0) / 100_003.0, 0.006); // 4 standard deviations
        Assert.Equal(1, y.Data.Average(), 0.01);
        Assert.All(y.Data, value => Assert.True(value is 0 or (> 1.4285f and < 1.4287f)));
        Op.Sum(y).Backward();
        Assert.Equal(y.Data, x.Gradient!.Data); // The same mask on the way back.

        Assert.Equal(y.Data, Op.Dropout(x, 0.3f, new Random(5)).Data);
        float[] other = Op.Dropout(x, 0.3f, new Random(6)).Data;
        double both = y.Data.Zip(other, (a, b) => a == 0 && b == 0 ? 1 : 0).Average();
        Assert.Equal(0.09, both, 0.004); // Independent of each other,
        double neighbours = y.Data.Zip(y.Data.Skip(1), (a, b) => a == 0 && b == 0 ? 1 : 0).Average();
        Assert.Equal(0.09, neighbours, 0.004); // and so are neighbours.
        Assert.Same(x, Op.Dropout(x, 0, new Random(5)));
    }

    [Fact]
    public void Vector_functions_are_exact_to_a_rounding_or_two()
    {
        const int Width = 16; // A multiple of every register's.
        for (float x = -100; x < 100; x += 0.00137f * Width)
        {
            float[] xs = [.. Enumerable.Range(0, Width).Select(i => x + (0.00137f * i))];
            var (exp, normal) = Compute<Float1>(xs);
            for (int i = 0; i < Width; i++)
            {
                double want = Math.Exp(xs[i]);
                double error = xs[i] is > -87.3f and < 88.3f ? Math.Abs(exp[i] - want) / want : xs[i] < 0
                    ? exp[i]
                    : 1 / exp[i];
                Assert.True(error < 2.5e-7, $"exp({xs[i]:R}) = {exp[i]:R}, not {want:R}");
                Assert.Equal(0.5 * (1 + MathNet.Numerics.SpecialFunctions.Erf(xs[i] / Math.Sqrt(2))), normal[i], 3e-7);
            }

            // Registers of any width say the same, on a processor that has none of them, too.
            var others = new[] { Compute<Floats4>(xs), Compute<Floats8>(xs), Compute<Floats16>(xs) };
            foreach (var (otherExp, otherNormal) in others)
            {
                Assert.Equal(exp, otherExp);
                Assert.Equal(normal, otherNormal);
            }
        }

        static (float[] Exp, float[] Normal) Compute<T>(float[] xs) where T : struct, IFloats<T>
        {
            float[] exp = new float[xs.Length], normal = new float[xs.Length];
            for (int i = 0; i < xs.Length; i += T.Count)
            {
                T x = T.Load(ref xs[0], i);
                T.Store(VectorMath.Exp(x), ref exp[0], i);
                T.Store(VectorMath.Normal(x).Distribution, ref normal[0], i);
            }

            return (exp, normal);
        }
    }

    [Fact]
    public void Results_are_the_same_bit_for_bit_on_any_number_of_threads()
    {
        int before = MatrixProduct.Threads;
        try
        {
            float[][] runs = [.. new[] { 1, 2, 5 }.Select(threads =>
            {
                MatrixProduct.Threads = threads;
                return Train(threads);
            })];
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
        finally
        {
            MatrixProduct.Threads = before;
        }

        static float[] Train(int threads)
        {
            var model = new Gpt(
                new GptConfig { Vocabulary = 97, Context = 48, Layers = 2, DModel = 64, Heads = 4, Dropout = 0.1f },
                seed: 2);
            var random = new SeededRandom(3);
            int[] ids = [.. Enumerable.Range(0, (12 * 48) + 1).Select(_ => random.Next(97))];
            var optimizer = new AdamW(model.Parameters(), 1e-3);
            var workspace = new Workspace();
            for (int step = 0; step < 4; step++)
            {
                using var lent = workspace.BeginStep();
                optimizer.ZeroGradients();
                Op.CrossEntropy(model.Forward(new TokenBatch(ids[..^1], 12, 48), random), ids[1..], 0.1f).Backward();
                Gradients.Clip(optimizer.Parameters, 0.5);
                optimizer.Step();
            }

            return [.. model.Parameters().SelectMany(parameter => parameter.Value.Data)];
        }
    }
}
