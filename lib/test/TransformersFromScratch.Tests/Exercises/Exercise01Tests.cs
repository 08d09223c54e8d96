using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch.Tests.Exercises;

/// <summary>The solution passes, and each likely mistake gets its own diagnosis.</summary>
public class Exercise01Tests
{
    private static void AssertSays(string part, string answer) => Assert.Contains(part, answer, StringComparison.Ordinal);

    [Fact]
    public void Temperature()
    {
        AssertSays("✓", Exercise01.CheckTemperature((s, t) => Softmax.Rows(s / t)));
        AssertSays("unchanged", Exercise01.CheckTemperature((s, t) => s));
        AssertSays("multiply", Exercise01.CheckTemperature((s, t) => Softmax.Rows(s * t)));
        AssertSays("changes nothing", Exercise01.CheckTemperature((s, t) => Softmax.Rows(s)));
        AssertSays("sum to 1", Exercise01.CheckTemperature((s, t) => Softmax.Rows(s) / t));
        AssertSays("NaN", Exercise01.CheckTemperature((s, t) => s.Map(_ => float.NaN)));
        AssertSays("threw", Exercise01.CheckTemperature((s, t) => throw new NotImplementedException()));
    }

    [Fact]
    public void Sliding_window()
    {
        AssertSays("✓", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key < query - width));
        AssertSays("future", Exercise01.CheckSlidingWindow((query, key, width) => false));
        AssertSays("nine places", Exercise01.CheckSlidingWindow((query, key, width) => key > query));
        AssertSays("too narrow", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key <= query - width));
        AssertSays("too wide", Exercise01.CheckSlidingWindow((query, key, width) => key > query || key < query - width - 1));
        AssertSays("itself", Exercise01.CheckSlidingWindow((query, key, width) => key >= query || key < query - width));
    }

    [Fact]
    public void Slope_of_the_softmax()
    {
        AssertSays("✓", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.DenseOfDiagonalVector(p) - p.OuterProduct(p)));
        AssertSays("zero so far", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.Dense(4, 4)));
        AssertSays("diagonal is right", Exercise01.CheckSoftmaxSlope(p =>
            Matrix<float>.Build.DenseOfDiagonalVector(p.PointwiseMultiply(1 - p))));
        AssertSays("sign", Exercise01.CheckSoftmaxSlope(p => p.OuterProduct(p) - Matrix<float>.Build.DenseOfDiagonalVector(p)));
        AssertSays("sum to 0", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.DenseOfDiagonalVector(p)));
        AssertSays("4×4", Exercise01.CheckSoftmaxSlope(p => Matrix<float>.Build.Dense(1, 4)));
    }
}
