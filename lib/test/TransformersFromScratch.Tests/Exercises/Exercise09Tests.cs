namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise09Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Settled()
    {
        static int Last(double[] curve, Func<double, bool> above) => Array.FindLastIndex(curve, x => above(x));
        static int From(double[] curve, Func<double, bool> above, int add = 1) =>
            Last(curve, above) == curve.Length - 1 ? -1 : Last(curve, above) + add;

        AssertSays("✓", Exercise09.CheckSettled((curve, level) => From(curve, x => !(x < level))));
        AssertSays("0 so far", Exercise09.CheckSettled((_, _) => 0));
        AssertSays("first dips", Exercise09.CheckSettled((curve, level) => Array.FindIndex(curve, x => x < level)));
        AssertSays("last point above", Exercise09.CheckSettled((curve, level) => From(curve, x => !(x < level), 0)));
        AssertSays("One too late", Exercise09.CheckSettled((curve, level) => From(curve, x => !(x < level), 2)));
        AssertSays("never settles", Exercise09.CheckSettled((curve, level) => Last(curve, x => !(x < level)) + 1));
        AssertSays("NaN", Exercise09.CheckSettled((curve, level) => From(curve, x => x >= level)));
        AssertSays("threw", Exercise09.CheckSettled((_, _) => throw new InvalidOperationException()));
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

        AssertSays("✓", Exercise09.CheckChance((a, b) => Count(a, b, AtLeast)));
        AssertSays("0 so far", Exercise09.CheckChance((_, _) => 0));
        AssertSays(
            "Divide", Exercise09.CheckChance(
                (a, b) => Splits(a.Length + b.Length, a.Length).Count() * Count(a, b, AtLeast)));
        AssertSays("smaller difference", Exercise09.CheckChance((a, b) => 1 - Count(a, b, AtLeast)));
        AssertSays(
            "only larger ones", Exercise09.CheckChance(
                (a, b) => Count(a, b, (x, observed) => Math.Abs(x) > Math.Abs(observed) + 1e-12)));
        AssertSays(
            "one side only", Exercise09.CheckChance((a, b) => Count(a, b, (x, observed) => x >= observed - 1e-12)));
        AssertSays(
            "one side only", Exercise09.CheckChance((a, b) => Count(a, b, (x, observed) => x <= observed + 1e-12)));
        AssertSays("compare means", Exercise09.CheckChance((a, b) => Count(a, b, AtLeast, sums: true)));
        AssertSays("without dice", Exercise09.CheckChance((a, b) => Math.Min(1, Count(a, b, AtLeast) + 0.013)));
        AssertSays(
            "those that are equal", Exercise09.CheckChance(
                (a, b) => a.Concat(b).Distinct().Count() == 1 ? 0.5 : Count(a, b, AtLeast)));
    }

    [Fact]
    public void Sees()
    {
        static bool[,] Table(
            Func<int[], double[][]> model, int length, Func<double[], double[], bool> differ, bool restore = true,
            bool turned = false, int shift = 1, bool itself = true)
        {
            int[] ids = [.. Enumerable.Range(3, length)];
            double[][] before = model([.. ids]);
            bool[,] table = new bool[length, length];
            for (int s = 0; s < length; s++)
            {
                int old = ids[s];
                ids[s] += shift;
                double[][] after = model([.. ids]);
                for (int t = 0; t < length; t++)
                {
                    table[turned ? s : t, turned ? t : s] = differ(before[t], after[t]) && (itself || s != t);
                }

                ids[s] = restore ? old : ids[s];
            }

            return table;
        }

        static bool Rows(double[] x, double[] y) => !x.SequenceEqual(y);

        AssertSays("✓", Exercise09.CheckSees((model, length) => Table(model, length, Rows)));
        AssertSays("Was the model asked", Exercise09.CheckSees((_, length) => new bool[length, length]));
        AssertSays(
            "nobody sees anything", Exercise09.CheckSees((model, length) => Table(model, length, Rows, shift: 0)));
        AssertSays(
            "nobody sees anything", Exercise09.CheckSees(
                (model, length) => Table(model, length, (x, y) => x[0] != y[0])));
        AssertSays(
            "everybody sees everything",
            Exercise09.CheckSees((model, length) => Table(model, length, (x, y) => x != y)));
        AssertSays("on its side", Exercise09.CheckSees((model, length) => Table(model, length, Rows, turned: true)));
        AssertSays(
            "may see itself", Exercise09.CheckSees((model, length) => Table(model, length, Rows, itself: false)));
        AssertSays(
            "put the old token back",
            Exercise09.CheckSees((model, length) => Table(model, length, Rows, restore: false)));
        AssertSays("5×5", Exercise09.CheckSees((_, _) => new bool[2, 3]));
    }
}
