namespace TransformersFromScratch;

/// <summary>
/// How finely a figure keeps and writes the numbers of one axis or one colour scale. Four digits of a number are enough
/// for most, but not where numbers lie close together: of 1000.01 and 1000.20 the first four are the same. So the last
/// place that is kept is a share of the span between the least and the greatest, if that is finer than the fourth
/// digit.
/// </summary>
/// <param name="LastPlace">The power of ten of the last place that is kept for all; null if there is no span.</param>
/// <param name="Fewest">How many digits every number has at least.</param>
/// <param name="Digits">How many digits the largest has: enough to write any of them as it is kept.</param>
internal readonly record struct Grain(int? LastPlace, int Fewest, int Digits)
{
    // The last place is a thousandth of the span or less: about a pixel.
    private const int SpanDigits = 4;

    /// <summary>As many digits as a double has.</summary>
    private const int Most = 17;

    /// <summary>Of differences that are a rounding error of doubles, nothing should be seen.</summary>
    public const double Noise = 1e-13;

    /// <summary>The grain for these numbers; those that are not finite do not count.</summary>
    public static Grain Of(IEnumerable<double> numbers)
    {
        double[] finite = [.. numbers.Where(double.IsFinite)];
        double low = finite.DefaultIfEmpty(0).Min(), high = finite.DefaultIfEmpty(0).Max();
        double span = high - low, largest = Math.Max(Math.Abs(low), Math.Abs(high));
        if (largest == 0)
            return new Grain(null, 4, 4);
        if (!(span > largest * Noise))
            return new Grain(null, 7, 7); // One and the same number: all that a float knows of it.
        int lastPlace = (double.IsFinite(span) ? (int)Math.Ceiling(Math.Log10(span)) : 309) - SpanDigits;
        // A number below a thousand million is written out under the pointer, not as 1.235e+4.
        return new Grain(
            lastPlace, 4, DigitsTo(lastPlace, largest, Math.Clamp((int)Math.Floor(Math.Log10(largest)) + 1, 4, 9)));
    }

    /// <summary>The same for what an axis shows of these numbers, from its Min to its Max where they are set.</summary>
    public static Grain Of(IEnumerable<double> numbers, double? min, double? max)
    {
        IEnumerable<double> shown = numbers.Where(v => !(v < min) && !(v > max));
        return Of([.. shown, .. min is { } from ? new[] { from } : [], .. max is { } to ? new[] { to } : []]);
    }

    /// <summary>What is kept of a number.</summary>
    public double Round(double value) => FigureText.Round(value, DigitsOf(value));

    /// <summary>How many digits of a number are kept.</summary>
    public int DigitsOf(double value) =>
        LastPlace is { } place && value != 0 && double.IsFinite(value) ? DigitsTo(place, value, Fewest) : Fewest;

    private static int DigitsTo(int lastPlace, double value, int fewest) =>
        Math.Clamp((int)Math.Floor(Math.Log10(Math.Abs(value))) - lastPlace + 1, fewest, Most);
}
