using System.Globalization;
using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Single;

namespace TransformersFromScratch;

/// <summary>
/// An array of float32 numbers with a shape, stored row by row (the last axis is contiguous), that remembers which
/// operation of <see cref="Op"/> made it, so that <see cref="Backward"/> can find the gradient of everything before it.
/// </summary>
/// <remarks>
/// Inside a <see cref="Workspace"/> step the storage of a result is lent: it is used again once the step has ended. A
/// tensor never changes under whoever keeps it: reading <see cref="Data"/> within the step takes the numbers out of the
/// loan for good, and reading it after the step is an error. Outside such a step, nothing is ever lent.
/// </remarks>
public sealed partial class Tensor
{
    private readonly int[] _shape;
    private readonly Tensor? _base;  // For a view, the tensor whose storage it shows.
    private float[]? _storage;       // May be longer than Length when it is lent; null once a loan has ended.
    private Workspace? _lender;
    private Tensor? _gradient;
    private bool _gradientSeen;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The length of each axis; every length at least 1. No axis at all is a scalar.</param>
    public Tensor(params int[] shape) : this(new float[Count(shape)], shape)
    {
    }

    /// <summary>A tensor that owns <paramref name="data"/>: later changes to the array show in the tensor.</summary>
    /// <param name="data">The numbers, row-major.</param>
    /// <param name="shape">The length of each axis; their product is the length of <paramref name="data"/>.</param>
    /// <exception cref="ArgumentException">The shape does not hold exactly the numbers given.</exception>
    public Tensor(float[] data, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        if (Count(shape) != data.Length)
        {
            throw new ArgumentException(
                $"A tensor of shape [{string.Join(", ", shape)}] holds {Count(shape)} numbers, " +
                $"but {data.Length} were given. Check the shape.", nameof(shape));
        }

        _storage = data;
        _shape = [.. shape];
        Length = data.Length;
    }

    private Tensor(int[] shape, int length, float[]? storage, Workspace? lender, Tensor? view = null) =>
        (_shape, Length, _storage, _lender, _base) = (shape, length, storage, lender, view);

    /// <summary>The numbers, row-major.</summary>
    /// <exception cref="InvalidOperationException">They were lent by a <see cref="Workspace"/> step that has
    /// ended.</exception>
    public float[] Data
    {
        get
        {
            if (_base is not null)
            {
                return _base.Length == Length ? _base.Data : Span.ToArray();
            }

            if (_lender is not null)
            {
                float[] lent = _storage!;
                _storage = Span.ToArray(); // Whoever reads the array may keep it, so it is no longer the lent one.
                _lender.TakeBack(lent);
                _lender = null;
            }

            return _storage ?? throw NoNumbers();
        }
    }

    /// <summary>The length of each axis.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>How many numbers the tensor holds: the product of its shape.</summary>
    public int Length { get; }

    /// <summary>The number of a tensor that holds exactly one, such as a loss.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds more than one number.</exception>
    public float Scalar => Length == 1 ? Span[0] : throw new InvalidOperationException(
        $"A tensor of shape {ShapeText} holds {Length} numbers and is no scalar.");

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

    /// <summary>
    /// The operation that made this tensor; null for inputs, parameters and whatever needs no gradient.
    /// </summary>
    internal Node? Node { get; set; }

    /// <summary>Whether a gradient has to be computed for this tensor on the way back.</summary>
    internal bool NeedsGradient => RequiresGradient || Node is not null;

    internal string ShapeText => $"[{string.Join(", ", _shape)}]";

