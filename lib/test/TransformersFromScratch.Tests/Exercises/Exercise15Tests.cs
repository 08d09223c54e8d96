using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise15Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Sight()
    {
        static string With(Func<int, float, double> weight, int more = 0, bool divided = true) =>
            Exercise15.CheckSight((place, slope, share) =>
            {
                double[] weights = [.. Enumerable.Range(0, place + 1).Select(r => weight(r, slope))];
                double wanted = share * (divided ? weights.Sum() : 1), sum = 0;
                int keys = 0;
                while (keys < weights.Length && sum < wanted) { sum += weights[keys++]; }

                return keys + more;
            });

        AssertSays("✓", With((r, slope) => Math.Exp(-slope * r)));
        AssertSays("0 so far", Exercise15.CheckSight((_, _, _) => 0));
        AssertSays("all keys", Exercise15.CheckSight((place, _, _) => place + 1));
        AssertSays("too few", With((r, slope) => Math.Exp(-slope * r), more: -1));
        AssertSays("too many", With((r, slope) => Math.Exp(-slope * r), more: 1));
        AssertSays("slope is missing", With((_, _) => 1));
        AssertSays("Far keys", With((r, slope) => Math.Exp(slope * r)));
        AssertSays("powers of 2", With((r, slope) => Math.Pow(2, -slope * r)));
        AssertSays("not divided", With((r, slope) => Math.Exp(-slope * r), divided: false));
        AssertSays(
            "no beginning",
            Exercise15.CheckSight((_, slope, share) => (int)Math.Ceiling(-Math.Log(1 - share) / slope)));
    }

    [Fact]
    public void Cache()
    {
        static string With(Func<int, int, long, long, long> tokens, long each = 8) => Exercise15.CheckCache(
            (full, windowed, read, shared, width, window) =>
                each * tokens(full, windowed, read, window) * shared * width);

        AssertSays("✓", With((full, windowed, read, window) => (full * read) + (windowed * Math.Min(read, window))));
        AssertSays("0 so far", Exercise15.CheckCache((_, _, _, _, _, _) => 0));
        AssertSays("values are kept", With(
            (full, windowed, read, window) => (full * read) + (windowed * Math.Min(read, window)), each: 4));
        AssertSays("4 bytes", With(
            (full, windowed, read, window) => (full * read) + (windowed * Math.Min(read, window)), each: 2));
        AssertSays("window is ignored", With((full, windowed, read, _) => (full + windowed) * read));
        AssertSays("every layer", With((full, windowed, read, window) => (full + windowed) * Math.Min(read, window)));
        AssertSays("changed places", With(
            (full, windowed, read, window) => (windowed * read) + (full * Math.Min(read, window))));
        AssertSays("smaller of both", With((full, windowed, read, window) => (full * read) + (windowed * window)));
        AssertSays("Each layer", With((_, _, read, window) => read + Math.Min(read, window)));
        AssertSays(
            "overflow", Exercise15.CheckCache((full, windowed, tokens, shared, width, window) =>
                unchecked(8 * ((full * tokens) + (windowed * Math.Min(tokens, window))) * shared * width)));
    }

    [Fact]
    public void Balance()
    {
        static double Sum(Matrix<float> p, bool count = true) => Enumerable.Range(0, p.ColumnCount).Sum(i =>
            p.Column(i)
                .Average()
                    * (count ? p.EnumerateRows()
                        .Count(row => row.MaximumIndex() == i) / (double)p.RowCount : p.Column(i).Average()));

        AssertSays("✓", Exercise15.CheckBalance(p => p.ColumnCount * Sum(p)));
        AssertSays("0 so far", Exercise15.CheckBalance(_ => 0));
        AssertSays("factor E", Exercise15.CheckBalance(p => Sum(p)));
        AssertSays("mean probabilities twice", Exercise15.CheckBalance(p => p.ColumnCount * Sum(p, count: false)));
        AssertSays("number of experts", Exercise15.CheckBalance(p => p.RowCount * Sum(p)));
        AssertSays("divide the count", Exercise15.CheckBalance(p => p.ColumnCount * p.RowCount * Sum(p)));
        AssertSays("perfectly even", Exercise15.CheckBalance(_ => 1));
    }

    [Fact]
    public void The_balance_is_the_librarys()
    {
        Matrix<float> p = Softmax.Rows(Matrix<float>.Build.Random(20, 4, 3));
        int[][] sent =
            [.. Enumerable.Range(0, 4)
                .Select(i => Enumerable.Range(0, 20).Where(t => p.Row(t).MaximumIndex() == i).ToArray())];
        float balance = new Routing(sent, new Tensor(p.ToRowMajorArray(), 20, 4)).Balance().Scalar;
        AssertSays("✓", Exercise15.CheckBalance(q => q.ColumnCount * Enumerable.Range(0, q.ColumnCount).Sum(i =>
            q.Column(i).Average() * q.EnumerateRows().Count(row => row.MaximumIndex() == i) / (double)q.RowCount)));
        double mine = 4 * Enumerable.Range(0, 4).Sum(i => p.Column(i).Average() * (sent[i].Length / 20.0));
        Assert.Equal(mine, balance, 1e-5);
    }
}
