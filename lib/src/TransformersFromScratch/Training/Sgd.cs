namespace TransformersFromScratch;

/// <summary>
/// Stochastic gradient descent, <c>p ← p - η g</c>; with momentum μ, <c>v ← μ v + g</c> and <c>p ← p - η v</c>
/// (Polyak 1964; in the form of Sutskever et al. 2013 that PyTorch uses, where η stands outside v).
/// </summary>
public sealed class Sgd : Optimizer
{
    private readonly Tensor[] _velocity;

    /// <summary>Plain descent, or descent with momentum.</summary>
    /// <param name="parameters">What to learn.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ, from 0 (none) up to but not including 1; 0.9 is usual.</param>
    public Sgd(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0) : base(
        parameters, learningRate)
    {
        if (momentum is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(momentum), momentum, "Momentum lies between 0 and 1; 0.9 is usual.");
        }

        Momentum = momentum;
        _velocity = momentum == 0 ? [] : ZerosLikeParameters();
    }

    /// <summary>μ.</summary>
    public double Momentum { get; }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> State() => _velocity.Length == 0 ? [] : Named("velocity", _velocity);

    /// <inheritdoc/>
    protected override void Update(int index, int first, Span<float> values, ReadOnlySpan<float> gradient)
    {
        if (_velocity.Length > 0)
        {
            Span<float> velocity = _velocity[index].Span.Slice(first, values.Length);
            Rows.Scale(velocity, (float)Momentum, velocity, add: false);
            Rows.AddTo(velocity, gradient);
            gradient = velocity;
        }

        Rows.AddTo(values, gradient, -(float)LearningRate);
    }
}
