namespace TransformersFromScratch;

/// <summary>
/// How the numbers of a published tensor and those of a model pass from one to the other. Each line of a
/// <see cref="NameTable"/> says what stands where; whether it is read (<see cref="Filling"/>) or written
/// (<see cref="Publishing"/>), it need not know.
/// </summary>
internal abstract class Exchange
{
    /// <summary>A tensor whose numbers stand in the published one as they are.</summary>
    /// <param name="first">Which number of the published tensor is its first.</param>
    /// <param name="tensor">The model's.</param>
    public abstract void Pass(long first, Tensor tensor);

    /// <summary>Tensors that stand one after the other.</summary>
    public void PassEach(IEnumerable<Tensor> tensors)
    {
        long first = 0;
        foreach (Tensor tensor in tensors)
        {
            Pass(first, tensor);
            first += tensor.Length;
        }
    }

    /// <summary>The weights of maps that stand side by side and transposed, [in, out + out + …].</summary>
    public abstract void PassTransposed(Linear[] maps);
}
