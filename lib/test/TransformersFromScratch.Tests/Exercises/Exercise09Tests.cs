namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise09Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void How_many_runs()
    {
        static double Least(int n) => Enumerable.Range(1, n).Aggregate(2.0, (p, i) => p * i / (n + i));
        static int Fewest(Func<int, bool> are) => Enumerable.Range(1, 60).First(are);

        AssertSays("✓", Exercise09.CheckRuns((m, level) => Fewest(n => m * Least(n) <= level)));
        AssertSays("✎", Exercise09.CheckRuns((_, _) => throw new NotImplementedException()));
        AssertSays("forgot the correction", Exercise09.CheckRuns((_, level) => Fewest(n => Least(n) <= level)));
        AssertSays("both together", Exercise09.CheckRuns((m, level) => 2 * Fewest(n => m * Least(n) <= level)));
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
