using System.Runtime.CompilerServices;

namespace TransformersFromScratch;

// The way back: dL/d(this), and who may write, read and reuse it. Everything else is in Tensor.cs.
public sealed partial class Tensor
{
    private Tensor? _gradient;
    private bool _gradientSeen; // A reader has asked for it, and may have kept it.

    /// <summary>
    /// True for what is learned: <see cref="Backward"/> leaves a gradient here. Set it to false to freeze a parameter.
    /// </summary>
    /// <exception cref="InvalidOperationException">A compact weight cannot learn.</exception>
    public bool RequiresGradient
    {
        get;
        set => field = value && Compacted is not null ? throw IsCompact() : value;
    }

    /// <summary>
    /// dL/d(this) after <see cref="Backward"/>, of the same shape; null before, after <see cref="ClearGradient"/>, and
    /// for the results in between inside a <see cref="Workspace"/> step, whose gradients are used up on the way.
    /// </summary>
    public Tensor? Gradient
    {
        get
        {
            _gradientSeen |= HasGradient;
            return HasGradient ? _gradient : null;
        }
    }

    /// <summary>Whether some Backward has reached this tensor since <see cref="ClearGradient"/>.</summary>
    internal bool HasGradient { get; private set; }

    /// <summary>Whether a gradient has to be computed for this tensor on the way back.</summary>
    internal bool NeedsGradient => RequiresGradient || Node is not null;

    /// <summary>
    /// Walks the tape from this scalar back to everything it was computed from, and adds dL/dx to the
    /// <see cref="Gradient"/> of every x on the way that requires one.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// This is no scalar, was not computed from anything that requires a gradient, or its tape was walked before.
    /// </exception>
    public void Backward() => Tape.Backward(this);

    /// <summary>Forgets the gradient; the next Backward starts from zero again.</summary>
    public void ClearGradient()
    {
        HasGradient = false;
        if (_gradientSeen)
        {
            (_gradient, _gradientSeen) = (null, false); // A reader may have kept it, so the next one is another.
        }
    }

    /// <summary>The gradient for the next operation on the way back.</summary>
    internal Tensor GradientTensor => _gradient!;

    /// <summary>
    /// The gradient for an optimiser: unlike <see cref="Gradient"/>, this promises nobody that it will last.
    /// </summary>
    internal Span<float> GradientSpan => HasGradient ? _gradient!.Span : [];

    /// <summary>The same of the gradient.</summary>
    internal View GradientView() => _gradient!.AsView();

    /// <summary>The gradient of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> GradientRow(int row) => _gradient!.Row(row);

    /// <summary>
    /// Where a backward pass writes dL/d(this). The first to come overwrites what is there, unwritten or old; whoever
    /// comes later adds, as the sum rule of several paths demands.
    /// </summary>
    /// <param name="add">True when the gradient has to be added to what is there.</param>
    internal Span<float> GradientToWrite(out bool add)
    {
        add = HasGradient;
        HasGradient = true;
        _gradient ??= Node is null ? new Tensor(_shape) : UnwrittenLike();
        return _gradient.Span;
    }

    /// <summary>
    /// Hands over a gradient of this tensor's shape that nobody else uses: if it is the first, it becomes the tensor's
    /// own, which saves a pass over memory; otherwise it is added.
    /// </summary>
    internal void GiveGradient(Tensor gradient)
    {
        if (!HasGradient && Node is not null)
        {
            (_gradient, HasGradient) = (gradient, true);
            return;
        }

        Elementwise.Accumulate(gradient, this);
        gradient.EndLoan();
    }

    /// <summary>
    /// After its operation has run backward, a lent gradient has served: the next operation may use its storage.
    /// </summary>
    internal void ReleaseGradient()
    {
        if (Node is not null && _gradient?._lender is not null)
        {
            _gradient.EndLoan();
            (_gradient, HasGradient) = (null, false);
        }
    }

    /// <summary>
    /// Takes a lent gradient away from this tensor to give it to another; null if a reader may look for it here.
    /// </summary>
    internal Tensor? TakeGradient()
    {
        Tensor? gradient = _gradient;
        if (!HasGradient || Node is null || gradient?._lender is null)
        {
            return null;
        }

        (_gradient, HasGradient) = (null, false);
        return gradient;
    }
}
