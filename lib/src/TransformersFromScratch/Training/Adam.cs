using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

/// <summary>
/// Adam (Kingma and Ba 2015, algorithm 1): a running mean of the gradient, divided by the root of a running mean of its
/// square, so that every number moves by about the learning rate a step, whatever the size of its gradient.
/// </summary>
/// <remarks>
/// With t the step, both means start at 0 and are corrected for that:
/// <code>
/// m ← β₁ m + (1 - β₁) g      m̂ = m / (1 - β₁ᵗ)
/// v ← β₂ v + (1 - β₂) g²     v̂ = v / (1 - β₂ᵗ)
/// p ← p - η m̂ / (√v̂ + ε)
/// </code>
/// The 2017 paper (section 5.3) uses β₁ = 0.9, β₂ = 0.98 and ε = 1e-9.
/// </remarks>
public class Adam : Optimizer
{
    private readonly Tensor[] _mean, _square;
    private readonly float _beta1, _beta2, _epsilon;
    private float _stepSize, _rootCorrection;

    /// <summary>Adam without weight decay.</summary>
    /// <param name="parameters">What to learn.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁, the memory of the mean.</param>
    /// <param name="beta2">β₂, the memory of the square.</param>
    /// <param name="epsilon">ε, outside the root.</param>
    public Adam(
        IEnumerable<Parameter> parameters, double learningRate, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8)
        : base(parameters, learningRate)
    {
        if (beta1 is not (>= 0 and < 1) || beta2 is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(beta1), $"β₁ = {beta1} and β₂ = {beta2} must lie between 0 and 1; 0.9 and 0.999 are usual.");
        }

        (_beta1, _beta2, _epsilon) = ((float)beta1, (float)beta2, (float)epsilon);
        (_mean, _square) = (ZerosLikeParameters(), ZerosLikeParameters());
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> State() => [.. Named("mean", _mean), .. Named("square", _square)];

    /// <summary>By how much of its own size a parameter shrinks a step; nothing in plain Adam.</summary>
    private protected virtual double DecayOf(int index) => 0;

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        _stepSize = (float)(LearningRate / (1 - Math.Pow(_beta1, Steps)));
        _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(_beta2, Steps)));
    }

    /// <inheritdoc/>
    protected override void Update(int index, int first, Span<float> values, ReadOnlySpan<float> gradient)
    {
        Span<float> mean = _mean[index].Span.Slice(first, values.Length),
            square = _square[index].Span.Slice(first, values.Length);
        float keep = (float)(1 - DecayOf(index));
        Rows.Update(new AdamStep(this, keep), gradient, mean, square, values);
    }

    /// <summary>The algorithm, for one number.</summary>
    private readonly struct AdamStep(Adam adam, float keep) : IUpdate
    {
        private readonly float _beta1 = adam._beta1, _beta2 = adam._beta2, _epsilon = adam._epsilon;
        private readonly float _stepSize = adam._stepSize, _rootCorrection = adam._rootCorrection;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Of<T>(T g, ref T m, ref T v, ref T p) where T : struct, IFloats<T>
        {
            m = (m * _beta1) + (g * (1 - _beta1));
            v = (v * _beta2) + (g * g * (1 - _beta2));
            T root = (T.SquareRoot(v) * _rootCorrection) + _epsilon;
            p = (p * keep) - (m * _stepSize / root);
        }
    }
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2): before Adam's step, <c>p ← p - η λ
/// p</c>. Inside the gradient, the decay would be divided by the root of v like everything else, and hardly act where
/// gradients are large.
/// </summary>
public sealed class AdamW : Adam
{
    private readonly double _decay;
    private readonly bool[] _decays;

    /// <summary>Adam with weight decay.</summary>
    /// <param name="parameters">What to learn.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">β₁, the memory of the mean.</param>
    /// <param name="beta2">β₂, the memory of the square.</param>
    /// <param name="epsilon">ε, outside the root.</param>
    /// <param name="weightDecay">λ.</param>
    /// <param name="decays">
    /// Which parameters decay. If null: those of two axes, which are matrices; gains and biases do not, because
    /// pulling a gain towards 0 only weakens the signal.
    /// </param>
    public AdamW(
        IEnumerable<Parameter> parameters, double learningRate, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01, Func<Parameter, bool>? decays = null) : base(
            parameters, learningRate, beta1, beta2, epsilon)
    {
        _decay = weightDecay;
        _decays = [.. Parameters.Select(decays ?? (parameter => parameter.Value.Shape.Length >= 2))];
    }

    private protected override double DecayOf(int index) => _decays[index] ? LearningRate * _decay : 0;
}
