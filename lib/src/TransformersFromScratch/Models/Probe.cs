namespace TransformersFromScratch;

/// <summary>
/// Looks into a model while it computes, and may put something else in the place of what it sees. A probe that gives
/// back what it was given changes nothing.
/// </summary>
/// <remarks>
/// The two places are those at which the parts of a Transformer meet (Elhage et al. 2021, "A Mathematical Framework for
/// Transformer Circuits", section "Transformer Overview"): the residual stream, which every layer reads and adds to;
/// and what each head has mixed, before W^O writes it into the stream.
/// </remarks>
public sealed class Probe
{
    /// <summary>
    /// Given a level and the residual stream there, [B, T, d_model]: what to go on with. Level 0 is what the first
    /// layer reads, level n what the first n layers have made of it. Null leaves it alone.
    /// </summary>
    public Func<int, Tensor, Tensor>? Residual { get; init; }

    /// <summary>
    /// Given a layer, from 0, and what its heads have mixed side by side, [B, T, h·d_v]: what W^O is to read. Head i
    /// has columns i·d_v to (i+1)·d_v. Null leaves it alone.
    /// </summary>
    public Func<int, Tensor, Tensor>? Heads { get; init; }

    /// <exception cref="ArgumentException">What is to take the stream's place has another shape.</exception>
    internal Tensor Stream(int level, Tensor x) => Residual is null ? x : Same(x, Residual(level, x), nameof(Residual));

    /// <exception cref="ArgumentException">What is to take the heads' place has another shape.</exception>
    internal Func<Tensor, Tensor>? HeadsOf(int layer) =>
        Heads is null ? null : mixed => Same(mixed, Heads(layer, mixed), nameof(Heads));

    private static Tensor Same(Tensor before, Tensor after, string name) =>
        after is not null && after.Shape.SequenceEqual(before.Shape) ? after : throw new ArgumentException(
            $"{name} was given a tensor of shape {before.ShapeText} and gave back {after?.ShapeText ?? "null"}. " +
            "Give back the tensor itself, or another one of the same shape.", name);
}
