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

    private static readonly Question<Words, Matrix<float>> s_layerNorm = new(LayerNormInputs)
    {
        Right = x => x.Rows(x.Right),
        Say = x => $"{Values.Say(x.X)} and ε = {Values.Say(x.Epsilon)}",
        Slips =
        [
            (x => x.X, "The words come back unchanged so far."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row) / (row.Count - 1)) + x.Epsilon)),
                "Your variance is the unbiased one, divided by d - 1. Layer norm divides by d."),
            (x => x.Rows(row => Centred(row) / (MathF.Sqrt(Variance(row)) + x.Epsilon)),
                "Is your epsilon inside the square root? It belongs to the variance, not to the standard deviation."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt(Variance(row))), "Your epsilon is not used. A constant " +
                "word would be divided by zero."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt(Variance(row) + 1e-5f)), "Your epsilon is a number of your " +
                "own. Use the one that is given."),
            (x => x.Rows(row => Centred(row) / (Variance(row) + x.Epsilon)), "You divide by the variance. Take its " +
                "square root first."),
            (x => x.Rows(row => row / MathF.Sqrt((row * row / row.Count) + x.Epsilon)),
                "The mean is never taken away: this is RMSNorm, a norm of its own, but not layer norm."),
            (x => x.Rows(row => row / MathF.Sqrt(Variance(row) + x.Epsilon)), "You divide by the right root, but the " +
                "mean is not taken away from x itself."),
            (x => x.Rows(Centred), "The mean is taken away, but nothing is divided yet."),
            (x => x.Rows(row => Centred(row) / MathF.Sqrt((Centred(row) * Centred(row)) + x.Epsilon)),
                "Your variance is the sum of the squares. It is their mean: divide by d."),
            (x => NormaliseColumns(x.X, x.Gain, x.Bias, x.Epsilon),
                "You normalise each column, over the words. A row is a word, and layer norm works on one " +
                "word at a time."),
            (x => x.Rows(x.Right, gain: false, bias: false), "The norm is right. Gain and bias are still missing."),
            (x => x.Rows(x.Right, gain: false), "The gain is forgotten: multiply each column by its own g."),
            (x => x.Rows(x.Right, bias: false), "The bias is forgotten: add b to each column at the end."),
            (x => x.Rows(row => x.Right(row) + x.Bias, bias: false), "The bias is added before the gain multiplies. " +
                "Multiply first, then add."),
        ],
        Symptoms =
        [
            ((x, y) => (y.RowCount, y.ColumnCount) != (x.X.RowCount, x.X.ColumnCount), "A norm keeps the shape of " +
                "what goes in."),
            ((_, y) => y.Enumerate()
                .Any(value => !float.IsFinite(value)), "There is a NaN or an infinity. What do you divide by, and " +
                    "can it be zero?"),
        ],
    };

    private static readonly Question<Parts, Matrix<float>> s_preNormLayer = new(
        () => Samples.Random(Parts.Random, count: 60))
    {
        Right = p => p.Middle + p.F(p.NF(p.Middle)),
        Slips =
        [
            (p => p.X, "The sentence comes back unchanged so far."),
            (p => p.Middle, "The attention is right. The feed-forward network is still missing."),
            (p => p.X + p.F(p.NF(p.X)), "The feed-forward network is right. The attention before it is missing."),
            (p => p.NF(p.NA(p.X + p.A(p.X)) + p.F(p.NA(p.X + p.A(p.X)))),
                "This is post-norm, the paper's: LN(x + Sublayer(x)). Pre-norm puts the norm inside, before " +
                "the sublayer."),
            (p => NormOnThePath(p), "The norm is on the residual path too: you add to LN(x). Add to x itself, which " +
                "must go through untouched."),
            (p => p.F(p.NF(p.A(p.NA(p.X)))), "The residuals are missing: each sublayer only adds to what comes in."),
            (p => p.X + p.A(p.X) is var m
                ? m + p.F(m)
                : m, "The norms are missing: each sublayer sees its input normalised."),
            (p => p.Middle + p.F(p.Middle), "The feed-forward network sees its input without a norm."),
            (p => p.X + p.A(p.X) is var m ? m + p.F(p.NF(m)) : m, "The attention sees its input without a norm."),
            (p => p.X + p.A(p.NA(p.X)) + p.F(p.NF(p.X)),
                "Both sublayers see the same x. The second starts from the result of the first. (Side by side is " +
                "what GPT-J does, but not this layer.)"),
            (p => p.X + p.F(p.NF(p.Middle)), "The second step adds to the first x. It adds to the result of the " +
                "first step, so that what attention found is kept."),
            (p => p.Middle + p.F(p.NA(p.Middle)), "Both sublayers use the same norm. Each has its own."),
            (p => p.X + p.A(p.NF(p.X)) is var m ? m + p.F(p.NA(m)) : m, "The two norms are swapped."),
            (p => p.X + p.F(p.NF(p.X)) is var m
                ? m + p.A(p.NA(m))
                : m, "The order is turned round: attention comes first, the feed-forward network second."),
            (p => p.X + p.NA(p.A(p.X)) is var m
                ? m + p.NF(p.F(m))
                : m, "The norm stands behind the sublayer. It belongs before it: the sublayer reads LN(x)."),
            (p => p.NF(p.Middle + p.F(p.NF(p.Middle))), LastNorm),
            (p => p.NA(p.Middle + p.F(p.NF(p.Middle))), LastNorm),
        ],
    };

    private const string LastNorm = "One norm too many at the end. A pre-norm stack has a last norm, but it stands " +
        "above all layers, not inside each.";

    /// <summary>Exercise 1: <c>g ⊙ (x - μ) / √(σ² + ε) + b</c> for every row.</summary>
    public static string CheckLayerNorm(
        Func<Matrix<float>, Vector<float>, Vector<float>, float, Matrix<float>> layerNorm) =>
        Exercise.Run("04.1", s_layerNorm, x => layerNorm(x.X, x.Gain, x.Bias, x.Epsilon));

    /// <summary>Exercise 2: <c>x + f(LN(x))</c>, twice.</summary>
    public static string CheckPreNormLayer(PreNormLayer layer) =>
        Exercise.Run("04.2", s_preNormLayer, p => layer(p.X, p.A, p.NA, p.F, p.NF));

    /// <summary>Exercise 3: a feed-forward network that answers keys with values, and strangers with nothing.</summary>
    public static string CheckMemory(
        Func<Matrix<float>, Matrix<float>, float, (Matrix<float> W1, Vector<float> B1, Matrix<float> W2)> write) =>
        Exercise.Run("04.3", Exercise04Memory.Question, x => write(x.Keys, x.Values, x.Threshold));

    private static Matrix<float> NormaliseColumns(
        Matrix<float> x, Vector<float> gain, Vector<float> bias, float epsilon) =>
        Matrix<float>.Build.DenseOfColumnVectors(x.EnumerateColumnsIndexed().Select(indexed =>
        {
            var (column, words) = indexed;
            Vector<float> centred = words - (words.Sum() / words.Count);
            return (centred / MathF.Sqrt((centred * centred / words.Count) + epsilon) * gain[column]) + bias[column];
        }));

    private static Matrix<float> NormOnThePath(Parts p)
    {
        Matrix<float> x = p.NA(p.X);
        x = p.NF(x + p.A(x));
        return x + p.F(x);
    }

    private static Vector<float> Centred(Vector<float> row) => row - (row.Sum() / row.Count);

    private static float Variance(Vector<float> row) => Centred(row) * Centred(row) / row.Count;

    private static IEnumerable<Words> LayerNormInputs()
    {
        yield return new(
            Samples.Of(new[,] { { 1, 7, 7, 9 }, { -2, 0, 1, 3 }, { 4, -4, 2, 0.5f } }),
            Vector<float>.Build.DenseOfArray([1, 2, 0.5f, -1]),
            Vector<float>.Build.DenseOfArray([0, 1, -1, 0.25f]), 0.5f);
        foreach (Words words in Samples.OfShapes((random, rows, columns) => new Words(
            Samples.Matrix(random, rows, columns), Samples.Vector(random, columns), Samples.Vector(random, columns),
            random.Next(3) switch { 0 => 1e-5f, 1 => 0.1f, _ => 1 })))
        {
            yield return words;
        }

        // Words of equal numbers.
        yield return new(
            Samples.Matrix(new Random(1), 2, 3, 0) + 5, Samples.Vector(new Random(1), 3),
            Samples.Vector(new Random(2), 3), 1e-5f);
    }

    /// <summary>What a layer norm is given. An epsilon as large as 1 shows where it stands.</summary>
    private sealed record Words(Matrix<float> X, Vector<float> Gain, Vector<float> Bias, float Epsilon) : IInput
    {
        public object Data => (X, Gain, Bias);

        public Vector<float> Right(Vector<float> row) => Centred(row) / MathF.Sqrt(Variance(row) + Epsilon);

        public Matrix<float> Rows(Func<Vector<float>, Vector<float>> normalise, bool gain = true, bool bias = true) =>
            Matrix<float>.Build.DenseOfRowVectors(X.EnumerateRows().Select(row =>
                (gain ? normalise(row).PointwiseMultiply(Gain) : normalise(row)) + (bias ? Bias : Bias * 0)));
    }

    /// <summary>A sentence, two sublayers and two norms, which differ so that swapping them shows.</summary>
    private sealed record Parts(
        Matrix<float> X, Func<Matrix<float>, Matrix<float>> A, Func<Matrix<float>, Matrix<float>> NA,
        Func<Matrix<float>, Matrix<float>> F, Func<Matrix<float>, Matrix<float>> NF) : IInput
    {
        public object Data => X;

        public Matrix<float> Middle => X + A(NA(X));

        public static Parts Random(Random random)
        {
            int width = random.Next(3, 9);
            LayerNorm first = new(width), second = new(width);
            Initialise.Normal(first.Gain, 1, random);
            Initialise.Normal(second.Gain, 1, random);
            return new(Samples.Matrix(random, random.Next(1, 5), width) + 1,
                new Linear(width, width, random).Forward, first.Forward,
                new FeedForward(width, 2 * width, random).Forward, second.Forward);
        }
    }
}
