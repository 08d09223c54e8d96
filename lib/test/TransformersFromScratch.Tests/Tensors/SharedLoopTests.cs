namespace TransformersFromScratch.Tests.Tensors;

public class SharedLoopTests
{
    [Fact]
    public void Runs_every_range_once_and_passes_on_what_it_throws()
    {
        int[] counts = new int[1003];
        SharedLoop.For(1003, 10, 4, (first, end) =>
        {
            for (int i = first; i < end; i++) { Interlocked.Increment(ref counts[i]); }
        });
        Assert.All(counts, count => Assert.Equal(1, count));
        Assert.Throws<InvalidOperationException>(() => SharedLoop.For(100, 1, 4, (i, _) =>
        {
            if (i == 37) { throw new InvalidOperationException(); }
        }));
    }

    /// <summary>
    /// More callers than processors, loops within loops, and helpers that come late: everyone ends, with everything
    /// done.
    /// </summary>
    [Fact]
    public async Task Many_callers_at_once_share_the_helpers()
    {
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(() =>
        {
            for (int round = 0; round < 300; round++)
            {
                int sum = 0;
                SharedLoop.For(12, 1, 3, (i, _) =>
                {
                    int inner = 0;
                    SharedLoop.For(20, 4, 2, (first, end) => Interlocked.Add(ref inner, end - first));
                    Interlocked.Add(ref sum, inner * i);
                });
                Assert.Equal(20 * 66, sum);
            }
        }));
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Products_on_many_threads_at_once_do_not_disturb_one_another()
    {
        var random = new Random(1);
        float[] a = Numbers(90 * 200), b = Numbers(200 * 150), expected = new float[90 * 150];
        MatrixProduct.Multiply(new(a, 90, 200, 1, 90), new(b, 200, 150, 150), new(expected, 90, 150, 150));
        var callers = Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
        {
            float[] c = new float[90 * 150];
            for (int round = 0; round < 200; round++)
            {
                Array.Fill(c, float.NaN);
                MatrixProduct.Multiply(new(a, 90, 200, 1, 90), new(b, 200, 150, 150), new(c, 90, 150, 150));
                Assert.Equal(expected, c);
            }
        }));
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
