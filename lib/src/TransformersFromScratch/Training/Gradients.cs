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
            sum += SumOfSquares(parameter.Value);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// Makes a gradient that is too long shorter without turning it: if the norm over all parameters exceeds
    /// <paramref name="maxNorm"/>, every gradient is multiplied by maxNorm / (norm + 1e-6) (Pascanu et al. 2013, section 3.2; the
    /// constant is PyTorch's).
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
            Tensor value = parameter.Value;
            if (value.HasGradient)
            {
                Chunks.For(value.Length, 1, (first, end) =>
                    Elementwise.Scale(value.GradientSpan[first..end], factor, value.GradientSpan[first..end], add: false));
            }
        }
    }

    private static double SumOfSquares(Tensor parameter)
    {
        if (!parameter.HasGradient)
        {
            return 0;
        }

        // A float32 sum for each row of 1,024, so that no sum is long; their sum in double precision.
        const int width = 1024;
        int rows = (parameter.Length + width - 1) / width;
        Tensor sums = Tensor.Unwritten(rows);
        Chunks.For(rows, width, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                ReadOnlySpan<float> part = parameter.GradientSpan[(row * width)..Math.Min(parameter.Length, (row + 1) * width)];
                sums.Span[row] = VectorMath.Dot(part, part);
            }
        });
        double total = 0;
        foreach (float sum in sums.Span)
        {
            total += sum;
        }

        sums.EndLoan();
        return total;
    }
}
