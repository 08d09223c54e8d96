namespace Course;

/// <summary>The band of a number in data/expected.json: what normal runs give.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The most.</param>
internal sealed record Band(double Low, double High)
{
    /// <summary>How far a number that is the same for every seed may lie off, as a share of it: machines round differently.</summary>
    private const double Exactness = 0.01;

    /// <summary>
    /// The one rule by which bands are made. From the least to the most of the runs, and on either side half of that width more, because the next
    /// seed may well lie outside of ten. Never below 0 if no run was. A number that is the same in every run has a band of that number alone if it is
    /// whole, else of one per cent to either side. Ends are rounded outward to a hundredth part of the width, or a little more.
    /// </summary>
    /// <param name="runs">The number in each run.</param>
    public static Band Of(IReadOnlyList<double> runs)
    {
        double least = runs.Min(), most = runs.Max(), more = (most - least) / 2;
        if (least == most && double.IsInteger(least)) { return new Band(least, least); }

        if (least == most) { more = Exactness * Math.Abs(least); }

        double low = least - more, high = most + more, digit = Math.Pow(10, Math.Floor(Math.Log10(high - low)) - 1);
        low = least >= 0 ? Math.Max(0, low) : low;
        return new Band(Clean(Math.Floor(low / digit), digit), Clean(Math.Ceiling(high / digit), digit));
    }

    /// <summary>
    /// Whether a band is set by hand: a time, which depends on the machine, and a rounding (0 to a thousandth at most), which depends on the number
    /// format and not on the seed.
    /// </summary>
    public static bool IsByHand(string name, Band? recorded) =>
        name.StartsWith("time", StringComparison.Ordinal) || recorded is { Low: 0, High: <= 1e-3 };

    /// <summary>A whole number of digits at a place, without what doubles add: 3 tenths are 0.3.</summary>
    private static double Clean(double count, double digit) => digit >= 1 ? count * digit : count / Math.Round(1 / digit);
}
