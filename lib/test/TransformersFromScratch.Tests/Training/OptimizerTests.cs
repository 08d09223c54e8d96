namespace TransformersFromScratch.Tests.Training;

public class OptimizerTests
{
    private static Parameter Learned(string name, params float[] values) =>
        new(name, new Tensor([.. values], values.Length) { RequiresGradient = true });

    private static void Give(Parameter parameter, params float[] gradient)
    {
        parameter.Value.ClearGradient();
        gradient.CopyTo(parameter.Value.GradientToWrite(out _));
    }

    [Fact]
    public void Plain_descent_goes_against_the_gradient()
    {
        Parameter p = Learned("p", 1, 2);
        var sgd = new Sgd([p], 0.125);
        Give(p, 8, -16);
        sgd.Step();
        Assert.Equal([0f, 4f], p.Value.Data);
        Assert.Empty(sgd.State());
    }

    [Fact]
    public void Momentum_keeps_going()
    {
        Parameter p = Learned("p", 0);
        var sgd = new Sgd([p], 1, momentum: 0.5);
        foreach (float expected in new[] { -1f, -2.5f, -4.25f }) // velocities 1, 1.5, 1.75
        {
            Give(p, 1);
            sgd.Step();
            Assert.Equal(expected, p.Value.Data[0], 1e-6f);
        }
    }

    [Fact]
    public void Every_part_of_a_large_parameter_is_updated_once()
    {
        float[] values = [.. Enumerable.Range(0, 50_001).Select(i => (float)i)];
        Parameter large = Learned("large", values), small = Learned("small", 7);
        var sgd = new Sgd([large, small], 1);
        Give(large, [.. values.Select(_ => 1f)]);
        Give(small, 2);
        sgd.Step();
        Assert.Equal(values.Select(value => value - 1), large.Value.Data);
        Assert.Equal(5, small.Value.Data[0]);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_as_it_is()
    {
        Parameter reached = Learned("reached", 1), other = Learned("other", 1);
        var adam = new AdamW([reached, other], 0.1, weightDecay: 0.5, decays: _ => true);
        Op.Sum(reached.Value * 2).Backward();
        adam.Step();
        Assert.NotEqual(1, reached.Value.Data[0]);
        Assert.Equal(1, other.Value.Data[0]);
    }

    [Fact]
    public void Gains_and_biases_do_not_decay_unless_asked()
    {
        var layer = new EncoderLayer(8, 2, 16, new Random(1));
        Parameter[] parameters = [.. layer.Parameters("e")];
        foreach (Parameter parameter in parameters) { parameter.Value.Data.AsSpan().Fill(1); }
        foreach (Parameter parameter in parameters) { Give(parameter, new float[parameter.Value.Length]); }
        new AdamW(parameters, 0.1, weightDecay: 0.5).Step();
        Assert.All(parameters, parameter => Assert.Equal(
            parameter.Name.EndsWith("weight", StringComparison.Ordinal) ? 0.95f : 1, parameter.Value.Data[0], 1e-6f));
    }

    [Fact]
    public void A_parameter_listed_twice_is_an_error()
    {
        Parameter p = Learned("p", 1);
        Assert.Contains(
            "'p'", Assert.Throws<ArgumentException>(() => new Sgd([p, Learned("p", 2)], 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "twice", Assert.Throws<ArgumentException>(() => new Sgd([p, new("q", p.Value)], 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Sgd([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([p], 1, momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam([p], 1, beta2: 1));
    }

    [Fact]
    public void The_papers_schedule_peaks_after_its_warm_up()
    {
        var rate = Schedule.Warmup(512, 4000);
        Assert.Equal(1 / Math.Sqrt(512 * 4000.0), rate(4000), 1e-12); // 7.0e-4
        Assert.Equal(rate(4000) / 4, rate(1000), 1e-12);
        Assert.Equal(rate(4000) / 2, rate(16_000), 1e-12);
    }

    [Fact]
    public void Cosine_and_line_begin_peak_and_end_where_they_say()
    {
        foreach (var rate in new[] { Schedule.Cosine(1, 10, 110, 0.1), Schedule.Linear(1, 10, 110, 0.1) })
        {
            Assert.Equal(0.1, rate(1), 1e-12);
            Assert.Equal(1, rate(10), 1e-12);
            Assert.Equal(0.55, rate(60), 1e-12);
            Assert.Equal(0.1, rate(110), 1e-12);
            Assert.Equal(0.1, rate(1000), 1e-12);
        }

        Assert.Equal(1, Schedule.Cosine(1, 0, 10)(0), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(1, 10, 10));
    }

    [Fact]
    public void Clipping_leaves_infinite_gradients_to_be_found()
    {
        Parameter p = Learned("p", 1, 1);
        Give(p, 3, float.PositiveInfinity);
        Assert.Equal(double.PositiveInfinity, Gradients.Clip([p], 1));
        Assert.Equal([3f, float.PositiveInfinity], p.Value.Gradient!.Data);
    }

    [Fact]
    public void A_random_generator_is_the_published_one_and_goes_on_from_its_state()
    {
        // The first four numbers of SplitMix64 from 0.
        Assert.Equal("e220a8397b1dcdaf6e789e6aa1b965f406c45d188009454ff88bb8a8724c81ec", new SeededRandom(0).State);
        SeededRandom a = new(5), b = new(6);
        for (int i = 0; i < 10; i++) { a.Next(); }
        b.State = a.State;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(a.Next(1000), b.Next(1000));
            Assert.Equal(a.NextSingle(), b.NextSingle());
            Assert.Equal(a.NextInt64(-5, 5), b.NextInt64(-5, 5));
        }

        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) { counts[a.Next(0, 6)]++; }
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0.5, Enumerable.Range(0, 10_000).Average(_ => a.NextDouble()), 0.02);
        Assert.Throws<FormatException>(() => b.State = "nonsense");
        Assert.Throws<FormatException>(() => b.State = new string('0', 64));
    }
}
