using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 2. Each says what is right, or names the likely mistake.</summary>
public static class Exercise02
{
    private static readonly Question<(int Pair, int Width), double> s_wavelength = new(() =>
        from width in new[] { 64, 8, 2, 4, 6, 16, 30, 100, 512 }
        from pair in Enumerable.Range(0, width / 2)
        select (pair, width))
    {
        Right = x => 2 * Math.PI * Math.Pow(10000, 2.0 * x.Pair / x.Width),
        Tolerance = 1e-6,
        Say = x => $"pair {x.Pair} of a width of {x.Width}",
        Slips =
        [
            (_ => 0, "It returns 0 so far."),
            (x => Math.Pow(10000, 2.0 * x.Pair / x.Width), "You count radians. A full turn takes 2π of them."),
            (x => 2 * Math.PI * Math.Pow(
                10000, (double)x.Pair / x.Width), "Pair i begins at dimension 2i: the exponent is 2i/d, not i/d."),
            (x => 2 * Math.PI * Math.Pow(10000, -2.0 * x.Pair / x.Width), "Yours shrinks with the pair. The " +
                "frequency ω does; the wavelength is 2π divided by it."),
            (x => Math.Pow(10000, -2.0 * x.Pair / x.Width), "That is the frequency ω, the angle for each position. " +
                "After how many positions has it grown to 2π?"),
            (x => Math.Pow(10000, -2.0 * x.Pair / x.Width) / (2 * Math.PI), "That is the share of a turn for each " +
                "position. Turn it round: how many positions make one turn?"),
            (x => 2 * Math.PI * Math.Pow(10000, 2 * x.Pair / x.Width), "The exponent comes out as 0: 2 * pair / d " +
                "divides whole numbers. Write 2.0 * pair / d."),
            (x => Math.PI * Math.Pow(10000, 2.0 * x.Pair / x.Width), "That is half a turn, π. A full turn is 2π."),
            (x => 360 * Math.Pow(10000, 2.0 * x.Pair / x.Width), "You count in degrees. Sine and cosine here take " +
                "radians: a full turn is 2π."),
            (x => 2 * Math.PI * Math.Pow(10000, 2.0 * (x.Pair + 1) / x.Width), "You count pairs from 1. Pair 0 is " +
                "the first, with an exponent of 0."),
            (x => 2 * Math.PI * Math.Pow(10000, ((2.0 * x.Pair) + 1) / x.Width), "Your exponent is that of the odd " +
                "dimension, 2i + 1. Both of a pair share 2i/d."),
            (x => 2 * Math.PI * Math.Exp(10000 * (2.0 * x.Pair / x.Width)), "The base is 10000 and the exponent " +
                "2i/d: Math.Pow(10000, 2.0 * i / d)."),
        ],
    };

    // What is sought, K, stands beside the rows for the judge alone.
    private static readonly Question<(Vector<float> From, Vector<float> To, int K), int> s_distance = new(
        DistanceInputs)
    {
        Right = x => x.K,
        Say = x => $"two rows of width {x.From.Count}, {x.K} places apart",
        Slips =
        [
            (_ => -1, "Nothing is found yet: it says -1 always."),
            (_ => 0, "It says 0 always. Only a row and itself are 0 places apart."),
            (x => -x.K, "You found the way back: the answer runs from the first row to the second."),
            (x => x.K + 1, "One too many. Two neighbours are 1 place apart, and a row is 0 places away from itself."),
            (x => x.K - 1, "One too few: k counts from 0, so that the first k you try must be 0."),
        ],
        Symptoms =
        [
            ((x, k) => x.K == 0 && k != 0, "A row is 0 places away from itself, and you do not find 0. Does your " +
                "search begin with 0?"),
            ((x, k) => x.K > 6 && k is >= 0 and <= 6, "You find short distances only. The fastest hand has gone " +
                "round once after six places: look at the slow ones too."),
            ((x, k) => x.K == 200 && k == 199, "It must work up to 200 places, 200 included. Enumerable.Range(0, " +
                "200) ends at 199."),
            ((x, k) => x.K > k && k >= 0
                && k % 10 is 0 or 9, "Long distances are not found: it must work up to 200 places, and from anywhere."),
        ],
    };

