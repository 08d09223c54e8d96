namespace TransformersFromScratch;

/// <summary>Writes the numbers of a model where its published tensor has them.</summary>
/// <param name="published">The numbers of the published tensor.</param>
internal sealed class Publishing(float[] published) : Exchange
{
    /// <inheritdoc/>
    public override void Pass(long first, Tensor tensor) => tensor.Span.CopyTo(published.AsSpan((int)first));

    /// <inheritdoc/>
    public override void PassTransposed(Linear[] maps)
    {
        int inputs = maps[0].Inputs, outputs = maps.Sum(map => map.Outputs), first = 0;
        foreach (Linear map in maps)
        {
            Turned.Copy(map.Weight.AsView(), new View(published.AsSpan(first), inputs, map.Outputs, outputs));
            first += map.Outputs;
        }
    }
}
