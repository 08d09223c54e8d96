using MathNet.Numerics.LinearAlgebra;

namespace TransformersFromScratch;

/// <summary>
/// The position-wise feed-forward network, "applied to each position separately and identically":
/// <c>FFN(x) = max(0, x W₁ + b₁) W₂ + b₂</c> (Vaswani et al. 2017, section 3.3, equation 2).
/// </summary>
public sealed class FeedForward
{
    /// <summary>Two linear maps, d_model → d_ff → d_model; with a gate, three.</summary>
    /// <param name="dModel">d_model, the width of a row; 512 in the paper.</param>
    /// <param name="dFeedForward">d_ff, the width in between; 2048 in the paper.</param>
    /// <param name="random">Where the weights come from.</param>
    /// <param name="activation">
    /// ReLU as in the paper; the others deviate from it. A gate, such as <see cref="Activation.SwiGlu"/>, adds a third
    /// map: ⅔ of a d_ff make it as large as a network of two.
    /// </param>
    /// <param name="bias">Whether the maps add a bias, as in the paper.</param>
    public FeedForward(
        int dModel, int dFeedForward, Random random, Activation activation = Activation.Relu, bool bias = true)
    {
        Inner = new Linear(dModel, dFeedForward, random, bias);
        Outer = new Linear(dFeedForward, dModel, random, bias);
        Gate = Activations.IsGate(activation) ? new Linear(dModel, dFeedForward, random, bias) : null;
        Activation = activation;
    }

    /// <summary>W₁ and b₁: d_model → d_ff.</summary>
    public Linear Inner { get; }

    /// <summary>W₂ and b₂: d_ff → d_model.</summary>
    public Linear Outer { get; }

    /// <summary>
    /// W_gate: d_model → d_ff, what decides how much of each inner number passes; null but with a
    /// gate (<see cref="Activations.IsGate"/>).
    /// </summary>
    public Linear? Gate { get; }

    /// <summary>What stands between them.</summary>
    public Activation Activation { get; }

    /// <summary>
    /// FFN(x), each row by itself; with a gate <c>(silu(x W_gate) ⊙ x W₁) W₂</c>, or gelu in the place of silu (Shazeer
    /// 2020, equation 6), plus the biases.
    /// </summary>
    /// <param name="x">T×d_model.</param>
    /// <returns>T×d_model.</returns>
    public Matrix<float> Forward(Matrix<float> x) => Outer.Forward(Gate is null
        ? Activations.Apply(Activation, Inner.Forward(x))
        : Bend(Gate.Forward(x)).PointwiseMultiply(Inner.Forward(x)));

    /// <summary>The same for a batch, with a gradient.</summary>
    /// <param name="x">[B, T, d_model].</param>
    public Tensor Forward(Tensor x) => Outer.Forward(Gate is null
        ? Activations.Apply(Activation, Inner.Forward(x))
        : Op.Multiply(Bend(Gate.Forward(x)), Inner.Forward(x)));

    /// <summary>Both maps, and the gate if there is one.</summary>
    public IEnumerable<Parameter> Parameters(string prefix) =>
    [
        .. Inner.Parameters($"{prefix}.inner"), .. Outer.Parameters($"{prefix}.outer"),
        .. Gate?.Parameters($"{prefix}.gate") ?? [],
    ];

    private Matrix<float> Bend(Matrix<float> gate) =>
        Activation == Activation.SwiGlu ? Activations.Silu(gate) : Activations.GeluTanh(gate);

    private Tensor Bend(Tensor gate) => Activation == Activation.SwiGlu ? Op.Silu(gate) : Op.GeluTanh(gate);
}
