namespace TransformersFromScratch.Tests;

/// <summary>
/// The product that a browser uses, on this machine: whole registers and what is left of them, however matrices lie.
/// </summary>
public class BrowserProductTests
{
    private enum Lies { ByRows, ByColumns, Apart }

    [Fact]
    public void Gives_what_the_definition_gives_for_all_sizes_and_strides()
    {
        var random = new Random(1);
        int tried = 0;
        (int, int, int)[] sizes = [(1, 1, 1), (1, 9, 7), (5, 1, 6), (3, 4, 5), (4, 8, 16), (7, 10, 3), (2, 3, 0)];
        foreach (var (m, n, k) in sizes)
        {
            foreach (Lies a in Enum.GetValues<Lies>())
            {
                foreach (Lies b in Enum.GetValues<Lies>())
                {
                    foreach (Lies c in Enum.GetValues<Lies>())
                    {
                        Try(m, n, k, a, b, c, add: false, random);
                        Try(m, n, k, a, b, c, add: true, random);
                        tried += 2;
                    }
                }
            }
        }

        Assert.Equal(7 * 27 * 2, tried);
    }

    private static void Try(int m, int n, int k, Lies a, Lies b, Lies c, bool add, Random random)
    {
        float[] x = Numbers(m, k, random), y = Numbers(k, n, random), z = Numbers(m, n, random), before = [.. z];
        View result = ViewOf(z, m, n, c);
        MatrixProduct.MultiplyAsInBrowser(ViewOf(x, m, k, a), ViewOf(y, k, n, b), result, add);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = add ? before[At(i, j, m, n, c)] : 0;
                for (int p = 0; p < k; p++) { sum += (double)x[At(i, p, m, k, a)] * y[At(p, j, k, n, b)]; }

                float got = z[At(i, j, m, n, c)];
                Assert.True(
                    Math.Abs(sum - got) < 1e-5,
                    $"{m}x{k} {a} times {k}x{n} {b} in {c}, add {add}: ({i}, {j}) is {got}, not {sum}");
            }
        }
    }

    private static float[] Numbers(int rows, int columns, Random random) =>
        [.. Enumerable.Range(0, Math.Max(1, 3 * rows * columns)).Select(_ => random.NextSingle() - 0.5f)];

    private static View ViewOf(float[] numbers, int rows, int columns, Lies lies) => lies switch
    {
        Lies.ByRows => new(numbers, rows, columns, columns),
        Lies.ByColumns => new(numbers, rows, columns, 1, rows),
        _ => new(numbers, rows, columns, 3 * columns, 3),
    };

    private static int At(int row, int column, int rows, int columns, Lies lies) => lies switch
    {
        Lies.ByRows => row * columns + column,
        Lies.ByColumns => column * rows + row,
        _ => 3 * (row * columns + column),
    };
}
