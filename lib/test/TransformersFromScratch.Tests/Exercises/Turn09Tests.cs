namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn09Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    private static string Settling(Func<double[], double, int> code) =>
        Said(Turn09Settled.Question.Judge(x => code(x.Curve, x.Level)));

    private static string Tested(Func<double[], double[], double> code) =>
        Said(Turn09Chance.Question.Judge(x => code(x.A, x.B)));

    private static string Said(Verdict verdict) => verdict.IsRight ? "✓" : verdict.IsEmpty ? "✎" : verdict.Words;

    [Fact]
    public void Right_versions_are_used()
    {
        Func<double[], double, int> settled = (curve, level) => Turn09Settled.Library((curve, level));
        Func<double[], double[], double> chance = (a, b) => Turn09Chance.Library((a, b));
        Func<double[], double[]> holm = Turn09Holm.Library;
        Func<Without, Tensor, Func<Tensor, Tensor>, Func<Tensor, Tensor>, Tensor> sublayer =
            AblatedTransformer.Sublayer;
        Assert.Same(settled, Turn09.Settled(settled));
        Assert.Same(chance, Turn09.Chance(chance));
        Assert.Same(holm, Turn09.Holm(holm));
        Assert.Same(sublayer, Turn09.Sublayer(sublayer));
    }

    [Fact]
    public void For_empty_or_wrong_ones_the_librarys_stand_in()
    {
        Assert.Equal(2, Turn09.Settled((_, _) => throw new NotImplementedException())([3, 2, 0.5], 1));
        Assert.Equal(1 / 3.0, Turn09.Chance((_, _) => 0)([1, 2], [5, 9]), 1e-9);
        Assert.Equal([0.06, 0.03, 0.06], Turn09.Holm(_ => throw new NotImplementedException())([0.04, 0.01, 0.03]));
        var x = new Tensor([1f, 2f], 1, 1, 2);
        Assert.Same(x, Turn09.Sublayer((_, z, _, _) => z)(Without.FeedForward, x, z => z, z => z));
        Assert.Equal([2, 4], Turn09.Sublayer((_, z, _, _) => z)(Without.LayerNorm, x, z => z, z => z * 9).Data);
    }

    [Fact]
    public void Each_slip_is_red_in_its_own_words()
    {
        Slips.AreTold(Turn09Settled.Question);
        Slips.AreTold(Turn09Chance.Question);
        Slips.AreTold(Turn09Holm.Question);
        Slips.AreTold(Turn09Sublayer.Question);
    }

    [Fact]
    public void Settled()
    {
        static int Last(double[] curve, Func<double, bool> above) => Array.FindLastIndex(curve, x => above(x));
        static int From(double[] curve, Func<double, bool> above, int add = 1) =>
            Last(curve, above) == curve.Length - 1 ? -1 : Last(curve, above) + add;

        AssertSays("✓", Settling((curve, level) => From(curve, x => !(x < level))));
        AssertSays("0 so far", Settling((_, _) => 0));
        AssertSays("first dips", Settling((curve, level) => Array.FindIndex(curve, x => x < level)));
        AssertSays("last point above", Settling((curve, level) => From(curve, x => !(x < level), 0)));
        AssertSays("One too late", Settling((curve, level) => From(curve, x => !(x < level), 2)));
        AssertSays("never settles", Settling((curve, level) => Last(curve, x => !(x < level)) + 1));
        AssertSays("NaN", Settling((curve, level) => From(curve, x => x >= level)));
        AssertSays("threw", Settling((_, _) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Chance()
    {
        static IEnumerable<int> Splits(int n, int k) =>
            Enumerable.Range(0, 1 << n).Where(bits => int.PopCount(bits) == k);
        static double Count(double[] a, double[] b, Func<double, double, bool> counts, bool sums = false)
        {
            double[] all = [.. a, .. b];
            double Difference(int bits)
            {
                double[] first = [.. all.Where((_, i) => (bits >> i & 1) == 1)],
                    rest = [.. all.Where((_, i) => (bits >> i & 1) == 0)];
                return sums ? rest.Sum() - first.Sum() : rest.Average() - first.Average();
            }

            double observed = Difference((1 << a.Length) - 1);
            return Splits(all.Length, a.Length).Average(bits => counts(Difference(bits), observed) ? 1.0 : 0);
        }

        static bool AtLeast(double x, double observed) => Math.Abs(x) >= Math.Abs(observed) - 1e-12;

        AssertSays("✓", Tested((a, b) => Count(a, b, AtLeast)));
        AssertSays("0 so far", Tested((_, _) => 0));
        AssertSays(
            "Divide", Tested(
                (a, b) => Splits(a.Length + b.Length, a.Length).Count() * Count(a, b, AtLeast)));
        AssertSays("smaller difference", Tested((a, b) => 1 - Count(a, b, AtLeast)));
        AssertSays(
            "only larger ones", Tested(
                (a, b) => Count(a, b, (x, observed) => Math.Abs(x) > Math.Abs(observed) + 1e-12)));
        AssertSays(
            "one side only", Tested((a, b) => Count(a, b, (x, observed) => x >= observed - 1e-12)));
        AssertSays(
            "one side only", Tested((a, b) => Count(a, b, (x, observed) => x <= observed + 1e-12)));
        AssertSays("compare means", Tested((a, b) => Count(a, b, AtLeast, sums: true)));
        AssertSays("without dice", Tested((a, b) => Math.Min(1, Count(a, b, AtLeast) + 0.013)));
        AssertSays(
            "those that are equal", Tested(
                (a, b) => a.Concat(b).Distinct().Count() == 1 ? 0.5 : Count(a, b, AtLeast)));
    }
}