    private static readonly Question<Matrix<float>, Matrix<float>> s_rotation = new(() =>
        Samples.Random(random => Samples.Matrix(random, random.Next(1, 13), 2 * random.Next(1, 6)))
            .Prepend(Samples.Matrix(new Random(7), 12, 8)))
    {
        Right = x => Turned(x, (t, column) => t * PositionalEncoding.Frequency(column, x.ColumnCount)),
        Slips =
        [
            (x => x, "Nothing has turned yet."),
            (x => Turned(x, (t, column) => -t * PositionalEncoding.Frequency(column, x.ColumnCount)),
                "You turn the wrong way round: the minus belongs to the first of the pair."),
            (x => Turned(x, (t, column) => (t + 1) * PositionalEncoding.Frequency(column, x.ColumnCount)),
                "At position 0 every angle is 0: the first row stays as it is. Count positions from 0."),
            (HalfSplit, "You pair column i with column i + d/2, as some libraries do (the half-split layout). It " +
                "would work as well, but the pair asked for here is (2i, 2i+1), neighbours."),
            (x => Turned(x, (_, column) => PositionalEncoding.Frequency(column, x.ColumnCount)), "Every row is " +
                "turned by the same angle. The angle grows with the position: t·ω_i."),
            (x => Turned(x, (t, _) => t), "Every pair is turned by the same angle, t. Each pair has its own " +
                "frequency ω_i."),
            (x => Turned(x, (t, column) => t * Math.Pow(10000, -(double)(column / 2) / x.ColumnCount)),
                "Your frequencies fall too slowly: the exponent of pair i is 2i/d, not i/d."),
            (x => Turned(x, (t, column) => t * Math.Pow(10000, -(double)column / x.ColumnCount)),
                "Both of a pair must turn by the same angle, t·ω_i. Your odd column has a frequency of its own, so " +
                "that lengths change."),
            (x => Turned(x, (t, column) => t * Math.Pow(10000, 2.0 * (column / 2) / x.ColumnCount)),
                "Your frequencies grow with the pair. ω_i = 1 / 10000^(2i/d) falls."),
            (x => Mixed(x, 1, 1), "You add on both sides. One of the two needs a minus: (a, b) becomes (a cos - b " +
                "sin, a sin + b cos)."),
            (x => Mixed(x, -1, -1), "You take away on both sides. Only one of the two has a minus: (a, b) becomes (a " +
                "cos - b sin, a sin + b cos)."),
            (x => Mixed(x, 0, 0), "You multiply by the cosine alone, which shortens the row. The partner's sine is " +
                "missing: (a, b) becomes (a cos - b sin, a sin + b cos)."),
            (x => Turned(x, (t, column) => column < 2 ? t : 0), "Only the first pair is turned."),
            (x => x + PositionalEncoding.Sinusoidal(
                x.RowCount, x.ColumnCount), "You add the encoding. Here nothing is added: each pair is turned."),
            (x => x.MapIndexed((t, column, _) => column % 2 == 0
                ? (x[t, column] * Cos(x, t, column)) - (x[t, column + 1] * Sin(x, t, column))
                : (((x[t, column - 1] * Cos(x, t, column)) - (x[t, column] * Sin(x, t, column))) * Sin(x, t, column))
                    + (x[t, column] * Cos(x, t, column)), Zeros.Include),
                "The second of each pair is computed from the first one's new value. Keep the old a until " +
                "both are done."),
        ],
        Symptoms =
        [
            ((x, y) => y.RowCount == x.RowCount
                && y.EnumerateRows().Zip(x.EnumerateRows())
                    .Any(pair => Math.Abs(pair.First.L2Norm() - pair.Second.L2Norm()) > 1e-3),
                "A rotation keeps the length of every row, and yours does not. Check the signs: (a, b) becomes (a " +
                "cos - b sin, a sin + b cos)."),
            ((x, y) => y.RowCount == x.RowCount && y.ColumnCount == x.ColumnCount
                && (y.Row(0) - x.Row(0)).L2Norm() > 1e-4,
                "At position 0 every angle is 0: the first row stays as it is. Count positions from 0."),
        ],
    };

