using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 2. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise02
{
    private static readonly Question<(int Width, double Length), double> s_base = new(() =>
        from width in new[] { 64, 4, 6, 8, 10, 16, 30, 128, 256, 512 }
        from length in new[] { 100.0, 7, 24, 64, 1000, 62_832 }
        select (width, length))
    {
        Right = x => Math.Pow(x.Length / (2 * Math.PI), x.Width / (x.Width - 2.0)),
        Tolerance = 1e-4,
        Say = x => $"d = {x.Width} and {x.Length:0} places",
        Slips =
        [
            (x => x.Length / (2 * Math.PI), "That would be right if the last pair had the exponent 1. It has (d - " +
                "2)/d: the last pair begins at dimension d - 2."),
            (x => Math.Pow(x.Length / (2 * Math.PI), (x.Width - 2.0) / x.Width), "You take the power (d - 2)/d of " +
                "both sides. To get b alone, take the power d/(d - 2)."),
            (x => Math.Pow(x.Length, x.Width / (x.Width - 2.0)), "You count radians as places. A full turn takes 2π " +
                "radians, so divide the length by 2π first."),
            (x => Math.Pow(x.Length * 2 * Math.PI, x.Width / (x.Width - 2.0)), "You multiply by 2π. The wavelength " +
                "is 2π times the power of b: divide by it."),
            (x => Math.Pow(x.Length / (2 * Math.PI), x.Width / (x.Width - 1.0)), "The exponent of the last pair is " +
                "(d - 2)/d. Yours is that of its cosine's own number, d - 1; both of a pair share 2i/d."),
            (x => Math.Pow(x.Length / (2 * Math.PI), x.Width / ((x.Width / 2) - 1.0)), "Your last pair has the " +
                "exponent i/d. It is 2i/d, and the last i is d/2 - 1."),
            (x => Math.Pow(x.Length / Math.PI, x.Width / (x.Width - 2.0)), "That is half a turn, π. A full turn is " +
                "2π."),
            (x => Math.Pow(x.Length / 360, x.Width / (x.Width - 2.0)), "You count in degrees. Sine and cosine here " +
                "take radians: a full turn is 2π."),
            (x => Math.Pow(x.Length / (2 * Math.PI), x.Width / (x.Width - 2)), "Is the exponent a division of whole " +
                "numbers? Write d / (d - 2.0)."),
            (x => 2 * Math.PI * Math.Pow(x.Length, (x.Width - 2.0) / x.Width), "That is the wavelength at the base " +
                "`length`. Asked is the base at which the wavelength is `length`."),
            (x => x.Length, "That is the length itself."),
        ],
        Symptoms = [((_, y) => !(y > 1), "A base is more than 1, so that each hand is slower than the one before.")],
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
            (x => Search(x.From.Count, (moves, k) => (moves[k] * x.From - x.To).L2Norm()), "You move places back. " +
                "A row stands on the left of the matrix, from · M_k; and it is the first row that is moved on."),
            (x => Search(x.From.Count, (_, k) => (Place(k, x.From.Count) - x.To).L2Norm()), "You find " +
                "where the second row stands. The first row need not stand at place 0: asked is how far the two are " +
                "apart."),
            (x => Search(x.From.Count, (moves, k) => -(x.From * moves[k] - x.To).L2Norm()), "You take the k that " +
                "brings the rows farthest apart. The smallest difference is asked: MinBy."),
        ],
        Symptoms =
        [
            ((x, k) => x.K == 0 && k != 0, "A row is 0 places away from itself, and you do not find 0. Does your " +
                "search begin with 0?"),
            ((x, k) => x.K > 6 && k is >= 0 and <= 6, "A long distance comes out as a short one. Do you read " +
                "the fastest hand alone? It has gone round once after six places: look at the slow ones too."),
            ((x, k) => x.K == 200 && k == 199, "It must work up to 200 places, 200 included. Enumerable.Range(0, " +
                "200) ends at 199."),
            ((x, k) => x.K > k && k >= 0
                && k % 10 is 0 or 9, "Does your search reach far enough? It must work up to 200 places, and from " +
                    "anywhere."),
        ],
    };

    private static readonly Dictionary<int, Matrix<float>> s_encodings = new[] { 16, 32, 64 }.ToDictionary(
        width => width, width => PositionalEncoding.Sinusoidal(1001, width));

    private static readonly Lazy<Dictionary<int, Matrix<float>[]>> s_moves = new(
        () => s_encodings.Keys.ToDictionary(
            width => width,
            width => Enumerable.Range(0, 201).Select(k => PositionalEncoding.Shift(k, width)).ToArray()));

    /// <summary>
    /// Exercise 1: the base at which the slowest hand turns exactly once within a length,
    /// <c>2π b^((d-2)/d) = length</c>.
    /// </summary>
    /// <param name="baseFor">The width d, even and at least 4, and a length, more than 2π, to the base.</param>
    public static string CheckBase(Func<int, double, double> baseFor) =>
        Exercise.Run("02.1", s_base, x => baseFor(x.Width, x.Length));

    /// <summary>Exercise 2: the k between 0 and 200 with <c>PE(p + k) = to</c> for <c>PE(p) = from</c>.</summary>
    public static string CheckDistance(Func<Vector<float>, Vector<float>, int> distance) =>
        Exercise.Run("02.2", s_distance, x => distance(x.From, x.To));

    private static Vector<float> Place(int place, int width) => s_encodings[width].Row(place);

    /// <summary>The k from 0 to 200 for which something is smallest, given M_0 to M_200.</summary>
    private static int Search(int width, Func<Matrix<float>[], int, double> difference) =>
        Enumerable.Range(0, 201).MinBy(k => difference(s_moves.Value[width], k));

    private static IEnumerable<(Vector<float>, Vector<float>, int)> DistanceInputs()
    {
        (int From, int Apart)[] told = [(10, 3), (0, 0), (10, 7), (0, 200), (299, 200), (800, 200), (5, 1)];
        return told.Select(one => Of(one.From, one.Apart, 64))
            .Concat(
                Samples.Random(
                    random => Of(random.Next(0, 800), random.Next(0, 201), 16 << random.Next(3)), count: 60));
        static (Vector<float>, Vector<float>, int) Of(int from, int apart, int width) =>
            (Place(from, width), Place(from + apart, width), apart);
    }
}
