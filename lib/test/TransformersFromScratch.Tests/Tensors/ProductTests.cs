namespace TransformersFromScratch.Tests.Tensors;

public unsafe class ProductTests
{
    /// <summary>
    /// The kernel as it chooses for itself, or one register width by name; each runs on every processor.
    /// </summary>
    public enum Width { Own, V512, V256, V128 }

    /// <summary>How an operand lies in memory.</summary>
    public enum Layout { Rows, Columns, RowsOfLarger, ColumnsOfLarger, Scattered }

    private static readonly Layout[] s_layouts = Enum.GetValues<Layout>();

    [Theory]
    [InlineData(Width.Own)]
    [InlineData(Width.V512)]
    [InlineData(Width.V256)]
    [InlineData(Width.V128)]
    public void Agrees_with_the_definition_for_every_small_shape(Width width)
    {
        var random = new Random(1);
        for (int m = 0; m <= 40; m++)
        {
            for (int n = 0; n <= 40; n++)
            {
                for (int k = random.Next(3); k <= 40; k += 1 + random.Next(4))
                {
                    Check(width, m, n, k, AnyLayout(random), AnyLayout(random), AnyLayout(random),
                        accumulate: random.Next(2) == 0, random);
                }
            }
        }
    }

    // One row, few rows (dots), whole tiles, tiles with a rest in every direction, and k beyond one packed panel.
    [Theory]
    [InlineData(1, 37, 50)]
    [InlineData(5, 70, 401)]
    [InlineData(12, 64, 32)]
    [InlineData(13, 67, 29)]
    [InlineData(33, 1, 45)]
    [InlineData(8, 33, 900)]
    public void Agrees_with_the_definition_for_every_layout(int m, int n, int k)
    {
        var random = new Random(2);
        foreach (Width width in Enum.GetValues<Width>())
        {
            foreach (Layout a in s_layouts)
            {
                foreach (Layout b in s_layouts)
                {
                    foreach (Layout c in s_layouts)
                    {
                        Check(width, m, n, k, a, b, c, accumulate: false, random);
                        Check(width, m, n, k, a, b, c, accumulate: true, random);
                    }
                }
            }
        }
    }

