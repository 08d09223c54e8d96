using System.Globalization;
using MathNet.Numerics.Distributions;

namespace TransformersFromScratch;

/// <summary>
/// The loss of a model of n parameters as a power law, <c>L(n) = E + a · n^-b</c> (Kaplan et al. 2020, equation 1.1;
/// with the floor E, which no size gets below, Hoffmann et al. 2022, equation 2).
/// </summary>
/// <param name="Scale">a.</param>
/// <param name="Exponent">
/// b, with its 95 % interval. Ten times as many parameters divide what is above E by 10^b.
/// </param>
/// <param name="Floor">E, with its 95 % interval; 0 [0, 0] if the law was fitted without one.</param>
/// <param name="Error">The root of the mean squared distance of the points from the curve, in the unit of L.</param>
public sealed record PowerLaw(double Scale, ConfidenceInterval Exponent, ConfidenceInterval Floor, double Error)
{
    private const double Least = 0.001, Most = 3, Step = 0.001; // where b is looked for

    /// <summary>What the law says of a size.</summary>
    public double At(double size) => Floor.Value + (Scale * Math.Pow(size, -Exponent.Value));

    /// <summary>
    /// The law with the least squared distances from the points. For one exponent the law is a straight line in n^-b,
    /// so only exponents have to be tried.
    /// </summary>
    /// <remarks>
    /// The intervals are the usual ones of least squares (the profile of the squared distances, with Student's t for
    /// the few points): every exponent is in, whose best curve is not much farther from the points than the best of
    /// all. They say how well these points fix the law, if it is one. They do not say how far it holds beyond them.
    /// </remarks>
    /// <param name="points">Sizes and losses, three at least; four for a law with a floor.</param>
    /// <param name="floor">Whether to look for a floor E of 0 or more; if not, it is 0.</param>
    /// <exception cref="ArgumentException">
    /// There are too few points, or one is not above 0, or all have one size.
    /// </exception>
    public static PowerLaw Fit(IReadOnlyList<(double Size, double Loss)> points, bool floor = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        int free = points.Count - (floor ? 3 : 2);
        if (free < 1 || points.Any(p => !(p.Size > 0 && p.Loss > 0 && double.IsFinite(p.Size * p.Loss)))
            || points.All(p => p.Size == points[0].Size))
        {
            throw new ArgumentException(
                $"A power law with{(floor ? "" : "out")} a floor needs {(floor ? "four" : "three")} points or more, " +
                $"of different sizes, all numbers above 0; these are: {string.Join(", ", points)}.", nameof(points));
        }

        Curve[] curves =
            [.. Enumerable.Range(0, (int)(Most / Step)).Select(i => Curve.Of(points, Least + (i * Step), floor))];
        int best = Enumerable.Range(0, curves.Length).MinBy(i => curves[i].Squares);
        Curve finest = Refined(points, floor, curves[best].Exponent);
        double t = StudentT.InvCDF(0, 1, free, 0.975), allowed = finest.Squares * (1 + (t * t / free));
        Curve[] likely = [.. curves.Where(curve => curve.Squares <= allowed).Append(finest)];
        return new PowerLaw(
            finest.Scale, Between(finest.Exponent, likely.Select(curve => curve.Exponent)),
            Between(finest.Floor, likely.Select(curve => curve.Floor)), Math.Sqrt(finest.Squares / points.Count));
    }

    /// <summary>Such as <c>3.1 · n^-0.120</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Floor.Value > 0 ? $"{Floor.Value:F3} + " : "")}{Scale:G4} · n^-{Exponent.Value:F3}");

    private static ConfidenceInterval Between(double value, IEnumerable<double> likely) =>
        new(value, likely.Min(), likely.Max());

    /// <summary>The best exponent near one of the grid, by cutting the interval where the better half lies.</summary>
    private static Curve Refined(IReadOnlyList<(double Size, double Loss)> points, bool floor, double near)
    {
        double low = Math.Max(near - Step, Least / 2), high = near + Step;
        for (int i = 0; i < 60; i++)
        {
            double first = low + ((high - low) / 3), second = high - ((high - low) / 3);
            if (Curve.Of(points, first, floor).Squares < Curve.Of(points, second, floor).Squares)
            {
                high = second;
            }
            else
            {
                low = first;
            }
        }

        return Curve.Of(points, (low + high) / 2, floor);
    }

    /// <summary>The best law with one exponent.</summary>
    private readonly record struct Curve(double Exponent, double Floor, double Scale, double Squares)
    {
        public static Curve Of(IReadOnlyList<(double Size, double Loss)> points, double exponent, bool floor)
        {
            double unit = points.Min(p => p.Size); // Sizes are counted in the smallest one, so that no power gets lost.
            double[] x = [.. points.Select(p => Math.Pow(p.Size / unit, -exponent))];
            double[] y = [.. points.Select(p => p.Loss)];
            double meanX = x.Average(), meanY = y.Average();
            double slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
            double lowest = meanY - (slope * meanX);
            if (!floor || lowest < 0)
            {
                (lowest, slope) = (0, x.Zip(y, (a, b) => a * b).Sum() / x.Sum(a => a * a)); // The line through 0.
            }

            double squares = x.Zip(y, (a, b) => b - lowest - (slope * a)).Sum(distance => distance * distance);
            return new Curve(exponent, lowest, slope * Math.Pow(unit, exponent), squares);
        }
    }
}