    private static readonly Dictionary<int, Matrix<float>> s_encodings = new[] { 16, 32, 64 }.ToDictionary(
        width => width, width => PositionalEncoding.Sinusoidal(1001, width));

    /// <summary>Exercise 1: <c>2π · 10000^(2i/d)</c>.</summary>
    public static string CheckWavelength(Func<int, int, double> wavelength) =>
        Exercise.Run("02.1", s_wavelength, x => wavelength(x.Pair, x.Width));

    /// <summary>Exercise 2: the k between 0 and 200 with <c>PE(p + k) = to</c> for <c>PE(p) = from</c>.</summary>
    public static string CheckDistance(Func<Vector<float>, Vector<float>, int> distance) =>
        Exercise.Run("02.2", s_distance, x => distance(x.From, x.To));

    /// <summary>Exercise 3: rotary position embedding, pairs (2i, 2i+1) (Su et al. 2021, equation 34).</summary>
    public static string CheckRotation(Func<Matrix<float>, Matrix<float>> rotate) =>
        Exercise.Run("02.3", s_rotation, rotate);

    private static IEnumerable<(Vector<float>, Vector<float>, int)> DistanceInputs()
    {
        (int From, int Apart)[] told = [(10, 3), (0, 0), (10, 7), (0, 200), (299, 200), (800, 200), (5, 1)];
        return told.Select(one => Of(one.From, one.Apart, 64))
            .Concat(
                Samples.Random(
                    random => Of(random.Next(0, 800), random.Next(0, 201), 16 << random.Next(3)), count: 60));
        static (Vector<float>, Vector<float>, int) Of(int from, int apart, int width) =>
            (s_encodings[width].Row(from), s_encodings[width].Row(from + apart), apart);
    }

    private static Matrix<float> Turned(Matrix<float> x, Func<int, int, double> angleOf) =>
        x.MapIndexed((t, column, value) =>
    {
        double angle = angleOf(t, column);
        float partner = column % 2 == 0 ? -x[t, column + 1] : x[t, column - 1];
        return (float)((value * Math.Cos(angle)) + (partner * Math.Sin(angle)));
    }, Zeros.Include);

    /// <summary>The sines of the even and of the odd columns with signs of their own, or 0.</summary>
    private static Matrix<float> Mixed(Matrix<float> x, int even, int odd) => x.MapIndexed((t, column, value) =>
        (value * Cos(x, t, column))
            + ((column % 2 == 0 ? even * x[t, column + 1] : odd * x[t, column - 1]) * Sin(x, t, column)),
                Zeros.Include);

    private static Matrix<float> HalfSplit(Matrix<float> x) => x.MapIndexed((t, column, value) =>
    {
        int half = x.ColumnCount / 2, pair = column % half;
        double angle = t * PositionalEncoding.Frequency(2 * pair, x.ColumnCount);
        float partner = column < half ? -x[t, column + half] : x[t, column - half];
        return (float)((value * Math.Cos(angle)) + (partner * Math.Sin(angle)));
    }, Zeros.Include);

    private static float Cos(Matrix<float> x, int t, int column) =>
        (float)Math.Cos(t * PositionalEncoding.Frequency(column, x.ColumnCount));

    private static float Sin(Matrix<float> x, int t, int column) =>
        (float)Math.Sin(t * PositionalEncoding.Frequency(column, x.ColumnCount));
}
