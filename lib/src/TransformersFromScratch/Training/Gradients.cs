namespace TransformersFromScratch;

/// <summary>What is done to all gradients at once, between Backward and the optimiser's step.</summary>
public static class Gradients
{
    /// <summary>√Σ g², over every number of every gradient.</summary>
    public static double Norm(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double sum = 0;
        foreach (Parameter parameter in parameters)
        {
            sum += SumOfSquares(parameter.Value.GradientSpan);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// Makes a gradient that is too long shorter without turning it: if the norm over all parameters exceeds
    /// <paramref name="maxNorm"/>, every gradient is multiplied by maxNorm / (norm + 1e-6) (Pascanu et al. 2013,
    /// section 3.2; the constant is PyTorch's).
    /// </summary>
    /// <returns>The norm before clipping.</returns>
    public static double Clip(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        IReadOnlyCollection<Parameter> all = parameters as IReadOnlyCollection<Parameter> ?? [.. parameters];
        double norm = Norm(all);
        if (double.IsFinite(norm) && norm + 1e-6 > maxNorm)
        {
            Scale(all, (float)(maxNorm / (norm + 1e-6)));
        }

        return norm;
    }

    /// <summary>Multiplies every gradient, say by 1/n after n batches whose gradients were added.</summary>
    public static void Scale(IEnumerable<Parameter> parameters, float factor)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (Parameter parameter in parameters)
        {
            Span<float> gradient = parameter.Value.GradientSpan;
            Rows.Scale(gradient, factor, gradient, add: false);
        }
    }

    private static double SumOfSquares(ReadOnlySpan<float> gradient)
    {
        // A float32 sum for every 1,024 numbers, so that no sum is long; their sum in double precision.
        double total = 0;
        for (int first = 0; first < gradient.Length; first += 1024)
        {
            ReadOnlySpan<float> part = gradient[first..Math.Min(gradient.Length, first + 1024)];
            total += Rows.Dot(part, part);
        }

        return total;
    }
}
