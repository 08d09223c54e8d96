namespace TransformersFromScratch;

/// <summary>Where the ticks of a numeric axis go.</summary>
internal static class Ticks
{
    /// <summary>Round numbers (1, 2 or 5 times a power of ten) between two ends, about <paramref name="count"/> of them.</summary>
    public static double[] Linear(double min, double max, int count)
    {
        double rough = (max - min) / count;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        double slack = step * 1e-6;
        int first = (int)Math.Ceiling((min - slack) / step), last = (int)Math.Floor((max + slack) / step);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => FigureText.Round(i * step))];
    }

    /// <summary>Powers of ten between two positive ends; also 2 and 5 times each where the axis is short.</summary>
    public static double[] Logarithmic(double min, double max)
    {
        double decades = Math.Log10(max / min);
        int every = (int)Math.Max(1, Math.Ceiling(decades / 7));
        int[] within = decades < 2 ? [1, 2, 5] : [1];
        return
        [
            .. Enumerable.Range((int)Math.Floor(Math.Log10(min)), (int)decades + 2)
                .Where(power => power % every == 0)
                .SelectMany(power => within.Select(w => FigureText.Round(w * Math.Pow(10, power))))
                .Where(tick => tick >= min * 0.999 && tick <= max * 1.001),
        ];
    }

    /// <summary>The smallest power of two that is at least <paramref name="least"/>: a step between numbered columns.</summary>
    public static int Step(double least)
    {
        int step = 1;
        while (step < least)
            step *= 2;
        return step;
    }
}
