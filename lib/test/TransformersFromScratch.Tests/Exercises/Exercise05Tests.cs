using MathNet.Numerics.LinearAlgebra;
using Row = (string Name, int D, int Ff, int N, int DK, int Paper);

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise05Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Vocabularies_that_fit()
    {
        AssertSays("✓", Check("d_ff = 1024", "N = 4"));
        AssertSays("✓", Check("N = 4", "d_ff = 1024"));
        AssertSays("Now the two rows", Check());
        AssertSays("Now the two rows", Exercise05.CheckFitting(Fitting, null!));
        AssertSays("without 'base' the range is what it is with it, 40,932 to 41,160", Check("base", "N = 4"));
        AssertSays("no 'big'", Check("N = 4", "big"));
        AssertSays("find both", Check("N = 4"));
        AssertSays("find both", Check("N = 4", "N = 4"));
        AssertSays("cut the decimals off", Exercise05.CheckFitting(rows => Search(rows, Math.Floor), []));
        AssertSays("first row alone", Exercise05.CheckFitting(rows => Fitting(rows[..1]), []));
        AssertSays("Yours to write", Exercise05.CheckFitting(_ => throw new NotImplementedException(), []));
        Assert.Equal((0, 0), Exercise05Table3.Range([.. Exercise05Table3.Rows, Exercise05Table3.Big]));
        Slips.AreTold(Exercise05Table3.Fitting);

        static string Check(params string[] deciding) => Exercise05.CheckFitting(Fitting, deciding);

        static (long, long) Fitting(Row[] rows) => Search(rows, Math.Round);

        // As a reader would: one vocabulary after the other, counted by the library.
        static (long, long) Search(Row[] rows, Func<double, double> round)
        {
            var known = rows.Select(row => (row.D, Others: Rest(row), row.Paper)).ToArray();
            var found = Enumerable.Range(1, 100_000).Where(v => Array.TrueForAll(
                known, row => round(((v * (long)row.D) + row.Others) / 1e6) == row.Paper)).ToList();
            return found.Count == 0 ? (0, 0) : (found[0], found[^1]);
        }
    }

    /// <summary>All parameters but the embedding, of heads that are d_k wide and not d/h.</summary>
    private static long Rest(Row row)
    {
        var config = new TransformerConfig
        {
            Vocabulary = 5, DModel = row.D, DFeedForward = row.Ff, EncoderLayers = row.N, DecoderLayers = row.N
        };
        long narrower = 3L * row.N * 2 * (row.D + 1) * (row.D - (8 * row.DK));
        return config.ParameterCount() - (5 * row.D) - narrower;
    }

    [Fact]
    public void Decoder_mask()
    {
        AssertSays("✓", Exercise05.CheckDecoderMask(ids => Mask.Causal(ids.Length) | Mask.Padding(ids.Length, ids, 0)));
        AssertSays(
            "Nothing is hidden", Exercise05.CheckDecoderMask(
                ids => Mask.Where(ids.Length, ids.Length, (_, _) => false)));
        AssertSays("Padding is not hidden", Exercise05.CheckDecoderMask(ids => Mask.Causal(ids.Length)));
        AssertSays("future is not hidden", Exercise05.CheckDecoderMask(ids => Mask.Padding(ids.Length, ids, 0)));
        AssertSays("5×5", Exercise05.CheckDecoderMask(ids => Mask.Causal(3)));
    }

    [Fact]
    public void Weight_of_the_word()
    {
        // α⁴ = k² (α² + 1)(α² + 0.32) with k = share^(1/layers), solved for α².
        AssertSays("✓", Exercise05.CheckWeight((share, layers) =>
        {
            double k2 = Math.Pow(share, 2.0 / layers), half = 0.66 * k2;
            return Math.Sqrt((half + Math.Sqrt((half * half) + ((1 - k2) * k2 * 0.32))) / (1 - k2));
        }));
        Slips.AreTold(Exercise05Weight.Question);
    }

    [Fact]
    public void Order_that_is_noticed()
    {
        AssertSays("✓", Exercise05.CheckOrder(Notices, 2));
        AssertSays("Now use it", Exercise05.CheckOrder(Notices, 0));
        AssertSays("one layer", Exercise05.CheckOrder(Notices, 1));
        AssertSays("fewer layers", Exercise05.CheckOrder(Notices, 3));
        AssertSays("last digits", Exercise05.CheckOrder((_, _, _) => (true, true), 2));
        AssertSays("last row alone", Exercise05.CheckOrder(
            (model, source, input) =>
                (Notices(model, source, input).Source, Differ(model(source, input), model(source, Swap(input))) > 1e-3),
            2));
        Slips.AreTold(Exercise05Order.Question);
    }

    /// <summary>The number that the reader is to find, by the models that the exercise gives.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_model_without_positions_notices_what_it_has_written_from_the_second_layer_on(int layers, bool noticed)
    {
        var model = Exercise05.WithoutPositions(60, layers);
        Assert.Equal((false, noticed), Notices(model, [5, 9, 33], [1, 7, 8, 40, 12]));
        Assert.Equal((5, 60), (model([5, 9], [1, 7, 8, 40, 12]).RowCount, model([5, 9], [1]).ColumnCount));
    }

    /// <summary>
    /// What is noticed shows by far more than what is rounded, whichever two tokens the reader exchanges.
    /// </summary>
    [Fact]
    public void Between_noticing_and_rounding_lies_a_wide_gap()
    {
        double noticed = double.MaxValue, rounded = 0;
        foreach (Exercise05Order.Model x in Exercise05Order.Question.Inputs)
        {
            Matrix<float> before = x.Forward(x.Source, x.Input);
            var changed = Exchanged(x.Source, 0, x.Source.Length)
                .Select(source => (Sees: x.SeesSource, After: x.Forward(source, x.Input)))
                .Concat(Exchanged(x.Input, 1, x.Input.Length - 1)
                    .Select(input => (Sees: x.SeesInput, After: x.Forward(x.Source, input))));
            foreach (var (sees, after) in changed)
            {
                double change = (before - after).Row(before.RowCount - 1).AbsoluteMaximum();
                if (sees) { noticed = Math.Min(noticed, change); } else { rounded = Math.Max(rounded, change); }
            }
        }

        Assert.True(noticed > 0.002, $"Noticed: {noticed}.");
        Assert.True(rounded < 1e-4, $"Rounded: {rounded}.");
    }

    /// <summary>The ids with two of them exchanged, for every two places from the start to before the end.</summary>
    private static IEnumerable<int[]> Exchanged(int[] ids, int start, int end) =>
        from first in Enumerable.Range(start, end - start)
        from second in Enumerable.Range(first + 1, end - first - 1)
        select ids.Select((id, i) => i == first ? ids[second] : i == second ? ids[first] : id).ToArray();

    private static (bool Source, bool Input) Notices(
        Func<int[], int[], Matrix<float>> model, int[] source, int[] input)
    {
        bool Changes(int[] s, int[] t) => (model(source, input) - model(s, t)).Row(input.Length - 1).AbsoluteMaximum()
            > 0.001;
        return (Changes([source[1], source[0], .. source[2..]], input), Changes(source, Swap(input)));
    }

    private static int[] Swap(int[] input) => [input[0], input[2], input[1], .. input[3..]];

    private static double Differ(Matrix<float> one, Matrix<float> other) =>
        (one - other).Enumerate().Max(v => (double)MathF.Abs(v));
}
