using TransformersFromScratch;

namespace Course.Tests;

/// <summary>The cells of chapter 9 against the library, and against numbers that a pencil gives.</summary>
public class Chapter09Tests(Chapter09Tests.Cells cells) : IClassFixture<Chapter09Tests.Cells>
{
    [Fact]
    public void The_test_counts_labellings() => Chances(cells);

    [Fact]
    public void The_correction_is_Holms() => Corrections(cells);

    [Fact]
    public void The_sublayer_is_the_librarys_in_every_variant() => Sublayers(cells);

    [Fact]
    public void The_floor_counts_the_orders_of_a_bag() => Orders(cells);

    [Theory]
    [InlineData("cs-a840dbd4", ">= seen - 1e-12", "> seen + 1e-12")]
    [InlineData("cs-a840dbd4", "Math.Abs(Mean(bits, 1) - Mean(bits, 0))", "Mean(bits, 0) - Mean(bits, 1)")]
    [InlineData("cs-09turn2b", "(p.Length - rank)", "p.Length")]
    [InlineData("cs-09turn4b", "norm(f(x))", "f(x)")]
    [InlineData("cs-09turn3b", "!(loss < level)", "loss >= level")]
    [InlineData("cs-a22b1f81", "\n    - x.GroupBy(symbol => symbol).Sum(same => LogFactorial(same.Count()))", "")]
    public void A_slip_in_a_cell_is_red(string cell, string from, string to) =>
        cells.With(cell, from, to).IsSeenBy(Chances, Corrections, Sublayers, Orders, Settlings);

    [Fact]
    public void A_run_that_broke_down_has_not_learned() => Settlings(cells);

    private static void Chances(ChapterCode cells)
    {
        var chance = cells.Get<Func<double[], double[], double>>("Chance");
        Assert.Equal(1 / 3.0, chance([1, 2], [5, 9]), 1e-12);
        Assert.Equal(2 / 924.0, chance([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]), 1e-12);
        Assert.Equal(0.2, chance([9], [1, 2, 3, 4]), 1e-12); // five labellings, of which one differs as much
    }

    private static void Corrections(ChapterCode cells)
    {
        double[] corrected = cells.Get<Func<double[], double[]>>("Holm")([0.04, 0.01, 0.03, 0.9, 0.8]);
        Close.Numbers([0.12, 0.05, 0.12, 1, 1], corrected);
    }

    private static void Settlings(ChapterCode cells)
    {
        var settled = cells.Get<Func<double[], double, int>>("SettledAt");
        Assert.Equal(3, settled([3, 0.5, 2, 0.9, 0.4], 1));
        Assert.Equal(-1, settled([3, 0.5, double.NaN], 1));
        Assert.Equal(0, settled([0.5], 1));
    }

    private static void Sublayers(ChapterCode cells)
    {
        var sublayer = cells.Get<Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor>>(
            "Sublayer");
        var task = new SequenceTask(SequenceRule.Reverse, 5);
        var batch = TranslationBatch.Of(task.DrawPairs(3, new SeededRandom(1)));
        var model = new Transformer(
            new TransformerConfig
            {
                Vocabulary = task.Vocabulary, DModel = 16, Heads = 2, DFeedForward = 32, EncoderLayers = 1,
                DecoderLayers = 1, Dropout = 0,
            }, seed: 1);
        foreach (Without without in Enum.GetValues<Without>())
        {
            Assert.Equal(
                new AblatedTransformer(model, without).Forward(batch.Source, batch.Input).Data,
                new AblatedTransformer(model, without, sublayer).Forward(batch.Source, batch.Input).Data);
        }
    }

    private static void Orders(ChapterCode cells)
    {
        var orders = cells.Get<Func<int[], double>>("LogOrders");
        Assert.Equal(Math.Log(3), orders([7, 7, 2]), 1e-9);
        Assert.Equal(Math.Log(24), orders([3, 4, 5, 6]), 1e-9);
        Assert.Equal(0, orders([5, 5, 5]), 1e-9);
    }

    public sealed class Cells() : ChapterCode("09");
}
