using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 1. Each says what is right, or names the likely mistake.</summary>
public static partial class Exercise01
{
    private static readonly Matrix<float> s_scores = Matrix<float>.Build.DenseOfArray(
        new float[,] { { 0, 4, 2 }, { 1, -3, 0.5f }, { 300, 200, 100 } });

    /// <summary>Exercise 1: <c>softmax(s / τ)</c> for every row.</summary>
    public static string CheckTemperature(Func<Matrix<float>, float, Matrix<float>> withTemperature) => Exercise.Run(() =>
    {
        Matrix<float> cool = withTemperature(s_scores, 0.5f), warm = withTemperature(s_scores, 2);
        return Exercise.FirstThatHolds(
            (cool.Equals(s_scores), "The scores come back unchanged. Divide them by the temperature and take the softmax."),
            (cool.Enumerate().Any(float.IsNaN), "There is a NaN: a score of 300 overflowed. Take the maximum of the row away first."),
            (cool.RowSums().Any(sum => Math.Abs(sum - 1) > 1e-4), "A row does not sum to 1. Divide before the softmax, not after it."),
            (Exercise.Near(cool, Softmax.Rows(s_scores)), "The temperature changes nothing yet. Where does it enter?"),
            (Exercise.Near(cool, Softmax.Rows(s_scores * 0.5f)),
                "You multiply by the temperature; a high one then makes the weights sharper. Divide instead."),
            (Exercise.Near(cool, Softmax.Rows(s_scores / 0.5f)) && Exercise.Near(warm, Softmax.Rows(s_scores / 2)), Exercise.Right));
    });

    /// <summary>Exercise 2: a causal mask that reaches <c>width</c> places back.</summary>
    public static string CheckSlidingWindow(Func<int, int, int, bool> hides) => Exercise.Run(() => Exercise.FirstThatHolds(
        (!hides(2, 5, 2), "A query still sees the future: key 5 stands after query 2."),
        (!hides(9, 0, 2), "Key 0 lies nine places before query 9, outside a window of 2, and is still seen."),
        (hides(4, 4, 2), "A word must always see itself: query 4 and key 4."),
        (hides(4, 3, 2), "Key 3 is one place before query 4, inside a window of 2, but it is hidden."),
        (hides(4, 2, 2), "The window is one too narrow: with a width of 2, query 4 sees keys 2, 3 and 4."),
        (!hides(4, 1, 2), "The window is one too wide: with a width of 2, query 4 sees keys 2, 3 and 4, not 1."),
        (true, Exercise.Right)));

    /// <summary>Exercise 3: <c>∂p_i/∂s_j = p_i (δ_ij - p_j)</c>, against central differences.</summary>
    public static string CheckSoftmaxSlope(Func<Vector<float>, Matrix<float>> slope) => Exercise.Run(() =>
    {
        double[] scores = [0.3, -1.2, 0.8, 2.0];
        double[] p = SoftmaxOf(scores);
        Matrix<float> got = slope(Vector<float>.Build.DenseOfEnumerable(p.Select(value => (float)value)));
        Matrix<float> want = Matrix<float>.Build.Dense(4, 4, (i, j) => (float)CentralDifference(scores, i, j));
        Matrix<float> diagonal = Matrix<float>.Build.DenseOfDiagonalVector(want.Diagonal());
        return Exercise.FirstThatHolds(
            ((got.RowCount, got.ColumnCount) != (4, 4), $"For 4 weights the slopes are a 4×4 matrix, but yours is {Shapes.Of(got)}."),
            (got.Enumerate().All(value => value == 0), "All slopes are zero so far."),
            (Exercise.Near(got, diagonal), "The diagonal is right. Raising one score also lowers the other weights: the sum stays 1."),
            (Exercise.Near(got, -want), "Every sign is turned round: raising a score raises its own weight."),
            (got.RowSums().Any(sum => Math.Abs(sum) > 1e-4),
                "A row of slopes must sum to 0: raising all scores alike changes nothing. Is the outer product p pᵀ taken away?"),
            (Exercise.Near(got, want), Exercise.Right));
    });

    private static double[] SoftmaxOf(double[] scores)
    {
        double[] e = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
        return [.. e.Select(value => value / e.Sum())];
    }

    private static double CentralDifference(double[] scores, int i, int j)
    {
        const double step = 1e-5;
        double[] up = [.. scores], down = [.. scores];
        up[j] += step;
        down[j] -= step;
        return (SoftmaxOf(up)[i] - SoftmaxOf(down)[i]) / (2 * step);
    }
}
