using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 1. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise01
{
    private static readonly Question<(Matrix<float> Weights, float Temperature), Matrix<float>> s_temperature = new(
        TemperatureInputs)
    {
        Right = x => Softmax.Rows(ScaledLogarithms(x)),
        Say = x => $"the weights {Values.Say(x.Weights)} at temperature {Values.Say(x.Temperature)}",
        Slips =
        [
            (x => x.Weights, "The weights come back unchanged. (Did you divide them by the temperature, and then by " +
                "their sum? Then it cancels.)"),
            (x => x.Weights / x.Temperature, "A row does not sum to 1. The temperature divides the scores, not the " +
                "weights."),
            (x => x.Weights * x.Temperature, "A row does not sum to 1. The temperature divides the scores; here you " +
                "multiply the weights."),
            (x => Softmax.Rows(x.Weights / x.Temperature), "You take the softmax of weights, which have been " +
                "through it already. Which scores have these weights?"),
            (x => Softmax.Rows(x.Weights), "You take the softmax of weights, which have been through it already, " +
                "and the temperature does not enter."),
            (x => Softmax.Rows(x.Weights.PointwiseLog() * x.Temperature), "You multiply by the temperature; a high " +
                "one then makes the weights sharper. Divide instead."),
            (ScaledLogarithms, "These are the scores at the new temperature, up to a number per row. The softmax is " +
                "still missing."),
            (x => x.Weights.PointwisePower(1 / x.Temperature), "The powers are right. Each is still to be divided " +
                "by the sum of its row."),
            (x => x.Weights.PointwisePower(x.Temperature), "You take the power τ, and no sums. The exponent is 1/τ, " +
                "and each power is then divided by the sum of its row."),
            (x => Scores.Columns(ScaledLogarithms(x)), "The temperature is right, but your softmax goes down the " +
                "columns. A row belongs to one query: each row must sum to 1."),
            (x => Scores.Whole(ScaledLogarithms(x)), "The temperature is right, but your softmax goes over the " +
                "whole matrix. Each row must sum to 1."),
            (x => Softmax.Rows(ScaledLogarithms(x) / x.Temperature), "You divide by the temperature twice."),
            (x => Softmax.Rows(ScaledLogarithms(x) / MathF.Log(2)), "Your logarithm has the base 2. The softmax " +
                "takes powers of e, so take ln: PointwiseLog()."),
            (x => Softmax.Rows(ScaledLogarithms(x) / MathF.Log(10)), "Your logarithm has the base 10. The softmax " +
                "takes powers of e, so take ln: PointwiseLog()."),
        ],
        Symptoms =
        [
            ((x, y) => Scores.HasNaN(x.Weights, y), "There is a NaN. A weight may be 0, that of a hidden word: its " +
                "logarithm is -∞, and it stays 0 at every temperature."),
            ((x, y) => y.RowCount == x.Weights.RowCount
                && Scores.RowsDoNotSumToOne(x.Weights, y), "A row does not sum to 1."),
        ],
    };

    private static readonly Question<(int Query, int Key, int Width), bool> s_window = new(
        () => from query in Enumerable.Range(0, 14)
              from key in Enumerable.Range(0, 14)
              from width in Enumerable.Range(0, 6)
              select (query, key, width))
    {
        Right = x => x.Key > x.Query || x.Key < x.Query - x.Width,
        Say = x => $"query {x.Query}, key {x.Key} and a width of {x.Width}",
        Slips =
        [
            (_ => false, "Nothing is hidden so far. A query still sees the future: key 5 stands after query 2. (Did " +
                "you write &&? No key is both in the future and too far back; either hides it: ||.)"),
            (x => x.Key < x.Query - x.Width, "The past is right, but a query still sees the future: key 5 stands " +
                "after query 2."),
            (x => x.Key > x.Query, "The future is hidden, but key 0 lies nine places before query 9, outside a " +
                "window of 2, and is still seen."),
            (x => Math.Abs(x.Key - x.Query) > x.Width, "Your window reaches both ways. A query sees the words before " +
                "it only: the future is hidden, however near."),
            (x => x.Key >= x.Query || x.Key < x.Query - x.Width, "A word must always see itself: query 4 and key 4."),
            (x => x.Key > x.Query || x.Key <= x.Query - x.Width, "The window is one too narrow: with a width of 2, " +
                "query 4 sees keys 2, 3 and 4."),
            (x => x.Key > x.Query || x.Key < x.Query - x.Width - 1, "The window is one too wide: with a width of 2, " +
                "query 4 sees keys 2, 3 and 4, not 1."),
            (x => x.Key > x.Query + 1
                || x.Key < x.Query - x.Width, "The very next word is still seen: key 5 stands after query 4."),
            (x => x.Key <= x.Query && x.Key >= x.Query - x.Width, "It is turned round: you answer whether the key is " +
                "seen. Asked is whether it is hidden."),
            (x => x.Query > x.Key || x.Query < x.Key - x.Width, "Query and key have changed places: you hide the " +
                "past and show the future."),
            .. Enumerable.Range(0, 6).Select<int, (Func<(int Query, int Key, int Width), bool>, string)>(fixedWidth => (
                x => x.Key > x.Query || x.Key < x.Query - fixedWidth, "The width is ignored: your window always " +
                    $"reaches {fixedWidth} places back.")),
        ],
        Symptoms =
            [((x, hidden) => x.Key > x.Query
                && !hidden, "A query still sees a key of the future. Try keys right after the query, and keys " +
                    "far after it.")],
    };

    private static readonly Question<Vector<float>, Matrix<float>> s_slope = new(
        () => Samples.Random(Weights).Prepend(Weights(new Random(4), 4)).Append(Weights(new Random(5), 1)))
    {
        Right = SlopesByDifferences,
        Say = p => $"the weights {Values.Say(p)}",
        Slips =
        [
            (p => Matrix<float>.Build.Dense(p.Count, p.Count), "All slopes are zero so far."),
            (p => Matrix<float>.Build.DenseOfDiagonalVector(p.PointwiseMultiply(1 - p)), "The diagonal is right. " +
                "Raising one score also lowers the other weights: the sum stays 1."),
            (p => p.OuterProduct(p) - Matrix<float>.Build.DenseOfDiagonalVector(
                p), "Every sign is turned round: raising a score raises its own weight."),
            (p => Matrix<float>.Build.DenseOfDiagonalVector(p), "That is diag(p). The outer product p pᵀ is still to " +
                "be taken away: a row of slopes must sum to 0."),
            (p => p.OuterProduct(p), "That is the outer product p pᵀ. It is taken away from diag(p)."),
            (p => Matrix<float>.Build.DenseOfDiagonalVector(p) + p.OuterProduct(
                p), "You add the outer product. Take it away: raising another score lowers this weight."),
            (p => Matrix<float>.Build.Dense(p.Count, p.Count, (i, j) => p[i] * (1 - p[j])), "You wrote p_i (1 - p_j) " +
                "everywhere. The 1 is δ_ij: it stands on the diagonal only."),
            (p => Matrix<float>.Build.Dense(
                p.Count, p.Count, (i, j) => (i == j ? 1 : 0) - p[j]), "The factor p_i is missing."),
            (p => Matrix<float>.Build.Dense(p.Count, p.Count, (i, j) => -p[i] * p[j]), "Off the diagonal it is " +
                "right. On it the p_i is missing: p_i - p_i²."),
            (p => Matrix<float>.Build.DenseOfDiagonalVector(Softmax.Rows(p.ToRowMatrix()).Row(0)) - Softmax.Rows(
                p.ToRowMatrix()).Row(0).OuterProduct(Softmax.Rows(p.ToRowMatrix()).Row(0)),
                "You take the softmax of p. What you are given are the weights already."),
        ],
        Symptoms =
        [
            ((p, y) => (y.RowCount, y.ColumnCount) == (p.Count, p.Count)
                && y.RowSums().Any(sum => Math.Abs(sum) > 1e-4),
                "A row of slopes must sum to 0: raising all scores alike changes nothing. Is the outer product p pᵀ " +
                "taken away?"),
        ],
    };

    /// <summary>
    /// Exercise 1: the weights at a temperature τ of a softmax of which only the weights at 1 are known,
    /// <c>softmax(ln p / τ)</c>.
    /// </summary>
    /// <param name="atTemperature">T×S weights, each row summing to 1, some perhaps 0; τ. Gives T×S weights.</param>
    public static string CheckTemperature(Func<Matrix<float>, float, Matrix<float>> atTemperature) =>
        Exercise.Run("01.1", s_temperature, x => atTemperature(x.Weights, x.Temperature));

    /// <summary>Exercise 2: a causal mask that reaches <c>width</c> places back.</summary>
    public static string CheckSlidingWindow(Func<int, int, int, bool> hides) =>
        Exercise.Run("01.2", s_window, x => hides(x.Query, x.Key, x.Width));

    /// <summary>Exercise 6: <c>∂p_i/∂z_j = p_i (δ_ij - p_j)</c>, against central differences.</summary>
    public static string CheckSoftmaxSlope(Func<Vector<float>, Matrix<float>> slope) =>
        Exercise.Run("01.6", s_slope, slope);

    private static Matrix<float> ScaledLogarithms((Matrix<float> Weights, float Temperature) x) =>
        x.Weights.PointwiseLog() / x.Temperature;

    private static IEnumerable<(Matrix<float>, float)> TemperatureInputs()
    {
        float[] temperatures = [0.5f, 2, 0.2f, 5, 1, 10];
        yield return (Samples.Of(new[,] { { 0.6f, 0.3f, 0.1f }, { 0.2f, 0.2f, 0.6f } }), 0.5f);
        foreach (var input in Samples.OfShapes(
            (random, rows, columns) => (Softmax.Rows(Samples.Matrix(random, rows, columns)),
                temperatures[random.Next(temperatures.Length)])))
        {
            yield return input;
        }

        yield return (Samples.Of(new[,] { { 1f, 0, 0 }, { 0.7f, 0.3f, 0 } }), 2); // a causal mask hid the rest
    }

    private static Vector<float> Weights(Random random) => Weights(random, random.Next(1, 9));

    private static Vector<float> Weights(Random random, int count) =>
        Softmax.Rows(Samples.Matrix(random, 1, count)).Row(0);

    /// <summary>The slopes of a softmax whose weights are p, by central differences in double precision.</summary>
    private static Matrix<float> SlopesByDifferences(Vector<float> p)
    {
        const double step = 1e-5;
        double[] scores = [.. p.Select(weight => Math.Log(weight))]; // these have p as their softmax
        double Weight(int i, int raised, double by)
        {
            double[] e = [.. scores.Select((score, k) => Math.Exp(k == raised ? score + by : score))];
            return e[i] / e.Sum();
        }

        return Matrix<float>.Build.Dense(
            p.Count, p.Count, (i, j) => (float)((Weight(i, j, step) - Weight(i, j, -step)) / (2 * step)));
    }
}
