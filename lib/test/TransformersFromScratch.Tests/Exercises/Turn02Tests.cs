using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>What is right is used, each slip is red in its own words, and the library's version stands in.</summary>
public class Turn02Tests
{
    private static void Says(string part, Verdict verdict)
    {
        Assert.False(verdict.IsRight);
        Assert.Contains(part, verdict.Words, StringComparison.Ordinal);
    }

    private static Matrix<float> Encoding(
        int length, int d, Func<int, double> omega, Func<int, bool>? isSine = null, int start = 0) =>
        Matrix<float>.Build.Dense(length, d, (pos, j) => (float)((isSine?.Invoke(j) ?? (j % 2 == 0))
            ? Math.Sin((pos + start) * omega(j)) : Math.Cos((pos + start) * omega(j))));

    private static double Omega(int j, int d, double frequencies) => Math.Pow(frequencies, -(double)(j - (j % 2)) / d);

    private static void EncodingSays(string part, Func<int, int, double, Matrix<float>> code) =>
        Says(part, Turn02Encoding.Question.Judge(x => code(x.Length, x.Width, x.Base)));

    [Fact]
    public void A_right_version_is_used_and_for_a_wrong_one_the_librarys_stands_in()
    {
        Func<int, int, double, Matrix<float>> encoding = (length, d, b) => Encoding(length, d, j => Omega(j, d, b));
        Assert.Same(encoding, Turn02.Encoding(encoding));
        Func<int, int, double, Matrix<float>> shift = PositionalEncoding.Shift;
        Assert.Same(shift, Turn02.Shift(shift));
        Func<Matrix<float>, Matrix<float>> turns = Turn02Turns.Library;
        Assert.Same(turns, Turn02.Turns(turns));

        Assert.True(Turn02Encoding.Question.Judge(_ => throw new NotImplementedException()).IsEmpty);
        Assert.Equal(
            PositionalEncoding.Sinusoidal(5, 4, 100), Turn02.Encoding((_, _, _) => throw new NotImplementedException())(
                5, 4, 100));
        Assert.Equal(PositionalEncoding.Shift(5, 4, 100), Turn02.Shift((_, d, _) => Identity(d))(5, 4, 100));
        Assert.Equal(Turn02Turns.Library(Square), Turn02.Turns(u => u)(Square));
    }

    [Fact]
    public void Slips_of_the_encoding()
    {
        EncodingSays("frequency of its own", (l, d, b) => Encoding(l, d, j => Math.Pow(b, -(double)j / d)));
        EncodingSays("Your exponent is i/d", (l, d, b) => Encoding(l, d, j => Math.Pow(b, -(double)(j / 2) / d)));
        EncodingSays("whole numbers", (l, d, b) => Encoding(l, d, j => Math.Pow(b, -(j - (j % 2)) / d)));
        EncodingSays("frequencies grow", (l, d, b) => Encoding(l, d, j => 1 / Omega(j, d, b)));
        EncodingSays("count pairs from 1", (l, d, b) => Encoding(l, d, j => Omega(j + 2, d, b)));
        EncodingSays("base 10000 always", (l, d, b) => Encoding(l, d, j => Omega(j, d, 10_000)));
        EncodingSays("twice the dimension", (l, d, b) => Encoding(l, d, j => Math.Pow(b, -2.0 * j / d)));
        EncodingSays("changed places", (l, d, b) => Encoding(l, d, j => Omega(j, d, b), j => j % 2 == 1));
        EncodingSays("All dimensions are sines", (l, d, b) => Encoding(l, d, j => Omega(j, d, b), _ => true));
        EncodingSays("All dimensions are cosines", (l, d, b) => Encoding(l, d, j => Omega(j, d, b), _ => false));
        EncodingSays("degrees", (l, d, b) => Encoding(l, d, j => Omega(j, d, b) * Math.PI / 180));
        EncodingSays(
            "the angles themselves", (l, d, b) => Matrix<float>.Build.Dense(
                l, d, (pos, j) => (float)(pos * Omega(j, d, b))));
        EncodingSays("positions from 1", (l, d, b) => Encoding(l, d, j => Omega(j, d, b), start: 1));
        EncodingSays(
            "the same row", (l, d, b) => Matrix<float>.Build.Dense(
                l, d, (_, j) => Encoding(2, d, i => Omega(i, d, b))[1, j]));
        EncodingSays("all sines first", (l, d, b) => ((d + 1) / 2) is var half
            ? Encoding(l, d, j => Omega(2 * (j % half), d, b), j => j < half)
            : null!);
        EncodingSays("transposed", (l, d, b) => PositionalEncoding.Sinusoidal(l, d, b).Transpose());
        EncodingSays("All numbers are 0", (l, d, b) => Matrix<float>.Build.Dense(l, d));
        EncodingSays("There is a NaN", (l, d, b) => PositionalEncoding.Sinusoidal(l, d, b) * float.NaN);
        EncodingSays("The width may be odd", (l, d, b) =>
            PositionalEncoding.Sinusoidal(l, d, b) is var right && d % 2 == 1 && d > 1
                ? right.SubMatrix(0, l, 0, d - 1)
                : right);
        EncodingSays("yours is all zeros", (l, d, b) => PositionalEncoding.Sinusoidal(l, d, b)
            .MapIndexed((_, j, v) => d % 2 == 1 && j == d - 1 ? 0 : v, Zeros.Include));
        EncodingSays("outside of -1 to 1", (l, d, b) => PositionalEncoding.Sinusoidal(l, d, b) * 3);
        EncodingSays("For ", (l, d, b) => PositionalEncoding.Sinusoidal(l, d, b) * (l > 30 ? 0.9f : 1));
    }

