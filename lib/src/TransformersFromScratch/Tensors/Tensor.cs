using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Single;

namespace TransformersFromScratch;

/// <summary>
/// An array of float32 numbers with a shape, stored row by row (the last axis is contiguous).
/// </summary>
public sealed class Tensor
{
    private readonly int[] _shape;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The length of each axis; every length at least 1.</param>
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
        if (Count(shape) != data.Length)
        {
            throw new ArgumentException(
                $"A tensor of shape [{string.Join(", ", shape)}] holds {Count(shape)} numbers, " +
                $"but {data.Length} were given. Check the shape.", nameof(shape));
        }

        Data = data;
        _shape = [.. shape];
    }

    /// <summary>The numbers, row-major.</summary>
    public float[] Data { get; }

    /// <summary>The length of each axis.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>How many numbers the tensor holds: the product of its shape.</summary>
    public int Length => Data.Length;

    /// <summary>
    /// The same numbers as a MathNet matrix, without a copy. MathNet stores column by column, so the storage of
    /// an [out, in] tensor IS that of an in × out matrix: exactly the W of the paper's <c>x W</c>.
    /// </summary>
    /// <returns>A matrix of <c>Shape[1]</c> rows and <c>Shape[0]</c> columns that shares this tensor's storage.</returns>
    /// <exception cref="InvalidOperationException">The tensor does not have two axes.</exception>
    public Matrix<float> AsMatrix() => _shape.Length == 2
        ? new DenseMatrix(_shape[1], _shape[0], Data)
        : throw new InvalidOperationException(
            $"Only a tensor of two axes is a matrix; this one has shape [{string.Join(", ", _shape)}].");

    /// <summary>The same numbers as a MathNet vector, without a copy.</summary>
    public Vector<float> AsVector() => new DenseVector(Data);

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
