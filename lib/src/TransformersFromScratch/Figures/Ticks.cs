using System.Globalization;

namespace TransformersFromScratch;

/// <summary>Where the ticks of a numeric axis go.</summary>
internal static class Ticks
{
    /// <summary>
    /// Round numbers (1, 2 or 5 times a power of ten) between two ends, about <paramref name="count"/> of them and at
    /// least two, no two alike.
    /// </summary>
    public static double[] Linear(double min, double max, int count)
    {
        double rough = (max - min) / count;
        int power = (int)Math.Floor(Math.Log10(rough));
        double unit = Math.Pow(10, power);
        int times = (rough / unit) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        double step = times * unit, first = Math.Ceiling((min / step) - 1e-6), last = Math.Floor((max / step) + 1e-6);
        double[] ticks =
            [.. Enumerable.Range(0, (int)Math.Clamp(last - first + 1, 0, 3 * count))
                .Select(i => Decimal((first + i) * times, power)).Distinct()];
        return ticks.Length >= 2 ? ticks : count < 3 ? Linear(min, max, 3) : [min, max];
    }

    /// <summary>
    /// whole · 10^power, to the last bit: a product with a power of ten, which is no double, would not be.
    /// </summary>
    private static double Decimal(double whole, int power) => double.Parse(
        string.Create(CultureInfo.InvariantCulture, $"{whole + 0.0:F0}e{power}"), CultureInfo.InvariantCulture);

    /// <summary>
    /// Powers of ten between two positive ends; also 2 and 5 times each where the axis is short, and where it is very
    /// short, as on any other.
    /// </summary>
    public static double[] Logarithmic(double min, double max)
    {
        double decades = Math.Log10(max / min);
        int every = (int)Math.Max(1, Math.Ceiling(decades / 7));
        int[] within = decades < 2 ? [1, 2, 5] : [1];
        double[] ticks =
        [
            .. Enumerable.Range((int)Math.Floor(Math.Log10(min)), (int)decades + 2)
                .Where(power => power % every == 0)
                .SelectMany(power => within.Select(w => Decimal(w, power)))
                .Where(tick => tick >= min * 0.999 && tick <= max * 1.001),
        ];
        return ticks.Length >= 2 ? ticks : Linear(min, max, 6);
    }

    /// <summary>
    /// The smallest power of two that is at least <paramref name="least"/>: a step between numbered columns.
    /// </summary>
    public static int Step(double least)
    {
        int step = 1;
        while (step < least)
            step *= 2;
        return step;
    }
}
