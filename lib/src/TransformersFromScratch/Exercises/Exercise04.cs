using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>Checks for the exercises of chapter 4. Each says what is right, or names the likely mistake.</summary>
public static class Exercise04
{
    /// <summary>A pre-norm layer put together from a sentence, two sublayers and a norm for each.</summary>
    /// <param name="x">T×d_model.</param>
    /// <param name="attention">The first sublayer, T×d_model → T×d_model.</param>
    /// <param name="attentionNorm">Its norm.</param>
    /// <param name="feedForward">The second sublayer.</param>
    /// <param name="feedForwardNorm">Its norm.</param>
    public delegate Matrix<float> PreNormLayer(
        Matrix<float> x,
        Func<Matrix<float>, Matrix<float>> attention, Func<Matrix<float>, Matrix<float>> attentionNorm,
        Func<Matrix<float>, Matrix<float>> feedForward, Func<Matrix<float>, Matrix<float>> feedForwardNorm);

    /// <summary>Exercise 1: <c>g ⊙ (x - μ) / √(σ² + ε) + b</c> for every row.</summary>
    public static string CheckLayerNorm(Func<Matrix<float>, Vector<float>, Vector<float>, float, Matrix<float>> layerNorm) => Exercise.Run(() =>
    {
        // An epsilon as large as this shows where it stands.
        const float epsilon = 0.5f;
        var x = Matrix<float>.Build.DenseOfArray(new float[,] { { 1, 7, 7, 9 }, { -2, 0, 1, 3 }, { 4, -4, 2, 0.5f } });
        var gain = Vector<float>.Build.DenseOfArray([1, 2, 0.5f, -1]);
        var bias = Vector<float>.Build.DenseOfArray([0, 1, -1, 0.25f]);
        var one = Vector<float>.Build.Dense(4, 1);
        var zero = Vector<float>.Build.Dense(4);
        Matrix<float> got = layerNorm(x.Clone(), gain.Clone(), bias.Clone(), epsilon);

        // Normalises rows as the learner may have done it.
        Matrix<float> Rows(Func<Vector<float>, Vector<float>> normalise, Vector<float> g, Vector<float> b) =>
            Matrix<float>.Build.DenseOfRowVectors(x.EnumerateRows().Select(row => normalise(row).PointwiseMultiply(g) + b));
        static Vector<float> Centred(Vector<float> row) => row - (row.Sum() / row.Count);
        static float Variance(Vector<float> row) => Centred(row) * Centred(row) / row.Count;
        static Vector<float> Right(Vector<float> row) => Centred(row) / MathF.Sqrt(Variance(row) + epsilon);
        bool Is(Func<Vector<float>, Vector<float>> normalise) => Exercise.Near(got, Rows(normalise, gain, bias));

        return Exercise.FirstThatHolds(
            ((got.RowCount, got.ColumnCount) != (3, 4), $"A norm keeps the shape: 3×4 went in, {Shapes.Of(got)} came out."),
            (got.Equals(x), "The words come back unchanged so far."),
            (got.Enumerate().Any(value => !float.IsFinite(value)), "There is a NaN or an infinity. What do you divide by, and can it be zero?"),
            (Is(Right), Exercise.Right),
            (Is(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row) / (row.Count - 1)) + epsilon)),
                "Your variance is the unbiased one, divided by d - 1. Layer norm divides by d."),
            (Is(row => Centred(row) / (MathF.Sqrt(Variance(row)) + epsilon)),
                "Is your epsilon inside the square root? It belongs to the variance, not to the standard deviation."),
            (Is(row => Centred(row) / MathF.Sqrt(Variance(row))), "Your epsilon is not used. A constant word would be divided by zero."),
            (Is(row => Centred(row) / (Variance(row) + epsilon)), "You divide by the variance. Take its square root first."),
            (Is(row => row / MathF.Sqrt((row * row / row.Count) + epsilon)),
                "The mean is never taken away: this is RMSNorm, a norm of its own, but not layer norm."),
            (Is(Centred), "The mean is taken away, but nothing is divided yet."),
            (Is(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row)) + epsilon)),
                "Your variance is the sum of the squares. It is their mean: divide by d."),
            (Exercise.Near(got, NormaliseColumns(x, gain, bias, epsilon)),
                "You normalise each column, over the words. A row is a word, and layer norm works on one word at a time."),
            (Exercise.Near(got, Rows(Right, one, zero)), "The norm is right. Gain and bias are still missing."),
            (Exercise.Near(got, Rows(Right, one, bias)), "The gain is forgotten: multiply each column by its own g."),
            (Exercise.Near(got, Rows(Right, gain, zero)), "The bias is forgotten: add b to each column at the end."),
            (Exercise.Near(got, Rows(row => Right(row) + bias, gain, zero)), "The bias is added before the gain multiplies. Multiply first, then add."));
    });

    /// <summary>Exercise 2: <c>x + f(LN(x))</c>, twice.</summary>
    public static string CheckPreNormLayer(PreNormLayer layer) => Exercise.Run(() =>
    {
        var random = new Random(4);
        var x = Matrix<float>.Build.Dense(3, 8, (_, _) => (4 * random.NextSingle()) - 1);
        Func<Matrix<float>, Matrix<float>> a = new Linear(8, 8, random).Forward, f = new FeedForward(8, 16, random).Forward;

        // Two norms that differ, so that swapping them shows.
        LayerNorm first = new(8), second = new(8);
        Initialise.Normal(first.Gain, 1, random);
        Initialise.Normal(second.Gain, 1, random);
        Func<Matrix<float>, Matrix<float>> na = first.Forward, nf = second.Forward;

        Matrix<float> before = x.Clone(), got = layer(x, a, na, f, nf);
        Matrix<float> middle = before + a(na(before));
        bool Is(Matrix<float> candidate) => Exercise.Near(got, candidate);
        return Exercise.FirstThatHolds(
            (!x.Equals(before), "Your layer writes into the sentence it was given. Make a new matrix: x + …, not an in-place Add."),
            (Is(before), "The sentence comes back unchanged so far."),
            (Is(middle + f(nf(middle))), Exercise.Right),
            (Is(middle), "The attention is right. The feed-forward network is still missing."),
            (Is(PostNorm(before, a, na, f, nf)), "This is post-norm, the paper's: LN(x + Sublayer(x)). Pre-norm puts the norm inside, before the sublayer."),
            (Is(NormOnThePath(before, a, na, f, nf)),
                "The norm is on the residual path too: you add to LN(x). Add to x itself, which must go through untouched."),
            (Is(f(nf(a(na(before))))), "The residuals are missing: each sublayer only adds to what comes in."),
            (Is(before + a(before) + f(before + a(before))), "The norms are missing: each sublayer sees its input normalised."),
            (Is(middle + f(middle)), "The feed-forward network sees its input without a norm."),
            (Is(before + a(before) + f(nf(before + a(before)))), "The attention sees its input without a norm."),
            (Is(before + a(na(before)) + f(nf(before))),
                "Both sublayers see the same x. The second starts from the result of the first. (Side by side is what GPT-J does, but not this layer.)"),
            (Is(middle + f(na(middle))), "Both sublayers use the same norm. Each has its own."),
            (Is(before + a(nf(before)) + f(na(before + a(nf(before))))), "The two norms are swapped."),
            (Is(before + f(nf(before)) + a(na(before + f(nf(before))))), "The order is turned round: attention comes first, the feed-forward network second."),
            (Is(nf(middle + f(nf(middle)))) || Is(na(middle + f(nf(middle)))),
                "One norm too many at the end. A pre-norm stack has a last norm, but it stands above all layers, not inside each."));
    });

    /// <summary>Exercise 3: a feed-forward network that answers keys with values, and strangers with nothing.</summary>
    public static string CheckMemory(
        Func<Matrix<float>, Matrix<float>, float, (Matrix<float> W1, Vector<float> B1, Matrix<float> W2)> write) => Exercise.Run(() =>
    {
        const int width = 32, count = 5, answers = 3;
        const float threshold = 0.8f;
        var random = new Random(4);
        Matrix<float> keys = UnitMeanSquare(Matrix<float>.Build.Dense(count, width, (_, _) => (2 * random.NextSingle()) - 1));
        var values = Matrix<float>.Build.Dense(count, answers, (_, _) => 1 + random.NextSingle());
        Matrix<float> stranger = Stranger(keys, cosine: 0.7f, random);

        var (w1, b1, w2) = write(keys.Clone(), values.Clone(), threshold);
        if ((w1.RowCount, w1.ColumnCount) == (count, width))
        {
            return "W₁ is turned the wrong way: it maps d to the n units, so it is d×n and the keys are its columns. Transpose.";
        }

        if ((w1.RowCount, w1.ColumnCount, b1.Count, w2.RowCount, w2.ColumnCount) != (width, count, count, count, answers))
        {
            return $"For {count} keys of width {width} and values of width {answers}, W₁ is {width}×{count}, b₁ has {count} numbers " +
                $"and W₂ is {count}×{answers}; yours are {Shapes.Of(w1)}, {b1.Count} and {Shapes.Of(w2)}.";
        }

        Matrix<float> Units(Matrix<float> x) => Activations.Relu((x * w1) + Matrix<float>.Build.DenseOfRowVectors(Enumerable.Repeat(b1, x.RowCount)));
        Matrix<float> units = Units(keys), got = units * w2;
        Matrix<float> own = Matrix<float>.Build.DenseOfDiagonalVector(units.Diagonal());
        bool strangerAnswered = (Units(stranger) * w2).Enumerate().Any(value => Math.Abs(value) > 1e-4f);
        float loudest = units.Diagonal().Maximum();
        return Exercise.FirstThatHolds(
            (got.Enumerate().Any(value => !float.IsFinite(value)), "There is a NaN or an infinity in the answers."),
            (w1.Enumerate().All(value => value == 0) || w2.Enumerate().All(value => value == 0), "The memory is still empty: every answer is zero."),
            (Exercise.Near(got, values) && !strangerAnswered, Exercise.Right),
            (units.Diagonal().Maximum() <= 0, "No unit speaks even for its own key: its cosine, 1, must come out above zero. Is the bias too low?"),
            (loudest > 2, $"A unit says {loudest:F1} for its own key. The dot product of a key with itself is d = {width}; divide by d and it is the cosine, 1."),
            (b1.All(value => value > 0), "The bias is positive, so every unit speaks for everybody. It must take the threshold away."),
            (b1.All(value => value == 0), "The bias is zero, so every word with a positive cosine is answered. It must take the threshold away."),
            (strangerAnswered, $"A word with a cosine of 0.7 to its nearest key gets an answer, though the threshold is {threshold}. Look at the bias."),
            (!Exercise.Near(units, own), "A key makes the unit of another key speak. Look at the bias."),
            (Exercise.Near(got, values * (1 - threshold)), "The right values, but too quiet by the factor 1 - θ: that is what a unit says for its own key. Divide by it."),
            (true, $"The right units speak, each saying {loudest:F2} for its own key, but the answers are not the values. What must W₂ make of that?"));
    });

    private static Matrix<float> NormaliseColumns(Matrix<float> x, Vector<float> gain, Vector<float> bias, float epsilon) =>
        Matrix<float>.Build.DenseOfColumnVectors(x.EnumerateColumnsIndexed().Select(indexed =>
        {
            var (column, words) = indexed;
            Vector<float> centred = words - (words.Sum() / words.Count);
            return (centred / MathF.Sqrt((centred * centred / words.Count) + epsilon) * gain[column]) + bias[column];
        }));

    private static Matrix<float> PostNorm(
        Matrix<float> x, Func<Matrix<float>, Matrix<float>> a, Func<Matrix<float>, Matrix<float>> na,
        Func<Matrix<float>, Matrix<float>> f, Func<Matrix<float>, Matrix<float>> nf)
    {
        x = na(x + a(x));
        return nf(x + f(x));
    }

    private static Matrix<float> NormOnThePath(
        Matrix<float> x, Func<Matrix<float>, Matrix<float>> a, Func<Matrix<float>, Matrix<float>> na,
        Func<Matrix<float>, Matrix<float>> f, Func<Matrix<float>, Matrix<float>> nf)
    {
        x = na(x);
        x += a(x);
        x = nf(x);
        return x + f(x);
    }

    /// <summary>A word with the given cosine to key 0: part of that key, the rest at right angles to all keys.</summary>
    private static Matrix<float> Stranger(Matrix<float> keys, float cosine, Random random)
    {
        var rest = Matrix<float>.Build.Dense(1, keys.ColumnCount, (_, _) => (2 * random.NextSingle()) - 1);
        rest -= rest * keys.Transpose() * (keys * keys.Transpose()).Inverse() * keys; // what the keys span is taken out
        return (cosine * keys.SubMatrix(0, 1, 0, keys.ColumnCount)) + (MathF.Sqrt(1 - (cosine * cosine)) * UnitMeanSquare(rest));
    }

    private static Matrix<float> UnitMeanSquare(Matrix<float> x) => x.NormalizeRows(2) * MathF.Sqrt(x.ColumnCount);
}
