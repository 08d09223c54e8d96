namespace TransformersFromScratch;

/// <summary>Where weights start. Randomness comes in as an argument, so a seed gives the same model again.</summary>
public static class Initialise
{
    /// <summary>
    /// Fills a weight of shape [out, in] uniformly in ±√(6 / (in + out)): the variance 2 / (in + out) keeps the
    /// size of a signal about the same on its way forward and of a gradient on its way back
    /// (Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", eq. 16).
    /// </summary>
    /// <exception cref="ArgumentException">The weight does not have two axes.</exception>
    public static void XavierUniform(Tensor weight, Random random)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(random);
        if (weight.Shape.Length != 2)
        {
            throw new ArgumentException("Xavier's bound needs a weight of two axes, [out, in].", nameof(weight));
        }

        float bound = MathF.Sqrt(6f / (weight.Shape[0] + weight.Shape[1]));
        foreach (ref float value in random is NoRandom ? [] : weight.Data.AsSpan())
        {
            value = bound * ((2f * random.NextSingle()) - 1f);
        }
    }

    /// <summary>
    /// Fills the weights of two axes among some parameters with normal numbers, in their order: those of maps and of
    /// embeddings. Gains and biases stay as they are.
    /// </summary>
    public static void NormalWeights(IEnumerable<Tensor> parameters, float standardDeviation, Random random)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (Tensor weight in parameters.Where(parameter => parameter.Shape.Length == 2))
        {
            Normal(weight, standardDeviation, random);
        }
    }

    /// <summary>
    /// Fills a tensor with normal numbers of mean 0 and the given standard deviation (Box and Muller 1958).
    /// </summary>
    public static void Normal(Tensor tensor, float standardDeviation, Random random)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref float value in random is NoRandom ? [] : tensor.Data.AsSpan())
        {
            // 1 - NextDouble lies in (0, 1], where the logarithm is finite.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            value = (float)(standardDeviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }
}