    private static void ShiftSays(string part, Func<int, int, double, Matrix<float>> code) =>
        Says(part, Turn02Shift.Question.Judge(x => code(x.Offset, x.Width, x.Base)));

    private static Matrix<float> Identity(int d) => Matrix<float>.Build.DenseIdentity(d);

    private static Matrix<float> Shift(int d, Func<int, double> angle, int upper = -1, int lower = 1)
    {
        Matrix<float> m = Matrix<float>.Build.Dense(d, d);
        for (int i = 0; i < d; i += 2)
        {
            m[i, i] = m[i + 1, i + 1] = (float)Math.Cos(angle(i / 2));
            m[i, i + 1] = (float)(upper * Math.Sin(angle(i / 2)));
            m[i + 1, i] = (float)(lower * Math.Sin(angle(i / 2)));
        }

        return m;
    }

    [Fact]
    public void Slips_of_the_shift()
    {
        ShiftSays("All numbers are 0", (k, d, b) => Matrix<float>.Build.Dense(d, d));
        ShiftSays("identity", (k, d, b) => Identity(d));
        ShiftSays("k places back", (k, d, b) => PositionalEncoding.Shift(k, d, b).Transpose());
        ShiftSays("k places back", (k, d, b) => PositionalEncoding.Shift(-k, d, b));
        ShiftSays("have a plus", (k, d, b) => Shift(d, i => k * Omega(2 * i, d, b), 1));
        ShiftSays("have a minus", (k, d, b) => Shift(d, i => k * Omega(2 * i, d, b), -1, -1));
        ShiftSays("sines are missing", (k, d, b) => Shift(d, i => k * Omega(2 * i, d, b), 0, 0));
        ShiftSays("k is missing", (k, d, b) => Shift(d, i => Omega(2 * i, d, b)));
        ShiftSays("the same angle, k", (k, d, b) => Shift(d, _ => k));
        ShiftSays("Your exponent is i/d", (k, d, b) => Shift(d, i => k * Math.Pow(b, -(double)i / d)));
        ShiftSays("frequencies grow", (k, d, b) => Shift(d, i => k / Omega(2 * i, d, b)));
        ShiftSays("base 10000 always", (k, d, b) => Shift(d, i => k * Omega(2 * i, d, 10_000)));
        ShiftSays("twice what it should be", (k, d, b) => Shift(d, i => k * Math.Pow(b, -4.0 * i / d)));
        ShiftSays("count pairs from 1", (k, d, b) => Shift(d, i => k * Omega(2 * i + 2, d, b)));
        ShiftSays("degrees", (k, d, b) => Shift(d, i => k * Omega(2 * i, d, b) * Math.PI / 180));
        ShiftSays("Only the first pair", (k, d, b) => Cut(PositionalEncoding.Shift(k, d, b), 2));
        ShiftSays("first half of the pairs", (k, d, b) => Cut(PositionalEncoding.Shift(k, d, b), d / 4 * 2));
        ShiftSays("column i + d/2", (k, d, b) =>
        {
            Matrix<float> m = Matrix<float>.Build.Dense(d, d);
            for (int i = 0; i < d / 2; i++)
            {
                double angle = k * Omega(2 * i, d, b);
                m[i, i] = m[i + (d / 2), i + (d / 2)] = (float)Math.Cos(angle);
                (m[i, i + (d / 2)], m[i + (d / 2), i]) = ((float)-Math.Sin(angle), (float)Math.Sin(angle));
            }

            return m;
        });
        ShiftSays("no rotation", (k, d, b) => PositionalEncoding.Shift(k, d, b) * 2);
        ShiftSays("For ", (k, d, b) => k > 9 ? Identity(d) : PositionalEncoding.Shift(k, d, b));
    }

