using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 6. Each says what is right, or names the likely mistake.</summary>
public static class Exercise06
{
    private static readonly Question<(Matrix<float> Y, Matrix<float> DY), Matrix<float>> s_tanh = new(() =>
        Samples.OfShapes(
            (random, rows, columns) =>
                (Samples.Matrix(random, rows, columns).PointwiseTanh(), Samples.Matrix(random, rows, columns, 3))))
    {
        Right = x => x.DY.PointwiseMultiply(Slope(x.Y)),
        Say = x => $"Y and dY of {Shapes.Of(x.Y)}",
        Slips =
        [
            (x => x.DY, "The gradient that arrives goes on unchanged: the slope is missing."),
            (x => Slope(x.Y), "This is the slope alone. Multiply it, element by element, with the gradient dY " +
                "that arrives."),
            (x => x.DY.PointwiseMultiply(1 - x.Y), "The slope is 1 - y², not 1 - y."),
            (x => x.DY.PointwiseMultiply(x.Y.PointwiseMultiply(1 - x.Y)), "That is the slope of the sigmoid, y (1 - " +
                "y). The one of tanh is 1 - y²."),
            (x => x.DY.PointwiseMultiply(
                Slope(x.Y.PointwiseTanh())), "Y is tanh x already; you took the tanh once more."),
            (x => x.DY + Slope(x.Y), "Slopes along a chain multiply; you added them."),
            (x => x.DY.PointwiseMultiply(x.Y.PointwisePower(2) - 1), "The sign is turned: tanh rises everywhere, so " +
                "its slope 1 - y² is positive."),
            (x => x.DY.PointwiseMultiply(x.Y.PointwisePower(2)), "You multiply by y². The slope is 1 - y²."),
            (x => x.DY.PointwiseMultiply(
                1 + x.Y.PointwisePower(2)), "The slope is 1 - y², with a minus: near y = 1 the curve is flat."),
            (x => Slope(x.DY).PointwiseMultiply(x.Y), "Y and dY have changed places."),
            (x => Slope(x.Y) * x.DY, "That is a matrix product. The tanh takes each number by itself, so slopes " +
                "multiply element by element: PointwiseMultiply."),
            (x => x.DY * Slope(x.Y), "That is a matrix product. The tanh takes each number by itself, so slopes " +
                "multiply element by element: PointwiseMultiply."),
            (x => x.DY.PointwiseDivide(Slope(x.Y)), "You divide by the slope. Slopes along a chain multiply."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.Y.RowCount, x.Y.ColumnCount), "A gradient has the shape of " +
                "what it belongs to: dX has the shape of Y."),
        ],
    };

    private static readonly Question<(Vector<float> X, Vector<float> DHat), Vector<float>> s_rmsNorm = new(
        () => Samples.Random(RmsNormInput).Prepend(
        (Vector<float>.Build.Dense([1, -2, 3, 0.5f, -1]), Vector<float>.Build.Dense([0.5f, 1, -2, 3, 0.7f]))))
    {
        Right = x => Backward(x, (dHat, hat, stretch, r) => (dHat - (hat * stretch)) / r),
        Say = x => $"x = {Values.Say(x.X)} and dx̂ = {Values.Say(x.DHat)}",
        Slips =
        [
            (x => x.DHat, "The gradient that arrives goes on unchanged."),
            (x => Backward(x, (dHat, _, _, r) => dHat / r), "This is the direct path alone. x_j also reaches every " +
                "x̂_i through r."),
            (x => Backward(x, (dHat, hat, stretch, r) => (dHat - (hat * stretch * dHat.Count)) / r),
                "You take the sum of dx̂ ⊙ x̂; r has a mean in it, so it is divided by d."),
            (x => Backward(x, (dHat, hat, stretch, r) => (dHat + (hat * stretch)) / r), "The path through r has the " +
                "wrong sign: a larger r makes x̂ smaller."),
            (x => (x.DHat - (x.X * (x.DHat * x.X / x.X.Count))) / Root(
                x.X), "The second path has x where x̂ = x / r belongs."),
            (x => Backward(x, (dHat, hat, stretch, _) => dHat - (hat * stretch)), "The division by r is missing."),
            (x => Backward(x, (dHat, hat, stretch, r) => (dHat - (dHat.Sum() / dHat.Count) - (hat * stretch)) / r),
                "That is the layer norm's: here no mean is taken away from x, so no shift is taken away from " +
                "the gradient."),
            (x => Backward(x, (dHat, hat, stretch, r) => (dHat - (hat * stretch)) * r), "You multiply by r where " +
                "1/r belongs."),
            (x => Backward(x, (_, hat, stretch, r) => -(hat * stretch) / r), "This is the path through r alone. The " +
                "direct path, dx̂ / r, is missing."),
            (x => Backward(x, (dHat, hat, _, r) => (dHat - (hat * (dHat.Sum() / dHat.Count))) / r),
                "You take the mean of dx̂. It is the mean of dx̂ ⊙ x̂."),
            (x => Backward(x, (dHat, hat, stretch, r) => (dHat - (hat * stretch)) / (r * r)), "You divide by r²: one " +
                "of the two is in x̂ already."),
            (x => x.X.L2Norm() is var length && x.X / (float)length is var hat
                ? (x.DHat - (hat * (x.DHat * hat))) / (float)length : x.X, "Your r is the root of the sum of the " +
                "squares. It is the root of their mean: divide by d first."),
            (x => x.X / Root(x.X), "That is the forward pass, x̂ itself. Asked is the gradient dx."),
        ],
        Symptoms =
            [((x, y) => y.Count != x.X.Count, "A gradient has the shape of what it belongs to: dx has as many " +
                "numbers as x.")],
    };

    /// <summary>Exercise 1: <c>dX = dY ⊙ (1 - Y ⊙ Y)</c>.</summary>
    public static string CheckTanh(Func<Matrix<float>, Matrix<float>, Matrix<float>> backward) =>
        Exercise.Run("06.1", s_tanh, x => backward(x.Y, x.DY));

    /// <summary>Exercise 2: whether a claimed derivative is the derivative, by differences alone.</summary>
    public static string CheckJudge(Func<Func<double, double>, Func<double, double>, bool> judge) =>
        Exercise.Run("06.2", Exercise06Judge.Question, x => judge(x.F, x.Claimed));

    /// <summary>Exercise 3: <c>dx = (dx̂ - x̂ · mean(dx̂ ⊙ x̂)) / r</c>.</summary>
    public static string CheckRmsNorm(Func<Vector<float>, Vector<float>, Vector<float>> backward) =>
        Exercise.Run("06.3", s_rmsNorm, x => backward(x.X, x.DHat));

    private static Matrix<float> Slope(Matrix<float> y) => 1 - y.PointwisePower(2);

    private static float Root(Vector<float> x) => MathF.Sqrt(x * x / x.Count);

    private static Vector<float> Backward(
        (Vector<float> X, Vector<float> DHat) x,
        Func<Vector<float>, Vector<float>, float, float, Vector<float>> formula)
    {
        float r = Root(x.X);
        Vector<float> hat = x.X / r;
        return formula(x.DHat, hat, x.DHat * hat / x.X.Count, r);
    }

    /// <summary>Up to nine numbers, none so near to zero that r vanishes.</summary>
    private static (Vector<float>, Vector<float>) RmsNormInput(Random random) => random.Next(1, 10) is var count
        ? (Samples.Vector(random, count).Map(x => x + (0.3f * (x < 0 ? -1 : 1))), Samples.Vector(random, count, 3))
        : default;
}