    /// <summary>
    /// The numbers for an operation that does not keep them: unlike <see cref="Data"/>, this ends no loan.
    /// </summary>
    internal Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((_base ?? this)._storage ?? throw NoNumbers()).AsSpan(0, Length);
    }

    /// <summary>The gradient for the next operation on the way back.</summary>
    internal Tensor GradientTensor => _gradient!;

    /// <summary>
    /// The gradient for an optimiser: unlike <see cref="Gradient"/>, this promises nobody that it will last.
    /// </summary>
    internal Span<float> GradientSpan => HasGradient ? _gradient!.Span : [];

    /// <summary>The rows as a matrix, one for each index of the leading axes; the last axis is the width.</summary>
    internal View AsView() => new(Span, Length / _shape[^1], _shape[^1], _shape[^1]);

    /// <summary>The same of the gradient.</summary>
    internal View GradientView() => _gradient!.AsView();

    /// <summary>The numbers of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> Row(int row) => Span.Slice(row * _shape[^1], _shape[^1]);

    /// <summary>The gradient of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> GradientRow(int row) => _gradient!.Row(row);

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

    /// <summary>A copy that belongs to whoever asked, outside every loan and without any tape behind it.</summary>
    public Tensor Detach() => new(Span.ToArray(), _shape);

    /// <summary>The same numbers under another shape: a view, not a copy. Gradients flow through it.</summary>
    /// <param name="shape">As many numbers as before.</param>
    public Tensor Reshape(params int[] shape) => Op.Reshape(this, shape);

    /// <summary>
    /// The same numbers as a MathNet matrix, without a copy. MathNet stores column by column, so the storage of
    /// an [out, in] tensor IS that of an in × out matrix: exactly the W of the paper's <c>x W</c>.
    /// </summary>
    /// <returns>A matrix of <c>Shape[1]</c> rows and <c>Shape[0]</c> columns that shares this tensor's
    /// storage.</returns>
    /// <exception cref="InvalidOperationException">The tensor does not have two axes.</exception>
    public Matrix<float> AsMatrix() => _shape.Length == 2
        ? new DenseMatrix(_shape[1], _shape[0], Data)
        : throw new InvalidOperationException(
            $"Only a tensor of two axes is a matrix; this one has shape {ShapeText}.");

    /// <summary>The same numbers as a MathNet vector, without a copy.</summary>
    public Vector<float> AsVector() => new DenseVector(Data);

    /// <summary>Element by element; <paramref name="b"/> may lack leading axes of <paramref name="a"/>.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => Op.Add(a, b);

    /// <summary>Every number times a constant.</summary>
    public static Tensor operator *(Tensor a, float factor) => Op.Scale(a, factor);

    /// <summary>The shape and the first numbers.</summary>
    public override string ToString()
    {
        if (Compacted is not null)
        {
            return $"Tensor {ShapeText}, held as {Compacted.Format}";
        }

        if ((_base ?? this)._storage is null)
        {
            return $"Tensor {ShapeText} of a step that has ended";
        }

        var first = Span[..Math.Min(Length, 6)].ToArray()
            .Select(n => n.ToString("0.####", CultureInfo.InvariantCulture));
        return $"Tensor {ShapeText}: {string.Join(", ", first)}{(Length > 6 ? ", …" : "")}";
    }

    /// <summary>Room for a result, its numbers not yet written: lent by the current step if there is one.</summary>
    internal static Tensor Unwritten(params int[] shape)
    {
        int length = Count(shape);
        if (Workspace.Current is not { } workspace)
        {
            return new Tensor(shape, length, GC.AllocateUninitializedArray<float>(length), null);
        }

        var tensor = new Tensor(shape, length, workspace.Lend(length), workspace);
        workspace.Remember(tensor);
        return tensor;
    }

    /// <summary>Room for a result of the same shape as this tensor; a shape never changes, so they share it.</summary>
    internal Tensor UnwrittenLike() => Unwritten(_shape);

    /// <summary>The same storage under another shape, which may hold fewer numbers: then it shows the first.</summary>
    internal Tensor View(params int[] shape) => new(shape, Count(shape), null, null, _base ?? this);

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

    /// <summary>Gives lent storage back; from now on, reading this tensor is an error.</summary>
    internal void EndLoan()
    {
        if (_lender is not null)
        {
            _lender.TakeBack(_storage!);
            (_storage, _lender) = (null, null);
        }
    }

    private InvalidOperationException NoNumbers() => (_base ?? this).Compacted is null ? LoanEnded()
        : (_base ?? this).IsCompact();

    private InvalidOperationException LoanEnded() => new(
        $"This tensor of shape {ShapeText} belongs to a training step that has ended, and its storage has been " +
        "used again. Read Data, Scalar or Detach() before the step ends.");

    private static int Count(ReadOnlySpan<int> shape)
    {
        int count = 1;
        foreach (int length in shape)
        {
            if (length < 1)
            {
                throw new ArgumentException($"Every axis of a tensor has length 1 or more, not {length}.");
            }

            count = checked(count * length);
        }

        return count;
    }
}
