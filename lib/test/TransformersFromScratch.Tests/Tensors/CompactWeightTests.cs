namespace TransformersFromScratch.Tests.Tensors;

/// <summary>Weights of 8 and 16 bits, and the product with them.</summary>
public class CompactWeightTests
{
    private static readonly WeightFormat[] s_formats =
        [WeightFormat.Float16, WeightFormat.BFloat16, WeightFormat.Int8];

    public static TheoryData<WeightFormat> Formats => [.. s_formats];

    private delegate void Multiplication(View x, CompactWeight weight, View y, ReadOnlySpan<float> bias, int threads);

    /// <summary>The registers of every width, whichever this processor has, and what it would choose.</summary>
    private static readonly (string Name, Multiplication Multiply)[] s_widths =
    [
        ("512", (x, w, y, b, threads) => MatrixProduct.MultiplyCompact<Floats16>(x, w, y, b, threads)),
        ("256", (x, w, y, b, threads) => MatrixProduct.MultiplyCompact<Floats8>(x, w, y, b, threads)),
        ("128", (x, w, y, b, threads) => MatrixProduct.MultiplyCompact<Floats4>(x, w, y, b, threads)),
        ("own", (x, w, y, b, _) => MatrixProduct.MultiplyCompact(x, w, y, b)),
    ];

