using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

// Exercise 2: the same layer with its norms in another place.
public static partial class Exercise05
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

    /// <summary>Exercise 2: <c>x + f(LN(x))</c>, twice.</summary>
    public static string CheckPreNormLayer(PreNormLayer layer) =>
        Exercise.Run("05.2", s_preNormLayer, p => layer(p.X, p.A, p.NA, p.F, p.NF));

    private static Matrix<float> NormOnThePath(Parts p)
    {
        Matrix<float> x = p.NA(p.X);
        x = p.NF(x + p.A(x));
        return x + p.F(x);
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
