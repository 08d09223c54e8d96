using TransformersFromScratch;

namespace Course;

/// <summary>The band of a number in data/expected.json: what normal runs give.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The most.</param>
internal sealed record Band(double Low, double High)
{
    /// <summary>
    /// How far two machines may round a number apart, as a share of it; no band is narrower to either side.
    /// </summary>
    private const double Exactness = 0.001;

    /// <summary>What doubles may add to a whole number of digits.</summary>
    private const double Noise = 1e-9;

    /// <summary>
    /// The one rule by which bands are made. From the least to the most of the runs, and on either side half of that
    /// width more, because the next seed may well lie outside of ten. Where all runs are above 0, the band begins at no
    /// less than half of the least, so that it rejects nothing at all. Ends are rounded outward to a hundredth part of
    /// the width, or a little more. A whole number that is the same in all runs is its own band.
    /// </summary>
    /// <param name="runs">The number in each run.</param>
    public static Band Of(IReadOnlyList<double> runs)
    {
        double least = runs.Min(), most = runs.Max();
        if (least == most && double.IsInteger(least)) { return new Band(least, least); }

        double low = least - Math.Max((most - least) / 2, Exactness * Math.Abs(least)),
            high = most + Math.Max((most - least) / 2, Exactness * Math.Abs(most));
        low = least > 0 ? Math.Max(least / 2, low) : least == 0 ? 0 : low;
        double digit = Math.Pow(10, Math.Floor(Math.Log10(high - low)) - 1);
        // What is above 0 stays so.
        double lowDigit = low > 0 ? Math.Min(digit, Math.Pow(10, Math.Floor(Math.Log10(low)) - 1)) : digit;
        return new Band(
            Clean(Math.Floor((low / lowDigit) + Noise), lowDigit), Clean(Math.Ceiling((high / digit) - Noise), digit));
    }

    /// <summary>
    /// Whether a recorded band is kept, because seeds have nothing to say of it: a time, which depends on the machine;
    /// a rounding (from 0 to a thousandth at most), which depends on the number format; a number that is the same for
    /// every seed.
    /// </summary>
    public static bool IsByHand(string name, Band recorded, IReadOnlyList<double> runs) =>
        name.StartsWith(Expected.TimePrefix, StringComparison.Ordinal)
        || recorded is { Low: 0, High: <= 1e-3 }
        || (runs.Min() == runs.Max() && runs[0] >= recorded.Low && runs[0] <= recorded.High);

    /// <summary>A whole number of digits at a place, without what doubles add: 3 tenths are 0.3.</summary>
    private static double Clean(double count, double digit) =>
        digit >= 1 ? count * digit : count / Math.Round(1 / digit);
}