    [Fact]
    public void Agrees_with_the_definition_for_random_larger_shapes_on_several_threads()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 60; trial++)
        {
            Check(Width.Own, random.Next(1, 300), random.Next(1, 300), random.Next(1, 900), AnyLayout(random),
                AnyLayout(random), AnyLayout(random), accumulate: random.Next(2) == 0, random,
                threads: random.Next(1, 5));
        }
    }

    [Theory]
    [InlineData(1, 3000, 300)]
    [InlineData(4, 3000, 300)]
    [InlineData(16, 1003, 301)]
    [InlineData(100, 40, 500)]
    [InlineData(300, 65, 200)]
    [InlineData(257, 301, 401)]
    [InlineData(2000, 7, 130)]
    [InlineData(70, 100, 1024)] // Rows of A 4 kB apart.
    [InlineData(20, 5000, 500)] // More columns of B than are packed at once,
    [InlineData(30, 700, 2000)] // more rows of it,
    [InlineData(1100, 40, 1100)] // and a transposed A that is too large to be packed together.
    public void Is_bitwise_the_same_whatever_the_number_of_threads(int m, int n, int k)
    {
        var random = new Random(4);
        Layout[] layouts = [Layout.Rows, Layout.Columns];
        foreach (var (layoutA, layoutB, layoutC) in layouts.SelectMany(
            x => layouts.SelectMany(y => layouts.Select(z => (x, y, z)))))
        {
            Operand a = new(m, k, layoutA, random), b = new(k, n, layoutB, random), c = new(m, n, layoutC, random);
            float[] alone = Multiply(Width.Own, m, n, k, a, b, c, accumulate: true, threads: 1);
            foreach (int threads in new[] { 2, 3, 8 })
                Assert.Equal(Bits(alone), Bits(Multiply(Width.Own, m, n, k, a, b, c, accumulate: true, threads)));
        }
    }

    /// <summary>So a text that is written in a batch is the text that is written alone.</summary>
    [Theory]
    [InlineData(1003, 301)]
    [InlineData(76, 128)]
    [InlineData(33, 768)]
    public void A_row_is_bitwise_the_same_alone_and_beside_up_to_fifteen_others(int n, int k)
    {
        var random = new Random(6);
        Operand a = new(16, k, Layout.Rows, random), b = new(k, n, Layout.Columns, random);
        Operand c = new(16, n, Layout.Rows, random);
        foreach (bool accumulate in new[] { false, true })
        {
            float[] together = Multiply(Width.Own, 16, n, k, a, b, c, accumulate, threads: 2);
            for (int rows = 1; rows < 16; rows++)
            {
                float[] fewer = Multiply(Width.Own, rows, n, k, a, b, c, accumulate, threads: 1);
                Range own = Operand.Start..(Operand.Start + rows * n);
                Assert.Equal(Bits(together)[own], Bits(fewer)[own]);
            }
        }
    }

    [Fact]
    public void Is_bitwise_the_same_whatever_the_width_of_the_registers()
    {
        var random = new Random(5);
        Operand a = new(50, 800, Layout.Rows, random), b = new(800, 75, Layout.Columns, random);
        Operand c = new(50, 75, Layout.Rows, random);
        float[] narrow = Multiply(Width.V128, 50, 75, 800, a, b, c, accumulate: false, threads: 1);
        foreach (Width width in Enum.GetValues<Width>())
            Assert.Equal(Bits(narrow), Bits(Multiply(width, 50, 75, 800, a, b, c, accumulate: false, threads: 1)));
    }

    [Theory]
    [InlineData(3, 4, 5)]
    [InlineData(4, 70, 40)]
    [InlineData(50, 1, 60)]
    [InlineData(20, 33, 0)]
    [InlineData(301, 130, 401)]
    public void A_bias_is_what_every_row_starts_from(int m, int n, int k)
    {
        var random = new Random(7);
        float[] bias = [.. Enumerable.Range(0, n).Select(_ => random.NextSingle())];
        foreach (Layout layoutB in s_layouts)
        {
            foreach (Layout layoutC in s_layouts)
            {
                Operand a = new(m, k, Layout.Rows, random), b = new(k, n, layoutB, random),
                    c = new(m, n, layoutC, random);
                Operand biased = new(m, n, layoutC, random);
                for (int i = 0; i < m; i++)
                {
                    for (int j = 0; j < n; j++)
                        biased.Data[biased.At(i, j)] = bias[j];
                }

                float[] expected = Multiply(Width.Own, m, n, k, a, b, biased, accumulate: true, threads: 1),
                    result = [.. c.Data];
                View x = a.View(m, k), y = b.View(k, n), z = c.View(m, n, result);
                MatrixProduct.Multiply(x, y, z, bias);
                Assert.Equal(Bits(expected), Bits(result));

                MatrixProduct.Multiply(x, y, z, []);
                Assert.Equal(Bits(Multiply(Width.Own, m, n, k, a, b, c, accumulate: false, threads: 1)), Bits(result));
            }
        }
    }

    [Fact]
    public void An_empty_sum_is_zero_or_leaves_what_it_is_added_to()
    {
        float[] c = [1, 2, 3, 4, 5, 6];
        MatrixProduct.Multiply(new([], 2, 0, 0), new([], 0, 3, 3), new(c, 2, 3, 3), add: true);
        Assert.Equal([1, 2, 3, 4, 5, 6], c);
        MatrixProduct.Multiply(new([], 2, 0, 0), new([], 0, 3, 3), new(c, 2, 3, 3));
        Assert.Equal(new float[6], c);
        MatrixProduct.Multiply(new([], 0, 2, 2), new(new float[6], 2, 3, 3), new([], 0, 3, 3));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_a_number_reaches_its_own_row_and_no_other(float bad)
    {
        foreach (int m in new[] { 3, 20 })
        {
            foreach (int bRow in new[] { 1, 35 }) // weights [out, in] and [in, out]
            {
                float[] a = [.. Enumerable.Repeat(1f, m * 40)], b = [.. Enumerable.Repeat(0f, 40 * 35)],
                    c = new float[m * 35];
                a[2 * 40 + 17] = bad;
                MatrixProduct.Multiply(new(a, m, 40, 40), new(b, 40, 35, bRow, bRow == 1 ? 40 : 1), new(c, m, 35, 35));
                for (int i = 0; i < c.Length; i++)
                    Assert.Equal(i / 35 == 2, float.IsNaN(c[i])); // 0·∞ is NaN too
            }
        }
    }

    [Fact]
    public void Views_multiply_transposed_and_strided_memory()
    {
        // A is the transpose of a stored 3×2 matrix, B the first two columns of a 3×4 one.
        float[] a = [1, 2, 3, 4, 5, 6], b = [1, 0, 9, 9, 0, 1, 9, 9, 2, 2, 9, 9], c = new float[4];
        MatrixProduct.Multiply(new(a, 2, 3, 1, 2), new(b, 3, 2, 4), new(c, 2, 2, 2));
        Assert.Equal([11, 13, 14, 16], c);
        View turned = new View(a, 3, 2, 2).Transposed, block = new View(b, 3, 4, 4).Block(0, 3, 0, 2);
        MatrixProduct.Multiply(turned, block, new View(c, 2, 2, 2).Transposed, add: true);
        Assert.Equal([22, 27, 27, 32], c);
    }

    [Fact]
    public void A_product_names_what_does_not_fit()
    {
        float[] six = new float[6], four = new float[4], result = new float[4];
        AssertRefused("A view of 2×3 with rows 3 and columns 1 floats apart needs 6 floats; its memory holds 4",
            () => _ = new View(four, 2, 3, 3).Rows);
        AssertRefused("no negative size, such as -2×3", () => _ = new View(six, -2, 3, 3).Rows);
        AssertRefused("The strides of a 3×2 view, -2 and 1", () => _ = new View(six, 3, 2, -2).Rows);
        AssertRefused("2147483647×2147483647",
            () => _ = new View(six, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue).Rows);
        AssertRefused("A block of 2×2 from row 1 and column 0 on does not lie in 2×3",
            () => _ = new View(six, 2, 3, 3).Block(1, 2, 0, 2).Rows);
        AssertRefused("A is 2×3, B 2×3 and C 2×2",
            () => MatrixProduct.Multiply(new(six, 2, 3, 3), new(six, 2, 3, 3), new(result, 2, 2, 2)));
        AssertRefused("The bias has 3 numbers, but C is 2×2",
            () => MatrixProduct.Multiply(new(six, 2, 3, 3), new(six, 3, 2, 2), new(result, 2, 2, 2), new float[3]));
        AssertRefused("elements of C, 2×2, coincide",
            () => MatrixProduct.Multiply(new(six, 2, 3, 3), new(six, 3, 2, 2), new(result, 2, 2, 1)));
        AssertRefused("elements of C, 2×2, coincide",
            () => MatrixProduct.Multiply(new(six, 2, 3, 3), new(six, 3, 2, 2), new(result, 2, 2, 2, 0)));
        AssertRefused("memory of A, 2×2, or B",
            () => MatrixProduct.Multiply(new(six, 2, 2, 2), new(four, 2, 2, 2), new(six, 2, 2, 2)));

        static void AssertRefused(string part, Action multiply) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(multiply).Message);
    }

    [Fact]
    public void The_number_of_threads_is_at_least_one()
    {
        Assert.True(MatrixProduct.Threads >= 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Threads = 0);
    }

    private static Layout AnyLayout(Random random) => s_layouts[random.Next(s_layouts.Length)];

    private static int[] Bits(float[] numbers) => [.. numbers.Select(BitConverter.SingleToInt32Bits)];

    /// <summary>A matrix of numbers in [-1, 1), in memory that is NaN wherever it has no element.</summary>
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
            Data = new float[Start + rows * Row + columns * Column + 20];
            Array.Fill(Data, float.NaN);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    Data[At(i, j)] = 2 * random.NextSingle() - 1;
            }
        }

        public const int Start = 7;
        public float[] Data { get; }
        public int Row { get; }
        public int Column { get; }
        public int At(int i, int j) => Start + i * Row + j * Column;
        public View View(int rows, int columns, float[]? memory = null) =>
            new((memory ?? Data).AsSpan(Start), rows, columns, Row, Column);
    }

    /// <summary>The memory of C after the product; that of <paramref name="c"/> itself stays as it is.</summary>
    private static float[] Multiply(
        Width width, int m, int n, int k, Operand a, Operand b, Operand c, bool accumulate, int threads)
    {
        float[] result = [.. c.Data];
        fixed (float* pa = a.Data, pb = b.Data, pc = result)
        {
            var x = new Pinned(pa + Operand.Start, a.Row, a.Column);
            var y = new Pinned(pb + Operand.Start, b.Row, b.Column);
            var z = new Pinned(pc + Operand.Start, c.Row, c.Column);
            Pinned start = accumulate ? z : default;
            if (width == Width.V512)
                MatrixProduct.Run<Floats16>(m, n, k, x, y, z, start, threads);
            else if (width == Width.V256)
                MatrixProduct.Run<Floats8>(m, n, k, x, y, z, start, threads);
            else if (width == Width.V128)
                MatrixProduct.Run<Floats4>(m, n, k, x, y, z, start, threads);
            else
                MatrixProduct.Run(m, n, k, x, y, z, start, threads);
        }

        return result;
    }

    private static void Check(
        Width width, int m, int n, int k, Layout layoutA, Layout layoutB, Layout layoutC, bool accumulate,
        Random random, int threads = 1)
    {
        Operand a = new(m, k, layoutA, random), b = new(k, n, layoutB, random), c = new(m, n, layoutC, random);
        float[] before = [.. c.Data];
        if (!accumulate)
            Array.Fill(c.Data, float.NaN); // what is replaced must not be read
        float[] result = Multiply(width, m, n, k, a, b, c, accumulate, threads);

        string what = $"{width}, {threads} threads, {m}×{k} · {k}×{n}, {layoutA} · {layoutB} = {layoutC}, accumulate " +
            $"{accumulate}";
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = accumulate ? before[c.At(i, j)] : 0, size = Math.Abs(sum);
                for (int p = 0; p < k; p++)
                {
                    double term = (double)a.Data[a.At(i, p)] * b.Data[b.At(p, j)];
                    sum += term;
                    size += Math.Abs(term);
                }

                // Rounding k times loses at most k halves of the last bit of the largest partial sum.
                ref float actual = ref result[c.At(i, j)];
                if (!(Math.Abs(actual - sum) <= 6e-8 * (k + 1) * size + 1e-30))
                    Assert.Fail($"{what}: element ({i}, {j}) is {actual}, not {sum}.");
                actual = float.NaN;
            }
        }

        Assert.True(result.All(float.IsNaN), $"{what}: memory outside C was written.");
    }
}
