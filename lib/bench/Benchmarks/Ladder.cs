namespace TransformersFromScratch.Benchmarks;

/// <summary>From the definition to the library's product, idea by idea: what MatrixProduct.Tiles.cs quotes.</summary>
internal static class Ladder
{
    private static readonly Product s_product = new("ladder", 1024, 1024, 256);

    public static void Print()
    {
        Contestant peak = Peak.OnThreads(1);
        Contestant[] steps =
        [
            Step("the definition: for i, for j, for p", Definition),
            Step("rows of B instead of columns: for i, for p, for j", Rows),
            Step("eight and more columns at once: vectors", Vectors),
            Step("tiles, packing: MatrixProduct on one thread", (a, b, c) => s_product.Multiply(a, b, c, false)),
            Step("MatrixProduct on all threads", (a, b, c) => s_product.Multiply(a, b, c, parallel: true)),
        ];
        Measure.Interleaved(15, 20, [peak, .. steps]);
        Console.WriteLine($"## The ladder: {s_product}, GFLOP/s as median (best)");
        Console.WriteLine($"Beside a peak of {SideBySide.Gflops(peak)} on one thread.");
        Console.WriteLine();
        Console.WriteLine("| | GFLOP/s |");
        Console.WriteLine("|---|---|");
        foreach (Contestant step in steps)
            Console.WriteLine($"| {step.Name} | {SideBySide.Gflops(step)} |");
        Console.WriteLine();
    }

    private static Contestant Step(string name, Action<float[], float[], float[]> multiply)
    {
        (float[] a, float[] b, float[] c) = s_product.Numbers();
        return new(name, s_product.Flop, () => multiply(a, b, c));
    }

    private static void Definition(float[] a, float[] b, float[] c)
    {
        (int m, int n, int k) = (s_product.M, s_product.N, s_product.K);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0f;
                for (int p = 0; p < k; p++)
                    sum += a[i * k + p] * b[p * n + j];
                c[i * n + j] = sum;
            }
        }
    }

    private static void Rows(float[] a, float[] b, float[] c)
    {
        (int m, int n, int k) = (s_product.M, s_product.N, s_product.K);
        Array.Clear(c);
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                float x = a[i * k + p];
                for (int j = 0; j < n; j++)
                    c[i * n + j] += x * b[p * n + j];
            }
        }
    }

    private static void Vectors(float[] a, float[] b, float[] c)
    {
        (int m, int n, int k) = (s_product.M, s_product.N, s_product.K);
        int width = System.Numerics.Vector<float>.Count;
        Array.Clear(c);
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                var x = new System.Numerics.Vector<float>(a[i * k + p]);
                for (int j = 0; j <= n - width; j += width)
                {
                    var row = new System.Numerics.Vector<float>(b, p * n + j);
                    (x * row + new System.Numerics.Vector<float>(c, i * n + j)).CopyTo(c, i * n + j);
                }
            }
        }
    }
}
