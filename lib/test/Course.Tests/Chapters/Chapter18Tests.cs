using MathNet.Numerics.LinearAlgebra;
using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 18, with its solutions, against the library.</summary>
public class Chapter18Tests(Chapter18Tests.Cells cells) : IClassFixture<Chapter18Tests.Cells>
{
    private const string Settings =
        "var settings = (DModel: 16, Layers: 4, Heads: 2, Length: 6, Machines: 2, Seed: 1);\n";

    // What the chapter has as variables: a small model, and what the check of a segment would have given back.
    private const string Model = Settings + """
        int p = settings.Machines;
        var gpt = new Gpt(new GptConfig { Vocabulary = 7, Context = 8, Layers = 4, DModel = 16, Heads = 2,
            Dropout = 0 }, 1);
        Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> WalkBack = MySegment;
        var tokens = new TokenBatch([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1], 2, 6);
        int[] targets = [2, 3, 4, 5, 6, 0, 5, 4, 3, 2, 1, 0];
        """;

    [Fact]
    public void The_gradient_of_parts_is_weighted_by_tokens() => Accumulates(cells);

    [Fact]
    public void A_softmax_by_tiles_is_a_softmax() => Tiles(cells);

    [Fact]
    public void The_shares_of_machines_add_up_to_the_network() => Splits(cells);

    [Fact]
    public void The_ring_gives_every_machine_the_sum() => Reduces(cells);

    [Fact]
    public void What_is_computed_twice_has_the_same_gradient() => Checkpoints(cells);

    [Fact]
    public void A_pipeline_has_the_same_gradient() => Pipes(cells);

    [Fact]
    public void A_step_is_counted_as_its_products_are() => Counts(cells);

    [Fact]
    public void Bfloat16_rounds_to_the_nearest() => Rounds(cells);

    [Fact]
    public void No_machine_of_a_pipeline_does_two_things_at_once_or_before_its_input_is_there() => Plans(cells);

    [Theory]
    [InlineData("cs-18turn1", "gradient * count", "gradient")]
    [InlineData("cs-18turn2", "Op.Sum(Op.Multiply(segment(again), dy))", "Op.Sum(segment(again))")]
    [InlineData("cs-18turn3", "output = output * shrink +", "output = output +")]
    [InlineData("cs-18turn4", "i + 1 - r", "i - r")]
    [InlineData("cs-18turn5", "from = machine * part", "from = 0")]
    [InlineData("cs-18flops", "4.0 * c.Layers", "2.0 * c.Layers")]
    [InlineData("cs-18ckpt", "i = k - 1; i >= 0", "i = k - 2; i >= 0")]
    [InlineData("cs-18half", "((bits >> 16) & 1)", "1")]
    [InlineData("cs-18schedule", "slots - 1 - i - j", "slots - 1 - j")]
    [InlineData("cs-18pipe", "1f / pipe.Parts.Length", "1f")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) => cells.With(cell, from, to)
        .IsSeenBy(Accumulates, Tiles, Splits, Reduces, Checkpoints, Pipes, Counts, Rounds, Plans);

    private static void Accumulates(ChapterCode cells)
    {
        var accumulate = cells.Get<Func<Vector<float>[], int[], Vector<float>>>("MyAccumulate");
        Close.Numbers([4f], accumulate([Vector<float>.Build.Dense([6f]), Vector<float>.Build.Dense([3f])], [1, 2]));
    }

    private static void Tiles(ChapterCode cells)
    {
        var online = cells.Get<Func<Vector<float>, Matrix<float>, int, Vector<float>>>("MyOnline");
        var random = new Random(1);
        Matrix<float> scores = Matrix<float>.Build.Dense(1, 9, (_, _) => 20 * random.NextSingle());
        Matrix<float> values = Matrix<float>.Build.Dense(9, 3, (_, _) => random.NextSingle());
        foreach (int tile in (int[])[1, 2, 4, 9, 20])
        {
            Close.Numbers((Softmax.Rows(scores) * values).Row(0), online(scores.Row(0), values, tile));
        }
    }

    private static void Splits(ChapterCode cells)
    {
        var split =
            cells.Get<Func<Matrix<float>, Matrix<float>, Matrix<float>, int, int, Matrix<float>>>("MySplit");
        var random = new Random(1);
        Matrix<float> Of(int rows, int columns) =>
            Matrix<float>.Build.Dense(rows, columns, (_, _) => random.NextSingle() - 0.5f);
        Matrix<float> x = Of(4, 3), w1 = Of(3, 12), w2 = Of(12, 3);
        Matrix<float> sum = Enumerable.Range(0, 4).Select(i => split(x, w1, w2, 4, i)).Aggregate((a, b) => a + b);
        Close.Matrices((x * w1).PointwiseMaximum(0) * w2, sum);
        var network = new FeedForward(3, 12, random);
        Matrix<float> library = network.Forward(x); // Its fresh biases are 0.
        Close.Matrices(library, Enumerable.Range(0, 3).Select(i => split(
            x, network.Inner.Weight.AsMatrix(), network.Outer.Weight.AsMatrix(), 3, i)).Aggregate((a, b) => a + b));
    }

