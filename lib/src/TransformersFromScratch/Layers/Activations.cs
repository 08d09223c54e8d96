using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>What stands between the two linear maps of the feed-forward network.</summary>
public enum Activation
{
    /// <summary>max(0, x), the paper's choice (section 3.3).</summary>
    Relu,

    /// <summary>x Φ(x) with the exact Φ. Deviates from the 2017 paper; used by BERT.</summary>
    Gelu,

    /// <summary>GELU with the tanh approximation of Φ. Deviates from the 2017 paper; used by GPT-2.</summary>
    GeluTanh,

    /// <summary>
    /// Not a function but a gate: <c>silu(x W_gate) ⊙ x W₁</c>, with a third map (Shazeer 2020, "GLU Variants Improve
    /// Transformer", section 2). Deviates from the 2017 paper; used by Llama.
    /// </summary>
    SwiGlu,

    /// <summary>
    /// The same gate with <see cref="GeluTanh"/> in the place of silu (Shazeer 2020, section 2). Deviates from the 2017
    /// paper; used by T5 1.1.
    /// </summary>
    GeGlu,

    /// <summary>
    /// x σ(x), also called swish (Ramachandran et al. 2017). Deviates from the 2017 paper; used by Marian's
    /// translators.
    /// </summary>
    Silu,
}

/// <summary>The bends that keep two linear maps from being one.</summary>
public static class Activations
{
    /// <summary>The chosen function of every element.</summary>
    public static Matrix<float> Apply(Activation activation, Matrix<float> x) => activation switch
    {
        Activation.Relu => Relu(x),
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => GeluTanh(x),
        Activation.Silu => Silu(x),
        _ => throw NoFunction(activation),
    };

    /// <summary>The chosen function of every element, with a gradient.</summary>
    public static Tensor Apply(Activation activation, Tensor x) => activation switch
    {
        Activation.Relu => Op.Relu(x),
        Activation.Gelu => Op.Gelu(x),
        Activation.GeluTanh => Op.GeluTanh(x),
        Activation.Silu => Op.Silu(x),
        _ => throw NoFunction(activation),
    };

    /// <summary>Whether it is a gate, which needs a third linear map, and no function of one number.</summary>
    public static bool IsGate(Activation activation) => activation is Activation.SwiGlu or Activation.GeGlu;

    /// <summary>max(0, x) (Vaswani et al. 2017, equation 2).</summary>
    public static Matrix<float> Relu(Matrix<float> x) => x.Map(v => Math.Max(0, v), Zeros.Include);

    /// <summary>
    /// x Φ(x), where Φ is the standard normal distribution: <c>x · ½ (1 + erf(x/√2))</c> (Hendrycks and Gimpel 2016,
    /// section 2).
    /// </summary>
    public static Matrix<float> Gelu(Matrix<float> x) =>
        x.Map(v => (float)(0.5 * v * (1 + SpecialFunctions.Erf(v / Math.Sqrt(2)))), Zeros.Include);

    /// <summary>
    /// <c>½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))</c>, which differs from <see cref="Gelu"/> by less than 0.001
    /// (Hendrycks and Gimpel 2016, section 2).
    /// </summary>
    public static Matrix<float> GeluTanh(Matrix<float> x) =>
        x.Map(
            v => 0.5f * v * (1 + MathF.Tanh(MathF.Sqrt(2 / MathF.PI) * (v + (0.044715f * v * v * v)))), Zeros.Include);

    /// <summary>
    /// <c>x σ(x)</c> with <c>σ(x) = 1 / (1 + e^(-x))</c>, also the gate of <see cref="Activation.SwiGlu"/>
    /// (Ramachandran et al. 2017).
    /// </summary>
    public static Matrix<float> Silu(Matrix<float> x) => x.Map(v => v / (1 + MathF.Exp(-v)), Zeros.Include);

    private static ArgumentOutOfRangeException NoFunction(Activation activation) => new(
        nameof(activation), activation, IsGate(activation)
            ? $"{activation} is a gate between three linear maps and no function of one number: " +
                "build a FeedForward with it."
            : "Choose Relu, Gelu, GeluTanh or Silu.");
}
