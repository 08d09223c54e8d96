namespace TransformersFromScratch.Tests.Measures;

public class PowerLawTests
{
    private static readonly double[] s_sizes = [3e4, 1.1e5, 2.1e5, 8.1e5, 2.7e6];

    private static (double, double)[] Points(Func<double, double> law) =>
        [.. s_sizes.Select(size => (size, law(size)))];

    [Fact]
    public void An_exact_law_without_a_floor_is_found_with_no_doubt()
    {
        PowerLaw law = PowerLaw.Fit(Points(n => 6 * Math.Pow(n, -0.1234)));
        Assert.Equal(0.1234, law.Exponent.Value, 6);
        Assert.Equal(6, law.Scale, 4);
        Assert.Equal((0, 0, 0), (law.Floor.Value, law.Floor.Low, law.Floor.High));
        Assert.InRange(law.Exponent.High - law.Exponent.Low, 0, 1e-6);
        Assert.True(law.Error < 1e-8);
        Assert.Equal(6 * Math.Pow(1e7, -0.1234), law.At(1e7), 5);
    }

    [Fact]
    public void An_exact_law_with_a_floor_is_found_and_is_none_without()
    {
        (double, double)[] points = Points(n => 1.1 + (200 * Math.Pow(n, -0.5)));
        PowerLaw law = PowerLaw.Fit(points, floor: true);
        Assert.Equal(0.5, law.Exponent.Value, 5);
        Assert.Equal(1.1, law.Floor.Value, 5);
        Assert.Equal(200, law.Scale, 1);
        Assert.True(PowerLaw.Fit(points).Error > 0.01); // The wrong law does not fit.
    }

    [Fact]
    public void A_floor_that_the_points_do_not_show_is_within_its_interval_at_0()
    {
        double[] noise = [0.01, -0.012, 0.008, 0.011, -0.01];
        (double, double)[] points = [.. s_sizes.Zip(noise, (n, e) => (n, (6 * Math.Pow(n, -0.12)) + e))];
        PowerLaw law = PowerLaw.Fit(points, floor: true), bare = PowerLaw.Fit(points);
        Assert.Equal(0, law.Floor.Low, 6);
        Assert.True(law.Floor.High > 0.2);
        Assert.InRange(0.12, bare.Exponent.Low, bare.Exponent.High);
        Assert.True(bare.Exponent.High - bare.Exponent.Low < law.Exponent.High - law.Exponent.Low);
    }

    [Fact]
    public void The_interval_holds_the_exponent_about_as_often_as_it_says()
    {
        var random = new SeededRandom(5);
        int held = Enumerable.Range(0, 200).Count(_ =>
        {
            ConfidenceInterval b = PowerLaw.Fit(
                Points(n => (6 * Math.Pow(n, -0.12)) + (0.02 * Normal(random)))).Exponent;
            return b.Low <= 0.12 && 0.12 <= b.High;
        });
        Assert.InRange(held, 178, 200); // 190 are expected; the standard deviation is 3.
    }

    [Fact]
    public void Points_that_fix_no_law_are_refused()
    {
        foreach ((double, double)[] points in ((double, double)[][])[[], [(1, 2), (2, 1)], [(1, 3), (1, 2), (1, 1)],
            [(1, 3), (2, 0), (3, 1)], [(1, 3), (2, double.NaN), (3, 1)]])
        {
            Assert.Contains(
                "three points or more", Assert.Throws<ArgumentException>(() => PowerLaw.Fit(points)).Message,
                StringComparison.Ordinal);
        }

        Assert.Contains(
            "four points", Assert.Throws<ArgumentException>(
                () => PowerLaw.Fit([(1, 3), (2, 2), (3, 1)], floor: true)).Message, StringComparison.Ordinal);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
