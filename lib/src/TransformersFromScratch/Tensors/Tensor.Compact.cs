namespace TransformersFromScratch;

// A weight whose numbers are kept in fewer bits. Everything else is in Tensor.cs.
public sealed partial class Tensor
{
    /// <summary>The weight that stands in for the numbers of this tensor (<see cref="Compact"/>), or null.</summary>
    public CompactWeight? Compacted { get; private set; }

    /// <summary>
    /// Lets the float32 numbers go and keeps them rounded, for inference: see <see cref="CompactWeight"/>. From now on
    /// <see cref="Op.Linear"/> and <see cref="Op.Embedding"/> read the rounded ones, and nothing learns them. A weight
    /// that nobody has touched yet takes no float32 memory at all: a model that is read from a file is made so.
    /// </summary>
    /// <param name="format">float16, bfloat16 or int8; float32 leaves it as it is.</param>
    /// <exception cref="ArgumentException">It has not two axes, or holds a number that is none.</exception>
    /// <exception cref="InvalidOperationException">It is compact already, or the result of an operation.</exception>
    public void Compact(WeightFormat format)
    {
        if (format == WeightFormat.Float32 && Compacted is null) { return; }

        if (Compacted is not null) { throw IsCompact(); }

        if (Node is not null || _base is not null || _lender is not null)
        {
            throw new InvalidOperationException(
                $"This tensor of shape {ShapeText} is the result of an operation. Compact the weights of a model.");
        }

        Compacted = _isUntouched && _storage is null ? CompactWeight.Zeros(_shape, format)
            : CompactWeight.Of(this, format);
        (RequiresGradient, _storage, _isUntouched) = (false, null, false);
        (_gradient, HasGradient) = (null, false);
    }

    /// <summary>What is thrown where float32 numbers are asked of a compact weight, or a gradient.</summary>
    internal InvalidOperationException IsCompact() => new(
        $"This weight of shape {ShapeText} is held as {Compacted!.Format}, rounded, for inference alone. To train " +
        "it, to save it or to see it as a matrix, load the model again with float32 weights; Compacted.Widened() has " +
        "the rounded numbers.");
}
