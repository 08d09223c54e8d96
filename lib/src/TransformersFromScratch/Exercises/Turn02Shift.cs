using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 2, the matrix that moves an encoding k places on.</summary>
internal static class Turn02Shift
{
    private static readonly double[] s_bases = [10, 100, 1000, 10_000, 1_000_000];

    public static Question<(int Offset, int Width, double Base), Matrix<float>> Question { get; } = new(Inputs)
    {
        Right = x => PositionalEncoding.Shift(x.Offset, x.Width, x.Base),
        Say = x => $"k = {x.Offset}, d = {x.Width}, base {x.Base:0}",
        Slips =
        [
            (x => Matrix<float>.Build.Dense(x.Width, x.Width), "All numbers are 0."),
            (x => Matrix<float>.Build.DenseIdentity(x.Width), "That is the identity: it moves nothing."),
            (By(a => (Cos(a), Sin(a), -Sin(a), Cos(a))), "That is the transpose, which moves the encoding k places " +
                "back. A row times a matrix is asked for, PE · M: the -sin stands in the upper right corner of a " +
                "block. (For a column, M · PE, it would stand in the lower left.)"),
            (By(a => (Cos(a), Sin(a), Sin(a), Cos(a))), "Both sines have a plus. One of them needs a minus: the " +
                "upper right of each block, -sin."),
            (By(a => (Cos(a), -Sin(a), -Sin(a), Cos(a))), "Both sines have a minus. Only the upper right of each " +
                "block has one."),
            (By(a => (Sin(a), -Cos(a), Cos(a), Sin(a))), "Sine and cosine have changed places. For k = 0 nothing " +
                "moves, so the diagonal must be cos 0 = 1."),
            (By(a => (Cos(a), 0, 0, Cos(a))), "The sines are missing: you shrink each hand instead of turning it."),
            (By((x, i) => Right(x, i) / x.Offset), "k is missing: the angle of a pair is k·ω_i."),
            (By((x, _) => x.Offset), "Every pair is turned by the same angle, k. Each pair has its own frequency, " +
                "ω_i = base^(-2i/d). Is 2i/d a division of whole numbers?"),
            (By((x, i) => x.Offset * Math.Pow(x.Base, -(double)i / x.Width)),
                "Your exponent is i/d. It is 2i/d, where i counts the pairs."),
            (By((x, i) => x.Offset * Math.Pow(x.Base, 2.0 * i / x.Width)),
                "Your frequencies grow with the pair. ω_i = base^(-2i/d) falls."),
            (By((x, i) => x.Offset * Math.Pow(10_000, -2.0 * i / x.Width)),
                "You use the base 10000 always. Take the base that your function is given."),
            (By((x, i) => x.Offset * Math.Pow(x.Base, -4.0 * i / x.Width)),
                "Your exponent is twice what it should be. If i runs over the even dimensions, it is i/d; if it " +
                "counts the pairs, it is 2i/d."),
            (By((x, i) => x.Offset * Math.Pow(x.Base, -2.0 * (i + 1) / x.Width)),
                "You count pairs from 1. The first pair has the exponent 0, so it turns by k radians."),
            (By((x, i) => Right(x, i) * Math.PI / 180), "You turn the angle into degrees first. k·ω_i is in radians " +
                "already."),
            (x => Only(PositionalEncoding.Shift(x.Offset, x.Width, x.Base), pair => pair == 0),
                "Only the first pair is turned. There are d/2 of them."),
            (x => Only(PositionalEncoding.Shift(x.Offset, x.Width, x.Base), pair => pair < x.Width / 4),
                "Only the first half of the pairs is turned. There are d/2 pairs, and pair i begins at column 2i."),
            (HalfSplit, "You pair column i with column i + d/2. In this encoding the two of a pair are neighbours: " +
                "columns 2i and 2i + 1."),
            (By((x, i) => Math.Pow(Right(x with { Offset = 1 }, i), x.Offset)), "The angle of a pair is k times ω_i, " +
                "not ω_i to the power of k."),
        ],
        Symptoms =
        [
            ((_, y) => y.Enumerate().Any(float.IsNaN), "There is a NaN."),
            ((x, y) => y.RowCount == x.Width && y.ColumnCount == x.Width
                && (y * y.Transpose() - Matrix<float>.Build.DenseIdentity(x.Width)).Enumerate()
                    .Any(v => Math.Abs(v) > 1e-3),
                "It is no rotation: it changes lengths. Each 2×2 block is (cos, -sin; sin, cos) of one angle, and " +
                "everything else is 0."),
        ],
    };

    private static double Right((int Offset, int Width, double Base) x, int pair) =>
        x.Offset * Math.Pow(x.Base, -2.0 * pair / x.Width);

    private static float Sin(double angle) => (float)Math.Sin(angle);

    private static float Cos(double angle) => (float)Math.Cos(angle);

    /// <summary>Other blocks, of the right angles.</summary>
    private static Func<(int Offset, int Width, double Base), Matrix<float>> By(
        Func<double, (float, float, float, float)> block) => x => Blocks(x.Width, i => block(Right(x, i)));

    /// <summary>The right blocks, of other angles.</summary>
    private static Func<(int Offset, int Width, double Base), Matrix<float>> By(
        Func<(int Offset, int Width, double Base), int, double> angle) =>
        x => Blocks(x.Width, i => angle(x, i) is var a ? (Cos(a), -Sin(a), Sin(a), Cos(a)) : default);

    private static Matrix<float> Blocks(int width, Func<int, (float, float, float, float)> block)
    {
        var matrix = Matrix<float>.Build.Dense(width, width);
        for (int i = 0; i < width; i += 2)
        {
            (matrix[i, i], matrix[i, i + 1], matrix[i + 1, i], matrix[i + 1, i + 1]) = block(i / 2);
        }

        return matrix;
    }

    /// <summary>The pairs that are chosen; ones on the diagonal for the others are not there.</summary>
    private static Matrix<float> Only(Matrix<float> shift, Func<int, bool> chosen) =>
        shift.MapIndexed((row, column, value) => chosen(row / 2) && chosen(column / 2) ? value : 0, Zeros.Include);

    private static Matrix<float> HalfSplit((int Offset, int Width, double Base) x)
    {
        int half = x.Width / 2;
        return Matrix<float>.Build.Dense(x.Width, x.Width, (row, column) =>
            row % half != column % half ? 0
            : row == column ? Cos(Right(x, row % half))
            : row < half ? -Sin(Right(x, row)) : Sin(Right(x, column)));
    }

    private static IEnumerable<(int, int, double)> Inputs() =>
        Samples.Random(random => (random.Next(-30, 31), 2 * random.Next(1, 9), s_bases[random.Next(s_bases.Length)]))
            .Prepend((-3, 8, 100)).Prepend((1, 2, 10_000)).Prepend((5, 4, 10_000));
}
