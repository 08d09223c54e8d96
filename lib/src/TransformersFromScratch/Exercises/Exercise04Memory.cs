using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Chapter 4, exercise 4: there are many right memories, so a memory is judged by what it answers.</summary>
internal static class Exercise04Memory
{
    /// <summary>
    /// What is asked: keys (n×d), values (n×m) and the threshold θ. The stranger, a word that must not be answered, is
    /// for the judge.
    /// </summary>
    internal sealed record Input(
        Matrix<float> Keys, Matrix<float> Values, float Threshold, Matrix<float> Stranger) : IInput
    {
        public object Data => (Keys, Values);
    }

    /// <summary>The memories of many dictionaries.</summary>
    public static Question<Input, (Matrix<float> W1, Vector<float> B1, Matrix<float> W2)> Question { get; } = new(
        Inputs)
    {
        Fault = (x, y) => y.W1 is null || y.B1 is null || y.W2 is null
            ? "One of the three is null."
            : FaultOf(x, y.W1, y.B1, y.W2),
        Say = x => $"{x.Keys.RowCount} keys of width {x.Keys.ColumnCount} and values of width {x.Values.ColumnCount}",
    };

    private static string FaultOf(Input x, Matrix<float> w1, Vector<float> b1, Matrix<float> w2)
    {
        var (count, width, answers, threshold) =
            (x.Keys.RowCount, x.Keys.ColumnCount, x.Values.ColumnCount, x.Threshold);
        if ((w1.RowCount, w1.ColumnCount) == (count, width))
        {
            return "W₁ is turned the wrong way: it maps d to the n units, so it is d×n and the keys are its " +
                "columns. Transpose.";
        }

        if ((w1.RowCount, w1.ColumnCount, b1.Count, w2.RowCount, w2.ColumnCount)
            != (width, count, count, count, answers))
        {
            return $"For {count} keys of width {width} and values of width {answers}, W₁ is {width}×{count}, b₁ has " +
                $"{count} numbers " +
                $"and W₂ is {count}×{answers}; yours are {Shapes.Of(w1)}, {b1.Count} and {Shapes.Of(w2)}.";
        }

        Matrix<float> Units(Matrix<float> words) =>
            Activations.Relu(
                (words * w1) + Matrix<float>.Build.DenseOfRowVectors(Enumerable.Repeat(b1, words.RowCount)));
        Matrix<float> units = Units(x.Keys), got = units * w2;
        Matrix<float> own = Matrix<float>.Build.DenseOfDiagonalVector(units.Diagonal());
        bool strangerAnswered = (Units(x.Stranger) * w2).Enumerate().Any(value => !(Math.Abs(value) <= 1e-3f));
        float loudest = units.Diagonal().Maximum();
        bool Near(Matrix<float> left, Matrix<float> right) => Values.Difference(left, right, 1e-3).Length == 0;

        return got.Enumerate().Any(value => !float.IsFinite(value)) ? "There is a NaN or an infinity in the answers."
            : w1.Enumerate().All(value => value == 0)
                || w2.Enumerate().All(value => value == 0) ? "The memory is still empty: every answer is zero."
            : Near(got, x.Values) && !strangerAnswered ? ""
            : loudest <= 0 ? "No unit speaks even for its own key: its cosine, 1, must come out above zero. Is the " +
                "bias too low?"
            : loudest > 2 && loudest > width * 0.1f
            ? $"A unit says {loudest:F1} for its own key. The dot product of a key with itself is d = {width}; " +
                "divide by d and it is the cosine, 1."
            : b1.All(value => value > 0)
            ? "The bias is positive, so every unit speaks for everybody. It must take the threshold away."
            : b1.All(value => value == 0)
            ? "The bias is zero, so every word with a positive cosine is answered. It must take the threshold away."
            : strangerAnswered ? $"A word with a cosine of {threshold - Margin:F2} to its nearest key gets an " +
                $"answer, though the threshold is {threshold:F2}. Look at the bias."
            : !Near(units, own) ? "A key makes the unit of another key speak. Look at the bias."
            : Near(got, x.Values * (1 - threshold))
            ? "The right values, but too quiet by the factor 1 - θ: that is what a unit says for its own key. " +
                "Divide by it."
            : $"The right units speak, each saying {loudest:F2} for its own key, but the answers are not the values. " +
                "What must W₂ make of that?";
    }

    private const float Margin = 0.05f;

    private static IEnumerable<Input> Inputs() =>
        Samples.Random(
            random => Of(
                random, random.Next(1, 6), random.Next(24, 41), random.Next(1, 5), 0.6f + (0.3f * random.NextSingle())),
                    count: 80)
        .Prepend(Of(new Random(4), 5, 32, 3, 0.8f));

    private static Input Of(Random random, int count, int width, int answers, float threshold)
    {
        // Keys that share a direction have cosines of about a third with each other: a bias that takes too little away
        // lets them speak for one another.
        Matrix<float> keys, common = Samples.Matrix(random, 1, width);
        do
        {
            keys = UnitMeanSquare(
                Samples.Matrix(random, count, width) + (0.7f * Matrix<float>.Build.Dense(count, 1, 1) * common));
        }
        while (HighestCosine(keys) > threshold - 0.02f);

        int near = random.Next(count);
        Matrix<float> rest = Samples.Matrix(random, 1, width);
        rest -= rest * keys.Transpose() * (keys * keys.Transpose()).Inverse() * keys; // at right angles to all keys
        float cosine = threshold - Margin;
        Matrix<float> stranger =
            (cosine * keys.SubMatrix(near, 1, 0, width)) + (MathF.Sqrt(1 - (cosine * cosine)) * UnitMeanSquare(rest));
        return new(keys, Samples.Matrix(random, count, answers), threshold, stranger);
    }

    private static float HighestCosine(Matrix<float> keys)
    {
        Matrix<float> cosines = keys * keys.Transpose() / keys.ColumnCount;
        return cosines.RowCount == 1
            ? 0
            : cosines.EnumerateIndexed().Where(one => one.Item1 != one.Item2).Max(one => one.Item3);
    }

    private static Matrix<float> UnitMeanSquare(Matrix<float> x) => x.NormalizeRows(2) * MathF.Sqrt(x.ColumnCount);
}
