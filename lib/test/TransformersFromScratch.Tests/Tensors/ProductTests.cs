using System.Runtime.Intrinsics;

namespace TransformersFromScratch.Tests.Tensors;

public unsafe class ProductTests
{
    public enum Width { Best, V512, V256, V128 }

    // How an operand lies in memory: its rows or its columns contiguous, tight or inside a larger matrix, or neither.
    public enum Layout { Rows, Columns, RowsOfLarger, ColumnsOfLarger, Scattered }

    private sealed class Operand
    {
        public Operand(int rows, int columns, Layout layout, Random random)
        {
            (Row, Column) = layout switch
            {
                Layout.Rows => (columns, 1),
                Layout.Columns => (1, rows),
                Layout.RowsOfLarger => (columns + 5, 1),
                Layout.ColumnsOfLarger => (1, rows + 3),
                _ => (2 * columns + 1, 2),
            };
            Start = 7;
            Data = new float[Start + (rows + 1) * Row + (columns + 1) * Column + 16];
            for (int i = 0; i < Data.Length; i++)
                Data[i] = 2 * random.NextSingle() - 1;
        }

        public float[] Data { get; }
        public int Start { get; }
        public int Row { get; }
        public int Column { get; }
        public int At(int i, int j) => Start + i * Row + j * Column;
    }

    private static void Multiply(
        Width width, int threads, int m, int n, int k, Operand a, Operand b, float[] cData, Operand c, bool accumulate)
    {
        fixed (float* pa = a.Data, pb = b.Data, pc = cData)
        {
            float* at = pa + a.Start, bt = pb + b.Start, ct = pc + c.Start;
            var x = new MatrixProduct.View(at, a.Row, a.Column);
            var y = new MatrixProduct.View(bt, b.Row, b.Column);
            var z = new MatrixProduct.View(ct, c.Row, c.Column);
            switch (width)
            {
                case Width.V512:
                    MatrixProduct.Run<Lanes512, Vector512<float>>(m, n, k, x, y, z, accumulate, threads);
                    break;
                case Width.V256:
                    MatrixProduct.Run<Lanes256, Vector256<float>>(m, n, k, x, y, z, accumulate, threads);
                    break;
                case Width.V128:
                    MatrixProduct.Run<Lanes128, Vector128<float>>(m, n, k, x, y, z, accumulate, threads);
                    break;
                default:
                    MatrixProduct.Multiply(
                        m, n, k, at, a.Row, a.Column, bt, b.Row, b.Column, ct, c.Row, c.Column, accumulate);
                    break;
            }
        }
    }

    private static void Check(Width width, int m, int n, int k, Layout la, Layout lb, Layout lc, bool accumulate, Random random)
    {
        var a = new Operand(m, k, la, random);
        var b = new Operand(k, n, lb, random);
        var c = new Operand(m, n, lc, random);
        float[] result = [.. c.Data];
        Multiply(width, 1, m, n, k, a, b, result, c, accumulate);

        float[] expected = [.. c.Data];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = accumulate ? c.Data[c.At(i, j)] : 0;
                for (int p = 0; p < k; p++)
                    sum += (double)a.Data[a.At(i, p)] * b.Data[b.At(p, j)];
                expected[c.At(i, j)] = (float)sum;
            }
        }

        float tolerance = 1e-6f * (k + 1);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(result[i] - expected[i]) <= tolerance))
                Assert.Fail($"{width} {m}x{k}·{k}x{n}, {la}·{lb}={lc}, accumulate {accumulate}: [{i}] {result[i]}, not {expected[i]}");
        }
    }

    [Theory]
    [InlineData(Width.Best)]
    [InlineData(Width.V512)]
    [InlineData(Width.V256)]
    [InlineData(Width.V128)]
    public void Agrees_with_the_definition_for_every_small_shape(Width width)
    {
        var random = new Random(1);
        Layout[] layouts = Enum.GetValues<Layout>();
        for (int m = 0; m <= 40; m++)
        {
            for (int n = 0; n <= 40; n++)
            {
                for (int k = 0; k <= 40; k += 1 + random.Next(3))
                {
                    Check(width, m, n, k, layouts[random.Next(5)], layouts[random.Next(5)], layouts[random.Next(5)],
                        random.Next(2) == 0, random);
                }
            }
        }
    }
}
