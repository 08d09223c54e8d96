using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise01Tests
{
    private static void AssertSays(string part, string answer) =>
        Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Temperature()
    {
        static Matrix<float> Scaled(Matrix<float> p, float t) => p.PointwiseLog() / t;

        AssertSays("✓", Exercise01.CheckTemperature((p, t) => Softmax.Rows(Scaled(p, t))));
        AssertSays("✓", Exercise01.CheckTemperature((p, t) => p.PointwisePower(1 / t).NormalizeRows(1)));
        AssertSays("✎", Exercise01.CheckTemperature((_, _) => throw new NotImplementedException()));
        AssertSays("unchanged", Exercise01.CheckTemperature((p, t) => (p / t).NormalizeRows(1)));
        AssertSays("through it already. Which", Exercise01.CheckTemperature((p, t) => Softmax.Rows(p / t)));
        AssertSays("sharper", Exercise01.CheckTemperature((p, t) => Softmax.Rows(p.PointwiseLog() * t)));
        AssertSays("softmax is still missing", Exercise01.CheckTemperature(Scaled));
        AssertSays("sum of its row", Exercise01.CheckTemperature((p, t) => p.PointwisePower(1 / t)));
        AssertSays(
            "goes down the columns",
            Exercise01.CheckTemperature((p, t) => Softmax.Rows(Scaled(p, t).Transpose()).Transpose()));
        AssertSays("base 2", Exercise01.CheckTemperature((p, t) => Softmax.Rows(p.Map(MathF.Log2) / t)));
        // Right for the first example alone.
        AssertSays("at temperature", Exercise01.CheckTemperature((p, t) => Softmax.Rows(Scaled(p, 0.5f))));
        AssertSays("sum to 1", Exercise01.CheckTemperature((p, t) => p / t));
        AssertSays("NaN", Exercise01.CheckTemperature((p, t) => p.Map(_ => float.NaN)));
        AssertSays("threw", Exercise01.CheckTemperature((p, t) => throw new InvalidOperationException()));
    }

    [Fact]
    public void Sliding_window()
    {
        AssertSays("✓", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key < query - width));
        AssertSays("future", Exercise01.CheckSlidingWindow((query, key, width) => false));
        AssertSays("nine places", Exercise01.CheckSlidingWindow((query, key, width) => key > query));
        AssertSays(
            "too narrow", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key <= query - width));
        AssertSays(
            "too wide", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key < query - width - 1));
        AssertSays("however near", Exercise01.CheckSlidingWindow((query, key, width) => Math.Abs(key - query) > width));
        AssertSays(
            "either hides it", Exercise01.CheckSlidingWindow(
                (query, key, width) => key > query && key < query - width));
        AssertSays(
            "turned round", Exercise01.CheckSlidingWindow((query, key, width) => key <= query && key >= query - width));
        AssertSays(
            "always reaches 2 places",
            Exercise01.CheckSlidingWindow((query, key, width) => key > query || key < query - 2));
        // Hides the one key of the example.
        AssertSays(
            "of the future", Exercise01.CheckSlidingWindow(
                (query, key, width) => (query, key) == (2, 5) || key < query - width));
        AssertSays(
            "of the future", Exercise01.CheckSlidingWindow(
                (query, key, width) => (key > query && key < query + 4) || key < query - width));
        AssertSays("itself", Exercise01.CheckSlidingWindow((query, key, width) => key >= query || key < query - width));
    }

    [Fact]
    public void Slope_of_the_softmax()
    {
        AssertSays(
            "✓", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(p)));
        AssertSays("zero so far", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.Dense(p.Count, p.Count)));
        AssertSays("diagonal is right", Exercise01.CheckSoftmaxSlope(p =>
            Matrix<float>.Build.DenseOfDiagonalVector(p.PointwiseMultiply(1 - p))));
        AssertSays(
            "p_i (1 - p_j)", Exercise01.CheckSoftmaxSlope(
                p => Matrix<float>.Build.Dense(p.Count, p.Count, (i, j) => p[i] * (1 - p[j]))));
        AssertSays(
            "factor p_i", Exercise01.CheckSoftmaxSlope(
                p => Matrix<float>.Build.DenseIdentity(p.Count) - Matrix<float>.Build.Dense(
                    p.Count, p.Count, (i, j) => p[j])));
        AssertSays(
            "add the outer", Exercise01.CheckSoftmaxSlope(
                p => Matrix<float>.Build.DenseOfDiagonalVector(p) + p.OuterProduct(p)));
        AssertSays(
            "sign", Exercise01.CheckSoftmaxSlope(
                p => p.OuterProduct(p) - Matrix<float>.Build.DenseOfDiagonalVector(p)));
        AssertSays("outer product", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.DenseOfDiagonalVector(p)));
        AssertSays("should be 4×4", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.Dense(1, 4)));
    }
}
