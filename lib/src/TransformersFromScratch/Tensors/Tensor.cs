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
    private bool _isUntouched;       // Zeros that nobody has asked for yet: their storage comes when somebody does.
    private Workspace? _lender;

    /// <summary>A tensor of zeros. They take memory once somebody asks for them.</summary>
    /// <param name="shape">The length of each axis; every length at least 1. No axis at all is a scalar.</param>
    public Tensor(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        (_shape, Length, _isUntouched) = ([.. shape], Count(shape), true);
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

            return _storage ?? Zeros();
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
    /// The operation that made this tensor; null for inputs, parameters and whatever needs no gradient.
    /// </summary>
    internal Node? Node { get; set; }

    internal string ShapeText => $"[{string.Join(", ", _shape)}]";

    /// <summary>
    /// The numbers for an operation that does not keep them: unlike <see cref="Data"/>, this ends no loan.
    /// </summary>
    internal Span<float> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((_base ?? this)._storage ?? (_base ?? this).Zeros()).AsSpan(0, Length);
    }

    /// <summary>The rows as a matrix, one for each index of the leading axes; the last axis is the width.</summary>
    internal View AsView() => new(Span, Length / _shape[^1], _shape[^1], _shape[^1]);

    /// <summary>The numbers of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<float> Row(int row) => Span.Slice(row * _shape[^1], _shape[^1]);

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

        if ((_base ?? this) is { _storage: null, _isUntouched: false })
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

    /// <summary>Gives lent storage back; from now on, reading this tensor is an error.</summary>
    internal void EndLoan()
    {
        if (_lender is not null)
        {
            _lender.TakeBack(_storage!);
            (_storage, _lender) = (null, null);
        }
    }

    /// <summary>The storage of zeros that nobody has asked for before; several threads may ask at once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private float[] Zeros()
    {
        if (!_isUntouched)
        {
            throw Compacted is null ? LoanEnded() : IsCompact();
        }

        return Interlocked.CompareExchange(ref _storage, new float[Length], null) ?? _storage!;
    }

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