    private static void Reduces(ChapterCode cells)
    {
        var reduce = cells.Get<Action<Ring>>("MyAllReduce");
        Ring mine = new([[1, 2, 3, 4], [10, 20, 30, 40], [100, 200, 300, 400]]);
        Ring library = new(mine.Values);
        reduce(mine);
        library.AllReduce();
        Assert.Equal(library.Values, mine.Values);
        Assert.Equal((library.Bytes, library.Rounds), (mine.Bytes, mine.Rounds));
    }

    private static void Checkpoints(ChapterCode cells)
    {
        var apart = cells.Get<Func<int, double>>("""
            (int k) =>
            {
                var whole = GradientOf(tokens, targets);
                Forget();
                Checkpointed(tokens, targets, k, new Workspace());
                return Apart(Gradient(), whole);
            }
            """, Model);
        Assert.All((int[])[1, 2, 3, 4], k => Assert.True(apart(k) < 1e-6, $"{k} segments: {apart(k)}"));
    }

    private static void Pipes(ChapterCode cells)
    {
        var apart = cells.Get<Func<double>>("""
            () =>
            {
                var whole = GradientOf(tokens, targets);
                Forget();
                Walk(new Pipe([(new(tokens.Ids[..6], 1, 6), targets[..6]), (new(tokens.Ids[6..], 1, 6), targets[6..])],
                    SegmentsOf(2)));
                return Apart(Gradient(), whole);
            }
            """, Model);
        try { Assert.True(apart() < 1e-6, $"{apart()}"); }
        catch (NullReferenceException) { Assert.Fail("A part came before its input was there."); }
    }

    private static void Counts(ChapterCode cells)
    {
        var forward = cells.Get<Func<GptConfig, int, double>>("Forward");
        var config = new GptConfig { Vocabulary = 50, Context = 64, Layers = 3, DModel = 8, Heads = 2 };
        // By hand: 3 · (4·64 + 2·8·32) + 50·8 weights in products; 48 keys on average of 64 tokens in blocks of 32.
        Assert.Equal((2 * ((3 * (256 + 512)) + 400)) + (4.0 * 3 * 48 * 8), forward(config, 64));
    }

    private static void Rounds(ChapterCode cells)
    {
        var round = cells.Get<Func<float, float>>("InBrain");
        // 8 bits of fraction with the hidden one: from 1 to 2 in steps of 1/128; a tie goes to the even one.
        Assert.Equal(
            [1f, 1 + (1f / 128), 1f, 1 + (2f / 128), -3f, 1e38f],
            new[] { 1.003f, 1.006f, 1 + (1f / 256), 1 + (3f / 256), -3.001f, 1e38f }
                .Select((x, i) => i == 5 ? (Math.Abs((round(x) / x) - 1) < 0.004f ? x : 0) : round(x)));
        Assert.True(float.IsNaN(round(float.NaN)) && float.IsPositiveInfinity(round(float.PositiveInfinity)));
    }

    private static void Plans(ChapterCode cells)
    {
        var schedule = cells.Get<Func<int, int, Matrix<float>>>("PlanOf");
        foreach (var (machines, parts) in ((int, int)[])[(1, 1), (2, 1), (3, 5), (4, 4), (8, 3)])
        {
            Matrix<float> plan = schedule(machines, parts);
            int At(int machine, int task) => Array.IndexOf(plan.Row(machine).ToArray(), task);
            for (int part = 1; part <= parts; part++)
            {
                int[] order = [.. Enumerable.Range(0, machines).Select(i => At(i, part)),
                    .. Enumerable.Range(0, machines).Reverse().Select(i => At(i, -part))];
                Assert.DoesNotContain(-1, order);
                Assert.True(order.Zip(order.Skip(1)).All(pair => pair.First < pair.Second), $"{plan}");
            }

            Assert.Equal(2 * parts * machines, plan.Enumerate().Count(float.IsFinite));
            Assert.Equal(2 * (parts + machines - 1), plan.ColumnCount);
        }
    }

    public sealed class Cells() : ChapterCode("18");
}
