using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// Chapter 12's "Your turn": the block of a GPT, a step of training, top-p, and a step of cached attention. Each checks
/// what the reader wrote, says in one line what is right or which slip it is, and returns the version to use: the
/// reader's once it is right, the library's until then. None of them throws.
/// </summary>
public static class Turn12
{
    /// <summary>
    /// Your GPT block: <c>x ← x + attention(norm(x))</c>, then <c>x + ffn(norm(x))</c>, each with the layer's own norm
    /// and the attention causal (Radford et al. 2019, section 2.3).
    /// </summary>
    /// <param name="yours">A layer with its four parts, and [B, T, d_model]; gives [B, T, d_model].</param>
    /// <returns>Yours if it is right, else <see cref="EncoderLayer"/>'s own forward pass under a causal mask.</returns>
    public static Func<EncoderLayer, Tensor, Tensor> Block(Func<EncoderLayer, Tensor, Tensor> yours) => YourTurn.Take(
        "12.Block", "The block", yours, (layer, x) => layer.Forward(x, causal: true), Turn12Block.Question,
        code => input => input.Run(code));

    /// <summary>
    /// Your step of training: gradients to zero, the loss, backward, the gradient clipped to a norm, the optimiser's
    /// step.
    /// </summary>
    /// <param name="yours">
    /// The optimiser, what computes the loss of the next batch, and the norm; gives the loss as it was before the step.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<Optimizer, Func<Tensor>, double, float> Step(
        Func<Optimizer, Func<Tensor>, double, float> yours) =>
        YourTurn.Take(
            "12.Step", "The step", yours, Turn12Step.Library, Turn12Step.Question, Turn12Step.By);

    /// <summary>
    /// Your top-p: what is drawn from, divided so that it sums to 1 (Holtzman et al. 2020, section 3.1).
    /// </summary>
    /// <param name="yours">Probabilities, one a token, and p; gives as many, with 0 for what is out.</param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<double[], double, double[]> TopP(Func<double[], double, double[]> yours) => YourTurn.Take(
        "12.TopP", "Top-p", yours, Turn12Nucleus.Library, Turn12Nucleus.Question,
        code => x => code(x.Probabilities, x.P));

    /// <summary>
    /// Your step of cached attention: the newest token's key and value join those of the tokens before it, and its
    /// query looks at all of them (Vaswani et al. 2017, equation 1, its last row).
    /// </summary>
    /// <param name="yours">
    /// The keys so far, the values so far, and the query, key and value of the newest token (d_k, d_k, d_v); gives its
    /// output, d_v.
    /// </param>
    /// <returns>Yours if it is right, else the library's.</returns>
    public static Func<
        List<Vector<float>>, List<Vector<float>>, Vector<float>, Vector<float>, Vector<float>, Vector<float>> Cache(
        Func<
            List<Vector<float>>, List<Vector<float>>,
            Vector<float>, Vector<float>, Vector<float>, Vector<float>> yours) =>
        YourTurn.Take(
            "12.Cache", "The cached step", yours, Turn12Cache.Library, Turn12Cache.Question,
            code => input => input.Run(code));
}
