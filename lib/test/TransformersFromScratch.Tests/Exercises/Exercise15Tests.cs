using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise15Tests
{
    private const float Hidden = float.NegativeInfinity;

    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Alibi()
    {
        static string With(Func<int, int, float, float> at) =>
            Exercise15.CheckAlibi(
                (length, slope) => Matrix<float>.Build.Dense(length, length, (query, key) => at(query, key, slope)));

        AssertSays("✓", With((query, key, slope) => key > query ? Hidden : -slope * (query - key)));
        AssertSays("zeros so far", With((_, _, _) => 0));
        AssertSays("sees the future", With((query, key, slope) => -slope * Math.Abs(query - key)));
        AssertSays("sign is turned", With((query, key, slope) => key > query ? Hidden : slope * (query - key)));
        AssertSays("still to be taken away", With((query, key, _) => key > query ? Hidden : 0));
        AssertSays("slope is missing", With((query, key, _) => key > query ? Hidden : -(query - key)));
        AssertSays("changed places", With((query, key, slope) => query > key ? Hidden : -slope * (key - query)));
        AssertSays("highest bias", With((query, key, slope) => key > query ? 0 : -slope * (query - key)));
        AssertSays("T×T", Exercise15.CheckAlibi((length, _) => Matrix<float>.Build.Dense(length, length + 1)));
    }

    [Fact]
    public void Cache()
    {
        AssertSays(
            "✓", Exercise15.CheckCache(
                (layers, tokens, shared, width, window) => 2L * layers * Math.Min(
                    tokens, window) * shared * width * sizeof(float)));
        AssertSays("0 so far", Exercise15.CheckCache((_, _, _, _, _) => 0));
        AssertSays(
            "values are kept", Exercise15.CheckCache(
                (layers, tokens, shared, width, window) => 1L * layers * Math.Min(
                    tokens, window) * shared * width * 4));
        AssertSays(
            "4 bytes", Exercise15.CheckCache(
                (layers, tokens, shared, width, window) => 2L * layers * Math.Min(tokens, window) * shared * width));
        AssertSays(
            "window is ignored", Exercise15.CheckCache(
                (layers, tokens, shared, width, _) => 8L * layers * tokens * shared * width));
        AssertSays(
            "smaller of both", Exercise15.CheckCache(
                (layers, _, shared, width, window) => 8L * layers * window * shared * width));
        AssertSays(
            "overflow", Exercise15.CheckCache(
                (layers, tokens, shared, width, window) =>
                    unchecked(8 * layers * Math.Min(tokens, window) * shared * width)));
        AssertSays(
            "Each layer", Exercise15.CheckCache(
                (_, tokens, shared, width, window) => 8L * Math.Min(tokens, window) * shared * width));
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