    private static Tensor Random(Random random, params int[] shape)
    {
        var tensor = new Tensor(shape);
        foreach (ref float number in tensor.Data.AsSpan())
        {
            // Some are large, some so small that float16 has no leading 1 for them, some 0.
            number = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-7, 1)) * random.Next(4);
        }

        return tensor;
    }

    [Theory, MemberData(nameof(Formats))]
    public void The_product_is_that_of_the_widened_weight_for_all_sizes_and_registers(WeightFormat format)
    {
        var random = new Random(1);
        for (int trial = 0; trial < 400; trial++)
        {
            int m = 1 + (trial % 40), n = random.Next(1, 70), k = random.Next(1, 140);
            Tensor x = Random(random, m, k), bias = Random(random, n);
            var weight = CompactWeight.Of(Random(random, n, k), format);
            double[] want = Product(x, weight.Widened(), bias, out double[] size);
            foreach (var (name, multiply) in s_widths)
            {
                float[] y = new float[m * n];
                Array.Fill(y, float.NaN); // What is written must not be read.
                multiply(x.AsView(), weight, new View(y, m, n, n), bias.Span, random.Next(1, 4));
                for (int i = 0; i < y.Length; i++)
                {
                    Assert.True(
                        Math.Abs(y[i] - want[i]) <= (1e-6 * size[i]) + 1e-30,
                        $"{m}×{k} · {k}×{n}, {format}, registers {name}: [{i}] is {y[i]:R}, not {want[i]:R}.");
                }
            }
        }
    }

    /// <summary>Sizes at which threads share the work and a weight is widened in several blocks.</summary>
    [Theory, MemberData(nameof(Formats))]
    public void A_row_is_the_same_in_a_batch_and_alone_and_on_any_number_of_threads(WeightFormat format)
    {
        var random = new Random(2);
        foreach (var (n, k) in new[] { (1003, 301), (515, 768), (70, 4001) })
        {
            var weight = CompactWeight.Of(Random(random, n, k), format);
            Tensor x = Random(random, 16, k), bias = Random(random, n);
            foreach (var (name, multiply) in s_widths)
            {
                foreach (int m in new[] { 2, 7, 16 })
                {
                    float[] together = new float[m * n], alone = new float[n];
                    multiply(new View(x.Span, m, k, k), weight, new View(together, m, n, n), bias.Span, 3);
                    for (int row = 0; row < m; row++)
                    {
                        multiply(new View(x.Row(row), 1, k, k), weight, new View(alone, 1, n, n), bias.Span, 1);
                        Assert.True(
                            together.AsSpan(row * n, n).SequenceEqual(alone), $"{format} {name}: row {row} of {m}");
                    }
                }
            }
        }
    }

    /// <summary>Every float16 there is, but for infinities and NaN; every int8; every upper half of a float.</summary>
    [Fact]
    public void Registers_widen_every_number_exactly()
    {
        float[] halves = [.. Enumerable.Range(0, 1 << 16)
            .Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits)).Where(float.IsFinite)];
        float[] upper = [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.Int32BitsToSingle(bits << 16))
            .Where(number => float.IsFinite(number) && (number == 0 || Math.Abs(number) > 1e-30f)
                && Math.Abs(number) < 1e30f)];
        float[] steps = [.. Enumerable.Range(-127, 255).Select(step => (float)step)];
        foreach (var (format, numbers) in new[]
        {
            (WeightFormat.Float16, halves), (WeightFormat.BFloat16, upper), (WeightFormat.Int8, steps),
        })
        {
            // All but the j-th number of each row of 48 are multiplied by 0.
            const int width = 48;
            int rows = numbers.Length / width;
            var weight = CompactWeight.Of(new Tensor(numbers[..(rows * width)], rows, width), format);
            float[] wide = weight.Widened().Data;
            if (format != WeightFormat.Int8) { Assert.Equal(numbers[..wide.Length], wide); }

            for (int j = 0; j < width; j++)
            {
                float[] one = new float[width], y = new float[rows];
                one[j] = 1;
                foreach (var (name, multiply) in s_widths)
                {
                    multiply(new View(one, 1, width, width), weight, new View(y, 1, rows, rows), [], 1);
                    for (int row = 0; row < rows; row++)
                    {
                        float want = wide[(row * width) + j];
                        Assert.True(y[row] == want, $"{format} {name}: {y[row]:R}, not {want:R}");
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void Rounding_is_off_by_half_a_step_at_most(WeightFormat format)
    {
        var random = new Random(3);
        for (int trial = 0; trial < 200; trial++)
        {
            int n = random.Next(1, 9), k = random.Next(1, 50);
            Tensor exact = Random(random, n, k);
            var weight = CompactWeight.Of(exact, format);
            float[] rounded = weight.Widened().Data;
            for (int i = 0; i < rounded.Length; i++)
            {
                float size = Math.Abs(exact.Data[i]);
                double step = format switch
                {
                    WeightFormat.Int8 => weight.Scales[i / k],
                    WeightFormat.Float16 => Math.Max(Math.Pow(2, -24), size * Math.Pow(2, -10)),
                    _ => size * Math.Pow(2, -7),
                };
                Assert.True(
                    Math.Abs(rounded[i] - exact.Data[i]) <= (step * 0.5001) + 1e-38, $"{exact.Data[i]:R} became " +
                    $"{rounded[i]:R} in {format}: a step is {step:R}.");
            }

            if (format == WeightFormat.Int8)
            {
                for (int row = 0; row < n; row++) // The largest number of a row stays what it is.
                {
                    float largest = exact.Row(row).ToArray().Max(Math.Abs);
                    Assert.Equal(largest, rounded[(row * k)..((row + 1) * k)].Max(Math.Abs), largest * 1e-6);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void What_is_rounded_already_stays_as_it_is(WeightFormat format)
    {
        Tensor rounded = CompactWeight.Of(Random(new Random(4), 20, 33), format).Widened();
        Tensor again = CompactWeight.Of(rounded, format).Widened();
        Assert.All(rounded.Data.Zip(again.Data), pair =>
            Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-6));
    }

    [Fact]
    public void A_row_of_zeros_and_one_of_tiny_numbers_are_rounded_without_harm()
    {
        var weight = CompactWeight.Of(new Tensor([0, 0, 1e-45f, -1e-45f, 3e-44f, 1e-44f], 3, 2), WeightFormat.Int8);
        Assert.All(weight.Widened().Data, number => Assert.InRange(number, -4e-44f, 4e-44f));
        Assert.Equal(0, weight.Scales[0]);
    }

    [Fact]
    public void What_cannot_be_rounded_is_named()
    {
        foreach (WeightFormat format in s_formats)
        {
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                Says(() => CompactWeight.Of(new Tensor([1, 2, 3, 4, 5, bad], 2, 3), format), "row 1, column 2",
                    "diverged");
            }
        }

        Says(() => CompactWeight.Of(new Tensor([1, 65520], 1, 2), WeightFormat.Float16), "65520", "column 1",
            "Take another format");
        _ = CompactWeight.Of(new Tensor([65519, 1e38f], 2, 1), WeightFormat.BFloat16);
        _ = CompactWeight.Of(new Tensor([65519, -65519], 2, 1), WeightFormat.Float16);
        Says(() => CompactWeight.Of(new Tensor([float.MaxValue], 1, 1), WeightFormat.BFloat16), "more than BFloat16");
        Says(() => CompactWeight.Of(new Tensor(2, 3, 4), WeightFormat.Int8), "[2, 3, 4]");
        Says(() => CompactWeight.Of(new Tensor(2, 3), WeightFormat.Float32), "not Float32");
        Says(() => CompactWeight.Of(new Tensor(2, 3), WeightFormat.Int8).CopyRow(2, new float[3]), "not a row 2 of 3");
        Says(() => MatrixProduct.MultiplyCompact(
            new View(new float[8], 2, 4, 4), CompactWeight.Of(new Tensor(2, 3), WeightFormat.Int8),
            new View(new float[4], 2, 2, 2), []), "A is 2×4, W 2×3, C 2×2");

        static void Says(Action action, params string[] parts)
        {
            string message = Assert.Throws<ArgumentException>(action).Message;
            Assert.All(parts, part => Assert.Contains(part, message));
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_compact_tensor_computes_with_its_rounded_numbers_and_gives_no_gradient(WeightFormat format)
    {
        var random = new Random(5);
        Tensor weight = Random(random, 12, 10), x = Random(random, 3, 10);
        weight.RequiresGradient = true;
        Tensor rounded = CompactWeight.Of(weight, format).Widened();
        weight.Compact(format);
        Assert.False(weight.RequiresGradient);
        Assert.Equal(rounded.Data, weight.Compacted!.Widened().Data);
        Assert.Equal(Op.Embedding(rounded, [3, 11, 3], 3).Data, Op.Embedding(weight, [3, 11, 3], 3).Data);
        Assert.All(Op.Linear(x, rounded).Data.Zip(Op.Linear(x, weight).Data), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-6));

        string told = $"This weight of shape [12, 10] is held as {format}";
        Assert.Contains(told, Assert.Throws<InvalidOperationException>(() => weight.Data).Message);
        Assert.Contains(told, Assert.Throws<InvalidOperationException>(() => weight.AsMatrix()).Message);
        Assert.Contains(told, Assert.Throws<InvalidOperationException>(() => weight.RequiresGradient = true).Message);
        Assert.Contains(told, Assert.Throws<InvalidOperationException>(
            () => weight.Compact(WeightFormat.Float32)).Message);
        Assert.Contains($"held as {format}", weight.ToString());
        x.RequiresGradient = true;
        Tensor y = Op.Linear(x, weight);
        Tensor loss = Op.CrossEntropy(y, [1, 2, 3]);
        Assert.Contains(told, Assert.Throws<InvalidOperationException>(loss.Backward).Message);
    }

    /// <summary>x Wᵀ + b in double, and the sum of the sizes of its terms, which bounds the rounding.</summary>
    private static double[] Product(Tensor x, Tensor weight, Tensor bias, out double[] size)
    {
        int m = x.Shape[0], k = x.Shape[1], n = weight.Shape[0];
        double[] y = new double[m * n];
        size = new double[m * n];
        for (int i = 0; i < y.Length; i++)
        {
            (y[i], size[i]) = (bias.Data[i % n], Math.Abs(bias.Data[i % n]));
            for (int p = 0; p < k; p++)
            {
                double term = (double)x.Data[(i / n * k) + p] * weight.Data[(i % n * k) + p];
                (y[i], size[i]) = (y[i] + term, size[i] + Math.Abs(term));
            }
        }

        return y;
    }
}
