using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 4's "Your turn": the feed-forward network, the layer norm, dropout, and the sublayer that puts residual,
/// dropout and norm together. Each checks what the reader wrote, says in one line what is right or which slip it is,
/// and returns the version to use: the reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn04
{
    /// <summary>A feed-forward network: x (T×d), W₁ (d×d_ff), b₁, W₂ (d_ff×d) and b₂ to T×d.</summary>
    public delegate Matrix<float> Network(
        Matrix<float> x, Matrix<float> w1, Vector<float> b1, Matrix<float> w2, Vector<float> b2);

    /// <summary>A layer norm: x (T×d), gain and bias (d each) and ε to T×d.</summary>
    public delegate Matrix<float> Norm(Matrix<float> x, Vector<float> gain, Vector<float> bias, float epsilon);

    /// <summary>Dropout: x (T×d), the probability to be dropped, and where chance comes from, to T×d.</summary>
    public delegate Matrix<float> Drop(Matrix<float> x, float p, Random random);

    /// <summary>A residual sublayer: x (T×d) and the three functions that it is made of, to T×d.</summary>
    public delegate Matrix<float> Residual(
        Matrix<float> x, Func<Matrix<float>, Matrix<float>> sublayer, Func<Matrix<float>, Matrix<float>> drop,
        Func<Matrix<float>, Matrix<float>> norm);

    /// <summary>Your <c>max(0, x W₁ + b₁) W₂ + b₂</c> (Vaswani et al. 2017, equation 2).</summary>
    /// <returns>Yours if it is right, else one of the library's maps and its ReLU.</returns>
    public static Network FeedForward(Network yours) => YourTurn.Take(
        "04.FeedForward", "The feed-forward network", yours, Turn04Network.Library, Turn04Network.Question,
        code => x => code(x.X, x.W1, x.B1, x.W2, x.B2));

    /// <summary>Your <c>g ⊙ (x - μ) / √(σ² + ε) + b</c> of every row (Ba et al. 2016, equations 3 and 4).</summary>
    /// <returns>Yours if it is right, else <see cref="TransformersFromScratch.LayerNorm"/>.</returns>
    public static Norm LayerNorm(Norm yours) => YourTurn.Take(
        "04.LayerNorm", "Layer norm", yours, Turn04Norm.Library, Turn04Norm.Question,
        code => x => code(x.X, x.Gain, x.Bias, x.Epsilon));

    /// <summary>
    /// Your dropout: each number becomes 0 with probability p, and is else divided by 1 - p (Srivastava et al. 2014).
    /// </summary>
    /// <returns>Yours if it is right, else <see cref="Op.Dropout"/>.</returns>
    public static Drop Dropout(Drop yours) => YourTurn.Take(
        "04.Dropout", "Dropout", yours, Turn04Dropout.Library, Turn04Dropout.Question, code => x => x.Try(code));

    /// <summary>
    /// Your <c>norm(x + drop(sublayer(x)))</c> (Vaswani et al. 2017, sections 3.1 and 5.4).
    /// </summary>
    /// <returns>Yours if it is right, else that.</returns>
    public static Residual Sublayer(Residual yours) => YourTurn.Take(
        "04.Sublayer", "The sublayer", yours, (x, f, drop, norm) => norm(x + drop(f(x))), Turn04Sublayer.Question,
        code => p => code(p.X, p.F, p.D, p.N));
}
