using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 2, the positional encoding: tried on many lengths, on even and odd widths, and on five bases.
/// </summary>
internal static class Turn02Encoding
{
    private const string SplitInHalves = "You put all sines first and all cosines after them, as the code of the " +
        "paper's authors does. It would work as well, but the formula puts sine and cosine of a pair side by side.";

    private static readonly double[] s_bases = [10, 100, 1000, 10_000, 1_000_000];

    public static Question<(int Length, int Width, double Base), Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => PositionalEncoding.Sinusoidal(x.Length, x.Width, x.Base),
        Say = x => $"{x.Length} positions, d = {x.Width}, base {x.Base:0}",
        Slips =
        [
            (x => Matrix<float>.Build.Dense(x.Length, x.Width), "All numbers are 0."),
            (By((x, j) => Math.Pow(x.Base, -(double)j / x.Width)),
                "Every dimension has a frequency of its own. Sine and cosine of a pair share one: the exponent is " +
                "2i/d for both, so that of dimension 5 is 4/d."),
            (By((x, j) => Math.Pow(x.Base, -(double)(j / 2) / x.Width)),
                "Your exponent is i/d. It is 2i/d: the number of the pair's even dimension, divided by d."),
            (By((_, _) => 1), "Every pair turns at the same speed, 1 radian per position. Is the exponent a division " +
                "of whole numbers, 2i / d, which comes out as 0? Make one of them a double."),
            (By((x, j) => Math.Pow(x.Base, (double)(j - (j % 2)) / x.Width)),
                "Your frequencies grow. The angle is pos divided by base^(2i/d), not multiplied by it."),
            (By((x, j) => Math.Pow(x.Base, -(double)(j - (j % 2) + 2) / x.Width)),
                "You count pairs from 1. The first pair has the exponent 0, so it turns by 1 radian per position."),
            (By((x, j) => Math.Pow(10_000, -(double)(j - (j % 2)) / x.Width)),
                "You use the base 10000 always. Take the base that your function is given."),
            (By((x, j) => Math.Pow(x.Base, -2.0 * j / x.Width)),
                "Your exponent is twice the dimension's number, divided by d. The 2i of the formula is the even " +
                "dimension itself: for dimension 4 it is 4."),
            (By(Right, (even, angle) => even ? Math.Cos(angle) : Math.Sin(angle)),
                "Sine and cosine have changed places: even dimensions are sines, odd ones cosines."),
            (By(Right, (_, angle) => Math.Sin(angle)), "All dimensions are sines. The odd ones are cosines."),
            (By(Right, (_, angle) => Math.Cos(angle)), "All dimensions are cosines. The even ones are sines."),
            (By(Right, (even, angle) => even ? Math.Sin(angle * Math.PI / 180) : Math.Cos(angle * Math.PI / 180)),
                "You turn the angle into degrees first. Math.Sin takes radians, and the formula is in radians " +
                    "already."),
            (By(Right, (_, angle) => angle), "These are the angles themselves. Take their sine " +
                "and cosine."),
            (By(Right, start: 1), "You count positions from 1. The first position is 0: there every sine is 0 and " +
                "every cosine is 1."),
            (x => Matrix<float>.Build.Dense(x.Length, x.Width, (pos, j) => Wave(j % 2 == 0, Right(x, j))),
                "Every position gets the same row. The angle is the position times the frequency."),
            (x => HalfSplit(x, (x.Width + 1) / 2), SplitInHalves),
            (x => HalfSplit(x, x.Width / 2), SplitInHalves + " (And of an odd width the odd one out is a sine.)"),
            (x => PositionalEncoding.Sinusoidal(x.Length, x.Width, x.Base).Transpose(),
                "It is transposed. A position is a row: length×d."),
        ],
        Symptoms =
        [
            ((_, y) => y.Enumerate().Any(float.IsNaN), "There is a NaN. Is something divided by 0, or is a position " +
                "an infinite angle?"),
            ((x, y) => x.Width % 2 == 1 && y.ColumnCount == x.Width - 1,
                "The width may be odd: then the last dimension is a sine without a cosine."),
            ((x, y) => x.Width % 2 == 1 && y.ColumnCount == x.Width && x.Length > 1 && x.Width > 1
                && y.Column(x.Width - 1).AbsoluteMaximum() == 0,
                "The width may be odd: then the last dimension is a sine without a cosine, and yours is all zeros."),
            ((_, y) => y.Enumerate().Any(v => Math.Abs(v) > 1.001), "A number lies outside of -1 to 1. Sines and " +
                "cosines do not."),
        ],
    };

    private static double Right((int Length, int Width, double Base) x, int j) =>
        Math.Pow(x.Base, -(double)(j - (j % 2)) / x.Width);

    /// <summary>The encoding with other frequencies, another wave, or another first position.</summary>
    private static Func<(int Length, int Width, double Base), Matrix<float>> By(
        Func<(int Length, int Width, double Base), int, double> frequency, Func<bool, double, double>? wave = null,
        int start = 0) =>
        x => Matrix<float>.Build.Dense(x.Length, x.Width, (pos, j) =>
            wave is null
                ? Wave(j % 2 == 0, (pos + start) * frequency(x, j))
                : (float)wave(j % 2 == 0, (pos + start) * frequency(x, j)));

    private static float Wave(bool even, double angle) => (float)(even ? Math.Sin(angle) : Math.Cos(angle));

    private static Matrix<float> HalfSplit((int Length, int Width, double Base) x, int sines) =>
        Matrix<float>.Build.Dense(x.Length, x.Width, (pos, j) =>
            Wave(j < sines, pos * Right(x, 2 * (j < sines ? j : j - sines))));

    private static IEnumerable<(int, int, double)> Inputs() =>
        Samples.Random(random => (random.Next(1, 41), random.Next(1, 25), s_bases[random.Next(s_bases.Length)]))
            .Prepend((1, 1, 100)).Prepend((5, 7, 10)).Prepend((4, 4, 10_000));
}