    private static Matrix<float> Cut(Matrix<float> m, int size) =>
        m.MapIndexed((row, column, value) => row < size && column < size ? value : 0, Zeros.Include);

    private static Matrix<float> Square { get; } = Matrix<float>.Build.Random(6, 6, 1);

    private static void TurnsSay(string part, Func<Matrix<float>, Matrix<float>> code) =>
        Says(part, Turn02Turns.Question.Judge(code));

    private static Matrix<float> Blocks(Matrix<float> u, Func<float, float, float, float, (float, float)> turn)
    {
        Matrix<float> m = u * 0;
        for (int i = 0; i < u.RowCount; i += 2)
        {
            var (a, b) = turn(u[i, i], u[i, i + 1], u[i + 1, i], u[i + 1, i + 1]);
            (m[i, i], m[i + 1, i + 1], m[i + 1, i], m[i, i + 1]) = (a, a, b, -b);
        }

        return m;
    }

    [Fact]
    public void Slips_of_the_turns()
    {
        TurnsSay("unchanged", u => u);
        TurnsSay("All numbers are 0", u => u * 0);
        TurnsSay("not averaged", u => u.MapIndexed((r, c, v) => r / 2 == c / 2 ? v : 0, Zeros.Include));
        TurnsSay("Only the diagonal", u => Matrix<float>.Build.DenseOfDiagonalVector(u.Diagonal()));
        TurnsSay("Only the diagonal", u => Blocks(u, (p, q, r, s) => ((p + s) / 2, 0)));
        TurnsSay("diagonal is missing", u => Blocks(u, (p, q, r, s) => (0, (r - q) / 2)));
        TurnsSay("without halving", u => Blocks(u, (p, q, r, s) => (p + s, r - q)));
        TurnsSay("wrong sign", u => Blocks(u, (p, q, r, s) => ((p + s) / 2, (q - r) / 2)));
        TurnsSay("with the same sign", u => Blocks(u, (p, q, r, s) => ((p + s) / 2, (r + q) / 2)));
        TurnsSay("You subtract", u => Blocks(u, (p, q, r, s) => ((p - s) / 2, (r - q) / 2)));
        TurnsSay("first column alone", u => Blocks(u, (p, q, r, s) => (p, r)));
        TurnsSay("the others are still there", u => u.MapIndexed(
            (r, c, v) => r / 2 == c / 2 ? Turn02Turns.Library(u)[r, c] : v, Zeros.Include));
        TurnsSay("Only the first block", u => Cut(Turn02Turns.Library(u), 2));
        TurnsSay("must be 0", u => Turn02Turns.Library(u) + 1);
    }

    [Fact]
    public void Turns_ask_the_same_at_all_places()
    {
        Matrix<float> places = PositionalEncoding.Sinusoidal(20, 6), turns = Turn02Turns.Library(Square);
        Matrix<float> scores = places * turns * places.Transpose();
        for (int t = 0; t < 19; t++) { Assert.Equal(scores[t + 1, 1], scores[t, 0], 1e-4f); }

        Matrix<float> moved = PositionalEncoding.Shift(7, 6);
        Assert.True((moved * turns * moved.Transpose() - turns).Enumerate().Max(MathF.Abs) < 1e-5);
    }
}
