namespace TransformersFromScratch.Tests.Tensors;

/// <summary>The loops that round rows of floats, and widen halves, against .NET's own conversions.</summary>
public unsafe class RoundingTests
{
    /// <summary>All float16, what lies half a step and a little more or less above them, and random numbers.</summary>
    [Fact]
    public void Float16_is_what_NET_makes_of_a_float()
    {
        var numbers = new List<float>();
        for (int bits = 0; bits < 0x7BFF; bits++)
        {
            float low = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            float high = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1)), middle = (low + high) / 2;
            numbers.AddRange([low, middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle), -low, -middle]);
        }

        var random = new Random(1);
        numbers.AddRange(Enumerable.Range(0, 100_000).Select(_ =>
            (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-140, 16))));
        numbers.AddRange([65504, -65504, 65519, -65519, float.Epsilon, -0f]);
        ushort[] halves = new ushort[numbers.Count];
        Rounding.ToFloat16(numbers.ToArray(), halves);
        for (int i = 0; i < halves.Length; i++)
        {
            ushort want = BitConverter.HalfToUInt16Bits((Half)numbers[i]);
            Assert.True(halves[i] == want, $"{numbers[i]:R}: {halves[i]:X4}, not {want:X4}");
        }
    }

    [Fact]
    public void Steps_are_what_a_division_and_a_rounding_make_of_a_float()
    {
        var random = new Random(2);
        foreach (int length in new[] { 1, 7, 255, 256, 257, 1000 })
        {
            for (int trial = 0; trial < 60; trial++)
            {
                float power = MathF.Pow(2, trial < 10 ? -140 - trial : random.Next(-100, 100));
                // Whole multiples of half a step are among them: those are rounded to the even one.
                float[] x = [.. Enumerable.Range(0, length).Select(i =>
                    power * (i % 2 == 0 ? random.Next(-254, 255) / 2f : 127 * ((2 * random.NextSingle()) - 1)))];
                float scale = x.Max(Math.Abs) / 127;
                if (scale == 0) { continue; }

                sbyte[] steps = new sbyte[length];
                Rounding.ToInt8(x, scale, steps);
                Assert.Equal(x.Select(number => (sbyte)Math.Clamp(MathF.Round(number / scale), -127, 127)), steps);
            }
        }
    }

    [Fact]
    public void Halves_become_floats_exactly_infinity_and_NaN_too()
    {
        ushort[] bits = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        ushort[] finite = [.. bits.Where(half => (half & 0x7C00) != 0x7C00)];
        foreach (ushort[] halves in new[] { bits, finite, finite[5..42] })
        {
            float[] numbers = new float[halves.Length];
            Rounding.OfFloat16(halves, numbers);
            Assert.Equal(halves.Select(half => (float)BitConverter.UInt16BitsToHalf(half)), numbers);
        }

        float[] wide = new float[bits.Length];
        Rounding.OfBFloat16(bits, wide);
        Assert.Equal(bits.Select(half => half << 16), wide.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void The_largest_size_of_a_row_knows_what_is_no_number()
    {
        var random = new Random(3);
        Assert.Equal(0, Rows.LargestSize([]));
        for (int length = 1; length < 70; length++)
        {
            float[] row = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)];
            Assert.Equal(row.Max(Math.Abs), Rows.LargestSize(row));
            foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                float[] bad = [.. row];
                bad[random.Next(length)] = wrong;
                Assert.False(float.IsFinite(Rows.LargestSize(bad)));
            }
        }
    }

    /// <summary>Registers that this processor has not are made of narrower ones, or of single floats.</summary>
    [Fact]
    public void Four_sums_at_once_are_those_of_one_at_a_time()
    {
        AssertSums<Floats16>();
        AssertSums<Floats8>();
        AssertSums<Floats4>();
        AssertSums<Float1>();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(16, 40)]
    [InlineData(33, 17)]
    public void A_turned_matrix_has_its_rows_as_columns(int rows, int columns)
    {
        float[] from = [.. Enumerable.Range(0, rows * (columns + 2)).Select(i => (float)i)];
        float[] to = new float[columns * rows];
        Turned.Copy(new View(from, rows, columns, columns + 2), new View(to, columns, rows, rows));
        for (int i = 0; i < to.Length; i++)
        {
            Assert.Equal(from[(i % rows * (columns + 2)) + (i / rows)], to[i]);
        }

        Assert.Contains("turned", Assert.Throws<ArgumentException>(() => Turned.Copy(
            new View(from, rows, columns, columns + 2),
            new View(new float[rows * (columns + 1)], columns + 1, rows, rows))).Message);
    }

    private static void AssertSums<T>() where T : struct, IFloats<T>
    {
        var random = new Random(4);
        float[] numbers = new float[4 * T.Count], sums = new float[4];
        for (int trial = 0; trial < 1000; trial++)
        {
            foreach (ref float number in numbers.AsSpan())
            {
                number = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-4, 5));
            }

            fixed (float* x = numbers, to = sums)
            {
                T x0 = T.Load(x), x1 = T.Load(x + T.Count), x2 = T.Load(x + (2 * T.Count));
                T x3 = T.Load(x + (3 * T.Count));
                T.StoreSums(x0, x1, x2, x3, to);
                Assert.Equal([T.Sum(x0), T.Sum(x1), T.Sum(x2), T.Sum(x3)], sums);
            }
        }
    }
}
