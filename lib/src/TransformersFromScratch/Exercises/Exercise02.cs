using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 2. Each says what is right, or names the likely mistake.</summary>
public static class Exercise02
{
    /// <summary>Exercise 1: <c>2π · 10000^(2i/d)</c>.</summary>
    public static string CheckWavelength(Func<int, int, double> wavelength) => Exercise.Run(() =>
    {
        bool Is(Func<int, int, double> formula) => new[] { (0, 8), (1, 8), (5, 64), (31, 64) }.All(c =>
            Math.Abs(wavelength(c.Item1, c.Item2) - formula(c.Item1, c.Item2)) <= 1e-6 * formula(c.Item1, c.Item2));

        double Right(int pair, int d) => 2 * Math.PI * Math.Pow(10000, 2.0 * pair / d);
        return Exercise.FirstThatHolds(
            (wavelength(3, 64) == 0, "It returns 0 so far."),
            (Is((pair, d) => Right(pair, d) / (2 * Math.PI)), "You count radians. A full turn takes 2π of them."),
            (Is((pair, d) => 2 * Math.PI * Math.Pow(10000, (double)pair / d)), "Pair i begins at dimension 2i: the exponent is 2i/d, not i/d."),
            (Is((pair, d) => 2 * Math.PI * Math.Pow(10000, -2.0 * pair / d)),
                "Yours shrinks with the pair. The frequency ω does; the wavelength is 2π divided by it."),
            (Is((pair, d) => 2 * Math.PI), "The exponent comes out as 0: 2 * pair / d divides whole numbers. Write 2.0."),
            (Is(Right), Exercise.Right));
    });

    /// <summary>Exercise 2: the k between 0 and 200 with <c>PE(p + k) = to</c> for <c>PE(p) = from</c>.</summary>
    public static string CheckDistance(Func<Vector<float>, Vector<float>, int> distance) => Exercise.Run(() =>
    {
        Matrix<float> encoding = PositionalEncoding.Sinusoidal(500, 64);
        int Of(int from, int to) => distance(encoding.Row(from), encoding.Row(to));
        return Exercise.FirstThatHolds(
            (Of(10, 13) == -3, "You found the way back: the answer runs from the first row to the second."),
            (Of(0, 0) != 0, $"A row is 0 places away from itself; you say {Of(0, 0)}."),
            (Of(10, 13) != 3, $"From position 10 to 13 it is 3 places; you say {Of(10, 13)}."),
            (Of(10, 17) != 7, $"From position 10 to 17 it is 7 places; you say {Of(10, 17)}. The fastest hand has gone round once: look at the slow ones too."),
            (Of(0, 200) != 200 || Of(299, 499) != 200, "It must work up to 200 places, and from anywhere."),
            (true, Exercise.Right));
    });

    /// <summary>Exercise 3: rotary position embedding, pairs (2i, 2i+1) (Su et al. 2021, equation 34).</summary>
    public static string CheckRotation(Func<Matrix<float>, Matrix<float>> rotate) => Exercise.Run(() =>
    {
        Matrix<float> x = Matrix<float>.Build.Random(12, 8, 7);
        Matrix<float> same = Matrix<float>.Build.Dense(12, 8, (_, column) => x[0, column]);
        Matrix<float> got = rotate(x.Clone()), scores = rotate(same.Clone()).TransposeAndMultiply(rotate(same.Clone()));
        return Exercise.FirstThatHolds(
            (Exercise.Near(got, x), "Nothing has turned yet."),
            (!got.Row(0).Equals(x.Row(0)), "At position 0 every angle is 0: the first row stays as it is. Count positions from 0."),
            (got.EnumerateRows().Zip(x.EnumerateRows()).Any(pair => Math.Abs(pair.First.L2Norm() - pair.Second.L2Norm()) > 1e-3),
                "A rotation keeps the length of every row, and yours does not. Check the signs: (a, b) becomes (a cos - b sin, a sin + b cos)."),
            (Exercise.Near(got, Rotated(x, -1)), "You turn the wrong way round: the minus belongs to the first of the pair."),
            (Math.Abs(scores[0, 3] - scores[5, 8]) > 1e-3,
                "The score of two like words three places apart depends on where they stand. Both of a pair must turn by the same angle, t·ω_i."),
            (Exercise.Near(got, Rotated(x, 1)), Exercise.Right));
    });

    private static Matrix<float> Rotated(Matrix<float> x, int direction) => x.MapIndexed((position, column, value) =>
    {
        double angle = direction * position * PositionalEncoding.Frequency(column, x.ColumnCount);
        float partner = column % 2 == 0 ? -x[position, column + 1] : x[position, column - 1];
        return (float)((value * Math.Cos(angle)) + (partner * Math.Sin(angle)));
    }, Zeros.Include);
}
