using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

// Exercise 2: the two sublayers side by side.
public static partial class Exercise05
{
    /// <summary>A layer whose two sublayers read the same normalised words.</summary>
    /// <param name="x">T×d_model.</param>
    /// <param name="attention">The first sublayer, T×d_model → T×d_model.</param>
    /// <param name="feedForward">The second sublayer.</param>
    /// <param name="norm">The one norm for both.</param>
    public delegate Matrix<float> ParallelLayer(
        Matrix<float> x, Func<Matrix<float>, Matrix<float>> attention, Func<Matrix<float>, Matrix<float>> feedForward,
        Func<Matrix<float>, Matrix<float>> norm);

    private static readonly Question<Parts, Matrix<float>> s_parallelLayer = new(
        () => Samples.Random(Parts.Random, count: 60))
    {
        Right = p => p.X + p.A(p.N(p.X)) + p.F(p.N(p.X)),
        Slips =
        [
            (p => p.X, "The sentence comes back unchanged so far."),
            (p => p.X + p.A(p.N(p.X)) is var m ? m + p.F(p.N(m)) : m, "That is one after the other, the pre-norm " +
                "layer of the chapter. Side by side the network does not see what the attention adds: both read " +
                "norm(x)."),
            (p => p.N(p.X + p.A(p.X)) is var m ? p.N(m + p.F(m)) : m, "That is post-norm, one after the other. " +
                "Here the norm stands before both sublayers, and both read norm(x)."),
            (p => p.X + p.A(p.N(p.X)), "The attention is right. The feed-forward network beside it is missing."),
            (p => p.X + p.F(p.N(p.X)), "The feed-forward network is right. The attention beside it is missing."),
            (p => p.A(p.N(p.X)) + p.F(p.N(p.X)), "The x + is missing: the straight way past both sublayers."),
            (p => p.N(p.X) + p.A(p.N(p.X)) + p.F(p.N(p.X)), "The norm is on the straight way too. Add to x itself, " +
                "which must go through untouched."),
            (p => p.X + p.A(p.X) + p.F(p.X), "The norm is missing: both sublayers read norm(x)."),
            (p => p.X + p.A(p.N(p.X)) + p.F(p.X), "The feed-forward network reads x without the norm."),
            (p => p.X + p.A(p.X) + p.F(p.N(p.X)), "The attention reads x without the norm."),
            (p => p.N(p.X + p.A(p.X) + p.F(p.X)), "The norm stands behind the sum. It belongs before the sublayers."),
            (p => p.X + p.N(p.A(p.X)) + p.N(p.F(p.X)), "The norms stand behind the sublayers. It belongs before " +
                "them, once: both read norm(x)."),
            (p => p.X + p.F(p.A(p.N(p.X))), "The network reads what the attention made. Side by side both read " +
                "norm(x), and both are added to x."),
            (p => p.X + p.A(p.N(p.X)) + p.X + p.F(p.N(p.X)), "x is added twice. There is one straight way."),
            (p => p.N(p.X + p.A(p.N(p.X)) + p.F(p.N(p.X))), "One norm too many at the end. A stack has a last norm, " +
                "but it stands above all layers, not inside each."),
        ],
    };

    /// <summary>Exercise 2: <c>x + attention(LN(x)) + network(LN(x))</c> (Chowdhery et al. 2022, section 2).</summary>
    public static string CheckParallelLayer(ParallelLayer layer) =>
        Exercise.Run("05.2", s_parallelLayer, p => layer(p.X, p.A, p.F, p.N));

    /// <summary>A sentence, two sublayers, and a norm whose gains are not 1.</summary>
    private sealed record Parts(
        Matrix<float> X, Func<Matrix<float>, Matrix<float>> A, Func<Matrix<float>, Matrix<float>> F,
        Func<Matrix<float>, Matrix<float>> N) : IInput
    {
        public object Data => X;

        public static Parts Random(Random random)
        {
            int width = random.Next(3, 9);
            var norm = new LayerNorm(width);
            Initialise.Normal(norm.Gain, 1, random);
            return new(Samples.Matrix(random, random.Next(1, 5), width) + 1,
                new Linear(width, width, random).Forward, new FeedForward(width, 2 * width, random).Forward,
                norm.Forward);
        }
    }
}
